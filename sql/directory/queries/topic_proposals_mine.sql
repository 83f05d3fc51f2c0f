select agora.topic_proposals_mine($1)
