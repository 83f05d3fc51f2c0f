-- What a case looks like: to its member, without checks in progress and private notes; to its verifier,
-- whole; to the second person, without what the first found until they may see it.

create or replace function agora.case_can(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  return coalesce((
    select k.acts
      from (values
        ('member', '{draft,needs_member,stale}'::agora.case_state[], '["edit","submit","withdraw"]'::jsonb),
        ('member', '{submitted,held,queued,in_review,needs_third_party,referee_review,awaiting_second}', '["withdraw"]'),
        ('member', '{session_booked}', '["choose","call_off","withdraw"]'),
        ('verifier', '{in_review}', '["check","ask","book","refer","decide","release","conflict"]'),
        ('verifier', '{referee_review}', '["check","decide","release","conflict"]'),
        ('verifier', '{session_booked}', '["call_off","end"]'),
        ('second', '{awaiting_second}', '["second","release","conflict"]'),
        ('screener', '{held}', '["clear","refuse"]')) k (role, states, acts)
     where k.role = viewed_as and c.state = any (k.states)), '[]');
end $$;
comment on function agora.case_can is 'What its viewer may do with a case now.';

create or replace function agora.case_checks_json(item uuid, c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'id', k.id,
        'check_method', k.check_method,
        'label', m.label,
        'result', k.result,
        'organization', case when viewed_as <> 'member' then k.organization end,
        'note', case when viewed_as <> 'member' then k.note end,
        'time', agora.ts(k.at))) order by k.seq), '[]')
      from agora.vcheck k
      join agora.check_method m on m.code = k.check_method
     where k.evidence_id = item
       and (viewed_as in ('verifier', 'screener') or (viewed_as = 'second' and agora.second_sees(c))
            or (viewed_as = 'member' and c.state = 'approved' and k.result = 'passed')));
end $$;
comment on function agora.case_checks_json is
  'The checks of a piece of evidence. The member sees what was found good once the case was approved: nothing tells which fact a register did not match. A second person sees them when agora.second_sees says so.';

create or replace function agora.case_evidence_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
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
        'allowed_methods', case when viewed_as <> 'member' then (
          select jsonb_agg(m.check_method order by p.place)
            from agora.evidence_method m join agora.check_method p on p.code = m.check_method
           where m.type = e.type and m.subtype = e.subtype) end,
        'checks', agora.case_checks_json(e.id, c, viewed_as))) order by e.added_at, e.id), '[]')
      from agora.evidence e
      join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
     where e.case_id = c.id and e.removed_at is null);
end $$;
comment on function agora.case_evidence_json is 'The evidence of a case as its viewer sees it.';

create or replace function agora.case_timeline_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'at', agora.ts(e.at),
        'text', t.told || coalesce(' ' || q.public_text, ''),
        'by', case when viewed_as <> 'member' then a.given_name || ' ' || a.family_name end)) order by e.id), '[]')
      from agora.vcase_event e
      join agora.vcase_transition t on t.from_state is not distinct from e.from_state and t.event = e.event
                                   and t.actor_role = e.actor_role
      left join agora.account a on a.id = e.actor
      left join agora.vcase_question q on q.event_id = e.id
     where e.case_id = c.id);
end $$;
comment on function agora.case_timeline_json is 'What has happened with a case, in plain words; who did it only for verifiers.';

create or replace function agora.case_question_json(c agora.vcase) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('reason_codes', q.reason_codes, 'text', q.public_text)
      from agora.vcase_question q
     where q.case_id = c.id and c.state in ('needs_member', 'stale')
     order by q.event_id desc
     limit 1);
end $$;
comment on function agora.case_question_json is 'What the member is asked now.';

