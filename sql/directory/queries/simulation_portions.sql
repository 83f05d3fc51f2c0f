select first, last, members from agora.simulation_portions($1::integer)
