select agora.appeal_mine($1)
