select agora.contact_mend($1, $2)
