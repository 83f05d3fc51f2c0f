select agora.statistics_csv($1, $2, $3)
