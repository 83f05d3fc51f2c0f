select agora.topic_proposal_decide($1, $2, $3, $4, $5, $6)
