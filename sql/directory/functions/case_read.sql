-- What a case looks like: to its member, without checks in progress and private notes; to its verifier,
-- whole; and as a row of the queue.

create or replace function agora.case_can(c agora.vcase, viewed_as text) returns jsonb
  language sql immutable set search_path = '' as $$
  select case
    when viewed_as = 'member' and c.state in ('draft', 'needs_member') then '["edit","submit","withdraw"]'
    when viewed_as = 'member' and c.state in ('submitted', 'in_review') then '["withdraw"]'
    when viewed_as = 'verifier' and c.state = 'in_review' then '["check","ask","decide","release"]'
    else '[]' end::jsonb
$$;
comment on function agora.case_can is 'What its viewer may do with a case now.';

create or replace function agora.case_checks_json(item uuid, c agora.vcase, viewed_as text) returns jsonb
  language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', k.id,
      'check_method', k.check_method,
      'label', m.label,
      'result', k.result,
      'organization', case when viewed_as = 'verifier' then k.organization end,
      'note', case when viewed_as = 'verifier' then k.note end,
      'time', agora.ts(k.at))) order by k.seq), '[]')
    from agora.vcheck k
    join agora.check_method m on m.code = k.check_method
   where k.evidence_id = item
     and (viewed_as = 'verifier' or (c.state = 'approved' and k.result = 'passed'))
$$;
comment on function agora.case_checks_json is
  'The checks of a piece of evidence. The member sees what was found good once the case was approved: nothing tells which fact a register did not match.';

create or replace function agora.case_evidence_json(c agora.vcase, viewed_as text) returns jsonb
  language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', e.id,
      'type', e.type,
      'subtype', e.subtype,
      'label', t.label,
      'document_number', e.document_number,
      'issuer', e.issuer,
      'issuer_country', e.issuer_country,
      'date_of_issuance', e.date_of_issuance,
      'date_of_expiry', e.date_of_expiry,
      'note', e.note,
      'allowed_methods', case when viewed_as = 'verifier' then (
        select jsonb_agg(m.check_method order by p.place)
          from agora.evidence_method m join agora.check_method p on p.code = m.check_method
         where m.type = e.type and m.subtype = e.subtype) end,
      'checks', agora.case_checks_json(e.id, c, viewed_as))) order by e.added_at, e.id), '[]')
    from agora.evidence e
    join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
   where e.case_id = c.id and e.removed_at is null
$$;
comment on function agora.case_evidence_json is 'The evidence of a case as its viewer sees it.';

create or replace function agora.case_timeline_json(c agora.vcase, viewed_as text) returns jsonb
  language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'at', agora.ts(e.at),
      'text', t.told || coalesce(' ' || q.public_text, ''),
      'by', case when viewed_as = 'verifier' then a.given_name || ' ' || a.family_name end)) order by e.id), '[]')
    from agora.vcase_event e
    join agora.vcase_transition t on t.from_state is not distinct from e.from_state and t.event = e.event
                                 and t.actor_role = e.actor_role
    join agora.account a on a.id = e.actor
    left join agora.vcase_question q on q.event_id = e.id
   where e.case_id = c.id
$$;
comment on function agora.case_timeline_json is 'What has happened with a case, in plain words; who did it only for its verifier.';

create or replace function agora.case_question_json(c agora.vcase) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object('reason_codes', q.reason_codes, 'text', q.public_text)
    from agora.vcase_question q
   where q.case_id = c.id and c.state = 'needs_member'
   order by q.event_id desc
   limit 1
$$;
comment on function agora.case_question_json is 'What the member is asked now.';

create or replace function agora.case_decision_json(c agora.vcase, viewed_as text) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
      'outcome', d.outcome,
      'at', agora.ts(d.at),
      'reason_codes', (
        select coalesce(jsonb_agg(k.code order by k.place), '[]')
          from unnest(d.reason_codes) with ordinality k (code, place)
          join agora.reason_code r on r.used_to = 'reject' and r.code = k.code
         where viewed_as = 'verifier' or r.recourse <> 'restricted'),
      'public_text', d.public_text,
      'private_note', case when viewed_as = 'verifier' then d.private_note end,
      'by', case when viewed_as = 'verifier' then a.given_name || ' ' || a.family_name
                 else agora.policy_text('organisation.name') end))
    from agora.decision d
    join agora.account a on a.id = d.by
   where d.case_id = c.id
$$;
comment on function agora.case_decision_json is
  'How a case was decided. The member sees neither the private note, nor restricted reasons, nor who decided.';

create or replace function agora.case_json(c agora.vcase, viewed_as text) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
      'id', c.id,
      'reference', c.reference,
      'version', c.version,
      'state', c.state,
      'level', c.level,
      'member', jsonb_build_object('handle', a.handle, 'shown_name', a.given_name || ' ' || a.family_name),
      'claims', (select coalesce(jsonb_object_agg(k.name, k.value), '{}') from agora.claim k where k.case_id = c.id),
      'evidence', agora.case_evidence_json(c, viewed_as),
      'submitted_at', agora.ts(c.submitted_at),
      'due_at', agora.ts(c.due_at),
      'question', agora.case_question_json(c),
      'decision', agora.case_decision_json(c, viewed_as),
      'timeline', agora.case_timeline_json(c, viewed_as),
      'can', agora.case_can(c, viewed_as)))
    || case when viewed_as = 'verifier' then jsonb_build_object(
      'computed', agora.case_level_shown(c.id),
      'duplicates', (
        select coalesce(jsonb_agg(jsonb_build_object('handle', d.handle, 'shown_name', d.shown_name, 'why', d.why)
                                  order by d.handle), '[]')
          from agora.case_duplicates(c) d)) else '{}' end
    from agora.account a
   where a.id = c.account_id
$$;
comment on function agora.case_json is 'A case as its viewer sees it (schema Case).';

create or replace function agora.case_get(viewer uuid, wanted uuid) returns table (body text, etag text)
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
  return query select agora.case_json(c, viewed_as)::text, c.version::text;
end $$;
comment on function agora.case_get is 'A case with its version, for its member or its verifier.';

create or replace function agora.case_mine(viewer uuid) returns text
  language sql stable security definer set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
      'level', agora.member_level(viewer),
      'case', (
        select agora.case_json(c, 'member') from agora.vcase c
         where c.account_id = viewer and c.state in ('draft', 'submitted', 'in_review', 'needs_member')),
      'cases', (
        select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'reference', c.reference, 'state', c.state,
                 'at', agora.ts(e.at)) order by e.at desc), '[]')
          from agora.vcase c
          join agora.vcase_event e on e.case_id = c.id and e.step = c.step
         where c.account_id = viewer and c.state in ('approved', 'rejected', 'withdrawn')),
      'verifications', (
        select coalesce(jsonb_agg(agora.verification_record(v) order by v.verified_at desc, v.id desc), '[]')
          from agora.verification v
         where v.person_id = agora.case_person(viewer))))::text
$$;
comment on function agora.case_mine is 'Where a member''s verification stands (schema MyVerification).';

grant execute on function agora.case_get(uuid, uuid), agora.case_mine(uuid) to agora_app;
