select agora.simulation_members($1::uuid[]), agora.simulation_uncounted()
