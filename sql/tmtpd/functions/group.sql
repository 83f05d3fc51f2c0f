-- Groups. Each function is one request and does all of it: the change, and the messages that tell of
-- it. Called again with the same message ids after a lost answer, it finds its messages and answers
-- as before. A row has either a fault, or a message and a node that has it in its queue.

-- A message of rank 1 to nodes.
create or replace function tmtp.enqueue(message bigint, header bytea, data bytea, nodes bigint[]) returns void
language plpgsql
set search_path = ''
as $$
begin
    insert into tmtp.message (id, header, data, data_len)
    select message, header, data, octet_length(data) where cardinality(nodes) > 0
    on conflict (id) do nothing;
    insert into tmtp.queue (node, rank, message) select n, 1, enqueue.message from unnest(nodes) n
    on conflict do nothing;
end
$$;

-- Nodes of all who have joined, and of one more.
create or replace function tmtp.group_nodes(of_group bigint, further bigint) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select coalesce(array_agg(n.id order by n.id), '{}')
        from tmtp.node n
        where n.account = further or n.account in (
            select m.account from tmtp.member m where m.user_group = of_group and m.state = 'joined'));
end
$$;

-- The nodes that have messages in their queues already: what a request answers the second time.
create or replace function tmtp.queued(one bigint, other bigint) returns table (message bigint, node bigint)
language plpgsql
stable
set search_path = ''
as $$
begin
    return query
    select q.message, q.node from tmtp.queue q where q.message in (one, other) order by q.message, q.node;
end
$$;

create or replace function tmtp.has_alias(owner bigint, alias text) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return exists (select from tmtp.alias l where l.name = alias and l.account = owner);
end
$$;

