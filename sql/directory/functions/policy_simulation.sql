-- What a policy would do to every member, found before it is published: the worker takes a simulation,
-- reads the facts of all verifications in portions, scores them under both policies, and tells how far it is.

create or replace function agora.policy_simulation_json(s agora.policy_simulation) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'id', s.id, 'number', s.number, 'version', s.version, 'state', s.state, 'done', s.done, 'total', s.total,
    'asked_at', agora.ts(s.asked_at), 'finished_at', agora.ts(s.finished_at),
    'asked_by', (select a.given_name || ' ' || a.family_name from agora.account a where a.id = s.asked_by),
    'result', s.result));
end $$;
comment on function agora.policy_simulation_json is 'A simulation as its page shows it (schema PolicySimulation).';

create or replace function agora.policy_simulate(viewer uuid, wanted integer) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  p agora.policy_version;
  s agora.policy_simulation;
begin
  perform agora.policy_must_be_admin(viewer);
  select * into p from agora.policy_version where number = wanted;
  if not found then
    perform agora.fail('AG001');
  end if;
  if exists (select from agora.policy_simulation where state in ('waiting', 'running')) then
    perform agora.fail('AG003', null, 'A simulation is running. Wait until it is done.');
  end if;
  insert into agora.policy_simulation (number, version, policy, asked_by) values (p.number, p.version, p.policy, viewer)
  returning * into s;
  perform agora.audit(viewer, 'policy.simulate', 'policy', null, jsonb_build_object('number', p.number, 'version', p.version));
  return agora.policy_simulation_json(s)::text;
end $$;
comment on function agora.policy_simulate is 'Asks the worker to find what a version of the policy would do to all members.';

create or replace function agora.policy_simulation_get(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  s agora.policy_simulation;
begin
  perform agora.policy_must_be_admin(viewer);
  select * into s from agora.policy_simulation where id = wanted;
  if not found then
    perform agora.fail('AG001');
  end if;
  return agora.policy_simulation_json(s)::text;
end $$;
comment on function agora.policy_simulation_get is 'How far a simulation is, and what it found.';

create or replace function agora.policy_simulation_take() returns table (id uuid, policy text)
  language plpgsql security definer set search_path = '' as $$
begin
  return query
  update agora.policy_simulation s
     set state = 'running', alive_at = now(), done = 0
   where s.id = (
     select t.id from agora.policy_simulation t
      where t.state = 'waiting' or t.state = 'running' and t.alive_at < now() - interval '1 minute'
      order by t.asked_at limit 1 for update skip locked)
  returning s.id, s.policy::text;
end $$;
comment on function agora.policy_simulation_take is 'Gives a worker the simulation that waits longest, or one whose worker has gone silent.';

create or replace function agora.policy_simulation_tell(wanted uuid, scored bigint, of_all bigint) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.policy_simulation set done = scored, total = of_all, alive_at = now() where id = wanted and state = 'running';
  perform agora.event_add(s.asked_by, 'policy', s.id) from agora.policy_simulation s where s.id = wanted;
end $$;
comment on function agora.policy_simulation_tell is 'Tells how far a simulation is.';

create or replace function agora.policy_simulation_end(wanted uuid, found jsonb) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  answer alias for $2; -- found is plpgsql's own
begin
  update agora.policy_simulation
     set state = case when answer is null then 'failed' else 'done' end, result = answer, finished_at = now()
   where id = wanted and state = 'running';
  perform agora.event_add(s.asked_by, 'policy', s.id) from agora.policy_simulation s where s.id = wanted;
end $$;
comment on function agora.policy_simulation_end is 'Ends a simulation with what it found; null: it failed.';

create or replace function agora.policy_published() returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select policy::text from agora.policy_version where state = 'published');
end $$;
comment on function agora.policy_published is 'The policy that holds.';

create or replace function agora.policy_numbered(wanted integer) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select policy::text from agora.policy_version where number = wanted);
end $$;
comment on function agora.policy_numbered is 'The policy of a version.';

create or replace function agora.simulation_portions(most integer) returns table (first uuid, last uuid, members bigint)
  language plpgsql stable security definer set search_path = '' set jit = off as $$
begin
  return query
  with member as (
    select v.case_id, row_number() over by_case - 1 as n, lead(v.case_id) over by_case is null as final
      from agora.verification v
     where v.state = 'active' and v.valid_until > now() and v.case_id is not null
    window by_case as (order by v.case_id)),
  edge as (
    select m.case_id, m.n from member m where m.n % most in (0, most - 1) or m.final)
  select (array_agg(e.case_id order by e.n))[1], (array_agg(e.case_id order by e.n desc))[1], max(e.n) - min(e.n) + 1
    from edge e
   group by e.n / most
   order by e.n / most;
