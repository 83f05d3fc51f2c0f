-- What a member does about vouches for themselves, and what a verifier does with the case that waits for one.

create or replace function agora.vouch_candidate(viewer uuid, named text, c agora.vcase) returns agora.account
  language plpgsql stable set search_path = '' as $$
declare
  found_one agora.account;
begin
  select * into found_one from agora.account
   where handle = lower(regexp_replace(trim(named), '^(.*/m/|@)', '')) and state = 'active';
  if found_one.person_id = c.person_id then
    perform agora.fail('AG004', '/handle', 'Somebody else must vouch for you.');
  end if;
  -- Who has blocked the member looks like nobody, and so does who is listed under a pseudonym.
  if found_one.id is null or not agora.known_by_name(viewer, found_one.id)
     or exists (select from agora.block b
                 where (b.blocker_person, b.blocked_person) in ((found_one.person_id, c.person_id), (c.person_id, found_one.person_id))) then
    perform agora.fail('AG004', '/handle', 'There is no member of this name whom you can ask. Take the last part of the address of their page.');
  end if;
  if agora.member_level(found_one.id) < c.level then
    perform agora.fail('AG004', '/handle', 'This member is not verified at level ' || c.level || ' or above, which a voucher needs for your request.');
  end if;
  return found_one;
end $$;
comment on function agora.vouch_candidate is 'The member whom a handle names, if they may be asked to vouch in a case.';

create or replace function agora.vouch_name(viewer uuid, wanted uuid, named text, words text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, null, 'member');
  voucher agora.account;
  item uuid;
  made uuid;
begin
  perform agora.case_must_be(c, '{draft,needs_member}');
  voucher := agora.vouch_candidate(viewer, named, c);
  if (select count(*) from agora.vouch v where v.case_id = wanted and v.state <> 'cancelled') >= agora.policy_int('vouch.per_case')
     or (select count(*) from agora.evidence e where e.case_id = wanted and e.removed_at is null)
        >= agora.policy_int('verification.evidence_limit') then
    perform agora.fail('AG003', null, 'You have named as many as one request can have. Remove one first.');
  end if;
  if (select count(*) from agora.vouch v where v.voucher_person = voucher.person_id and v.state in ('named', 'asked'))
     >= agora.policy_int('vouch.open_asked') then
    perform agora.fail('AG003', null, 'This member is asked by too many at the moment. Name somebody else.');
  end if;
  insert into agora.evidence (case_id, type, subtype, issuer)
  values (wanted, 'vouch', 'digital_attestation', voucher.given_name || ' ' || voucher.family_name || ' (' || voucher.handle || ')')
  returning id into item;
  insert into agora.vouch (case_id, evidence_id, voucher_id, voucher_person, subject_person, message)
  values (wanted, item, voucher.id, voucher.person_id, c.person_id, nullif(trim(words), ''))
  returning id into made;
  perform agora.case_touch(c);
  perform agora.audit(viewer, 'vouch.name', 'vouch', made, jsonb_build_object('case', wanted, 'evidence', item));
  return agora.vouch_json((select v from agora.vouch v where v.id = made), 'member')::text;
exception when unique_violation then
  perform agora.fail('AG003', null, 'You have named this member already.');
end $$;
comment on function agora.vouch_name is 'Names a member who is to vouch; they are asked when the request is sent.';

create or replace function agora.vouches_of_case(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  c agora.vcase;
  viewed_as text;
begin
  select * into c from agora.vcase where id = wanted;
  viewed_as := agora.case_viewed_as(c, viewer);
  if viewed_as is null then
    perform agora.fail('AG001');
  end if;
  viewed_as := case when viewed_as = 'member' then 'member' else 'verifier' end;
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(agora.vouch_json(v, viewed_as) order by v.named_at, v.id), '[]')
      from agora.vouch v where v.case_id = wanted and v.state <> 'cancelled'))::text;
end $$;
comment on function agora.vouches_of_case is 'The vouches of a case as its member or its verifier sees them (schema CaseVouches).';

create or replace function agora.vouch_wait(viewer uuid, wanted uuid, seen text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'verifier');
begin
  perform agora.case_must_be(c, '{in_review}');
  if not exists (select from agora.vouch v where v.case_id = wanted and v.state = 'asked') then
    perform agora.fail('AG003', null, 'Nobody is asked to vouch in this request whose answer is missing.');
  end if;
  perform agora.case_step(c, 'ask_third_party', viewer, 'verifier');
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.vouch_wait is 'The verifier waits for the vouchers of a case: it comes back when the last has answered, or their time is over.';

create or replace function agora.case_vouched_by(wanted uuid, person uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from agora.vouch v
                  where v.case_id = wanted and v.voucher_person = person and (v.state <> 'cancelled' or v.asked_at is not null));
end $$;
comment on function agora.case_vouched_by is 'Whether a person was named to vouch in a case: they cannot act on it (guard G1).';

grant execute on function agora.vouch_name(uuid, uuid, text, text), agora.vouches_of_case(uuid, uuid),
  agora.vouch_wait(uuid, uuid, text) to agora_app;
