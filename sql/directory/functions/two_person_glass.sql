-- Breaking the glass: for an hour somebody may read a case that is not theirs, because two persons found it
-- necessary. Unsealing: they may look at the evidence of a decided case too, which nobody else can. Every read is in
-- the audit log, and the member is told afterwards.

create or replace function agora.break_glass_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
begin
  perform agora.payload_known(payload, '{case}');
  if not exists (select from agora.vcase c where c.id = agora.payload_uuid(payload, 'case') and c.state <> 'draft') then
    perform agora.fail('AG004', '/payload/case', 'There is no such case.');
  end if;
end $$;
comment on function agora.break_glass_check is 'What breaking the glass needs: {case}.';

create or replace function agora.unseal_evidence_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
declare
  c agora.vcase;
begin
  perform agora.break_glass_check(payload);
  select * into c from agora.vcase v where v.id = agora.payload_uuid(payload, 'case');
  if c.state not in ('approved', 'rejected', 'upheld', 'varied') then
    perform agora.fail('AG004', '/payload/case', 'This case is not decided: its evidence is not sealed from whoever has it.');
  end if;
  if not exists (select from agora.evidence_blob b
                  where b.case_id = c.id and b.state = 'ready' and b.leaving_at is null and (agora.evidence_due(b, c)).due > now()) then
    perform agora.fail('AG004', '/payload/case', 'No file of this case is left: there is nothing to look at.');
  end if;
end $$;
comment on function agora.unseal_evidence_check is 'What unsealing needs: {case}, of a case that is decided and has files that are not destroyed yet.';

create or replace function agora.two_person_do_break_glass(act agora.two_person_act, confirmed_by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  wanted uuid := (act.payload ->> 'case')::uuid;
  evidence boolean := act.kind = 'unseal_evidence';
begin
  insert into agora.break_glass (id, case_id, account_id, other_key, ends_at, evidence)
  values (act.id, wanted, act.asked_by, confirmed_by,
          now() + make_interval(mins => agora.policy_int('break_glass.minutes')::integer), evidence);
  perform agora.audit(confirmed_by, case when evidence then 'evidence.unseal' else 'case.break_glass' end, 'case', wanted,
                      jsonb_build_object('act', act.id, 'asked_by', act.asked_by));
  perform agora.event_add(act.asked_by, 'case', wanted);
end $$;
comment on function agora.two_person_do_break_glass is
  'Lets who asked read the case, and look at its evidence where that was asked for, from now for as long as the policy says.';

create or replace function agora.break_glass_open(viewer uuid, wanted uuid, files boolean) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from agora.break_glass g
      join agora.two_person_act t on t.id = g.id
      join agora.two_person_kind k on k.kind = t.kind
     where g.case_id = wanted and g.account_id = viewer and g.ends_at > now() and (g.evidence or not files)
       and agora.has_role(viewer, k.ask_roles));
end $$;
comment on function agora.break_glass_open is
  'Whether the viewer may read this case now, or look at its files, because two persons broke the glass or unsealed them.';

create or replace function agora.break_glass_case(viewer uuid, wanted uuid) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  g agora.break_glass;
  c agora.vcase;
begin
  select * into g from agora.break_glass where id = wanted and account_id = viewer;
  if not found or not agora.break_glass_open(viewer, g.case_id, false) then
    perform agora.fail('AG001', null, 'The glass is not broken, or its time is over.');
  end if;
  select * into c from agora.vcase where id = g.case_id;
  perform agora.audit(viewer, 'case.break_glass_read', 'case', c.id, jsonb_build_object('act', g.id));
  -- As its verifier sees it, but with nothing that can be done.
  return (agora.case_json(c, 'verifier') || jsonb_build_object('can', '[]'::jsonb, 'viewed_as', case when g.evidence then 'unsealed' else 'verifier' end))::text;
end $$;
comment on function agora.break_glass_case is 'The case behind a broken glass, as its verifier sees it (schema Case); each read is in the audit log.';

create or replace function agora.break_glass_by_clock() returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  g agora.break_glass;
  n bigint := 0;
begin
  for g in select * from agora.break_glass b
            where b.told_at is null and b.ends_at <= now() and not agora.legal_hold_on_case(b.case_id)
            order by b.ends_at limit 100 for update skip locked loop
    update agora.break_glass set told_at = now() where id = g.id;
    perform agora.case_mail(c.account_id,
      case when g.evidence then 'Your evidence was opened again' else 'Your request was read by someone other than its verifier' end,
      'On ' || agora.day_words(g.opened_at) || ' two members of staff agreed, for a reason they wrote down, that one of them '
      || case when g.evidence then 'looks at the files of your request ' || c.reference || ' although it is decided. Which files they looked at stands on your page; what they read'
              else 'reads your request ' || c.reference || ' although it was not assigned to them. What they read' end
      || ' is in the audit log. You can ask us why, and complain.')
      from agora.vcase c where c.id = g.case_id;
    perform agora.audit(null, 'case.break_glass_told', 'case', g.case_id, jsonb_build_object('act', g.id));
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.break_glass_by_clock is 'Tells members, once the hour is over, that the glass was broken; later where a legal hold forbids it now. How many.';

grant execute on function agora.break_glass_case(uuid, uuid), agora.break_glass_by_clock() to agora_app;
