select class, due, held, done
from agora.retention_run($1)
