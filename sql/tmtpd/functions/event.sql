-- Events are numbered without gaps in the order in which they are committed, so that a reader who
-- has seen n has seen all before it. The lock holds off a second writer until this one has committed.
create or replace function tmtp.event_add(what tmtp.event_type, detail jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(7406, 1);
    insert into tmtp.event (n, type, detail)
    select coalesce(max(e.n), 0) + 1, what, event_add.detail
    from tmtp.event e;
    notify tmtp_event;
end
$$;

create or replace function tmtp.ts(t timestamptz) returns text
language sql
stable
set search_path = ''
as $$
    select to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

create or replace function tmtp.admin_events(after bigint, most integer)
returns table (status integer, body text, found boolean)
language sql
stable
set search_path = ''
as $$
    with page as (
        select e.n, jsonb_build_object('n', e.n, 'at', tmtp.ts(e.at), 'type', e.type) || e.detail as event
        from tmtp.event e
        where e.n > after
        order by e.n
        limit most
    )
    select 200,
        jsonb_build_object(
            'events', coalesce(jsonb_agg(p.event order by p.n), '[]'),
            'next', coalesce(max(p.n), after))::text,
        count(*) > 0
    from page p
$$;
