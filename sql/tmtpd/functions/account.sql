-- Users, their names and devices. Each function may be called again with the same uid, secret or
-- message id after a lost answer and then changes nothing more.

create or replace function tmtp.alias_add(owner bigint, alias text) returns text
language plpgsql
set search_path = ''
as $$
begin
    insert into tmtp.alias (name, account) values (alias, owner) on conflict (name) do nothing;
    if found then
        perform tmtp.event_add('alias', (
            select jsonb_build_object('uid', a.uid, 'alias', alias) from tmtp.account a where a.id = owner));
    elsif not exists (select from tmtp.alias l where l.name = alias and l.account = owner) then
        return 'AddAlias: alias ' || alias || ' already taken';
    end if;
    return null;
end
$$;

-- A message of rank 0 to all nodes of one user; returns them.
create or replace function tmtp.tell_own(owner bigint, message bigint, header bytea) returns setof bigint
language plpgsql
set search_path = ''
as $$
begin
    insert into tmtp.message (id, header, data, data_len) values (message, header, '', 0)
    on conflict (id) do nothing;
    insert into tmtp.queue (node, rank, message)
    select n.id, 0, tell_own.message from tmtp.node n where n.account = owner
    on conflict do nothing;
    return query select n.id from tmtp.node n where n.account = owner;
end
$$;

-- New user with one node. `refused` when the subject has an account already; `fault` is why there is
-- no alias, and leaves the rest.
create or replace function tmtp.register(
    new_uid text, new_secret bytea, node_label text, alias text, by_issuer text, by_subject text,
    by_audience text, by_issued_at timestamptz, is_service boolean)
returns table (account bigint, node bigint, refused boolean, fault text)
language plpgsql
set search_path = ''
as $$
begin
    insert into tmtp.account (uid, issuer, subject, audience, issued_at, service)
    values (new_uid, by_issuer, by_subject, by_audience, by_issued_at, is_service)
    on conflict do nothing
    returning id into account;
    refused := not exists (select from tmtp.account a where a.uid = new_uid);
    if account is not null then
        insert into tmtp.node (account, label, secret) values (account, node_label, new_secret);
        insert into tmtp.alias (name, account) select alias, register.account where alias is not null
        on conflict (name) do nothing;
        perform tmtp.event_add('registered', jsonb_strip_nulls(jsonb_build_object(
            'uid', new_uid, 'issuer', by_issuer, 'subject', by_subject,
            'alias', (select l.name from tmtp.alias l where l.account = register.account))));
    end if;
    update tmtp.node n
    set online = not is_service, seen = now()
    from tmtp.account a
    where a.uid = new_uid and n.account = a.id and n.secret = new_secret
    returning n.account, n.id into account, node;
    if not exists (select from tmtp.alias l where l.name = alias and l.account = register.account) then
        fault := 'AddAlias: alias ' || alias || ' already taken';
    end if;
    return next;
end
$$;

create or replace function tmtp.alias_edit(owner bigint, alias text, message bigint, header bytea)
returns table (fault text, node bigint)
language plpgsql
set search_path = ''
as $$
begin
    fault := tmtp.alias_add(owner, alias);
    if fault is not null then
        return next;
    else
        return query select null::text, t from tmtp.tell_own(owner, message, header) t;
    end if;
end
$$;

-- A further node, which begins with a copy of the queue of the one that asks for it.
create or replace function tmtp.node_edit(
    owner bigint, asking bigint, node_label text, new_secret bytea, most integer, message bigint, header bytea)
returns table (fault text, node bigint)
language plpgsql
set search_path = ''
as $$
begin
    if not exists (select from tmtp.node n where n.id = asking and n.account = owner) then
        fault := 'AddNode: this node was barred'; -- it asked before it was told
        return next;
        return;
    elsif (select count(*) from tmtp.node n where n.account = owner and n.secret <> new_secret) >= most then
        fault := 'AddNode: a user has at most ' || most || ' nodes';
        return next;
        return;
    end if;
    insert into tmtp.node (account, label, secret) values (owner, node_label, new_secret)
    on conflict (secret) do nothing
    returning id into node;
    if node is not null then
        -- The log first: what is moved out of it meanwhile is then found in the queue.
        perform tmtp.log_copy(asking, node);
        insert into tmtp.queue (node, rank, message)
        select node_edit.node, q.rank, q.message from tmtp.queue q where q.node = asking
        on conflict do nothing;
        perform tmtp.event_add('node', (
            select jsonb_build_object('uid', a.uid, 'node', node_edit.node, 'label', node_label, 'act', 'added')
            from tmtp.account a where a.id = owner));
    end if;
    return query select null::text, t from tmtp.tell_own(owner, message, header) t;
end
$$;

-- An account of the organisation by that alias; when a service has the alias, a further node of it.
-- Its uid; null when a member or a group has the name.
create or replace function tmtp.service_add(new_uid text, new_secret bytea, alias text) returns text
language plpgsql
set search_path = ''
as $$
declare
    found_account tmtp.account;
begin
    select a.* into found_account
    from tmtp.alias l left join tmtp.account a on a.id = l.account
    where l.name = alias;
    if not found then
        perform tmtp.register(new_uid, new_secret, 'service', alias, null, null, null, null, true);
        return new_uid;
    elsif found_account.service is not true then
        return null;
    end if;
    insert into tmtp.node (account, label, secret) values (found_account.id, 'service', new_secret);
    return found_account.uid;
end
$$;
