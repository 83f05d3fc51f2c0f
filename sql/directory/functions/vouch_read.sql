-- What a vouch looks like to its member, its voucher and verifiers, and what verifiers are warned of.

create or replace function agora.vouch_rings(v agora.vouch) returns text[]
  language plpgsql stable set search_path = '' as $$
begin
  return array_remove(array[
    case when exists (select from agora.vouch b
                       where b.state = 'given' and b.voucher_person = v.subject_person and b.subject_person = v.voucher_person)
         then 'ring_of_two' end,
    case when exists (select from agora.vouch b
                        join agora.vouch c on c.state = 'given' and c.voucher_person = b.subject_person and c.subject_person = v.voucher_person
                       where b.state = 'given' and b.voucher_person = v.subject_person)
         then 'ring_of_three' end], null);
end $$;
comment on function agora.vouch_rings is
  'Whether a vouch closes a ring: the member vouches for the voucher, or for somebody who vouches for the voucher. Vouches that hold.';

create or replace function agora.vouch_stated(v agora.vouch, claim text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (select agora.plain_key(k.value) from agora.claim k where k.case_id = v.case_id and k.name = claim);
end $$;
comment on function agora.vouch_stated is 'A claim of the case of a vouch, to compare it.';

create or replace function agora.vouch_flags(v agora.vouch) returns text[]
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select agora.vouch_rings(v) || array_remove(array[
      case when v.known_as is not null and not (
             coalesce(strpos(agora.plain_key(v.known_as), agora.vouch_stated(v, 'given_name')) > 0, false)
             and coalesce(strpos(agora.plain_key(v.known_as), agora.vouch_stated(v, 'family_name')) > 0, false)) then 'name_differs' end,
      case when agora.plain_key(a.family_name) = agora.vouch_stated(v, 'family_name') then 'same_family_name' end,
      case when exists (select from agora.claim k
                         where k.person_id = v.voucher_person and k.name = 'address' and k.verification_id is not null
                           and agora.plain_key(k.value) = agora.vouch_stated(v, 'address')) then 'same_address' end,
      case when v.answered_at is not null and v.known_since is not null and agora.vouch_method(v) = 'x_vouch' then 'known_short' end,
      case when exists (select from agora.vouch_review r where r.vouch_id = v.id and r.closed_at is null) then 'to_review' end], null)
      from agora.account a where a.id = v.voucher_id);
end $$;
comment on function agora.vouch_flags is 'What a verifier should know about a vouch before it counts: rings, names and addresses, a review that is open.';

create or replace function agora.vouch_party(account uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (select jsonb_build_object('handle', a.handle, 'shown_name', a.given_name || ' ' || a.family_name) from agora.account a where a.id = account);
end $$;
comment on function agora.vouch_party is 'A member by handle and name.';

create or replace function agora.vouch_json(v agora.vouch, seen_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'id', v.id,
        -- Whether somebody declined or did not answer is between them and the verifiers.
        'state', case when seen_as = 'member' and v.state in ('declined', 'unanswered') then 'not_given' else v.state::text end,
        'named_at', agora.ts(v.named_at),
        'asked_at', agora.ts(v.asked_at),
        'expires_at', case when v.state = 'asked' then agora.ts(v.expires_at) end,
        'answered_at', case when v.state not in ('declined', 'unanswered') or seen_as <> 'member' then agora.ts(v.answered_at) end,
        'valid_until', agora.ts(v.valid_until)))
      || case seen_as
        when 'member' then jsonb_build_object('voucher', agora.vouch_party(v.voucher_id), 'evidence', v.evidence_id)
        when 'voucher' then jsonb_strip_nulls(jsonb_build_object(
          'member', agora.vouch_party(c.account_id), 'level', c.level, 'message', v.message,
          'relation', v.relation, 'known_since', v.known_since, 'known_as', v.known_as,
          'can', case when v.state = 'asked' then '["give","decline"]'
                      when v.state = 'given' and v.asked_again_at is not null then '["repeat","withdraw"]'
                      when v.state = 'given' then '["withdraw"]' else '[]' end::jsonb))
        else jsonb_strip_nulls(jsonb_build_object(
          'voucher', agora.vouch_party(v.voucher_id), 'evidence', v.evidence_id, 'message', v.message,
          'relation', v.relation, 'known_since', v.known_since, 'known_as', v.known_as, 'voucher_level', v.voucher_level,
          'private_reason', v.private_reason, 'flags', to_jsonb(agora.vouch_flags(v)))) end
      from agora.vcase c where c.id = v.case_id);
