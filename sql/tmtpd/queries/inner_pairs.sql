-- Which of the posts in hand claim what is not so: $1 the post, $2 the place of the claim in it, $3
-- an alias, $4 a uid, $5 whether it is not that the alias is the user's, but that all who have
-- joined the group of that name are introduced to the user; $6 whether nobody needs to be. One row a
-- post that does, with its first such claim. Both sides are looked up whether or not the other is
-- there, so that an alias that nobody has, one of somebody else and a uid that nobody has take the
-- same time. Of a group that the user has not joined nothing is told.
select c.post, min(c.place) as untrue
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::boolean[])
    as c (post, place, alias, uid, of_group)
left join tmtp.alias l on l.name = c.alias
left join tmtp.account a on a.uid = c.uid
where case
    when c.of_group then not $6::boolean and exists (
        select
        from tmtp.member own
        join tmtp.member m on m.user_group = own.user_group and m.state = 'joined'
        where own.user_group = l.user_group and own.account = a.id and own.state = 'joined'
            and not exists (select from tmtp.permitted p where p.sender = a.id and p.target = m.account)
            and not exists (select from tmtp.permitted p where p.sender = m.account and p.target = a.id))
    else (l.account = a.id) is not true
    end
group by c.post
order by c.post
