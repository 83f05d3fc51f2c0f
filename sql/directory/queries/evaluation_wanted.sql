select number, policy, hash, snapshot, today, words from agora.evaluation_wanted($1::uuid)
