-- A verification in the words that other programs know: verified_claims of OpenID Identity Assurance
-- Schema Definition 1.0, for what the viewer may see. Of the evidence it tells kind, country of who issued
-- it, checks and their times; never a number, never who checked.

create or replace function agora.disclosed(person uuid, part text) returns agora.tier
  language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(
    (select d.tier from agora.disclosure d where d.person_id = person and d.what = part),
    (select n.tier from agora.claim_name n where n.code = part),
    'members');
end $$;
comment on function agora.disclosed is 'Who sees a part of a person''s verification: as the member said, else by default.';

create or replace function agora.claim_wire(name text, value text) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  return case name
    when 'nationalities' then jsonb_build_array(value)
    when 'place_of_birth' then jsonb_build_object('locality', value)
    when 'address' then jsonb_build_object('formatted', value)
    when 'also_known_as' then to_jsonb(value)
    else to_jsonb(value) end;
end $$;
comment on function agora.claim_wire is 'The value of a claim in the form that OpenID gives it: nationalities are a list, places and addresses objects.';

create or replace function agora.verified_facts(v agora.verification) returns table (name text, value jsonb, place smallint)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select k.name, agora.claim_wire(k.name, k.value), n.place
    from agora.claim k
    join agora.claim_name n on n.code = k.name
   where k.verification_id = v.id
  union all
  select 'x_standing', s.standing -> 'standing', n.place
    from (select agora.standing_of(v.person_id) as standing) s
    join agora.claim_name n on n.code = 'x_standing'
   where s.standing ->> 'standing' is not null;
end $$;
comment on function agora.verified_facts is 'The facts that a verification makes verified, and the standing that the registers give now.';

create or replace function agora.verification_checks(v agora.verification)
  returns table (evidence_id uuid, type text, subtype text, country text, strength agora.evidence_strength, check_id uuid,
    check_method text, class text, organization text, at timestamptz, place bigint)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  with latest as (
    -- As it was when it was decided: what came later belongs to another decision.
    select distinct on (k.evidence_id, k.check_method) k.*
      from agora.evidence e
      join agora.vcheck k on k.evidence_id = e.id
     where e.case_id = v.case_id and e.removed_at is null and k.at <= v.verified_at
     order by k.evidence_id, k.check_method, k.seq desc),
  sound as (
    select l.evidence_id from latest l join agora.check_method m on m.code = l.check_method
     group by l.evidence_id
    having not bool_or(l.result = 'failed') and bool_or(l.result = 'passed' and m.class <> 'verification'))
  select e.id, e.type, e.subtype, e.issuer_country, t.strength, l.id, l.check_method, m.class,
         coalesce(l.organization, v.verified_by), l.at, row_number() over (order by e.added_at, e.id, l.seq)
    from latest l
    join sound using (evidence_id)
    join agora.evidence e on e.id = l.evidence_id
    join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
    join agora.check_method m on m.code = l.check_method
   -- A signature is told by its number only, which nobody is shown.
   where l.result = 'passed' and e.type <> 'electronic_signature';
end $$;
comment on function agora.verification_checks is 'The checks that a verification rests on, by piece of evidence.';

create or replace function agora.evidence_wire(kind text, sub text, country text, checks jsonb) returns jsonb
  language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('type', kind, 'check_details', checks) || case kind
    when 'document' then jsonb_build_object('document_details', jsonb_strip_nulls(jsonb_build_object(
      'type', sub, 'issuer', case when country is not null then jsonb_build_object('country_code', country) end)))
    when 'electronic_record' then jsonb_build_object('record', jsonb_strip_nulls(jsonb_build_object(
      'type', sub, 'source', case when country is not null then jsonb_build_object('country_code', country) end)))
    else jsonb_build_object('attestation', jsonb_build_object('type', sub)) end;
end $$;
comment on function agora.evidence_wire is 'A piece of evidence as an element of verification.evidence.';

create or replace function agora.verification_evidence(v agora.verification) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with checks as materialized (select * from agora.verification_checks(v)),
    item as (
      select k.evidence_id, k.type, k.subtype, k.country, min(k.place) as place,
             jsonb_agg(jsonb_build_object('check_method', k.check_method, 'organization', k.organization,
                                          'check_id', k.check_id, 'time', agora.ts(k.at)) order by k.place) as checks
        from checks k group by 1, 2, 3, 4),
    detail as (
      select case k.class when 'verification' then 'verification' else 'evidence_validation' end as kind, k.strength::text as class,
             min(k.place) as place,
             jsonb_agg(jsonb_build_object('check_id', k.check_id,
               'evidence_metadata', jsonb_build_object('evidence_classification', k.strength)) order by k.place) as refs
        from checks k group by 1, 2)
    select case when exists (select from checks) then jsonb_build_object(
      'assurance_process', jsonb_build_object(
        'policy', v.trust_framework, 'procedure', v.assurance_level,
        'assurance_details', (
          select jsonb_agg(jsonb_build_object('assurance_type', d.kind, 'assurance_classification', d.class,
                                              'evidence_ref', d.refs) order by d.place) from detail d)),
      'evidence', (select jsonb_agg(agora.evidence_wire(i.type, i.subtype, i.country, i.checks) order by i.place) from item i))
      else '{}' end);
end $$;
comment on function agora.verification_evidence is
  'The members evidence and assurance_process of a verification; an empty object when it has no evidence that can be told (imported).';

