-- Users and the server by the admin interface (docs/tmtp-admin.md): each function is one request, answers
-- with an HTTP status and the body, and may be repeated. A body of an error is the sentence for its "detail".

create or replace function tmtp.account_json(u tmtp.account) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
    'uid', u.uid, 'state', u.state, 'service', u.service, 'issuer', u.issuer, 'subject', u.subject,
    'created', tmtp.ts(u.created),
    'aliases', (
        select coalesce(jsonb_agg(l.name order by l.created, l.name), '[]')
        from tmtp.alias l where l.account = u.id),
    'nodes', (
        select coalesce(jsonb_agg(jsonb_build_object('n', n.id, 'label', n.label, 'created', tmtp.ts(n.created),
            'seen', tmtp.ts(n.seen), 'online', n.online) order by n.id), '[]')
        from tmtp.node n where n.account = u.id),
    'online', exists (select from tmtp.node n where n.account = u.id and n.online)));
end
$$;

create or replace function tmtp.admin_user_get(of_uid text)
returns table (status integer, body text)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    select coalesce(max(f.status), 404), coalesce(max(f.body), 'there is no such user')
    from (select 200 as status, tmtp.account_json(u)::text as body from tmtp.account u where u.uid = of_uid) f;
end
$$;

-- Users in the order of their uids; a null condition holds for all.
create or replace function tmtp.admin_user_list(of_subject text, of_alias text, after text, most integer)
returns table (status integer, body text)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    with page as (
        select u.uid, tmtp.account_json(u) as json
        from tmtp.account u
        where (of_subject is null or u.subject = of_subject)
            and (of_alias is null or u.id = (select l.account from tmtp.alias l where l.name = of_alias))
            and (after is null or u.uid > after)
        order by u.uid
        limit most
    )
    select 200, jsonb_strip_nulls(jsonb_build_object(
        'users', coalesce(jsonb_agg(p.json order by p.uid), '[]'),
        'next', case when count(*) = most then max(p.uid) end))::text
    from page p;
end
$$;

create or replace function tmtp.admin_user_state(of_uid text, new_state tmtp.account_state)
returns table (status integer, body text)
language plpgsql
set search_path = ''
as $$
begin
    update tmtp.account a set state = new_state where a.uid = of_uid and a.state <> new_state;
    if found then
        perform tmtp.event_add(
            case new_state when 'suspended' then 'suspended' else 'resumed' end::tmtp.event_type,
            jsonb_build_object('uid', of_uid));
    end if;
    return query select * from tmtp.admin_user_get(of_uid);
end
$$;

-- A device is no more: it cannot log in, and its queue goes with it. A message that was for it alone goes too.
create or replace function tmtp.node_delete(of_node bigint) returns void
language plpgsql
set search_path = ''
as $$
declare
    emptied bigint[];
begin
    with gone as (
        delete from tmtp.queue q where q.node = of_node returning q.message
    )
    select array_agg(g.message) into emptied from gone g;
    with gone as (
        delete from tmtp.message m
        where m.id = any (emptied) and not exists (select from tmtp.queue q where q.message = m.id)
        returning m.upload
    )
    delete from tmtp.part p using gone g where p.upload = g.upload;
    delete from tmtp.node n where n.id = of_node;
end
$$;

-- `node` is the one that was barred; null when it was none of the user's, or already.
create or replace function tmtp.admin_node_delete(of_uid text, of_node bigint)
returns table (status integer, body text, node bigint)
language plpgsql
set search_path = ''
as $$
declare
    barred tmtp.node;
begin
    if not exists (select from tmtp.account u where u.uid = of_uid) then
        return query select 404, 'there is no such user', null::bigint;
        return;
    end if;
    select n.* into barred
    from tmtp.node n join tmtp.account u on u.id = n.account
    where u.uid = of_uid and n.id = of_node;
    if found then
        perform tmtp.node_delete(barred.id);
        perform tmtp.event_add('node', jsonb_build_object(
            'uid', of_uid, 'node', barred.id, 'label', barred.label, 'act', 'removed'));
    end if;
    return query select 204, null::text, barred.id;
end
$$;

-- How many messages wait for nodes, one for each. Runs on the connection for reading, so it may take its time.
create or replace function tmtp.queued_count() returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
    return (select count(*) from tmtp.queue)
        + (select count(*) from tmtp.log l join tmtp.mark k on k.node = l.node where l.id > k.acked);
end
$$;

create or replace function tmtp.admin_server(facts jsonb)
returns table (status integer, body text)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    select 200, (facts || jsonb_build_object(
        'users', (select count(*) from tmtp.account),
        'queued', tmtp.queued_count(),
        'contacts', (select count(*) from tmtp.contact c where coalesce(c.until, 'infinity') > now())))::text;
end
$$;
