update tmtp.node n
set online = true, seen = now()
from tmtp.account a
where a.id = n.account and a.uid = $1::text and n.secret = $2::bytea and a.state = 'active'
returning n.account, n.id as node
