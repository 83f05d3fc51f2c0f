-- What the checks that run by themselves do with a case: attach what its member has proved already, look
-- its numbers up in the registers, look its names up in the lists of sanctions.

create or replace function agora.checks_stated(wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(k.name, k.value), '{}')
      from agora.claim k
     where k.case_id = wanted and k.name in ('given_name', 'middle_name', 'family_name', 'birthdate'));
end $$;
comment on function agora.checks_stated is 'What of a case''s claims is compared with a register.';

create or replace function agora.checks_connector(e agora.evidence) returns agora.connector
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select n
      from agora.connector n
     where n.enabled and n.kind in ('roster', 'register_http')
       and n.subject = case e.subtype when 'x_membership_register' then 'membership'
                                      when 'x_professional_register' then 'professional' end
       -- One that has something to look into.
       and (n.kind <> 'roster' or agora.roster_in_force(n.id) is not null)
       and (agora.name_key(n.name) = agora.name_key(e.issuer)
            or not exists (select from agora.connector o
                            where o.enabled and o.subject = n.subject and o.kind in ('roster', 'register_http') and o.id <> n.id
                              and (o.kind <> 'roster' or agora.roster_in_force(o.id) is not null)))
     limit 1);
end $$;
comment on function agora.checks_connector is
  'Where a register entry is looked up: the connector with its issuer''s name, or the only one there is; all columns null for none.';

