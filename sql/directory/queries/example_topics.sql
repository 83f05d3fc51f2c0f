select id, label, subfield
from agora.example_topics()
