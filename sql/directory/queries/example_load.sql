select agora.example_load($1)
