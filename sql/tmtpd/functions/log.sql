-- The log of plain posts (migration 0003): what a node has of it, and how its parts become free.

-- A node without a mark would have no queue.
create or replace function tmtp.mark_add() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    insert into tmtp.mark (node) values (new.id);
    return null;
end
$$;
create or replace trigger node_mark after insert on tmtp.node
for each row execute function tmtp.mark_add();

-- Moves rows of one part that their nodes have not read to tmtp.message and tmtp.queue: of at most
-- `most` rows, those behind (after_node, after_id) in the order of the index. Returns the last row looked at;
-- `emptied` when there was none left and the part has been emptied. A part that somebody else holds
-- (a dump, a vacuum) is left for the next time: nothing waits for it here.
create or replace function tmtp.log_sweep(
    part smallint, after_node bigint, after_id bigint, most integer,
    out last_node bigint, out last_id bigint, out emptied boolean)
language plpgsql
set search_path = ''
as $$
begin
    emptied := false;
    with seen as materialized (
        select l.node, l.id
        from tmtp.log l
        where l.slot = part and (l.node, l.id) > (after_node, after_id)
        order by l.node, l.id
        limit most
    ), unread as (
        delete from tmtp.log l
        using seen s, tmtp.mark k
        where l.slot = part and l.node = s.node and l.id = s.id and k.node = s.node and s.id > k.acked
        returning l.node, l.id, l.header, l.data
    ), stored as (
        insert into tmtp.message (id, header, data, data_len)
        select distinct on (u.id) u.id, u.header, u.data, octet_length(u.data)
        from unread u
        on conflict (id) do nothing
    ), queued as (
        insert into tmtp.queue (node, rank, message)
        select u.node, 1, u.id from unread u
        on conflict do nothing
    )
    select s.node, s.id into last_node, last_id
    from seen s
    order by s.node desc, s.id desc
    limit 1;
    if last_node is null then
        begin
            execute format('lock table tmtp.log_%s in access exclusive mode nowait', part);
            execute format('truncate tmtp.log_%s', part);
            emptied := true;
        exception when lock_not_available then
            null;
        end;
    end if;
end
$$;

-- A new node begins with what another has of the log, beside the copy of its queue.
create or replace function tmtp.log_copy(from_node bigint, to_node bigint) returns void
language plpgsql
set search_path = ''
as $$
begin
    with unread as (
        select l.id, l.header, l.data
        from tmtp.log l
        where l.node = from_node and l.id > (select k.acked from tmtp.mark k where k.node = from_node)
    ), stored as (
        insert into tmtp.message (id, header, data, data_len)
        select u.id, u.header, u.data, octet_length(u.data) from unread u
        on conflict (id) do nothing
    )
    insert into tmtp.queue (node, rank, message)
    select to_node, 1, u.id from unread u
    on conflict do nothing;
end
$$;

-- Whether one of a user's nodes has as many messages to fetch as a queue may hold, or as many octets.
create or replace function tmtp.queue_full(of_account bigint, most bigint, most_octets bigint) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return exists (
        select
        from tmtp.node n
        cross join lateral (
            select count(*) as messages, sum(e.octets) as octets
            from (
                (select octet_length(m.header) + m.data_len as octets
                from tmtp.queue q
                join tmtp.message m on m.id = q.message
                where q.node = n.id
                limit most)
                union all
                (select octet_length(l.header) + octet_length(l.data)
                from tmtp.log l
                where l.node = n.id and l.id > (select k.acked from tmtp.mark k where k.node = n.id)
                limit most)
            ) e
        ) c
        where n.account = of_account and (c.messages >= most or c.octets >= most_octets));
end
$$;
