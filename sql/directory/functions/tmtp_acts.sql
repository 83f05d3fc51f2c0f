-- The TMTP server's side of things: who is who there, and what the worker needs for each action. The
-- only functions that read a uid.

create or replace function agora.pair_action(introduction uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
      'introduction', i.id,
      'asker', jsonb_build_object('uid', x.uid, 'alias', x.alias, 'account', i.asker),
      'asked', jsonb_build_object('uid', y.uid, 'alias', y.alias, 'account', i.asked))
    from agora.introduction i
    join agora.tmtp_account x on x.account_id = i.asker
    join agora.tmtp_account y on y.account_id = i.asked
   where i.id = introduction;
end $$;
comment on function agora.pair_action is 'The two of an introduction on the TMTP server; null unless both are linked.';

create or replace function agora.grant_action(introduction uuid) returns jsonb
  language plpgsql volatile set search_path = '' as $$
declare
  i agora.introduction;
begin
  select * into i from agora.introduction n where n.id = introduction;
  if i.state in ('granting', 'grant_failed') and i.paused_at is null and not agora.introduction_allowed(i) then
    -- Locked as a member's own act would; whoever came first has decided.
    perform agora.pair_lock(i.asker_person, i.asked_person);
    select * into i from agora.introduction n where n.id = introduction for update;
    if i.state in ('granting', 'grant_failed') then
      perform agora.introduction_finish(i, null, 'not_allowed', true, true);
    end if;
    return null;
  end if;
  if i.state = 'granting' and i.paused_at is not null then
    -- Queued anew behind this row; what ends the pause wakes it.
    perform agora.contact_grant(i);
    perform agora.introductions_pause(i.asker_person);
    return null;
  end if;
  return case when i.state in ('granting', 'grant_failed') or i.state = 'connected' and agora.introduction_kept(i)
              then agora.pair_action(introduction) end;
end $$;
comment on function agora.grant_action is
  'For a grant, or one made again because the TMTP server lost it, just before it is made: null when it was ended meanwhile; when one of the two may not be introduced any more it is ended now.';

create or replace function agora.end_action(introduction uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return agora.pair_action(introduction);
end $$;
comment on function agora.end_action is 'For an end: null when one of the two was never linked, so that there is nothing to take back.';

create or replace function agora.tell_action(introduction uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select agora.pair_action(i.id) || jsonb_strip_nulls(jsonb_build_object(
        'asker_name', agora.introduction_name(i.asker),
        'asked_name', agora.introduction_name(i.asked),
        'asker_handle', (select a.handle from agora.account a where a.id = i.asker),
        'asked_handle', (select a.handle from agora.account a where a.id = i.asked),
        'asker_verified', agora.verified(i.asker) ->> 'sentence',
        'asked_verified', agora.verified(i.asked) ->> 'sentence',
        'ask', (select w.label from agora.word w where w.list = 'ask_kinds' and w.code = i.ask::text),
        'topic', agora.topic_json(i.topic) ->> 'label',
        'why', i.why,
        'offer', i.offer))
      from agora.introduction i
     where i.id = introduction and i.state = 'connected');
end $$;
comment on function agora.tell_action is 'For the introducing thread; null when the introduction was ended meanwhile.';

create or replace function agora.suspend_action(payload jsonb) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('uid', t.uid, 'suspended', (payload ->> 'suspended')::boolean)
      from agora.tmtp_account t
     where t.account_id = (payload ->> 'account')::uuid);
end $$;
comment on function agora.suspend_action is 'For a suspension on the TMTP server, or its end; null when the member is not linked.';

create or replace function agora.tmtp_suspend(account uuid, suspended boolean) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform agora.outbox_add('suspend', 'account ' || account,
    jsonb_build_object('account', account, 'suspended', suspended));
end $$;
comment on function agora.tmtp_suspend is 'Queues the suspension of a member on the TMTP server, or its end; where that server knows no suspension the worker settles it with {"told": false}.';

create or replace function agora.tmtp_wake(account uuid) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.outbox o set next_at = now()
    from agora.introduction i
   where account in (i.asker, i.asked) and i.state in ('granting', 'grant_failed') and i.paused_at is null
     and agora.tmtp_ready(i.asker) and agora.tmtp_ready(i.asked)
     and o.kind = 'grant' and o.state = 'waiting' and o.next_at = 'infinity'
     and o.order_key = agora.contact_key(i.asker, i.asked);
  if found then
    perform pg_notify('agora_outbox', '');
  end if;
  perform agora.event_add(e.to_whom, 'introduction', e.id)
    from (select i.id, unnest(array[i.asker, i.asked]) as to_whom from agora.introduction i
           where account in (i.asker, i.asked) and i.state = 'granting') e;
