-- Connectors as the admin sees and sets them.

create or replace function agora.connector_json(n agora.connector) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'id', n.id, 'kind', n.kind, 'subject', n.subject, 'name', n.name, 'settings', n.settings,
    'every_days', greatest(1, round(extract(epoch from n.every) / 86400))::integer, 'enabled', n.enabled,
    'last_run_at', agora.ts(n.last_run_at), 'last_ok_at', agora.ts(n.last_ok_at), 'last_problem', n.last_problem,
    'watched', (select count(*) from agora.register_watch w where w.connector_id = n.id and w.ended_at is null),
    'good', (select count(*) from agora.register_watch w where w.connector_id = n.id and w.state in ('good', 'grace')),
    'version', n.version,
    'trial', (select jsonb_strip_nulls(jsonb_build_object('id', t.id, 'state', t.state, 'target', t.target, 'at', agora.ts(t.created_at),
                     'result', t.result)) from agora.connector_trial t
               where t.connector_id = n.id order by t.created_at desc limit 1)));
end $$;
comment on function agora.connector_json is 'A connector (schema Connector) with how it fared and its latest trial.';

create or replace function agora.connector_admin(viewer uuid) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins set connectors.');
  end if;
end $$;
comment on function agora.connector_admin is 'Refuses who is no admin.';

create or replace function agora.connector_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  perform agora.connector_admin(viewer);
  return jsonb_build_object('items', (select jsonb_agg(agora.connector_json(n) order by n.subject, n.name) from agora.connector n))::text;
end $$;
comment on function agora.connector_list is 'All connectors (schema ConnectorList).';