-- A new group with its founder in it.
create or replace function tmtp.group_make(gid text, founder bigint, alias text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
    made bigint;
begin
    insert into tmtp.user_group (founder) values (group_make.founder) returning id into made;
    insert into tmtp.alias (name, user_group) values (gid, made);
    insert into tmtp.member (user_group, account, alias, state) values (made, group_make.founder, alias, 'joined');
    return made;
end
$$;

-- The state of a user in a group, null when there is none; locks the group, so that its members
-- change one after the other.
create or replace function tmtp.group_state(of_group bigint, of_account bigint) returns tmtp.member_state
language plpgsql
set search_path = ''
as $$
begin
    perform from tmtp.user_group g where g.id = of_group for update;
    return (select m.state from tmtp.member m where m.user_group = of_group and m.account = of_account);
end
$$;

-- One more invited to a group; one barred is invited again. Why not, or null.
create or replace function tmtp.group_add(of_group bigint, target bigint, alias text, most integer) returns text
language plpgsql
set search_path = ''
as $$
declare
    now_is tmtp.member_state := tmtp.group_state(of_group, target);
begin
    if now_is = 'joined' then
        return alias || ' is in the group already';
    elsif now_is is distinct from 'invited' and most <= (
            select count(*) from tmtp.member m where m.user_group = of_group and m.state <> 'barred') then
        return 'a group has at most ' || most || ' members';
    end if;
    insert into tmtp.member as m (user_group, account, alias, state)
    values (of_group, target, group_add.alias, 'invited')
    on conflict (user_group, account) do update
    set alias = excluded.alias, state = 'invited', since = now()
    where m.state = 'barred';
    return null;
end
$$;

-- GroupInvite. `refused` when the sender may not reach the alias, whether it is anybody's or not.
create or replace function tmtp.group_invite(
    owner bigint, asking bigint, from_alias text, to_alias text, gid text, all_permitted boolean, most integer,
    invite bigint, invite_header bytea, invite_text bytea, told bigint, told_header bytea)
returns table (fault text, refused boolean, message bigint, node bigint)
language plpgsql
set search_path = ''
as $$
declare
    invitee bigint := (select l.account from tmtp.alias l where l.name = to_alias);
    of_group bigint;
begin
    if exists (select from tmtp.message m where m.id = told) then
        return query select null::text, false, q.message, q.node from tmtp.queued(invite, told) q;
        return;
    end if;
    if not tmtp.has_alias(owner, from_alias) then
        fault := 'from must identify sender';
    elsif invitee is null or not (all_permitted or exists (
            select from tmtp.permitted p where p.sender = owner and p.target = invitee)) then
        refused := true;
    elsif invitee = owner then
        fault := 'you are the one who invites';
    else
        select l.user_group into of_group from tmtp.alias l where l.name = gid;
        if not found then
            of_group := tmtp.group_make(gid, owner, from_alias);
        end if;
        if tmtp.group_state(of_group, owner) is distinct from 'joined' then
            fault := 'gid ' || gid || ' is taken, and you are not in that group';
        else
            fault := tmtp.group_add(of_group, invitee, to_alias, most);
        end if;
    end if;
    if fault is not null or refused then
        return next;
        return;
    end if;
    perform tmtp.enqueue(invite, invite_header, invite_text, (
        select coalesce(array_agg(n.id), '{}')
        from tmtp.node n
        where n.account = invitee or n.account = owner and n.id <> asking));
    perform tmtp.enqueue(told, told_header, '', tmtp.group_nodes(of_group, null));
    return query select null::text, false, q.message, q.node from tmtp.queued(invite, told) q;
end
$$;

-- Why a user may not do that to a group, or null; `known_as` is the alias that the message names:
-- of whom it is about, before an act "alias". `about` is that user.
create or replace function tmtp.group_may(
    of_group bigint, owner bigint, gid text, act text, new_alias text, target_alias text)
returns table (fault text, known_as text, about bigint)
language plpgsql
set search_path = ''
as $$
declare
    own tmtp.member_state := tmtp.group_state(of_group, owner);
begin
    about := owner;
    if act = 'drop' then
        select m.account into about
        from tmtp.member m
        where m.user_group = of_group and m.alias = target_alias;
    end if;
    if act = 'join' and (own is null or own = 'barred') then
        fault := 'not invited to ' || gid;
    elsif act <> 'join' and own is distinct from 'joined'
        and not (act = 'drop' and about is not distinct from owner and own is not distinct from 'invited') then
        fault := 'not in ' || gid;
    elsif about is null then
        fault := target_alias || ' is not in ' || gid;
    elsif act <> 'drop' and not tmtp.has_alias(owner, new_alias) and new_alias is not null then
        fault := 'newalias must be an alias of yours';
    end if;
    select m.alias into known_as
    from tmtp.member m
    where m.user_group = of_group and m.account = about;
    if act = 'join' then
        known_as := coalesce(new_alias, known_as);
    end if;
    return next;
end
$$;

-- GroupEdit: a user joins, changes their alias, leaves, or drops another. The message names an alias
-- that the caller may not know: when `named` is not that one, the row has it as `known_as` and
-- nothing is done.
create or replace function tmtp.group_edit(
    owner bigint, gid text, act text, new_alias text, target_alias text, named text, told bigint, told_header bytea)
returns table (fault text, known_as text, node bigint)
language plpgsql
set search_path = ''
as $$
declare
    of_group bigint := (select l.user_group from tmtp.alias l where l.name = gid);
    whom bigint;
begin
    if exists (select from tmtp.message m where m.id = told) then
        return query select null::text, null::text, q.node from tmtp.queued(told, told) q;
        return;
    end if;
    select m.fault, m.known_as, m.about into fault, known_as, whom
    from tmtp.group_may(of_group, owner, gid, act, new_alias, target_alias) m;
    if fault is not null or known_as is distinct from named then
        return next;
        return;
    end if;
    update tmtp.member m
    set state = case when act <> 'drop' then 'joined' when m.account = owner then 'invited' else 'barred'
            end::tmtp.member_state,
        alias = case when act = 'drop' then m.alias else coalesce(new_alias, m.alias) end,
        since = case when act = 'alias' then m.since else now() end
    where m.user_group = of_group and m.account = whom;
    perform tmtp.enqueue(told, told_header, '', tmtp.group_nodes(of_group, whom));
    return query select null::text, null::text, q.node from tmtp.queued(told, told) q;
end
$$;
