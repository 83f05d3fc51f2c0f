select body, etag
from agora.case_ask($1, $2, $3, array(select jsonb_array_elements_text($4)), $5)
