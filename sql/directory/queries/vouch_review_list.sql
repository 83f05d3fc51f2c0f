select agora.vouch_review_list($1)
