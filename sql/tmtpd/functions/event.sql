-- Events are numbered without gaps in the order in which they are committed, so that a reader who
-- has seen n has seen all before it. The lock holds off a second writer until this one has committed;
-- it is taken before the statement that looks for the newest number. Any number of events are one insert.
create or replace function tmtp.events_add(what tmtp.event_type[], details jsonb[]) returns void
language plpgsql
set search_path = ''
as $$
begin
    if cardinality(what) > 0 then
        perform pg_advisory_xact_lock(7406, 1);
        insert into tmtp.event (n, type, detail)
        select (select coalesce(max(e.n), 0) from tmtp.event e) + t.place, t.type, t.detail
        from unnest(what, details) with ordinality as t (type, detail, place);
        notify tmtp_event;
    end if;
end
$$;

create or replace function tmtp.event_add(what tmtp.event_type, detail jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
    perform tmtp.events_add(array[what], array[event_add.detail]);
end
$$;

create or replace function tmtp.ts(t timestamptz) returns text
language plpgsql
stable
strict
set search_path = ''
as $$
begin
    return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end
$$;

create or replace function tmtp.admin_events(after bigint, most integer)
returns table (status integer, body text, found boolean)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
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
    from page p;
end
$$;
