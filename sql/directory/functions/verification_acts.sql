-- How verifications begin and end. Whatever changes a member's level tells the search index; what ends
-- one also ends what rested on it.

create or replace function agora.verification_changed(person uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  one uuid;
begin
  for one in select a.id from agora.account a where a.person_id = person and a.state <> 'erased' loop
    perform agora.search_touch(one);
    perform agora.event_add(one, 'case');
  end loop;
end $$;
comment on function agora.verification_changed is 'Tells the search index and the browsers of a person''s accounts that the level has changed.';

create or replace function agora.verification_supersede(person uuid) returns void
  language sql set search_path = '' as $$
  with old as (
    update agora.verification set state = 'superseded', ended_at = now(), version = version + 1
     where person_id = person and state in ('active', 'suspended')
    returning id)
  select agora.audit(null, 'verification.supersede', 'verification', old.id) from old
$$;
comment on function agora.verification_supersede is 'Ends the verification that a person has, because a newer one takes its place.';

create or replace function agora.verification_grant(c agora.vcase, by uuid) returns uuid
  language plpgsql set search_path = '' as $$
declare
  made uuid;
  seen record;
begin
  select coalesce(array_agg(phrase order by worth desc, phrase) filter (where worth > 'none'), '{}') as against,
         coalesce(bool_or(in_person), false) as in_person
    into seen
    from (select i.phrase, max(i.worth) as worth, bool_or(i.in_person) as in_person
            from agora.case_items(c.id) i where i.validated group by i.phrase) item;
  perform agora.verification_supersede(c.person_id);
  insert into agora.verification (person_id, account_id, case_id, level, trust_framework, assurance_level,
    verified_by, remotely, against, verified_at, valid_until)
  values (c.person_id, c.account_id, c.id, c.level, agora.policy_text('verification.trust_framework'),
    'level_' || c.level, agora.policy_text('organisation.name'), not seen.in_person, seen.against, now(),
    now() + make_interval(months => agora.policy_int('verification.validity_months')::integer))
  returning id into made;
  update agora.claim k set verification_id = made
    from agora.claim_name n
   where k.case_id = c.id and n.code = k.name and c.level >= 2
     and (n.shown_by is null
          or exists (select from agora.case_items(c.id) i where i.validated and i.subtype = any (n.shown_by)));
  perform agora.audit(by, 'verification.grant', 'verification', made,
                      jsonb_build_object('case', c.id, 'level', c.level));
  perform agora.verification_changed(c.person_id);
  return made;
end $$;
comment on function agora.verification_grant is
  'Makes the verification of an approved case and its claims verified: those that the evidence shows, from level 2 on.';

create or replace function agora.verification_revoke(viewer uuid, wanted uuid, reason text, note text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification;
  why agora.revoke_reason;
  one uuid;
begin
  if not (agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only verifiers and admins can revoke a verification.');
  end if;
  select * into v from agora.verification where id = wanted for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if v.person_id = agora.case_person(viewer) then
    perform agora.fail('AG002', null, 'You cannot revoke your own verification; ask another verifier.');
  end if;
  select * into why from agora.revoke_reason where code = reason;
  if not found then
    perform agora.fail('AG004', '/reason', 'Choose one of the reasons of the list.');
  end if;
  if coalesce(length(trim(note)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', '/note', 'Say why in a note of at most 2,000 characters.');
  end if;
  if v.state not in ('active', 'suspended') then
    perform agora.fail('AG003', null, 'This verification has ended already.');
  end if;
  update agora.verification
     set state = case when why.supersedes then 'superseded' else 'revoked' end::agora.verification_state,
         ended_at = now(), ended_by = viewer, end_reason = reason, end_note = trim(note), version = version + 1
   where id = wanted;
  perform agora.audit(viewer, 'verification.revoke', 'verification', wanted, jsonb_build_object('reason', reason));
  for one in select a.id from agora.account a where a.person_id = v.person_id and a.state <> 'erased' loop
    perform agora.introductions_cancel(one, reason);
    perform agora.case_mail(one, 'Your verification has ended',
      'Your verification has ended: ' || why.class || E'.\n'
      || 'Open requests for introductions have ended with it.');
  end loop;
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.verification_revoke is
  'Ends a verification for a reason; open introductions of its member are cancelled and, for fraud kinds, contacts ended.';

create or replace function agora.verification_import(accounts uuid[], levels integer[], at timestamptz[]) returns bigint
  language plpgsql set search_path = '' as $$
declare
  made bigint;
begin
  with given as (
    select a.id as account_id, a.person_id, a.given_name, a.family_name, g.level, g.at
      from unnest(accounts, levels, at) g (account_id, level, at)
      join agora.account a on a.id = g.account_id
     where g.level between 1 and 3),
  granted as (
    insert into agora.verification (person_id, account_id, level, trust_framework, assurance_level, verified_by,
      remotely, against, verified_at, valid_until)
    select g.person_id, g.account_id, g.level, agora.policy_text('verification.trust_framework'), 'level_' || g.level,
           agora.policy_text('organisation.name'), true,
           case g.level when 1 then '{}'::text[] when 2 then '{a membership record}' else '{a passport,a register entry}' end,
           g.at, g.at + make_interval(months => agora.policy_int('verification.validity_months')::integer)
      from given g
    returning id, account_id, person_id, level),
  named as (
    insert into agora.claim (person_id, name, value, verification_id)
    select v.person_id, c.name, c.value, v.id
      from granted v
      join given g on g.account_id = v.account_id
     cross join lateral (values ('given_name', g.given_name), ('family_name', g.family_name)) c (name, value)
     where v.level >= 2)
  select count(*) into made from granted;
  perform agora.audit(null, 'verification.import', 'verification', null, jsonb_build_object('count', made));
  return made;
end $$;
comment on function agora.verification_import is
  'Verifications for example members, many at once and without cases: account, level 1 to 3 and time of each. Not for the service''s role. The caller indexes them for the search.';

grant execute on function agora.verification_revoke(uuid, uuid, text, text) to agora_app;

create or replace function agora.verification_grant_example(account uuid, level integer) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.verification_supersede(agora.case_person(account));
  perform agora.verification_import(array[account], array[level], array[now()]);
  perform agora.verification_changed(agora.case_person(account));
end $$;
comment on function agora.verification_grant_example is
  'Verifies one example member without a case, at once and indexed for the search. Not for the service''s role.';
