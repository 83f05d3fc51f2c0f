-- Verifications of example members, without cases.

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

create or replace function agora.verification_grant_example(account uuid, level integer) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.verification_supersede(agora.case_person(account));
  perform agora.verification_import(array[account], array[level], array[now()]);
  perform agora.verification_changed(agora.case_person(account));
end $$;
comment on function agora.verification_grant_example is
  'Verifies one example member without a case, at once and indexed for the search. Not for the service''s role.';
