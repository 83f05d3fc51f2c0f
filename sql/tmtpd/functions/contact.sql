-- Contacts by the admin interface (docs/tmtp-admin.md). Changes are sets: what came in one turn, or a
-- batch, is one statement, with the same outcome as if its items had come one after the other. The
-- body of an error is the sentence for its "detail".

-- A date of RFC 3339, or a day alone; null when the text is none.
create or replace function tmtp.date_of(written text) returns timestamptz
language plpgsql
immutable
strict
set search_path = ''
set timezone = 'UTC'
as $$
begin
    if written ~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$' then
        return written::timestamptz;
    end if;
    return null;
exception when data_exception then
    return null;
end
$$;

create or replace function tmtp.contact_json(c tmtp.contact, uid_a text, uid_b text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'uids', jsonb_build_array(uid_a, uid_b), 'ref', c.ref, 'until', tmtp.ts(c.until),
        'first', case c.first when c.a then uid_a when c.b then uid_b end, 'created', tmtp.ts(c.created)))::text;
end
$$;

-- What contact_ended tells; `ended` only when its time had passed.
create or replace function tmtp.contact_ended_json(one text, other text, ref text, ended timestamptz) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
    return jsonb_strip_nulls(jsonb_build_object(
        'uids', jsonb_build_array(one, other), 'ref', ref, 'until', case when ended <= now() then tmtp.ts(ended) end));
end
$$;

-- Grants, item by item; a pair may be among them more than once. A contact whose time has passed is as
-- good as none, and its end is told before the new beginning. Row n is of item n, with the key of the
-- contact when there is one now, or why there is none.
create or replace function tmtp.contacts_put(
    one text[], other text[], new_ref text[], until_text text[], only_first text[])
returns table (n bigint, status integer, detail text, a bigint, b bigint)
language plpgsql
set search_path = ''
set enable_hashjoin = on -- which the connection's settings turn off; items are joined with items here
as $$
#variable_conflict use_column
begin
    return query
    with asked as materialized (
        select t.*, tmtp.date_of(t.until_text) as until, least(x.id, y.id) as a, greatest(x.id, y.id) as b,
            x.id is null or y.id is null as unknown, 'suspended' in (x.state, y.state) as suspended,
            case t.first when t.one then x.id when t.other then y.id end as first_id
        from unnest(one, other, new_ref, until_text, only_first) with ordinality
            as t (one, other, ref, until_text, first, n)
        left join tmtp.account x on x.uid = t.one
        left join tmtp.account y on y.uid = t.other
    ), judged as materialized (
        select q.*, case
                when q.until_text is not null and q.until is null then 1
                when q.one = q.other then 2
                when q.first not in (q.one, q.other) then 3
                when q.unknown then 4
                when q.suspended then 5
            end as fault
        from asked q
    ), turn as materialized (
        -- The items of each pair that are right, and what an item finds: what the one before it left.
        select j.*, lag(j.until) over pair as until_before, lag(j.ref) over pair as ref_before,
            row_number() over pair > 1 as again
        from judged j
        where j.fault is null
        window pair as (partition by j.a, j.b order by j.n)
    ), good as materialized (
        select t.*, k.a is not null as kept, t.again or k.a is not null as found,
            case when t.again then t.ref_before else k.ref end as ref_found,
            case when t.again then t.until_before else k.until end as until_found
        from turn t
        left join tmtp.contact k on k.a = t.a and k.b = t.b
    ), placed as materialized (
        select g.*, g.found and coalesce(g.until_found, 'infinity') > now() as live from good g
    ), final as materialized (
        -- What is left of each pair; `first` is as the last new contact has it.
        select p.a, p.b, bool_or(p.kept) as kept, bool_or(not p.live) as begun,
            (array_agg(p.ref order by p.n desc))[1] as ref, (array_agg(p.until order by p.n desc))[1] as until,
            (array_agg(p.first_id order by p.n desc) filter (where not p.live))[1] as first_id
        from placed p
        group by p.a, p.b
    ), changed as (
        update tmtp.contact k
        set ref = f.ref, until = f.until, first = case when f.begun then f.first_id else k.first end,
            created = case when f.begun then now() else k.created end
        from final f
        where f.kept and k.a = f.a and k.b = f.b
    ), added as (
        insert into tmtp.contact (a, b, ref, until, first)
        select f.a, f.b, f.ref, f.until, f.first_id from final f where not f.kept
    ), news as (
        select p.n, 1 as step, 'contact_ended'::tmtp.event_type as type,
            tmtp.contact_ended_json(p.one, p.other, p.ref_found, p.until_found) as detail
        from placed p where not p.live and p.found
        union all
        select p.n, 2, 'contact', jsonb_strip_nulls(jsonb_build_object('uids', jsonb_build_array(p.one, p.other), 'ref', p.ref))
        from placed p where not p.live
    ), told as materialized (
        select tmtp.events_add(array_agg(w.type order by w.n, w.step), array_agg(w.detail order by w.n, w.step))
        from news w
    )
    select j.n, coalesce(f.status, case when p.live then 200 else 201 end), f.detail, p.a, p.b
    from judged j
    cross join told
    left join placed p on p.n = j.n
    left join (values
        (1, 400, 'until must be a date, such as 2027-01-31T00:00:00Z'),
        (2, 400, 'a contact needs two users'),
        (3, 400, 'first must be one of the two users'),
        (4, 404, 'there is no such user'),
        (5, 409, 'a user is suspended')) as f (fault, status, detail) on f.fault = j.fault
    order by j.n;
