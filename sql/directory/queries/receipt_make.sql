select agora.receipt_make($1, case when $2::jsonb is not null then array(select jsonb_array_elements_text($2::jsonb)) end, $3, $4)
