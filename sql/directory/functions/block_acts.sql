-- Blocks: one act ends everything between two people, and the other is told nothing.

create or replace function agora.block_between(i agora.introduction, blocker agora.account) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  by_asker boolean := i.asker_person = blocker.person_id;
begin
  if i.state = 'offered' and by_asker then
    update agora.introduction set state = 'withdrawn', withdrawn_at = now() where id = i.id;
    perform agora.audit(blocker.id, 'introduction.withdraw', 'introduction', i.id);
    perform agora.introduction_tell(i, true, true);
  elsif i.state = 'offered' then
    perform agora.introduction_cancel(i, 'block');
  else
    perform agora.introduction_finish(i, blocker.id, 'block',
      by_asker or i.connected_at is null, not by_asker or i.connected_at is null);
  end if;
end $$;
comment on function agora.block_between is 'Ends an introduction because one of its two blocks the other, in the way that tells the other least.';

create or replace function agora.block_add(viewer uuid, wanted text) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  me agora.account;
  other agora.account;
  i agora.introduction;
  named record := agora.member_named(wanted);
begin
  select * into me from agora.account a where a.id = viewer;
  select * into other from agora.account a where a.id = named.account and a.state in ('active', 'suspended');
  if not found or not agora.may_name(viewer, other.id, named.under) then
    perform agora.fail('AG001');
  end if;
  if other.person_id = me.person_id then
    perform agora.fail('AG003', null, 'You cannot block yourself.');
  end if;
  perform agora.pair_lock(me.person_id, other.person_id);
  insert into agora.block (blocker_person, blocked_person, blocked_as, blocker, blocked)
  values (me.person_id, other.person_id, coalesce(named.under, ''), me.id, other.id)
  on conflict do nothing;
  if not found then
    return;
  end if;
  perform agora.audit(viewer, 'block.add', 'account', other.id);
  for i in
    select * from agora.introduction o
     where (o.asker_person, o.asked_person) in ((me.person_id, other.person_id), (other.person_id, me.person_id))
       and o.state in ('offered', 'granting', 'grant_failed', 'connected')
       -- What is open under another name goes on, to no end: it would tell that it is the same person.
       and (o.state <> 'offered' or agora.introduction_as(o, viewer) is not distinct from named.under)
     order by o.id for update
  loop
    perform agora.block_between(i, me);
  end loop;
  -- To the asker one that was declined, or never came there, is open: it ends as an open one does.
  for i in
    update agora.introduction o set withdrawn_at = now()
     where o.asker_person = me.person_id and o.asked_person = other.person_id and o.state in ('declined', 'cancelled')
       and o.withdrawn_at is null and o.expires_at > now() and o.asked_as is not distinct from named.under
    returning o.*
  loop
    perform agora.audit(viewer, 'introduction.withdraw', 'introduction', i.id);
    perform agora.introduction_tell(i, true, false);
  end loop;
end $$;
comment on function agora.block_add is
  'Blocks the person behind a handle: ends the contact and what is open between the two under that name or pseudonym. A repeat changes nothing.';

create or replace function agora.may_name(viewer uuid, member uuid, under text) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when under is not null then under is not distinct from agora.pseudonym_of(member)
                or exists (select from agora.introduction i
                            where under in (i.asker_as, i.asked_as) and viewer in (i.asker, i.asked) and member in (i.asker, i.asked))
                else agora.known_by_name(viewer, member)
                or exists (select from agora.introduction i
                            where (i.asker, i.asked) in ((viewer, member), (member, viewer)) and agora.introduction_as(i, viewer) is null) end);
end $$;
comment on function agora.may_name is
  'Whether a viewer can know a member by the own name (under null) or a pseudonym: as they are listed now, or as they were in an introduction.';

create or replace function agora.block_lift(viewer uuid, wanted text) returns void
  language plpgsql volatile security definer set search_path = '' as $$
declare
  other agora.account;
  named record := agora.member_named(wanted);
begin
  select * into other from agora.account a where a.id = named.account;
  if not found or not (agora.may_name(viewer, other.id, named.under) or exists (
       select from agora.block k
        where k.blocker_person = agora.person_of(viewer) and k.blocked_person = other.person_id
          and k.blocked_as = coalesce(named.under, ''))) then
    perform agora.fail('AG001');
  end if;
  perform agora.pair_lock(agora.person_of(viewer), other.person_id);
  delete from agora.block k
   where k.blocker_person = agora.person_of(viewer) and k.blocked_person = other.person_id
     and k.blocked_as = coalesce(named.under, '');
  if found then
    perform agora.audit(viewer, 'block.lift', 'account', other.id);
  end if;
end $$;
comment on function agora.block_lift is 'Lifts a block; what it ended stays ended. A repeat changes nothing.';

create or replace function agora.block_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
        'handle', coalesce(nullif(k.blocked_as, ''), other.handle),
        'shown_name', coalesce(agora.pseudonym_name(k.blocked_as), agora.introduction_name(other.id)),
        'at', agora.ts(k.at)) order by k.at desc), '[]'))::text
      from agora.account me
      join agora.block k on k.blocker_person = me.person_id
      join agora.account other on other.id = k.blocked
     where me.id = viewer);
end $$;
comment on function agora.block_list is 'Whom the viewer has blocked, the latest first.';

grant execute on function agora.block_add(uuid, text), agora.block_lift(uuid, text), agora.block_list(uuid) to agora_app;
