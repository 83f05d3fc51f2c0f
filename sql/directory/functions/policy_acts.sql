-- The evidence policy's versions: written as a draft by an admin, tried on all members, published by two.

create or replace function agora.policy_must_be_admin(viewer uuid) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins can change the evidence policy.');
  end if;
end $$;
comment on function agora.policy_must_be_admin is 'Refuses everybody but admins.';

create or replace function agora.policy_json(p agora.policy_version) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'number', p.number,
    'state', p.state,
    'version', p.version,
    'note', p.note,
    'made_by', (select a.given_name || ' ' || a.family_name from agora.account a where a.id = p.made_by),
    'made_at', agora.ts(p.made_at),
    'published_at', agora.ts(p.published_at),
    'published_by', (select jsonb_agg(a.given_name || ' ' || a.family_name order by k.place)
                       from unnest(p.published_by) with ordinality k (id, place) join agora.account a on a.id = k.id),
    'retired_at', agora.ts(p.retired_at)));
end $$;
comment on function agora.policy_json is 'A version of the policy without its content (schema PolicyVersion).';

create or replace function agora.policy_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  perform agora.policy_must_be_admin(viewer);
  return jsonb_build_object(
    'versions', (select jsonb_agg(agora.policy_json(p) order by p.number desc) from agora.policy_version p),
    'labels', agora.score_words()::jsonb,
    'simulations', (
      select coalesce(jsonb_agg(agora.policy_simulation_json(s) order by s.asked_at desc), '[]')
        from (select * from agora.policy_simulation order by asked_at desc limit 10) s));
end $$;
comment on function agora.policy_list is 'All versions of the policy and the latest simulations (schema PolicyList).';

create or replace function agora.policy_get(viewer uuid, wanted integer) returns table (body text, etag text)
  language plpgsql stable security definer set search_path = '' as $$
declare
  p agora.policy_version;
begin
  perform agora.policy_must_be_admin(viewer);
  select * into p from agora.policy_version where number = wanted;
  if not found then
    perform agora.fail('AG001');
  end if;
  return query select (agora.policy_json(p) || jsonb_build_object('policy', p.policy))::text, p.version::text;
end $$;
comment on function agora.policy_get is 'One version of the policy with its content (schema PolicyVersion).';

create or replace function agora.policy_draft_put(viewer uuid, seen text, content jsonb, why text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  p agora.policy_version;
begin
  perform agora.policy_must_be_admin(viewer);
  lock table agora.policy_version in share row exclusive mode;
  select * into p from agora.policy_version where state = 'draft';
  if found and seen is not null and seen <> '*' and seen <> p.version::text then
    perform agora.fail('AG005', null, 'The draft was changed meanwhile. Read it again.');
  end if;
  if not found then
    insert into agora.policy_version (number, policy, note, made_by)
    select max(v.number) + 1, content, nullif(trim(why), ''), viewer from agora.policy_version v
    returning * into p;
  else
    update agora.policy_version v set policy = content, note = nullif(trim(why), ''), made_by = viewer, version = v.version + 1
     where v.number = p.number
    returning * into p;
  end if;
  perform agora.audit(viewer, 'policy.draft', 'policy', null, jsonb_build_object('number', p.number, 'version', p.version));
  return query select * from agora.policy_get(viewer, p.number);
end $$;
comment on function agora.policy_draft_put is
  'Writes the draft of the next policy, all of it anew. What a policy must hold is checked by the scorer that reads it, before.';

create or replace function agora.policy_sha256(p agora.policy_version) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(p.policy::text, 'UTF8')), 'hex');
end $$;
comment on function agora.policy_sha256 is 'SHA-256 of a policy''s JSON text, in hex: what the second person confirms is what the first has seen.';

create or replace function agora.publish_policy_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
declare
  p agora.policy_version;
begin
  perform agora.payload_known(payload, '{number,sha256}');
  select * into p from agora.policy_version where number::text = payload ->> 'number';
  if not found then
    perform agora.fail('AG004', '/payload/number', 'There is no such version of the policy.');
  end if;
  if p.state <> 'draft' then
    perform agora.fail('AG003', null, 'This version has been published already.');
  end if;
  if payload ->> 'sha256' is distinct from agora.policy_sha256(p) then
    perform agora.fail('AG004', '/payload/sha256', 'The draft is another one by now. Read it again.');
  end if;
  if not exists (select from agora.policy_simulation s where s.number = p.number and s.version = p.version and s.state = 'done') then
    perform agora.fail('AG003', null, 'Simulate this draft first, to see who would lose by it.');
  end if;
end $$;
comment on function agora.publish_policy_check is
  'Refuses to have a policy published that is no draft, was changed since it was read, or was not simulated as it is.';

create or replace function agora.publish_policy_words(payload jsonb) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return 'Publish version ' || (payload ->> 'number') || ' of the evidence policy.'
    || coalesce((select ' By its simulation ' || (s.result ->> 'lose') || ' of ' || (s.result ->> 'members') || ' members would lose their level.'
                   from agora.policy_version p
                   join agora.policy_simulation s on s.number = p.number and s.version = p.version and s.state = 'done'
                  where p.number::text = payload ->> 'number' order by s.asked_at desc limit 1), '');
end $$;
comment on function agora.publish_policy_words is 'What the second person reads.';

create or replace function agora.policy_publish_ask(viewer uuid, wanted integer, seen text, why text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  p agora.policy_version;
begin
  perform agora.policy_must_be_admin(viewer);
  select * into p from agora.policy_version where number = wanted for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if seen is not null and seen <> '*' and seen <> p.version::text then
    perform agora.fail('AG005', null, 'The draft was changed meanwhile. Read it again.');
  end if;
  return jsonb_build_object('act', agora.two_person_ask(viewer, 'publish_policy',
    jsonb_build_object('number', p.number, 'sha256', agora.policy_sha256(p)), why))::text;
end $$;
comment on function agora.policy_publish_ask is
  'Asks for a second person to publish the draft, exactly as it is now. It must have been simulated.';

create or replace function agora.two_person_do_publish_policy(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  p agora.policy_version;
begin
  lock table agora.policy_version in share row exclusive mode;
  select * into p from agora.policy_version v where v.number = (payload ->> 'number')::integer;
  if p.state is distinct from 'draft' then
    perform agora.fail('AG003', null, 'This version is no draft any more.');
  end if;
  if payload ->> 'sha256' is distinct from agora.policy_sha256(p) then
    perform agora.fail('AG003', null, 'The draft was changed after it was asked for. Ask again.');
  end if;
  if asked_by = confirmed_by then
    perform agora.fail('AG002', null, 'Another person must confirm it.');
  end if;
  update agora.policy_version set state = 'retired', retired_at = now() where state = 'published';
  update agora.policy_version set state = 'published', published_at = now(), published_by = array[asked_by, confirmed_by]
   where number = p.number;
  perform agora.audit(confirmed_by, 'policy.publish', 'policy', null,
    jsonb_build_object('number', p.number, 'asked_by', asked_by, 'sha256', payload ->> 'sha256'));
end $$;
comment on function agora.two_person_do_publish_policy is
  'Publishes a policy that one admin asked for and another confirmed; the one before is retired, and still holds for cases sent under it.';

grant execute on function agora.policy_list(uuid), agora.policy_get(uuid, integer),
  agora.policy_draft_put(uuid, text, jsonb, text), agora.policy_publish_ask(uuid, integer, text, text) to agora_app;
