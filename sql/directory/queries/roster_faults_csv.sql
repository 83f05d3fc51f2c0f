select agora.roster_faults_csv($1, $2)
