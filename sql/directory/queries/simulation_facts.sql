select case_id, granted, facts, duplicates, items from agora.simulation_facts($1::uuid, $2::uuid)
