select body, etag
from agora.case_decide($1, $2, $3, $4, array(select jsonb_array_elements_text($5)), $6, $7, $8)