end $$;
comment on function agora.vouch_json is 'A vouch as its member, its voucher or a verifier sees it (schema Vouch).';

create or replace function agora.vouch_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(agora.vouch_json(v, 'voucher') order by v.state <> 'asked', v.named_at desc), '[]')
        from (select * from agora.vouch o
               where o.voucher_id = viewer and o.asked_at is not null and o.state <> 'cancelled'
               order by o.state <> 'asked', o.named_at desc limit 100) v),
    'live', agora.vouch_live(agora.case_person(viewer)),
    'most', agora.policy_int('vouch.per_year'))::text;
end $$;
comment on function agora.vouch_list is 'The vouches that a member was asked for, open ones first, at most 100 (schema VouchList).';

create or replace function agora.vouch_review_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not agora.case_role(viewer, 'verifier') then
    perform agora.fail('AG002', null, 'Only verifiers look at vouches.');
  end if;
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'id', r.id, 'reason', r.reason, 'opened_at', agora.ts(r.opened_at),
        'member', agora.vouch_party(c.account_id), 'case', c.id, 'reference', c.reference, 'case_state', c.state,
        'level', c.level, 'verification', (select w.id from agora.verification w where w.case_id = c.id),
        'vouch', agora.vouch_json(v, 'verifier'))) order by r.opened_at, r.id), '[]')
      from (select * from agora.vouch_review o where o.closed_at is null order by o.opened_at, o.id limit 200) r
      join agora.vouch v on v.id = r.vouch_id
      join agora.vcase c on c.id = v.case_id
     where agora.case_person(viewer) not in (v.voucher_person, v.subject_person)))::text;
end $$;
comment on function agora.vouch_review_list is
  'The vouches that a verifier must look at, oldest first, at most 200; never those they gave or that are about them (schema VouchReviews).';

create or replace function agora.vouch_review_close(viewer uuid, wanted uuid, how text, words text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  r agora.vouch_review;
  v agora.vouch;
  c agora.vcase;
begin
  if not agora.case_role(viewer, 'verifier') then
    perform agora.fail('AG002', null, 'Only verifiers look at vouches.');
  end if;
  select * into r from agora.vouch_review where id = wanted;
  select * into v from agora.vouch where id = r.vouch_id;
  if v.id is null or agora.case_person(viewer) in (v.voucher_person, v.subject_person) then
    perform agora.fail('AG001');
  end if;
  select * into c from agora.vcase where id = v.case_id for update;
  select * into r from agora.vouch_review where id = wanted for update;
  if r.closed_at is not null then
    perform agora.fail('AG003', null, 'Somebody has looked at this already.');
  elsif coalesce(how, '') not in ('kept', 'set_aside') then
    perform agora.fail('AG004', '/outcome', 'Say kept or set_aside.');
  elsif how = 'kept' and v.state <> 'given' then
    perform agora.fail('AG003', null, 'This vouch does not hold any more, so it cannot be kept.');
  elsif coalesce(length(trim(words)), 0) not between 1 and 2000 then
    perform agora.fail('AG004', '/note', 'Say why in a note of at most 2,000 characters.');
  end if;
  update agora.vouch_review set closed_at = now(), closed_by = viewer, outcome = how, note = trim(words) where id = wanted;
  if how = 'set_aside' and v.state = 'given' then
    update agora.vouch set state = 'set_aside', ended_at = now(), version = version + 1 where id = v.id;
  end if;
  if agora.case_is_open(c) then
    if how = 'kept' and not exists (select from agora.vouch_review o where o.vouch_id = v.id and o.closed_at is null) then
      perform agora.vouch_check(v, 'passed', viewer, 'Kept after a review.');
    elsif how = 'set_aside' then
      perform agora.vouch_evidence_drop(v);
    end if;
    perform agora.case_touch(c);
  end if;
  perform agora.audit(viewer, 'vouch.reviewed', 'vouch', v.id, jsonb_build_object('reason', r.reason, 'outcome', how, 'case', v.case_id));
  perform agora.redress_tell('verifier', 'vouch');
end $$;
comment on function agora.vouch_review_close is 'A verifier has looked at a vouch: it counts, or it does not.';

grant execute on function agora.vouch_list(uuid), agora.vouch_review_list(uuid), agora.vouch_review_close(uuid, uuid, text, text) to agora_app;
