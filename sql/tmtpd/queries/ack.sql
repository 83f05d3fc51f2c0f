-- Takes messages off nodes' queues: those of the log ($3) by moving the mark, the others, and those that were
-- moved out of the log meanwhile, by deleting them; messages that were in no other queue go too. All
-- parts of the statement see the tables as they were before it.
with given as materialized (
    select g.node, g.message, g.logged
    from unnest($1::bigint[], $2::bigint[], $3::boolean[]) as g (node, message, logged)
), marked as (
    update tmtp.mark k
    set acked = g.message
    from (select r.node, max(r.message) as message from given r where r.logged group by r.node) g
    where k.node = g.node and k.acked < g.message
), acked as (
    delete from tmtp.queue q
    using given g
    where q.node = g.node and q.rank in (0, 1) and q.message = g.message
    returning q.node, q.message
), done as (
    delete from tmtp.message m
    using (select distinct a.message from acked a) a
    where m.id = a.message and not exists (
        select from tmtp.queue q
        where q.message = m.id and not exists (
            select from acked o where o.node = q.node and o.message = q.message))
    returning m.upload
)
delete from tmtp.part p using done d where p.upload = d.upload
