-- Two persons who are one. Asked for by one, confirmed by another (kind merge_persons of the two-person
-- list); what hangs on either then hangs on the one that stays.

create or replace function agora.person_merge_verifications(keep uuid, gone uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  best uuid;
begin
  -- One verification holds: the higher, then the younger; the other is superseded, not revoked.
  select v.id into best from agora.verification v
   where v.person_id in (keep, gone) and v.state in ('active', 'suspended')
   order by v.state = 'suspended' desc, v.level desc, v.verified_at desc limit 1;
  update agora.verification
     set state = 'superseded', ended_at = now(), end_reason = 'duplicate_merged', version = version + 1
   where person_id in (keep, gone) and state in ('active', 'suspended') and id <> best;
end $$;
comment on function agora.person_merge_verifications is
  'Leaves one verification of two persons in force; one that is suspended wins, so that merging never lifts a suspension.';

create or replace function agora.person_merge_rows(keep uuid, gone uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  one record;
begin
  delete from agora.disclosure d where d.person_id = gone
     and exists (select from agora.disclosure k where k.person_id = keep and k.what = d.what);
  delete from agora.introduction_quota where person_id = gone
     and exists (select from agora.introduction_quota where person_id = keep);
  -- A block between the two would be of oneself; one that both have, or both suffer, is needed once.
  delete from agora.block b where (b.blocker_person, b.blocked_person) in ((keep, gone), (gone, keep))
     or (b.blocker_person = gone and exists (select from agora.block k where k.blocker_person = keep and k.blocked_person = b.blocked_person))
     or (b.blocked_person = gone and exists (select from agora.block k where k.blocked_person = keep and k.blocker_person = b.blocker_person));
  update agora.membership set ended = greatest(began, current_date) where person_id = gone and ended is null
     and organisation in (select m.organisation from agora.membership m where m.person_id = keep and m.ended is null);
  update agora.vcase set person_id = keep, version = version + 1 where person_id = gone;
  -- Every table that names a person, also those made later.
  for one in
    select c.conrelid::regclass as "table", a.attname as "column"
      from pg_catalog.pg_constraint c
      join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.confrelid = 'agora.person'::regclass and cardinality(c.conkey) = 1
       and c.conrelid <> 'agora.vcase'::regclass
     order by 1, 2
  loop
    execute format('update %s set %I = $1 where %2$I = $2', one."table", one."column") using keep, gone;
  end loop;
end $$;
comment on function agora.person_merge_rows is 'Moves everything that names one person to another: every column that refers to agora.person, found in the catalogue.';

create or replace function agora.two_person_do_merge_persons(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  keep uuid := (payload ->> 'keep')::uuid;
  gone uuid := (payload ->> 'gone')::uuid;
begin
  perform from agora.person where id in (keep, gone) order by id for update;
  if keep is null or gone is null or keep = gone
     or (select count(*) from agora.person where id in (keep, gone)) <> 2 then
    perform agora.fail('AG004', '/payload', 'Name two different persons, "keep" and "gone".');
  end if;
  if asked_by is null or confirmed_by is null or asked_by = confirmed_by then
    perform agora.fail('AG002', null, 'Two persons are merged by two persons.');
  end if;
  if exists (select from agora.account a where a.id in (asked_by, confirmed_by) and a.person_id in (keep, gone)) then
    perform agora.fail('AG002', null, 'Nobody merges themself.');
  end if;
  perform agora.person_merge_verifications(keep, gone);
  perform agora.person_merge_rows(keep, gone);
  delete from agora.person where id = gone;
  perform agora.audit(confirmed_by, 'person.merge', 'person', keep,
                      jsonb_build_object('gone', gone, 'asked_by', asked_by));
  perform agora.verification_changed(keep);
exception when unique_violation or check_violation then
  perform agora.fail('AG003', null, 'Both have something open that one person can have only once, such as a request to be verified. Settle one of them first.');
end $$;
comment on function agora.two_person_do_merge_persons is
  'Carries out a merge that a second person has confirmed. payload: {"keep": person, "gone": person}.';
