update tmtp.node set online = $2::boolean, seen = now() where id = $1::bigint
