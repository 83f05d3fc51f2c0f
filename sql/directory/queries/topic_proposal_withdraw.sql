select agora.topic_proposal_withdraw($1, $2)