end $$;
comment on function agora.tmtp_wake is 'Grants that waited for this member to be linked can go on.';

create or replace function agora.tmtp_link(account uuid, new_uid text, new_alias text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  -- The person is locked, so that an acceptance at this moment sees the link or is seen by it.
  perform agora.pair_lock(p, p) from agora.person_of(account) p;
  insert into agora.tmtp_account (account_id, uid, alias) values (account, new_uid, new_alias)
  on conflict do nothing;
  if found then
    perform agora.audit(account, 'tmtp.link', 'account', account);
    perform agora.event_add(account, 'tmtp');
    perform agora.tmtp_wake(account);
  end if;
end $$;
comment on function agora.tmtp_link is
  'A member is known on the TMTP server from now on: they have registered there, or pinged the introducer with their code. The first account holds.';

create or replace function agora.tmtp_rename(wanted text, new_alias text) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  account uuid;
begin
  perform agora.pair_lock(a.person_id, a.person_id)
    from agora.tmtp_account t join agora.account a on a.id = t.account_id where t.uid = wanted;
  update agora.tmtp_account t set alias = new_alias where t.uid = wanted returning t.account_id into account;
  if found then
    perform agora.event_add(account, 'tmtp');
    perform agora.tmtp_wake(account);
  end if;
end $$;
comment on function agora.tmtp_rename is 'A member has taken a (further) alias on the TMTP server; contacts see the latest.';

create or replace function agora.tmtp_take(after_n bigint, next_n bigint, our_issuer text, events jsonb) returns boolean
  language plpgsql volatile security definer set search_path = '' as $$
declare
  e jsonb;
  subject uuid;
begin
  if (select c.n from agora.tmtp_cursor c for update) <> after_n then
    return false;
  end if;
  for e in select * from jsonb_array_elements(events) loop
    if e ->> 'type' = 'registered' and e ->> 'issuer' = our_issuer
       and e ->> 'subject' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
      select a.id into subject from agora.account a where a.id = (e ->> 'subject')::uuid;
      if found then
        perform agora.tmtp_link(subject, e ->> 'uid', e ->> 'alias');
      end if;
    elsif e ->> 'type' = 'alias' then
      perform agora.tmtp_rename(e ->> 'uid', e ->> 'alias');
    end if;
  end loop;
  update agora.tmtp_cursor set n = next_n;
  return true;
end $$;
comment on function agora.tmtp_take is
  'Takes a page of the TMTP server''s events and moves the cursor, in one transaction. False when another worker has taken it. Only members who came by our own OpenID provider are linked.';

create or replace function agora.tmtp_cursor_now() returns bigint
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select c.n from agora.tmtp_cursor c);
end $$;
comment on function agora.tmtp_cursor_now is 'The last event of the TMTP server that was taken.';

create or replace function agora.tmtp_status(viewer uuid, server text, introducer text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'server', server,
        'state', case when t.account_id is not null then 'linked'
                      when agora.oidc_level_missing(a.id, 'tmtp') then 'not_verified'
                      else 'not_linked' end,
        'alias', t.alias,
        'introducer', introducer,
        'since', agora.ts(t.linked_at),
        'missing', case
          when t.alias is not null then null
          when t.account_id is not null then 'Choose a name (alias) in your TMTP client, so that others can see who writes.'
          when agora.oidc_level_missing(a.id, 'tmtp')
            then 'Have your identity checked first: TMTP accounts are for verified members.'
          when introducer is not null then 'Get a code, and ping ' || introducer || ' with it from your TMTP client.'
          else 'Add the server to your TMTP client and sign in there with your account here.' end))::text
      from agora.account a
      left join agora.tmtp_account t on t.account_id = a.id
     where a.id = viewer);
end $$;
comment on function agora.tmtp_status is
  'The viewer''s account on the TMTP server (schema TmtpAccount). introducer: whom members ping with a code to be linked; null where that server tells of registrations.';

grant execute on function
  agora.tmtp_take(bigint, bigint, text, jsonb), agora.tmtp_cursor_now(), agora.tmtp_status(uuid, text, text) to agora_app;
