select id, q, array_to_string(topics, ' '), array_to_string(countries, ' '), level, near, km, account_id
from agora.saved_due($1)
