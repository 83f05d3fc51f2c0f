-- Which of the posts in hand say of an alias that it is a user's when it is not: $1 the post, $2
-- the place of the claim in it, $3 the alias, $4 the uid. One row a post that does, with its first
-- such claim. Both sides are looked up whether or not the other is there, so that an alias that
-- nobody has, one of somebody else and a uid that nobody has take the same time.
select c.post, min(c.place) as untrue
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) as c (post, place, alias, uid)
left join tmtp.alias l on l.name = c.alias
left join tmtp.account a on a.uid = c.uid
where (l.account = a.id) is not true
group by c.post
order by c.post
