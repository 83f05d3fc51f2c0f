select agora.topic_proposal_queue($1)