end
$$;

-- The same with the contact as the body, as it is after them all.
create or replace function tmtp.admin_contacts_put(
    one text[], other text[], new_ref text[], until_text text[], only_first text[])
returns table (status integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    statuses integer[];
    details text[];
    keys_a bigint[];
    keys_b bigint[];
begin
    select array_agg(p.status order by p.n), array_agg(p.detail order by p.n), array_agg(p.a order by p.n), array_agg(p.b order by p.n)
    into statuses, details, keys_a, keys_b
    from tmtp.contacts_put(one, other, new_ref, until_text, only_first) p;
    return query
    select t.status, coalesce(t.detail, tmtp.contact_json(c, a.uid, b.uid))
    from unnest(statuses, details, keys_a, keys_b) with ordinality as t (status, detail, a, b, n)
    left join tmtp.contact c on c.a = t.a and c.b = t.b
    left join tmtp.account a on a.id = t.a
    left join tmtp.account b on b.id = t.b
    order by t.n;
end
$$;

-- An event for each of these; null for none.
create or replace function tmtp.contacts_ended(details jsonb[]) returns void
language plpgsql
set search_path = ''
as $$
begin
    perform tmtp.events_add(array_agg('contact_ended'::tmtp.event_type), array_agg(d)) from unnest(details) d;
end
$$;

-- Ends, whether the contacts are there or not.
create or replace function tmtp.contacts_delete(one text[], other text[]) returns void
language plpgsql
set search_path = ''
as $$
declare
    ended jsonb[];
begin
    with asked as (
        select distinct on (a, b) least(x.id, y.id) as a, greatest(x.id, y.id) as b, t.n, t.one, t.other
        from unnest(contacts_delete.one, contacts_delete.other) with ordinality as t (one, other, n)
        join tmtp.account x on x.uid = t.one
        join tmtp.account y on y.uid = t.other
        order by a, b, t.n
    ), gone as (
        delete from tmtp.contact k using asked q where k.a = q.a and k.b = q.b
        returning q.n, tmtp.contact_ended_json(q.one, q.other, k.ref, k.until) as detail
    )
    select array_agg(g.detail order by g.n) into ended from gone g;
    perform tmtp.contacts_ended(ended);
end
$$;

-- Ends those whose time has passed, each once, at most so many. How long until the next, in microseconds;
-- null when none has an end.
create or replace function tmtp.contacts_lapse(most integer) returns bigint
language plpgsql
set search_path = ''
as $$
declare
    ended jsonb[];
begin
    with gone as (
        delete from tmtp.contact k
        using (select c.a, c.b from tmtp.contact c where c.until <= now() order by c.until limit most) o
        where k.a = o.a and k.b = o.b
        returning k.until, (
            select tmtp.contact_ended_json(x.uid, y.uid, k.ref, k.until)
            from tmtp.account x, tmtp.account y where x.id = k.a and y.id = k.b) as detail
    )
    select array_agg(g.detail order by g.until) into ended from gone g;
    perform tmtp.contacts_ended(ended);
    return (select greatest(extract(epoch from c.until - now()) * 1000000, 0)::bigint
        from tmtp.contact c where c.until < 'infinity' order by c.until limit 1);
end
$$;

create or replace function tmtp.admin_contact_get(one text, other text)
returns table (status integer, body text)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    select coalesce(max(f.status), 404), coalesce(max(f.body), 'they are not contacts')
    from (
        select 200 as status, tmtp.contact_json(c, case c.a when x.id then one else other end, case c.b when y.id then other else one end) as body
        from tmtp.contact c, tmtp.account x, tmtp.account y
        where x.uid = one and y.uid = other and c.a = least(x.id, y.id) and c.b = greatest(x.id, y.id)
            and coalesce(c.until, 'infinity') > now()
    ) f;
end
$$;

-- Whom a user may write to, in the order of their uids.
create or replace function tmtp.admin_user_contacts(of_uid text, after text, most integer)
returns table (status integer, body text)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    with me as (
        select u.id from tmtp.account u where u.uid = of_uid
    ), page as (
        select o.uid, jsonb_strip_nulls(jsonb_build_object(
                'uid', o.uid, 'ref', c.ref, 'until', tmtp.ts(c.until), 'created', tmtp.ts(c.created),
                'first', case c.first when o.id then o.uid when me.id then of_uid end)) as json
        from me
        cross join lateral (
            select c.*, c.b as with_whom from tmtp.contact c where c.a = me.id
            union all
            select c.*, c.a from tmtp.contact c where c.b = me.id
        ) c
        join tmtp.account o on o.id = c.with_whom
        where coalesce(c.until, 'infinity') > now() and (after is null or o.uid > after)
        order by o.uid
        limit most
    )
    select case when exists (select from me) then 200 else 404 end,
        case when exists (select from me) then jsonb_strip_nulls(jsonb_build_object(
            'contacts', coalesce(jsonb_agg(p.json order by p.uid), '[]'),
            'next', case when count(*) = most then max(p.uid) end))::text
        else 'there is no such user' end
    from page p;
end
$$;

-- Many changes, grants first; once for a key within 24 hours. Each key takes a few old ones along.
create or replace function tmtp.admin_contacts_batch(
    key text, request bytea, one text[], other text[], new_ref text[], until_text text[], only_first text[],
    end_one text[], end_other text[])
returns table (status integer, body text)
language plpgsql
set search_path = ''
as $$
declare
    had tmtp.idempotency;
begin
    if key is not null then
        delete from tmtp.idempotency i
        where i.at < now() - interval '24 hours' and (i.key = admin_contacts_batch.key or i.ctid = any (array(
            select o.ctid from tmtp.idempotency o where o.at < now() - interval '24 hours' order by o.at limit 20)));
        select i.* into had from tmtp.idempotency i where i.key = admin_contacts_batch.key;
        if had.request = admin_contacts_batch.request then
            return query select 200, had.answer;
            return;
        elsif found then
            return query select 422, 'this Idempotency-Key was used for another request';
            return;
        end if;
    end if;
    body := (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('status', p.status, 'detail', p.detail)) order by p.n), '[]')
        from tmtp.contacts_put(one, other, new_ref, until_text, only_first) p);
    perform tmtp.contacts_delete(end_one, end_other);
    body := jsonb_build_object('put', body::jsonb, 'delete', (
        select coalesce(jsonb_agg(jsonb_build_object('status', 204)), '[]') from generate_series(1, cardinality(end_one))));
    insert into tmtp.idempotency (key, request, answer)
    select admin_contacts_batch.key, admin_contacts_batch.request, body where admin_contacts_batch.key is not null;
    return query select 200, body;
end
$$;
