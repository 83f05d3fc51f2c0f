-- The kinds of acts of two persons: whom each is about, what its payload must be, its plain words, and what
-- is done.

create or replace function agora.payload_uuid(payload jsonb, name text) returns uuid
  language plpgsql immutable set search_path = '' as $$
begin
  if payload ->> name is null or payload ->> name !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    perform agora.fail('AG004', '/payload/' || name, 'Give the id, a UUID in lower case.');
  end if;
  return (payload ->> name)::uuid;
end $$;
comment on function agora.payload_uuid is 'An id of a payload, refused by pointer when it is none.';

create or replace function agora.payload_account(payload jsonb, name text) returns agora.account
  language plpgsql stable set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where handle = payload ->> name and state <> 'erased';
  if not found then
    perform agora.fail('AG004', '/payload/' || name, 'There is no member of this handle.');
  end if;
  return a;
end $$;
comment on function agora.payload_account is 'The account that a payload names by its handle, refused by pointer when there is none.';

create or replace function agora.payload_known(payload jsonb, names text[]) returns void
  language plpgsql immutable set search_path = '' as $$
declare
  odd text := (select k from jsonb_object_keys(payload) k where k <> all (names) limit 1);
begin
  if odd is not null then
    perform agora.fail('AG004', '/payload/' || left(replace(replace(odd, '~', '~0'), '/', '~1'), 60), 'There is no such field.');
  end if;
end $$;
comment on function agora.payload_known is 'Refuses members of a payload that are not known.';

create or replace function agora.two_person_about(kind text, payload jsonb) returns uuid[]
  language plpgsql stable set search_path = '' as $$
begin
  return case kind
    when 'revoke_fraud' then array(select v.person_id from agora.verification v where v.id::text = payload ->> 'verification')
    when 'recall' then array(select a.person_id from agora.account a where a.handle = payload ->> 'verifier')
    when 'role_grant' then array(select a.person_id from agora.account a where a.handle = payload ->> 'member')
    when 'rename_sealed' then array(select a.person_id from agora.account a where a.handle = payload ->> 'member')
    when 'merge_persons' then array(select a.person_id from agora.account a
                                     where a.handle in (payload ->> 'from', payload ->> 'into'))
    when 'break_glass' then array(select c.person_id from agora.vcase c where c.id::text = payload ->> 'case')
    when 'unseal_evidence' then array(select c.person_id from agora.vcase c where c.id::text = payload ->> 'case')
    else '{}'::uuid[] end;
end $$;
comment on function agora.two_person_about is 'Whom an act is about: persons who may neither ask for it nor confirm it.';

create or replace function agora.two_person_check(kind text, payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
begin
  case kind
    when 'revoke_fraud' then perform agora.revoke_fraud_check(payload);
    when 'recall' then perform agora.recall_check(payload);
    when 'role_grant' then perform agora.role_grant_check(payload);
    when 'rename_sealed' then perform agora.rename_sealed_check(payload);
    when 'merge_persons' then perform agora.merge_persons_check(payload);
    when 'break_glass' then perform agora.break_glass_check(payload);
    when 'unseal_evidence' then perform agora.unseal_evidence_check(payload);
    when 'publish_policy' then perform agora.publish_policy_check(payload);
  end case;
end $$;
comment on function agora.two_person_check is
  'Refuses a payload that its kind cannot be done with, naming the field: when it is asked for and once more when it is confirmed.';

create or replace function agora.two_person_do(act agora.two_person_act, confirmed_by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  case act.kind
    when 'revoke_fraud' then perform agora.two_person_do_revoke_fraud(act.payload, act.asked_by, confirmed_by);
    when 'recall' then perform agora.two_person_do_recall(act.payload, act.asked_by, confirmed_by);
    when 'role_grant' then perform agora.two_person_do_role_grant(act.payload, act.asked_by, confirmed_by);
    when 'rename_sealed' then perform agora.two_person_do_rename_sealed(act.payload, act.asked_by, confirmed_by);
    when 'merge_persons' then perform agora.two_person_do_merge_persons(act.payload, act.asked_by, confirmed_by);
    when 'publish_policy' then perform agora.two_person_do_publish_policy(act.payload, act.asked_by, confirmed_by);
    when 'break_glass', 'unseal_evidence' then perform agora.two_person_do_break_glass(act, confirmed_by);
  end case;
end $$;
comment on function agora.two_person_do is 'Carries a confirmed act out, by its kind.';

create or replace function agora.member_words(wanted text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce((select a.given_name || ' ' || a.family_name || ' (' || a.handle || ')' from agora.account a
                    where a.handle = wanted and a.state <> 'erased'), 'a member who has left');
end $$;
comment on function agora.member_words is 'A member as named in the plain words of an act.';

create or replace function agora.two_person_words(kind text, payload jsonb) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case kind
    when 'revoke_fraud' then agora.revoke_fraud_words(payload)
    when 'recall' then agora.recall_words(payload)
    when 'role_grant' then format('%s becomes %s.', agora.member_words(payload ->> 'member'),
      replace(payload ->> 'role', '_', ' '))
    when 'rename_sealed' then format('The verified name of %s becomes %s %s. Their verification ends and must be made anew.',
      agora.member_words(payload ->> 'member'), payload ->> 'given_name', payload ->> 'family_name')
    when 'merge_persons' then format('%s and %s are one person: the accounts are kept, limits and blocks count for both, and the lower verification ends.',
      agora.member_words(payload ->> 'from'), agora.member_words(payload ->> 'into'))
    when 'break_glass' then format('Who asks may read the case %s for %s minutes. The member is told afterwards, unless a legal hold forbids it.',
      (select c.reference from agora.vcase c where c.id::text = payload ->> 'case'), agora.policy_int('break_glass.minutes'))
    when 'unseal_evidence' then format('Who asks may read the decided case %s and look at its evidence, for %s minutes. The member is told afterwards, unless a legal hold forbids it.',
      (select c.reference from agora.vcase c where c.id::text = payload ->> 'case'), agora.policy_int('break_glass.minutes'))
    when 'publish_policy' then agora.publish_policy_words(payload) end;
end $$;
comment on function agora.two_person_words is 'What will be done, in plain words for the second person.';
