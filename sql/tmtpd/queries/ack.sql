-- Takes messages out of queues, and away those that were in no other queue. All parts of the
-- statement see the queues as they were before it.
with acked as (
    delete from tmtp.queue q
    using unnest($1::bigint[], $2::bigint[]) as k (node, message)
    where q.node = k.node and q.message = k.message
    returning q.node, q.message
), done as (
    delete from tmtp.message m
    using (select distinct k.message from acked k) k
    where m.id = k.message and not exists (
        select from tmtp.queue q
        where q.message = m.id and not exists (
            select from acked o where o.node = q.node and o.message = q.message))
    returning m.upload
)
delete from tmtp.part p using done d where p.upload = d.upload
