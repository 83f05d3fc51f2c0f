select line
from agora.retention_lines()
