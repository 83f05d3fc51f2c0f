-- What a member has proved or is about to: domains of e-mail, pages and sites, entries in registers. They
-- are the member's own, whatever becomes of a case.

create or replace function agora.web_host(address text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return agora.email_domain('x@' || (regexp_match(address, '^https://([^/?#:@]+)(?::\d{1,5})?(?:[/?#].*)?$'))[1]);
end $$;
comment on function agora.web_host is 'The host of an https address without a user; null when it is none.';

create or replace function agora.proof_json(w agora.register_watch) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'id', w.id,
        'kind', n.subject,
        'method', agora.watch_method(n.kind),
        'target', w.target,
        'name', case when n.kind in ('roster', 'register_http') then n.name end,
        'put_where', case when w.ended_at is null then case n.kind
          when 'dns' then '_agora.' || w.target
          when 'well_known' then 'https://' || w.target || '/.well-known/agora-verification.txt' end end,
        'put_what', case when w.ended_at is null and n.kind in ('dns', 'well_known') then 'agora-verification=' || w.token end,
        'handle', case when n.kind = 'rel_me' and w.ended_at is null then a.handle end,
        'state', w.state,
        -- Of a register no more than that: which fact it did not match is nobody's to learn.
        'problem', case when w.state <> 'good' and n.subject not in ('membership', 'professional', 'sanctions') then w.problem end,
        'checked_at', agora.ts(w.checked_at),
        'passed_at', agora.ts(w.passed_at),
        'next_at', case when w.ended_at is null then agora.ts(w.next_at) end,
        'until', agora.ts(case
          when n.kind = 'email_code' then w.passed_at + make_interval(days => agora.policy_int('checks.email_days')::integer)
          when w.state = 'grace' then w.failing_since + make_interval(days => agora.policy_int('checks.web_grace_days')::integer) end)))
      from agora.connector n, agora.account a
     where n.id = w.connector_id and a.id = w.account_id);
end $$;
comment on function agora.proof_json is 'A proof as its member sees it (schema Proof).';

create or replace function agora.proof_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.proof_json(w) order by w.id), '[]'))::text
      from agora.register_watch w
     where w.person_id = agora.case_person(viewer)
       and (w.ended_at is null or (w.state = 'lapsed' and w.ended_at > now() - interval '90 days'
            and not exists (select from agora.register_watch o
                             where o.person_id = w.person_id and o.target = w.target and o.ended_at is null))));
end $$;
comment on function agora.proof_list is 'What a member has proved, is about to, or has lost within the last 90 days (schema ProofList).';

create or replace function agora.proof_web(viewer uuid, address text, how text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  host text := agora.web_host(address);
  -- Where agora-fetch goes to is for it to say; a port other than the usual one it refuses.
  port text := coalesce((regexp_match(address, '^https://[^/?#:@]+(:\d{1,5})'))[1], '');
  connector uuid := (select n.id from agora.connector n where n.kind::text = how and n.subject = 'web_resource');
  w agora.register_watch;
begin
  if not agora.is_active(viewer) then
    perform agora.fail('AG002');
  end if;
  if host is null then
    perform agora.fail('AG004', '/url', 'Write the whole address, such as https://example.org/about. It must begin with https://.');
  end if;
  perform from agora.account where id = viewer for update;
  if (select count(*) from agora.register_watch o join agora.connector n on n.id = o.connector_id
       where o.person_id = agora.case_person(viewer) and n.subject = 'web_resource' and o.ended_at is null)
     >= agora.policy_int('checks.web_limit') then
    perform agora.fail('AG003', null, 'You have as many pages as can be confirmed. Remove one first.');
  end if;
  w := agora.watch_name(viewer, connector, case how when 'rel_me' then address when 'well_known' then host || port else host end, '{}');
  perform agora.audit(viewer, 'proof.add', 'watch', w.id, jsonb_build_object('method', how));
  return agora.proof_json(w)::text;
end $$;
comment on function agora.proof_web is 'Names a page or site as the member''s own; it is looked at when they say that it is ready.';

create or replace function agora.proof_own(viewer uuid, wanted uuid) returns agora.register_watch
  language plpgsql set search_path = '' as $$
declare
  w agora.register_watch;
begin
  select * into w from agora.register_watch
   where id = wanted and person_id = agora.case_person(viewer) and ended_at is null for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  return w;
end $$;
comment on function agora.proof_own is 'Locks a proof of the viewer''s own that has not ended.';

create or replace function agora.proof_check(viewer uuid, wanted uuid) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  w agora.register_watch := agora.proof_own(viewer, wanted);
begin
  if not exists (select from agora.connector n where n.id = w.connector_id and n.subject = 'web_resource') then
    perform agora.fail('AG003', null, 'This is checked by itself.');
  end if;
  if agora.attempt_count('proof:' || w.person_id, '1 hour') > 30 then
    perform agora.fail('AG006', null, 'You have looked often. Wait an hour, or let it be looked at by itself.');
  end if;
  update agora.register_watch
     set next_at = now(), tries = 0,
         created_at = case when state = 'waiting' then now() else created_at end
   where id = wanted returning * into w;
  perform pg_notify('agora_checks', '');
  return agora.proof_json(w)::text;
end $$;
comment on function agora.proof_check is 'Has a page or site looked at now.';

create or replace function agora.proof_remove(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  before agora.register_watch := agora.proof_own(viewer, wanted);
  w agora.register_watch := before;
begin
  update agora.register_watch set state = 'removed', ended_at = now(), next_at = null where id = wanted returning * into w;
  update agora.evidence e set removed_at = now()
    from agora.evidence_watch l, agora.vcase c, agora.connector n
   where l.watch_id = wanted and e.id = l.evidence_id and c.id = e.case_id and c.state::text in ('draft', 'needs_member')
     and n.id = w.connector_id and n.subject in ('email_domain', 'web_resource') and e.removed_at is null;
  perform agora.audit(viewer, 'proof.remove', 'watch', wanted);
  perform agora.event_add(viewer, 'proof', wanted);
  if before.state in ('good', 'grace') then
    perform agora.verification_changed(w.person_id);
  end if;
end $$;
comment on function agora.proof_remove is 'Takes a proof back: it is looked at no more and shown nowhere; what a case was decided on stays on record.';

create or replace function agora.proofs_of(person uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_agg(jsonb_build_object(
             'kind', n.subject,
             'method', agora.watch_method(n.kind),
             'target', w.target,
             'confirmed_at', agora.ts(w.passed_at),
             'checked_at', agora.ts(coalesce(w.checked_at, w.passed_at)),
             -- A page or site holds until its next check, and for the days of grace should that fail.
             'until', agora.ts(case n.kind
               when 'email_code' then w.passed_at + make_interval(days => agora.policy_int('checks.email_days')::integer)
               else coalesce(w.failing_since, w.next_at) + make_interval(days => agora.policy_int('checks.web_grace_days')::integer) end))
             order by n.subject, w.target)
      from agora.register_watch w
      join agora.connector n on n.id = w.connector_id and n.subject in ('email_domain', 'web_resource')
     where w.person_id = person and w.state in ('good', 'grace') and w.ended_at is null);
end $$;
comment on function agora.proofs_of is
  'The e-mail domains and pages that a person has proved, as others may read them (items of Profile.proofs): never an address of e-mail; null when there are none.';

grant execute on function agora.proof_list(uuid), agora.proof_web(uuid, text, text), agora.proof_check(uuid, uuid),
  agora.proof_remove(uuid, uuid) to agora_app;