create or replace function agora.checks_register(e agora.evidence, c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
declare
  n agora.connector := agora.checks_connector(e);
  stated jsonb := agora.checks_stated(c.id);
  number text := case n.kind when 'roster' then agora.number_key(e.document_number) else left(trim(e.document_number), 80) end;
  w agora.register_watch;
begin
  if n.id is null or coalesce(agora.number_key(e.document_number), '') = '' or not (stated ?& '{given_name,family_name}'::text[]) then
    return;
  end if;
  select * into w from agora.register_watch o
   where o.person_id = c.person_id and o.connector_id = n.id and o.target = number and o.ended_at is null;
  if w.claims is distinct from stated or w.checked_at is null or w.checked_at < now() - interval '1 day' then
    -- Who may try often could learn from the answers what is in the register.
    if agora.attempt_count('match:' || c.person_id) > agora.policy_int('checks.matches_per_day') then
      return;
    end if;
    w := agora.watch_name(c.account_id, n.id, number, stated);
    insert into agora.evidence_watch (evidence_id, watch_id) values (e.id, w.id) on conflict (evidence_id) do update set watch_id = w.id;
    if n.kind = 'roster' then
      perform agora.roster_look(w);
    else
      update agora.register_watch set next_at = now() where id = w.id;
      perform pg_notify('agora_checks', '');
    end if;
  else
    insert into agora.evidence_watch (evidence_id, watch_id) values (e.id, w.id) on conflict (evidence_id) do update set watch_id = w.id;
    perform agora.watch_check(e, w);
  end if;
end $$;
comment on function agora.checks_register is
  'Looks a register entry up: at once in a list that was imported, soon by the worker in a register''s web service. A few times a day a person; then it is left to a verifier.';

create or replace function agora.checks_evidence_named(e agora.evidence) returns void
  language plpgsql set search_path = '' as $$
begin
  if e.subtype in ('x_membership_register', 'x_professional_register') then
    perform agora.checks_register(e, c) from agora.vcase c where c.id = e.case_id;
  end if;
end $$;
comment on function agora.checks_evidence_named is 'A piece of evidence was named.';

create or replace function agora.checks_attach(w agora.register_watch, c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
declare
  kind text := (select case n.subject when 'email_domain' then 'x_email_domain' when 'web_resource' then 'x_web_resource' end
                  from agora.connector n where n.id = w.connector_id);
  e agora.evidence;
begin
  if kind is null or w.state not in ('good', 'grace') or not agora.watch_case_open(c)
     or exists (select from agora.evidence o join agora.evidence_watch l on l.evidence_id = o.id
                 where o.case_id = c.id and o.removed_at is null and l.watch_id = w.id)
     or (select count(*) from agora.evidence o where o.case_id = c.id and o.removed_at is null)
        >= agora.policy_int('verification.evidence_limit') then
    return;
  end if;
  insert into agora.evidence (case_id, type, subtype, issuer)
  values (c.id, 'electronic_record', kind, left(w.target, 200))
  returning * into e;
  insert into agora.evidence_watch (evidence_id, watch_id) values (e.id, w.id);
  w.result := 'passed';
  w.checked_at := w.passed_at;
  perform agora.watch_check(e, w);
end $$;
comment on function agora.checks_attach is 'Makes what a member has proved a piece of evidence of their open case, with its check.';

create or replace function agora.checks_attach_open(w agora.register_watch) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.checks_attach(w, c) from agora.vcase c where c.person_id = w.person_id and agora.watch_case_open(c);
end $$;
comment on function agora.checks_attach_open is 'The same with the open case of a watch''s person, when there is one.';

create or replace function agora.checks_screen(c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.screening (case_id, connector_id, import_id, matches)
  select c.id, n.id, f.id, agora.roster_named(f.id, agora.checks_stated(c.id))
    from agora.connector n
   cross join lateral (select agora.roster_in_force(n.id) as id) f
   where n.enabled and n.kind = 'roster' and n.subject = 'sanctions' and f.id is not null;
end $$;
comment on function agora.checks_screen is 'Looks the names of a case up in the lists of sanctions.';

create or replace function agora.checks_case_moved(c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
begin
  if c.state = 'draft' and c.step = 1 then
    perform agora.checks_attach(w, c) from agora.register_watch w where w.person_id = c.person_id and w.ended_at is null;
  elsif c.event in ('submit', 'reply', 'requeue') then
    perform agora.checks_register(e, c)
       from agora.evidence e
      where e.case_id = c.id and e.removed_at is null and e.subtype in ('x_membership_register', 'x_professional_register');
    perform agora.checks_screen(c);
  end if;
end $$;
comment on function agora.checks_case_moved is 'A case began, or its member has sent it: what it states is final for now.';

create or replace function agora.checks_sources_fresh(wanted uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  old text := (
    select string_agg(t.label, ', ' order by t.place)
      from agora.evidence e
      join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
      join lateral (select k.at, k.result from agora.vcheck k
                     where k.evidence_id = e.id and k.check_method = 'data' order by k.seq desc limit 1) latest on true
     where e.case_id = wanted and e.removed_at is null and latest.result = 'passed'
       and latest.at < now() - make_interval(days => agora.policy_int('verification.source_days')::integer));
begin
  if old is not null then
    perform agora.fail('AG003', null, 'Compare with the source once more, since the last time is too long ago: ' || old || '.');
  end if;
end $$;
comment on function agora.checks_sources_fresh is
  'Refuses when a passed comparison with a record is older than verification.source_days.';

create or replace function agora.case_automatic(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  c agora.vcase;
begin
  select * into c from agora.vcase where id = wanted;
  if agora.case_viewed_as(c, viewer) is distinct from 'verifier' then
    perform agora.fail('AG001');
  end if;
  return jsonb_build_object(
    'checks', (
      select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'evidence', e.id, 'label', t.label, 'check_method', k.check_method, 'method', m.label, 'result', k.result,
          'organization', k.organization, 'target', w.target, 'status', w.status, 'time', agora.ts(k.at))) order by k.seq), '[]')
        from agora.evidence e
        join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
        join agora.vcheck k on k.evidence_id = e.id and k.by is null
        join agora.check_method m on m.code = k.check_method
        left join agora.evidence_watch l on l.evidence_id = e.id
        left join agora.register_watch w on w.id = l.watch_id
       where e.case_id = wanted and e.removed_at is null),
    'waiting', (
      select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'evidence', e.id, 'label', t.label, 'organization', n.name, 'problem', n.last_problem,
          'next_at', agora.ts(w.next_at))) order by w.id), '[]')
        from agora.evidence e
        join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
        join agora.evidence_watch l on l.evidence_id = e.id
        join agora.register_watch w on w.id = l.watch_id and w.checked_at is null
        join agora.connector n on n.id = w.connector_id
       where e.case_id = wanted and e.removed_at is null),
    'screenings', (
      select coalesce(jsonb_agg(jsonb_build_object('list', s.name, 'at', agora.ts(s.at), 'matches', s.matches) order by s.name), '[]')
        from (select distinct on (g.connector_id) n.name, g.at, g.matches
                from agora.screening g join agora.connector n on n.id = g.connector_id
               where g.case_id = wanted order by g.connector_id, g.at desc) s))::text;
end $$;
comment on function agora.case_automatic is
  'What ran by itself for a case (schema AutomaticChecks), for the verifier who has it: checks, look-ups that wait, lists of sanctions.';

grant execute on function agora.case_automatic(uuid, uuid) to agora_app;
