-- The decision of who has the case: at once where one person may decide, else a recommendation that waits for
-- a second person. The guards are in the transition; here are the words and the record.

create or replace function agora.recourse_of(codes text[]) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select r.recourse
      from agora.reason_code r
     where r.used_to = 'reject' and r.code = any (codes)
     order by array_position('{restricted,final,referee,retry}'::text[], r.recourse)
     limit 1);
end $$;
comment on function agora.recourse_of is 'What a rejection for these reasons leaves open to the member: the strictest of them.';

create or replace function agora.case_vouch_only(wanted uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with good as (
      select e.type
        from agora.evidence e
        join agora.vcheck k on k.evidence_id = e.id and k.result = 'passed'
        join agora.check_method m on m.code = k.check_method
       where e.case_id = wanted and e.removed_at is null and (e.type = 'vouch' or m.class = 'validation'))
    select exists (select from good) and not exists (select from good where type <> 'vouch'));
end $$;
comment on function agora.case_vouch_only is 'Whether all that was found good in a case are vouches.';

create or replace function agora.case_two_persons(c agora.vcase, outcome text, codes text[]) returns text[]
  language plpgsql stable set search_path = '' as $$
begin
  return array(
    select w.why
      from (values
        ('level', outcome = 'approve' and c.level >= least(4, agora.policy_int('verification.two_persons_level'))),
        ('referee', c.referee_reason is not null),
        ('vouch', outcome = 'approve' and agora.case_vouch_only(c.id)),
        ('restricted', outcome = 'reject' and agora.recourse_of(codes) = 'restricted'),
        ('final', outcome = 'reject' and agora.recourse_of(codes) = 'final')) w (why, needed)
     where w.needed);
end $$;
comment on function agora.case_two_persons is
  'Why a decision needs two persons: level (4 always, lower ones by policy), referee, vouch (nothing else was found good), restricted or final rejection; none: one person decides.';

create or replace function agora.case_decision_check(how text, codes text[], for_member text) returns void
  language plpgsql set search_path = '' as $$
begin
  if how = 'reject' then
    if cardinality(codes) = 0 then
      perform agora.fail('AG004', '/reason_codes', 'Give at least one reason.');
    end if;
    perform agora.case_codes_check(codes, 'reject');
    if for_member is null then
      perform agora.fail('AG004', '/public_text', 'Tell the member why, and what they can do.');
    end if;
  elsif how = 'approve' then
    if cardinality(codes) > 0 then
      perform agora.fail('AG004', '/reason_codes', 'An approval has no reasons.');
    end if;
  else
    perform agora.fail('AG004', '/outcome', 'Say approve or reject.');
  end if;
end $$;
comment on function agora.case_decision_check is 'Refuses a decision whose words are not as they must be (G5), naming the field.';

create or replace function agora.case_decide(viewer uuid, wanted uuid, seen text, how text, codes text[],
    for_member text, for_verifiers text, presented text default null) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
  viewed_as text;
  two text[];
  acting_as text := 'verifier';
begin
  select * into c from agora.vcase v where v.id = wanted for update;
  viewed_as := case when c.state = 'held' then 'screener' else 'verifier' end;
  c := agora.case_lock(viewer, wanted, seen, viewed_as);
  perform agora.case_must_be(c, '{held,in_review,referee_review}');
  codes := coalesce(codes, '{}');
  for_member := nullif(trim(for_member), '');
  perform agora.case_decision_check(how, codes, for_member);
  two := agora.case_two_persons(c, how, codes);
  if viewed_as = 'screener' then
    acting_as := agora.case_screener_role(viewer);
    if acting_as = 'admin' and two <> '{}' then
      perform agora.fail('AG002', null, 'This rejection needs two verifiers; let the request into the queue, or ask a verifier.');
    end if;
  end if;
  insert into agora.decision (case_id, by, outcome, reason_codes, public_text, private_note, computed, duplicates,
    state, two_persons, snapshot, snapshot_hash)
  values (wanted, viewer, how, codes, for_member, nullif(trim(for_verifiers), ''), agora.case_level(wanted),
          (select count(distinct d.person_id) from agora.case_duplicates(c) d),
          -- A final decision of two persons names the second; this one waits for them.
          case when two = '{}' then 'final' else 'recommended' end, two, agora.case_snapshot(wanted),
          -- A rejection rests on its reasons; the snapshot it was made on is kept without being presented.
          case when how = 'approve' then presented else coalesce(presented, agora.case_hash(wanted)) end);
  c := agora.case_step(c, case
    when two = '{}' then how
    when how = 'approve' then 'recommend'
    else 'recommend_reject' end, viewer, acting_as);
  if c.state = 'approved' then
    perform agora.verification_grant(c, viewer);
  end if;
  return query select * from agora.case_get_or_gone(viewer, c);
end $$;
comment on function agora.case_decide is
  'Decides a case, or recommends a decision to a second person where it needs two. presented: hash of the snapshot that was read; an approval needs it. An approval needs evidence and checks for the level asked, computed anew; a rejection needs a reason and a text for the member.';

create or replace function agora.case_retry_check(person uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  days integer := agora.policy_int('verification.retry_days');
  most bigint := agora.policy_int('verification.retry_limit');
  again timestamptz;
begin
  select d.at + make_interval(days => days) into again
    from agora.vcase c
    join agora.decision d on d.case_id = c.id and d.state = 'final' and d.outcome = 'reject'
   where c.person_id = person and c.decided_at is not null and d.at > now() - make_interval(days => days)
     and agora.recourse_of(d.reason_codes) = 'retry'
   order by d.at desc
  offset most - 1 limit 1;
  if found then
    perform agora.fail('AG003', null, 'Your requests were not approved ' || most || ' times in ' || days
      || ' days. You can begin a new one from ' || agora.day_words(again) || ', or appeal.');
  end if;
end $$;
comment on function agora.case_retry_check is 'Refuses a new case after verification.retry_limit rejections in verification.retry_days that could be tried again.';

create or replace function agora.case_recourse_json(c agora.vcase) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
        -- A restricted rejection reads like a final one: neutral words.
        'class', case r.class when 'restricted' then 'final' else r.class end,
        'can', to_jsonb(
          case r.class when 'retry' then '{retry}'::text[] when 'referee' then '{referee}' else '{}' end
          || case when c.state in ('approved', 'rejected') and now() < a.until then '{appeal}'::text[] else '{}' end),
        'appeal_until', agora.ts(a.until))
      from agora.decision d,
           lateral (select agora.recourse_of(d.reason_codes) as class) r,
           lateral (select d.at + make_interval(days => agora.policy_int('verification.appeal_days')::integer) as until) a
     where d.case_id = c.id and d.state = 'final' and d.outcome = 'reject' and c.decided_at is not null);
end $$;
comment on function agora.case_recourse_json is
  'What a member can do about a rejection: try again, ask for a trusted referee, appeal, and until when. A restricted one reads like a final one.';

grant execute on function agora.case_decide(uuid, uuid, text, text, text[], text, text, text) to agora_app;
