select id, policy from agora.policy_simulation_take()