create or replace function agora.case_decision_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'outcome', d.outcome,
        'at', agora.ts(d.at),
        'reason_codes', (
          select coalesce(jsonb_agg(k.code order by k.place), '[]')
            from unnest(d.reason_codes) with ordinality k (code, place)
            join agora.reason_code r on r.used_to = 'reject' and r.code = k.code
           where viewed_as <> 'member' or r.recourse <> 'restricted'),
        'public_text', d.public_text,
        'private_note', case when viewed_as <> 'member' then d.private_note end,
        'second_note', case when viewed_as <> 'member' then d.second_note end,
        'second_by', case when viewed_as <> 'member' then (select s.given_name || ' ' || s.family_name from agora.account s where s.id = d.second_by) end,
        'by', case when viewed_as <> 'member' then a.given_name || ' ' || a.family_name
                   else agora.policy_text('organisation.name') end))
      from agora.decision d
      join agora.account a on a.id = d.by
     where d.case_id = c.id and d.state = 'final');
end $$;
comment on function agora.case_decision_json is
  'How a case was decided. The member sees neither the private note, nor restricted reasons, nor who decided.';

create or replace function agora.case_rounds(c agora.vcase) returns integer
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select (select count(*) from agora.vcase_event e where e.case_id = c.id and e.event in ('ask', 'return', 'return_away', 'overturn'))::integer
         + (select count(*) from agora.vcase o where o.person_id = c.person_id and o.decided_at <= coalesce(c.submitted_at, now()) and o.id <> c.id)::integer);
end $$;
comment on function agora.case_rounds is 'How often this was looked at before: questions and returns of this case, and decided cases of the same person.';

create or replace function agora.case_staff_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'viewed_as', viewed_as,
        'sla_class', c.sla_class,
        'rounds', agora.case_rounds(c),
        'hold_reasons', to_jsonb(c.hold_reasons),
        'two_persons', to_jsonb(agora.case_two_persons(c, 'approve', '{}')),
        'snapshot', agora.case_hash(c.id),
        'recommendation', agora.case_second_json(c, viewed_as),
        'returned', agora.case_returned_json(c),
        'computed', case when viewed_as <> 'second' or agora.second_sees(c) then agora.case_level_shown(c.id) end,
        'duplicates', (
          select coalesce(jsonb_agg(jsonb_build_object('handle', d.handle, 'shown_name', d.shown_name, 'why', d.why)
                                    order by d.handle), '[]')
            from agora.case_duplicates(c) d))));
end $$;
comment on function agora.case_staff_json is 'What a case tells verifiers beyond what its member sees. A second person does not get the computed level before their own findings are complete.';

create or replace function agora.case_json(c agora.vcase, viewed_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
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
        'wait_until', agora.ts(c.wait_until),
        'session', agora.case_session_json(c),
        'referee', agora.case_referee_json(c, viewed_as),
        'decision', agora.case_decision_json(c, viewed_as),
        'recourse', agora.case_recourse_json(c),
        'timeline', agora.case_timeline_json(c, viewed_as),
        'can', agora.case_can(c, viewed_as)))
      || case when viewed_as <> 'member' then agora.case_staff_json(c, viewed_as) else '{}' end
      from agora.account a
     where a.id = c.account_id);
end $$;
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
comment on function agora.case_get is 'A case with its version, for its member or who has to do with it as a verifier.';

create or replace function agora.case_mine(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
      'level', agora.member_level(viewer),
      'memberships', agora.membership_of(agora.case_person(viewer)),
      'case', (
        select agora.case_json(c, 'member') from agora.vcase c
         where c.account_id = viewer
           and c.state not in ('approved', 'rejected', 'withdrawn', 'closed_stale', 'appealed', 'upheld', 'varied')),
      'cases', (
        select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'reference', c.reference, 'state', c.state,
                 'at', agora.ts(e.at)) order by e.at desc), '[]')
          from agora.vcase c
          join agora.vcase_event e on e.case_id = c.id and e.step = c.step
         where c.account_id = viewer
           and c.state in ('approved', 'rejected', 'withdrawn', 'closed_stale', 'appealed', 'upheld', 'varied')),
      'verifications', (
        select coalesce(jsonb_agg(agora.verification_record(v) order by v.verified_at desc, v.id desc), '[]')
          from agora.verification v
         where v.person_id = agora.case_person(viewer))))::text;
end $$;
comment on function agora.case_mine is 'Where a member''s verification stands (schema MyVerification).';

grant execute on function agora.case_get(uuid, uuid), agora.case_mine(uuid) to agora_app;