create or replace function agora.connector_check_good(given jsonb) returns void
  language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(given) is distinct from 'array' or jsonb_array_length(given) not between 1 and 20
     or exists (select from jsonb_array_elements(given) g where jsonb_typeof(g) <> 'string' or length(g #>> '{}') not between 1 and 100) then
    perform agora.fail('AG004', '/settings/good', 'List one to twenty words of the register that mean a good status, such as Registered.');
  end if;
end $$;
comment on function agora.connector_check_good is 'Refuses anything but a list of words that mean a good status.';

create or replace function agora.connector_check_http(s jsonb) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if coalesce(s ->> 'url' !~ '^https://[A-Za-z0-9.-]+(:\d{1,5})?/[^\s]*$' or s ->> 'url' !~ '\{number\}' or length(s ->> 'url') > 1000
              or replace(replace(s ->> 'url', '{number}', ''), '{family_name}', '') ~ '[{}]', true) then
    perform agora.fail('AG004', '/settings/url',
      'Write the address of the look-up, such as https://register.example.org/entries/{number}. It must have {number} in it, may have {family_name}, and both only behind the host.');
  end if;
  if coalesce(s ->> 'answer' not in ('json', 'text'), true) then
    perform agora.fail('AG004', '/settings/answer', 'Say json or text.');
  end if;
  if s ->> 'answer' = 'json' then
    if coalesce(s ->> 'status_pointer' !~ '^(/[^\s]{1,100})+$', true) then
      perform agora.fail('AG004', '/settings/status_pointer', 'Say where in the answer the status is, as a JSON pointer such as /entry/status.');
    end if;
    if coalesce(s ->> 'name_pointer' !~ '^(/[^\s]{1,100})+$', s ->> 'url' !~ '\{family_name\}') then
      perform agora.fail('AG004', '/settings/name_pointer',
        'Say where in the answer the name is, as a JSON pointer such as /entry/name; or have {family_name} in the address.');
    end if;
    perform agora.connector_check_good(s -> 'good');
  else
    if coalesce(length(s ->> 'match') not between 1 and 300 or s ->> 'match' ~ '\\[0-9]', true)
       or s ->> 'match' !~ '\{number\}' or s ->> 'match' !~ '\{family_name\}' then
      perform agora.fail('AG004', '/settings/match',
        'Write what a page of a good entry has in it, as an extended regular expression with {number} and {family_name}, without back references.');
    end if;
    begin
      perform '' ~ replace(replace(s ->> 'match', '{number}', '1'), '{family_name}', 'x');
    exception when invalid_regular_expression then
      perform agora.fail('AG004', '/settings/match', 'This regular expression cannot be read.');
    end;
  end if;
end $$;
comment on function agora.connector_check_http is 'Refuses settings of a register''s web service that cannot work.';

create or replace function agora.connector_check(n agora.connector) returns void
  language plpgsql stable set search_path = '' as $$
declare
  known text[] := case n.kind when 'register_http' then '{url,answer,status_pointer,name_pointer,good,match}'::text[]
                              when 'roster' then '{good,mapping,organisation}' else '{}' end;
  other text := (select min(k) from jsonb_object_keys(n.settings) k where k <> all (known));
begin
  if other is not null then
    perform agora.fail('AG004', '/settings', 'This kind of connector has no setting ' || left(other, 40) || '.');
  end if;
  if n.kind = 'register_http' then
    perform agora.connector_check_http(n.settings);
  elsif n.settings ? 'good' then
    perform agora.connector_check_good(n.settings -> 'good');
  end if;
  if n.settings ? 'organisation'
     and (jsonb_typeof(n.settings -> 'organisation') <> 'string' or length(trim(n.settings ->> 'organisation')) not between 1 and 200) then
    perform agora.fail('AG004', '/settings/organisation', 'Write the name of the organisation in at most 200 characters.');
  end if;
end $$;
comment on function agora.connector_check is 'Refuses settings that its kind does not have or cannot use.';

create or replace function agora.connector_add(viewer uuid, how text, shows text, called text, given jsonb, days integer) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  n agora.connector;
begin
  perform agora.connector_admin(viewer);
  if how = 'register_http' and shows = 'sanctions' then
    perform agora.fail('AG004', '/subject', 'A list of sanctions is imported as a list.');
  end if;
  insert into agora.connector (kind, subject, name, settings, every)
  values (how::agora.connector_kind, shows, called, coalesce(given, '{}'), make_interval(days => coalesce(days, 28)))
  returning * into n;
  perform agora.connector_check(n);
  perform agora.audit(viewer, 'connector.add', 'connector', n.id, jsonb_build_object('kind', how, 'name', called));
  return query select agora.connector_json(n)::text, n.version::text;
exception when unique_violation then
  perform agora.fail('AG004', '/name', 'There is a connector of this name already.');
end $$;
comment on function agora.connector_add is 'Adds a list to import (roster) or a register''s web service (register_http).';

create or replace function agora.connector_patch(viewer uuid, wanted uuid, seen text, given jsonb) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  n agora.connector;
begin
  perform agora.connector_admin(viewer);
  select * into n from agora.connector where id = wanted for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if seen <> '*' and seen <> n.version::text then
    perform agora.fail('AG005', null, 'This connector was changed meanwhile. Read it again.');
  end if;
  if given ? 'settings' and n.kind not in ('roster', 'register_http') then
    perform agora.fail('AG004', '/settings', 'This kind of connector has no settings.');
  end if;
  update agora.connector k
     set name = coalesce(given ->> 'name', k.name), settings = coalesce(given -> 'settings', k.settings),
         every = coalesce(make_interval(days => (given ->> 'every_days')::integer), k.every),
         enabled = coalesce((given ->> 'enabled')::boolean, k.enabled), version = k.version + 1
   where k.id = wanted returning * into n;
  perform agora.connector_check(n);
  perform agora.audit(viewer, 'connector.change', 'connector', wanted,
    jsonb_build_object('fields', (select jsonb_agg(k order by k) from jsonb_object_keys(given) k)));
  return query select agora.connector_json(n)::text, n.version::text;
exception when unique_violation then
  perform agora.fail('AG004', '/name', 'There is a connector of this name already.');
end $$;
comment on function agora.connector_patch is 'Changes a connector''s name, settings, interval, or turns it on or off.';

create or replace function agora.connector_try(viewer uuid, wanted uuid, number text, given text, family text, birth text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  n agora.connector;
begin
  perform agora.connector_admin(viewer);
  select * into n from agora.connector where id = wanted and kind in ('roster', 'register_http');
  if not found then
    perform agora.fail('AG001');
  end if;
  insert into agora.connector_trial (connector_id, target, by, claims)
  values (wanted, case n.kind when 'roster' then agora.number_key(number) else number end, viewer,
          jsonb_strip_nulls(jsonb_build_object('given_name', given, 'family_name', family, 'birthdate', birth)));
  perform agora.audit(viewer, 'connector.try', 'connector', wanted);
  perform pg_notify('agora_checks', '');
  return query select agora.connector_json(n)::text, n.version::text;
end $$;
comment on function agora.connector_try is 'Has a register asked once for an admin who tries a connector.';

grant execute on function agora.connector_list(uuid), agora.connector_add(uuid, text, text, text, jsonb, integer),
  agora.connector_patch(uuid, uuid, text, jsonb), agora.connector_try(uuid, uuid, text, text, text, text) to agora_app;