end $$;
comment on function agora.simulation_portions is 'Members whose verification holds and came from a case, in portions: the first and last case of each.';

create or replace function agora.simulation_facts(first uuid, last uuid)
  returns table (case_id uuid, granted integer, facts integer, duplicates integer, items text)
  language plpgsql stable security definer
  set search_path = '' set jit = off set work_mem = '32MB' as $$
begin
  -- A million members are a hundred of these. All is read in the order of the indexes, by case, so that nothing is
  -- sorted; compiling the statement would take longer than running it; who is one issuer is found once for each.
  return query
  with issuer as materialized (
    select jsonb_object_agg(i.name, agora.issuer_number(i.issuer, i.issuer_country)) as keys
      from (select distinct coalesce(e.issuer_country, '') || ' ' || e.issuer as name, e.issuer, e.issuer_country
              from agora.evidence e
             where e.case_id between first and last and e.removed_at is null and e.issuer is not null) i),
  item as (
    select e.case_id, string_agg(
             e.type || '/' || e.subtype || ';'
                  || coalesce((select i.keys from issuer i) ->> (coalesce(e.issuer_country, '') || ' ' || e.issuer), '') || ';'
                  || coalesce((e.date_of_issuance - date '1970-01-01')::text, '') || ';'
                  || coalesce((e.date_of_expiry - date '1970-01-01')::text, '')
                  || coalesce(k.checks, ''), E'\n') as lines
      from agora.evidence e
      cross join lateral (
        select string_agg(';' || left(l.result, 1) || l.check_method || ':' || (l.at at time zone 'UTC')::date - date '1970-01-01', '') as checks
          from (select distinct on (v.check_method) v.check_method, v.result, v.at from agora.vcheck v
                 where v.evidence_id = e.id order by v.check_method, v.seq desc) l) k
     where e.case_id between first and last and e.removed_at is null
     group by e.case_id),
  claimed as (
    select k.case_id, bool_or(k.name = 'given_name') and bool_or(k.name = 'family_name') as named,
           bool_or(k.name = 'birthdate') as born
      from agora.claim k
     where k.case_id between first and last and k.name in ('given_name', 'family_name', 'birthdate')
     group by k.case_id)
  select v.case_id, v.level::integer,
         (c.contact_method is not null)::integer + 2 * coalesce(k.named, false)::integer + 4 * coalesce(k.born, false)::integer,
         coalesce(d.duplicates, 0), i.lines
    from agora.verification v
    join agora.vcase c on c.id = v.case_id and c.id between first and last
    left join agora.decision d on d.case_id = v.case_id and d.case_id between first and last and d.state in ('recommended', 'final')
    left join claimed k on k.case_id = v.case_id
    left join item i on i.case_id = v.case_id
   where v.state = 'active' and v.valid_until > now() and v.case_id between first and last
   order by v.case_id;
end $$;
comment on function agora.simulation_facts is
  'The facts of a portion''s cases as the scorer counts them. facts: 1 an address answers, 2 named, 4 born. items: a line each, TYPE;ISSUER;ISSUED;EXPIRES;CHECK…, days since 1970-01-01, a check as p (passed), f or c, its method, its day.';

create or replace function agora.issuer_number(issuer text, country text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case when issuer is not null then agora.plain_key(issuer) || '.' || coalesce(country, '') end;
end $$;
comment on function agora.issuer_number is 'Who is one issuer, however written; null: not said.';

create or replace function agora.simulation_members(cases uuid[]) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(c.id, jsonb_build_object('handle', a.handle, 'shown_name', a.given_name || ' ' || a.family_name)), '{}')::text
      from agora.vcase c join agora.account a on a.id = c.account_id where c.id = any (cases));
end $$;
comment on function agora.simulation_members is 'Who stands behind the cases of a sample.';

create or replace function agora.simulation_uncounted() returns bigint
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select count(*) from agora.verification where state = 'active' and valid_until > now() and case_id is null);
end $$;
comment on function agora.simulation_uncounted is 'Members who were imported without a case: there is nothing to score.';

grant execute on function agora.policy_simulate(uuid, integer), agora.policy_simulation_get(uuid, uuid),
  agora.policy_simulation_take(), agora.policy_simulation_tell(uuid, bigint, bigint),
  agora.policy_simulation_end(uuid, jsonb), agora.policy_published(), agora.policy_numbered(integer),
  agora.simulation_portions(integer), agora.simulation_facts(uuid, uuid), agora.simulation_members(uuid[]),
  agora.simulation_uncounted() to agora_app;
