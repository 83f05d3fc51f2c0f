-- The admin interface (docs/tmtp-admin.md): each function is one request, answers with an HTTP
-- status and the body, and may be repeated. A body of an error is the sentence for its "detail".

create or replace function tmtp.contact_json(c tmtp.contact) returns text
language sql
stable
set search_path = ''
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'uids', jsonb_build_array(a.uid, b.uid), 'ref', c.ref, 'until', tmtp.ts(c.until),
        'first', case c.first when a.id then a.uid when b.id then b.uid end,
        'created', tmtp.ts(c.created)))::text
    from tmtp.account a, tmtp.account b
    where a.id = c.a and b.id = c.b
$$;

-- The contact of two uids in either order, ended ones too.
create or replace function tmtp.contact_find(one text, other text) returns tmtp.contact
language sql
stable
set search_path = ''
as $$
    select c
    from tmtp.contact c, tmtp.account x, tmtp.account y
    where x.uid = one and y.uid = other and c.a = least(x.id, y.id) and c.b = greatest(x.id, y.id)
$$;

create or replace function tmtp.admin_contact_put(
    one text, other text, new_ref text, until_text text, only_first text)
returns table (status integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    x tmtp.account;
    y tmtp.account;
    c tmtp.contact;
    until_at timestamptz;
begin
    if until_text !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$' then
        return query select 400, 'until must be a date, such as 2027-01-31T00:00:00Z';
        return;
    end if;
    begin
        until_at := until_text::timestamptz;
    exception when data_exception then
        return query select 400, 'until must be a date, such as 2027-01-31T00:00:00Z';
        return;
    end;
    if one = other then
        return query select 400, 'a contact needs two users';
        return;
    elsif only_first not in (one, other) then
        return query select 400, 'first must be one of the two users';
        return;
    end if;
    select a.* into x from tmtp.account a where a.uid = one for share;
    select a.* into y from tmtp.account a where a.uid = other for share;
    if x.id is null or y.id is null then
        return query select 404, 'there is no such user';
        return;
    elsif x.state = 'suspended' or y.state = 'suspended' then
        return query select 409, 'a user is suspended';
        return;
    end if;
    update tmtp.contact k
    set ref = new_ref, until = until_at
    where k.a = least(x.id, y.id) and k.b = greatest(x.id, y.id) and (k.until is null or k.until > now())
    returning k.* into c;
    if found then
        return query select 200, tmtp.contact_json(c);
        return;
    end if;
    insert into tmtp.contact as k (a, b, ref, until, first)
    values (least(x.id, y.id), greatest(x.id, y.id), new_ref, until_at,
        case only_first when one then x.id when other then y.id end)
    on conflict (a, b) do update
    set ref = excluded.ref, until = excluded.until, first = excluded.first, created = now()
    returning k.* into c;
    perform tmtp.event_add('contact', jsonb_strip_nulls(
        jsonb_build_object('uids', jsonb_build_array(one, other), 'ref', new_ref)));
    return query select 201, tmtp.contact_json(c);
end
$$;

create or replace function tmtp.admin_contact_get(one text, other text)
returns table (status integer, body text)
language sql
stable
set search_path = ''
as $$
    select case when f.live then 200 else 404 end,
        case when f.live then tmtp.contact_json(f.c) else 'they are not contacts' end
    from (
        select c, c.a is not null and (c.until is null or c.until > now()) as live
        from tmtp.contact_find(one, other) c
    ) f
$$;

create or replace function tmtp.admin_contact_delete(one text, other text)
returns table (status integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    c tmtp.contact := tmtp.contact_find(one, other);
begin
    delete from tmtp.contact k where k.a = c.a and k.b = c.b;
    if found then
        perform tmtp.event_add('contact_ended', jsonb_strip_nulls(
            jsonb_build_object('uids', jsonb_build_array(one, other), 'ref', c.ref)));
    end if;
    return query select 204, null::text;
end
$$;

create or replace function tmtp.account_json(u tmtp.account) returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_strip_nulls(jsonb_build_object(
    'uid', u.uid, 'state', u.state, 'service', u.service, 'issuer', u.issuer, 'subject', u.subject,
    'created', tmtp.ts(u.created),
    'aliases', (
        select coalesce(jsonb_agg(l.name order by l.created, l.name), '[]')
        from tmtp.alias l where l.account = u.id),
    'nodes', (
        select coalesce(jsonb_agg(jsonb_build_object('n', n.id, 'label', n.label, 'created', tmtp.ts(n.created),
            'seen', tmtp.ts(n.seen), 'online', n.online) order by n.id), '[]')
        from tmtp.node n where n.account = u.id),
    'online', exists (select from tmtp.node n where n.account = u.id and n.online)))
$$;

create or replace function tmtp.admin_user_get(of_uid text)
returns table (status integer, body text)
language sql
stable
set search_path = ''
as $$
    select coalesce(max(f.status), 404), coalesce(max(f.body), 'there is no such user')
    from (select 200 as status, tmtp.account_json(u)::text as body from tmtp.account u where u.uid = of_uid) f
$$;

-- Users in the order of their uids; a null condition holds for all.
create or replace function tmtp.admin_user_list(of_subject text, of_alias text, after text, most integer)
returns table (status integer, body text)
language sql
stable
set search_path = ''
as $$
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
    from page p
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

create or replace function tmtp.admin_server(facts jsonb)
returns table (status integer, body text)
language sql
stable
set search_path = ''
as $$
    select 200, (facts || jsonb_build_object(
        'users', (select count(*) from tmtp.account),
        'queued', (select count(*) from tmtp.queue),
        'contacts', (select count(*) from tmtp.contact c where c.until is null or c.until > now())))::text
$$;
