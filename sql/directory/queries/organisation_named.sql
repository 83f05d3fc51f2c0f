select agora.organisation_named($1)
