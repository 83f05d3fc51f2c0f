select body, etag
from agora.case_evidence_remove($1, $2, $3)
