-- What the scorer made of a case. It is a library of C (directory/score); here stands what it found, for
-- exactly the snapshot that it found it from. Where nothing is stored for the current one, a decision is
-- refused until the case has been scored again. A case is promised the policy that held when it was sent;
-- a newer one may raise what it comes to, never lower it.

create or replace function agora.policy_current() returns integer
  language plpgsql stable set search_path = '' as $$
begin
  return (select number from agora.policy_version where state = 'published');
end $$;
comment on function agora.policy_current is 'The evidence policy that holds for cases that are sent now.';

create or replace function agora.case_policies(wanted uuid) returns integer[]
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select array_agg(distinct n) from agora.vcase c, unnest(array[coalesce(c.policy_version, agora.policy_current()), agora.policy_current()]) n
     where c.id = wanted);
end $$;
comment on function agora.case_policies is 'The policies by which a case is scored: the promised one and the one published now.';

create or replace function agora.case_evaluation(wanted uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with wanted_by as (
      select agora.case_policies(wanted) as policies, agora.case_hash(wanted) as hash),
    found as (
      select e.result, e.policy_version
        from wanted_by w
        join agora.evaluation e on e.case_id = wanted and e.hash = w.hash and e.policy_version = any (w.policies)
       where e.holds_until is null or current_date < e.holds_until)
    select f.result
      from found f, agora.vcase c, wanted_by w
     where c.id = wanted and (select count(*) from found) = cardinality(w.policies)
     order by (f.result ->> 'level')::integer desc, f.policy_version = c.policy_version desc, f.policy_version desc
     limit 1);
end $$;
comment on function agora.case_evaluation is
  'All that the scorer found about a case as it is now, by the policy that gives the higher level; null when it has not been scored since it changed.';

create or replace function agora.case_level_shown(wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return agora.case_evaluation(wanted) - '{items,assurance_details,policy,procedure,member_way}'::text[];
end $$;
comment on function agora.case_level_shown is
  'What the scorer found about a case, for who looks at it (schema ComputedLevel); null when it has not been scored since it changed.';

create or replace function agora.case_level(wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
declare
  found jsonb := agora.case_level_shown(wanted);
begin
  if found is null then
    perform agora.fail('AG301', null, 'This request was changed and has to be scored anew. Try again.');
  end if;
  return found;
end $$;
comment on function agora.case_level is
  'The level that a case''s evidence and passed checks give, why, and what is missing for the level asked: {level, reasons, missing, …}. Refused with AG301 when it has not been scored since it changed.';

create or replace function agora.case_items(wanted uuid)
  returns table (evidence_id uuid, type text, subtype text, label text, phrase text, worth agora.evidence_strength,
    validated boolean, bound boolean, in_person boolean)
  language plpgsql stable rows 4 set search_path = '' as $$
begin
  return query
  select e.id, e.type, e.subtype, t.label, t.phrase, (i.item ->> 'worth')::agora.evidence_strength,
         (i.item ->> 'validated')::boolean, (i.item ->> 'bound')::boolean, (i.item ->> 'in_person')::boolean
    from jsonb_array_elements(agora.case_evaluation(wanted) -> 'items') with ordinality i (item, place)
    join agora.evidence e on e.id = (i.item ->> 'id')::uuid
    join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
   order by i.place;
end $$;
comment on function agora.case_items is 'Each piece of evidence of a case with what its checks make it worth, as evaluated; no row when it has not been scored.';

create or replace function agora.evaluation_wanted(wanted uuid)
  returns table (number integer, policy text, hash text, snapshot text, today integer, words text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    with now_is as (
      select agora.case_snapshot(wanted)::text as snapshot)
    select p.number, p.policy::text, h.hash, s.snapshot, current_date - date '1970-01-01', agora.score_words()
      from now_is s
     cross join lateral (select encode(sha256(convert_to(s.snapshot, 'UTF8')), 'hex') as hash) h
      join agora.policy_version p on p.number = any (agora.case_policies(wanted))
     where not exists (
       select from agora.evaluation e
        where e.case_id = wanted and e.hash = h.hash and e.policy_version = p.number
          and (e.holds_until is null or current_date < e.holds_until))
     order by p.number;
end $$;
comment on function agora.evaluation_wanted is
  'What the scorer needs to score a case: a row for each policy under which it has not been scored as it is now. today: days since 1970-01-01.';

create or replace function agora.score_words() returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'evidence', (select jsonb_object_agg(type || '/' || subtype, label) from agora.evidence_type),
      'methods', (select jsonb_object_agg(code, label) from agora.check_method))::text);
end $$;
comment on function agora.score_words is 'The names of evidence and checks, for the scorer''s sentences.';

create or replace function agora.evaluation_store(wanted uuid, scored text, number integer, found jsonb, until integer) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  answer alias for $4; -- found is plpgsql's own
begin
  delete from agora.evaluation e where e.case_id = wanted and e.hash <> scored;
  insert into agora.evaluation (case_id, hash, policy_version, result, holds_until)
  values (wanted, scored, number, answer, date '1970-01-01' + until)
  on conflict (case_id, hash, policy_version)
    do update set result = excluded.result, holds_until = excluded.holds_until, at = now();
end $$;
comment on function agora.evaluation_store is
  'Keeps what the scorer found, in place of what it found before the case changed. until: days since 1970-01-01, or null.';

create or replace function agora.case_level_get(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  c agora.vcase;
  viewed_as text;
  found jsonb;
begin
  select * into c from agora.vcase where id = wanted;
  viewed_as := agora.case_viewed_as(c, viewer);
  if viewed_as is null then
    perform agora.fail('AG001');
  end if;
  found := agora.case_evaluation(wanted);
  if found is null then
    perform agora.fail('AG301', null, 'This request was changed and has to be scored anew. Try again.');
  end if;
  return jsonb_build_object('asked', c.level, 'way', found -> 'member_way')
    || case when viewed_as = 'member' or viewed_as = 'second' and not agora.second_sees(c) then '{}' else jsonb_build_object('computed', agora.case_level_shown(wanted)) end;
end $$;
comment on function agora.case_level_get is
  'How far a case is (schema CaseLevel). Its member reads what they can still add for the level asked, as if all of their evidence were found good: nothing tells what a check came to. Nor does a second person before their own look.';

grant execute on function agora.evaluation_wanted(uuid), agora.evaluation_store(uuid, text, integer, jsonb, integer),
  agora.case_level_get(uuid, uuid), agora.score_words() to agora_app;
