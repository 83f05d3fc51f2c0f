-- The ledger of contacts: what an accepted or ended introduction wants of the TMTP server, written
-- together with the outbox rows that bring it about.

create or replace function agora.contact_key(a uuid, b uuid) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return 'contact ' || least(a, b) || ' ' || greatest(a, b);
end $$;
comment on function agora.contact_key is 'Order key of everything that is done on the TMTP server about two accounts.';

create or replace function agora.tmtp_ready(account uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.tmtp_account t where t.account_id = account and t.alias is not null);
end $$;
comment on function agora.tmtp_ready is 'Whether the member can be introduced on the TMTP server: linked, and known by a name.';

create or replace function agora.contact_grant(i agora.introduction) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  queued uuid;
begin
  insert into agora.contact (one, other, purpose, introduction_id, wanted)
  values (least(i.asker, i.asked), greatest(i.asker, i.asked), 'introduction', i.id, true)
  on conflict (one, other) do update
    set introduction_id = excluded.introduction_id, wanted = true, confirmed = false, until = null, changed_at = now();
  queued := agora.outbox_add('grant', agora.contact_key(i.asker, i.asked), jsonb_build_object('introduction', i.id));
  if not (agora.tmtp_ready(i.asker) and agora.tmtp_ready(i.asked)) then
    update agora.outbox set next_at = 'infinity' where id = queued; -- tmtp_link() wakes it
  end if;
end $$;
comment on function agora.contact_grant is 'Wants the two of an introduction to be able to write to each other, and queues it; it waits for both to be linked.';

create or replace function agora.contact_end(i agora.introduction) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  key text := agora.contact_key(i.asker, i.asked);
  untried bigint;
  known boolean;
begin
  update agora.contact c set wanted = false, changed_at = now()
   where c.introduction_id = i.id
  returning c.confirmed into known;
  with dropped as (
    update agora.outbox o set state = 'superseded', done_at = now()
     where o.order_key = key and o.state in ('waiting', 'failed') and o.kind in ('grant', 'tell')
    returning o.kind, o.attempts)
  select count(*) filter (where kind = 'grant' and attempts = 0) into untried from dropped;
  -- A grant that was never tried leaves nothing to take back.
  if known or untried = 0 then
    perform agora.outbox_add('end', key, jsonb_build_object('introduction', i.id));
  end if;
end $$;
comment on function agora.contact_end is 'Wants them not to be able to any more: a grant that waits is superseded, one that may have been done is taken back.';

create or replace function agora.contact_gone(introduction uuid, told boolean) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.contact c set confirmed = false, changed_at = now()
   where c.introduction_id = introduction and not c.wanted and c.confirmed;
  if found then
    perform agora.audit(null, 'contact.end', 'introduction', introduction,
      case when told then '{}' else '{"server_told": false}' end::jsonb);
  end if;
end $$;
comment on function agora.contact_gone is
  'The TMTP server has taken the permission back; or it cannot be told (not told), and the two are contacts no more in this ledger alone.';

create or replace function agora.contact_done(introduction uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  i agora.introduction;
begin
  select * into i from agora.introduction n where n.id = introduction for update;
  update agora.contact c set confirmed = true, changed_at = now()
   where c.introduction_id = i.id and not c.confirmed;
  if found then
    perform agora.audit(null, 'contact.grant', 'introduction', i.id);
  end if;
  if i.state in ('granting', 'grant_failed') then
    update agora.introduction set state = 'connected', connected_at = now() where id = i.id;
    perform agora.outbox_add('tell', agora.contact_key(i.asker, i.asked), jsonb_build_object('introduction', i.id));
    perform agora.introduction_tell(i, true, true);
  end if;
end $$;
comment on function agora.contact_done is
  'The TMTP server has acknowledged the permission: the introduction is connected, and the introducing thread is queued. When it was ended meanwhile only the ledger notes it; the end follows.';

create or replace function agora.contact_failed(introduction uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  i agora.introduction;
begin
  update agora.introduction n set state = 'grant_failed' where n.id = introduction and n.state = 'granting' returning * into i;
  if found then
    perform agora.audit(null, 'introduction.grant_fail', 'introduction', i.id);
    perform agora.introduction_tell(i, true, true);
  end if;
end $$;
comment on function agora.contact_failed is 'The TMTP server refuses the permission for good: members see a delay, the admin sees the row of the outbox.';

create or replace function agora.contact_mend(introduction uuid, there boolean) returns boolean
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.introduction;
  c agora.contact;
begin
  select * into i from agora.introduction n where n.id = introduction;
  perform agora.pair_lock(i.asker_person, i.asked_person);
  select * into c from agora.contact k where k.introduction_id = introduction for update;
  -- Looked at again under the lock: what was under way when the TMTP server was asked has its own work.
  if not found or c.wanted <> c.confirmed or c.wanted = there or exists (
       select from agora.outbox o
        where o.order_key = agora.contact_key(c.one, c.other) and o.kind in ('grant', 'end')
          and o.state in ('waiting', 'running', 'failed')) then
    return false;
  end if;
  perform agora.outbox_add(case when there then 'end' else 'grant' end::agora.outbox_kind, agora.contact_key(c.one, c.other),
                           jsonb_build_object('introduction', introduction, 'again', true));
  perform agora.audit(null, 'contact.mend', 'introduction', introduction,
                      jsonb_build_object('found', case when there then 'not ended' else 'missing' end));
  return true;
end $$;
comment on function agora.contact_mend is
  'The TMTP server was found not to follow the ledger: queues the grant or the end once more, and notes it; false when that is not so any more.';

create or replace function agora.contact_stray(of_uid text, listed jsonb) returns table (uid text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select e ->> 'uid'
    from jsonb_array_elements(listed) e
   where not exists (
     select from agora.contact c
       join agora.tmtp_account x on x.account_id = c.one
       join agora.tmtp_account y on y.account_id = c.other
      where (x.uid, y.uid) in ((of_uid, e ->> 'uid'), (e ->> 'uid', of_uid)));
end $$;
comment on function agora.contact_stray is
  'Of contacts that the TMTP server has of a user, those that are not in the ledger at all. Holds uids: for the worker alone.';

create or replace function agora.tmtp_linked() returns table (account uuid, uid text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select t.account_id, t.uid from agora.tmtp_account t order by t.account_id;
end $$;
comment on function agora.tmtp_linked is 'Every linked member. Holds uids: for the worker alone.';

grant execute on function agora.contact_mend(uuid, boolean), agora.contact_stray(text, jsonb), agora.tmtp_linked() to agora_app;
