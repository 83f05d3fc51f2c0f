select agora.vouch_review_close($1, $2, $3, $4)
