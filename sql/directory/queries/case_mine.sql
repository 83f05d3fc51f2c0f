select agora.case_mine($1)
