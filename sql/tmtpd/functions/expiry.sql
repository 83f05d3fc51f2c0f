-- Expiry by age, in pieces over a bounded number of rows: of nodes that nobody has used, with their
-- queues, and of messages that nobody has fetched. A piece may be run again after a lost answer: what
-- it took is not there any more. It runs on the connection of the Acks, as the sweep of the log does, so
-- none of these three sees a queue while another is at it.

-- A text of a frame's header that has nothing to escape, such as `from` or `posted`. Not by way of json,
-- which refuses a NUL anywhere; in a text of a client's the quotes of what looks like one are escaped.
create or replace function tmtp.message_text(header bytea, name text) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
    return substring(convert_from(header, 'UTF8') from '"' || name || '":"([^"\\]*)"');
end
$$;

-- The oldest entries of a node's queue, of the log and the tables beside it.
create or replace function tmtp.queue_entries(of_node bigint, most integer)
returns table (message bigint, header bytea)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    select e.id, e.header
    from (
        (select m.id, m.header
        from tmtp.queue q
        join tmtp.message m on m.id = q.message
        where q.node = of_node and q.rank = 0
        order by q.message
        limit most)
        union all
        (select m.id, m.header
        from tmtp.queue q
        join tmtp.message m on m.id = q.message
        where q.node = of_node and q.rank = 1
        order by q.message
        limit most)
        union all
        (select l.id, l.header
        from tmtp.log l
        where l.node = of_node and l.id > (select k.acked from tmtp.mark k where k.node = of_node)
        order by l.id
        limit most)
    ) e
    order by e.id
    limit most;
end
$$;

-- Takes entries off a node's queue, and messages away that were in no other; how many it took, and
-- whose messages they were, the node's own user apart.
create or replace function tmtp.queue_take(of_node bigint, of_messages bigint[])
returns table (messages bigint, senders jsonb)
language plpgsql
set search_path = ''
as $$
begin
    return query
    with taken as (
        delete from tmtp.queue q
        where q.node = of_node and q.rank in (0, 1) and q.message = any (of_messages)
        returning q.message
    ), unlogged as (
        delete from tmtp.log l
        where l.node = of_node and l.id = any (of_messages)
        returning l.header
    ), gone as (
        delete from tmtp.message m
        using taken t
        where m.id = t.message
            and not exists (select from tmtp.queue q where q.message = m.id and q.node <> of_node)
        returning m.upload
    ), parts as (
        delete from tmtp.part p using gone g where p.upload = g.upload
    ), counted as (
        select tmtp.message_text(h.header, 'from') as sender, count(*) as n
        from (
            select m.header from taken t join tmtp.message m on m.id = t.message
            union all
            select u.header from unlogged u
        ) h
        group by 1
    )
    select coalesce(sum(c.n), 0)::bigint,
        coalesce(jsonb_agg(jsonb_build_object('uid', c.sender, 'messages', c.n) order by c.sender)
            filter (where c.sender <> (
                select a.uid from tmtp.account a join tmtp.node n on n.account = a.id where n.id = of_node)), '[]')
    from counted c;
end
$$;

-- Looks at up to `most_nodes` nodes behind one. The first of them that is away and is defunct, or has too old
-- an entry in its queue (an age of null: none is), loses up to `most_messages` entries, in the second case
-- only those that are too old; a defunct one goes with the last. Where to go on and whether there is more;
-- which node lost how many messages, if one did, and if it is gone.
-- Defunct is a node that was not used for so long, unless it is its user's last resort: the one that is there,
-- or was last, stays, for without one the user could never come back.
-- Ids rise with time, so what follows an entry that is young enough is so too.
create or replace function tmtp.expire(
    node_age interval, queue_age interval, from_node bigint, most_nodes integer, most_messages integer)
returns table (after bigint, more boolean, node bigint, gone boolean, messages bigint)
language plpgsql
set search_path = ''
as $$
declare
    looked bigint[];
    candidate bigint;
    defunct boolean;
    n tmtp.node;
    entries bigint[];
    senders jsonb;
begin
    looked := array(select k.id from tmtp.node k where k.id > from_node order by k.id limit most_nodes);
    after := looked[cardinality(looked)];
    more := cardinality(looked) = most_nodes;
    gone := false;
    -- One plan for all of them, and of a queue no more than its beginning: most have nothing to lose.
    select f.id, f.defunct into candidate, defunct
    from (
        select k.id, k.online, coalesce(coalesce(k.seen, k.created) < now() - node_age and exists (
            select from tmtp.node o
            where o.account = k.account
                and (o.online
                    or (coalesce(o.seen, o.created), o.id) > (coalesce(k.seen, k.created), k.id))), false) as defunct
        from tmtp.node k
        where k.id = any (looked)
    ) f
    where not f.online and (f.defunct or queue_age is not null and exists (
        select
        from (
            (select m.header
            from tmtp.queue q
            join tmtp.message m on m.id = q.message
            where q.node = f.id and q.rank = 0
            order by q.message
            limit 1)
            union all
            (select m.header
            from tmtp.queue q
            join tmtp.message m on m.id = q.message
            where q.node = f.id and q.rank = 1
            order by q.message
            limit 1)
            union all
            (select l.header
            from tmtp.log l
            where l.node = f.id and l.id > (select k.acked from tmtp.mark k where k.node = f.id)
            order by l.id
            limit 1)
        ) oldest
        where substring(convert_from(oldest.header, 'UTF8') from '"posted":"([^"]*)"')::timestamptz < now() - queue_age))
    order by f.id
    limit 1;
    if not found then
        return next;
        return;
    end if;
    -- What posts and logins hold is not waited for while something is held that they may wait for.
    perform pg_advisory_xact_lock(7406, 1);
    select k.* into n from tmtp.node k where k.id = candidate and not k.online for update skip locked;
    if not found then
        after := candidate;
        more := true;
        return next;
        return;
    end if;
    entries := array(
        select e.message
        from tmtp.queue_entries(n.id, most_messages) e
        where defunct or tmtp.message_text(e.header, 'posted')::timestamptz < now() - queue_age);
    select t.messages, t.senders into messages, senders from tmtp.queue_take(n.id, entries) t;
    gone := defunct and not exists (select from tmtp.queue_entries(n.id, 1));
    more := true;
    after := case when gone or messages = 0 then n.id else n.id - 1 end;
    if gone or messages > 0 then
        node := n.id;
        perform tmtp.event_add(
            case when gone then 'node_expired' else 'queue_expired' end::tmtp.event_type,
            jsonb_build_object('uid', a.uid, 'node', n.id, 'label', n.label, 'messages', messages, 'senders', senders))
        from tmtp.account a
        where a.id = n.account;
    end if;
    if gone then
        delete from tmtp.node k where k.id = n.id;
    end if;
    return next;
end
$$;