create or replace function agora.verified_claims(v agora.verification, names text[], with_evidence boolean) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
        'verification', jsonb_strip_nulls(jsonb_build_object(
          'trust_framework', v.trust_framework,
          'assurance_level', v.assurance_level,
          'time', agora.ts(v.verified_at),
          'verification_process', v.case_id))
          || case when with_evidence then agora.verification_evidence(v) else '{}' end,
        'claims', f.claims)
      from (select jsonb_object_agg(t.name, t.value) as claims from agora.verified_facts(v) t where t.name = any (names)) f
     where f.claims is not null);
end $$;
comment on function agora.verified_claims is
  'verified_claims of a verification with the facts named; null when none of them is verified, since the claims must not be empty.';

create or replace function agora.claims_seen(v agora.verification, near agora.tier) returns text[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(f.name order by f.place), '{}')
      from agora.verified_facts(v) f
     where agora.disclosed(v.person_id, f.name) <= near);
end $$;
comment on function agora.claims_seen is 'Which facts of a verification a viewer of a tier sees.';

create or replace function agora.verification_terms(person uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(agora.verification_record(v) - '{id,sentence,history}'::text[] order by v.verified_at desc, v.id desc), '[]')
      from agora.verification v where v.person_id = person);
end $$;
comment on function agora.verification_terms is
  'All verifications a person has had: dates, level and the class of reason; not what was checked.';

create or replace function agora.verification_seen(viewer uuid, wanted text, preview text) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  at record;
  member agora.account;
  near agora.tier;
  shown boolean;
  v agora.verification;
begin
  at := agora.member_found(viewer, wanted, preview);
  near := at.near;
  select * into member from agora.account a where a.id = at.member;
  shown := agora.profile_visible(member.id, near) is not null;
  -- Dates and history would tell who a pseudonym is. Whoever has no page here is told no more than of nobody.
  if at.under is not null or not shown then
    perform agora.fail('AG001', null, case when preview = 'public' then 'People who are not signed in cannot see that you are a member.'
                                           when shown or preview is not null then 'This is confidential until you are introduced.'
                                           else '' end);
  end if;
  v := agora.verification_live(member.id);
  return jsonb_strip_nulls(jsonb_build_object(
    'handle', member.handle,
    'verified', agora.verified(member.id),
    'standing', case when v.id is not null then agora.standing_of(v.person_id) ->> 'words' end,
    'verified_claims', case when v.id is not null then
      agora.verified_claims(v, agora.claims_seen(v, near), agora.disclosed(v.person_id, 'evidence') <= near) end,
    'history', case when agora.disclosed(member.person_id, 'history') <= near then
      agora.verification_terms(member.person_id) end))::text;
end $$;
comment on function agora.verification_seen is
  'The verification of the member with a handle as the viewer may see it (schema Provenance); preview (public, members, contacts) is for the own one.';

create or replace function agora.disclosure_mine(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'evidence', agora.disclosed(a.person_id, 'evidence'),
      'history', agora.disclosed(a.person_id, 'history'),
      'proofs', agora.disclosed(a.person_id, 'proofs'),
      'claims', (
        select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'label', n.label, 'value', f.value,
                                                     'tier', agora.disclosed(a.person_id, f.name)) order by f.place), '[]')
          from agora.verified_facts(agora.verification_live(viewer)) f
          join agora.claim_name n on n.code = f.name))::text
      from agora.account a where a.id = viewer);
end $$;
comment on function agora.disclosure_mine is 'Who sees what of the own verification (schema Disclosure): each verified fact with its tier.';

create or replace function agora.disclosure_put(viewer uuid, wanted jsonb) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  person uuid := agora.case_person(viewer);
  one record;
begin
  if jsonb_typeof(coalesce(wanted -> 'claims', '{}')) <> 'object' then
    perform agora.fail('AG004', '/claims', 'Send an object of claims and who may see them.');
  end if;
  for one in
    select key as what, value, '/' || key as pointer from jsonb_each(wanted) where key <> 'claims'
    union all
    select key, value, '/claims/' || left(key, 60) from jsonb_each(coalesce(wanted -> 'claims', '{}'))
  loop
    if one.what not in ('evidence', 'history', 'proofs') and not exists (select from agora.claim_name n where n.code = one.what) then
      perform agora.fail('AG004', one.pointer, 'There is no claim of this name.');
    end if;
    if coalesce(one.value #>> '{}', '') not in ('public', 'members', 'contacts', 'self') then
      perform agora.fail('AG004', one.pointer, 'Say who may see it: public, members, contacts or self.');
    end if;
    insert into agora.disclosure (person_id, what, tier) values (person, one.what, (one.value #>> '{}')::agora.tier)
    on conflict (person_id, what) do update set tier = excluded.tier;
  end loop;
  perform agora.search_touch(a.id) from agora.account a where a.person_id = person and a.state = 'active';
  perform agora.audit(viewer, 'verification.disclose', 'account', viewer, jsonb_build_object('what', wanted));
  return agora.disclosure_mine(viewer);
end $$;
comment on function agora.disclosure_put is 'Says who may see parts of the own verification: {"evidence": tier, "history": tier, "proofs": tier, "claims": {name: tier}}; what is not named stays.';

grant execute on function agora.verification_seen(uuid, text, text), agora.disclosure_mine(uuid), agora.disclosure_put(uuid, jsonb) to agora_app;
