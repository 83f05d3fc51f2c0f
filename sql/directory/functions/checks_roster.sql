-- Lists that the organisation imports, and comparing with them. Each import is the whole list; the latest
-- that was applied is in force, so that undoing it is going back.

create or replace function agora.roster_in_force(connector uuid) returns uuid
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select i.id from agora.roster_import i
     where i.connector_id = connector and i.state = 'applied'
     order by i.applied_at desc, i.id desc limit 1);
end $$;
comment on function agora.roster_in_force is 'The import of a list that counts now; null when none was applied.';

create or replace function agora.roster_compare(connector uuid, number text, stated jsonb) returns table (result text, status text)
  language plpgsql stable set search_path = '' as $$
declare
  import uuid := agora.roster_in_force(connector);
  wanted jsonb := (select n.settings -> 'good' from agora.connector n where n.id = connector);
  r agora.roster_row;
begin
  if import is null then
    return query select 'cannot_tell', null::text;
    return;
  end if;
  -- The same answer for every number, so that leaving the birthdate out tells nothing about the name.
  if not stated ? 'birthdate' and (select i.mapping ? 'birthdate' from agora.roster_import i where i.id = import) then
    return query select 'cannot_tell', null::text;
    return;
  end if;
  select * into r from agora.roster_row o where o.import_id = import and o.number_key = number;
  if not found
     or not (agora.names_match(agora.name_key(stated ->> 'given_name'), agora.name_key(stated ->> 'family_name'), r.given_key, r.family_key)
             or agora.names_match(agora.name_key(concat_ws(' ', stated ->> 'given_name', stated ->> 'middle_name')),
                                  agora.name_key(stated ->> 'family_name'), r.given_key, r.family_key))
     or r.birthdate <> agora.day_of(stated ->> 'birthdate') then
    return query select 'failed', null::text;
    return;
  end if;
  return query select case
      when r.expires_on < current_date then 'failed'
      when wanted is not null and jsonb_array_length(wanted) > 0
           and not exists (select from jsonb_array_elements_text(wanted) g
                            where agora.name_key(g) = agora.name_key(coalesce(r.status, ''))) then 'failed'
      else 'passed' end, r.status;
end $$;
comment on function agora.roster_compare is
  'Whether the list in force has an entry with this number, name and, where the list has one, birthdate, that holds: passed, failed or cannot_tell, and no word about which of them differs.';

create or replace function agora.roster_look(w agora.register_watch) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.watch_settle(w, r.result, case when r.result = 'passed' then r.status end, null)
    from agora.roster_compare(w.connector_id, w.target, w.claims) r;
end $$;
comment on function agora.roster_look is 'Compares a watch with the list in force, and settles it.';

create or replace function agora.roster_named(import uuid, stated jsonb) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'line', r.line, 'name', r.shown_name, 'birthdate', r.birthdate, 'status', r.status)) order by r.line), '[]')
      from (select o.*
              from agora.roster_row o
             where o.import_id = import
               and o.family_key in (agora.name_key(stated ->> 'family_name'), agora.name_key(stated ->> 'given_name'))
               and agora.names_match(agora.name_key(stated ->> 'given_name'), agora.name_key(stated ->> 'family_name'), o.given_key, o.family_key)
               and (o.birthdate = agora.day_of(stated ->> 'birthdate')) is not false
             order by o.line
             limit 20) r);
end $$;
comment on function agora.roster_named is 'Entries of an import with this name and no other birthdate, twenty at most.';

create or replace function agora.roster_begin(viewer uuid, list text, name text, columns jsonb, len bigint, content text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  n agora.connector;
  made uuid;
  bad text := (select min(k) from jsonb_object_keys(columns) k
                where k not in ('number', 'given_name', 'family_name', 'birthdate', 'status', 'expires_on', 'grade', 'since'));
begin
  if viewer is not null and not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins import lists.');
  end if;
  select * into n from agora.connector c where c.kind = 'roster' and list in (c.id::text, c.name);
  if not found then
    perform agora.fail('AG001', null, 'There is no list of this name.');
  end if;
  if bad is not null then
    perform agora.fail('AG004', '/mapping/' || left(replace(replace(bad, '~', '~0'), '/', '~1'), 60), 'There is no field of this name.');
  end if;
  insert into agora.roster_import (connector_id, file_name, mapping, octets, by, file)
  values (n.id, left(name, 200), columns, len, viewer, decode(content, 'hex'))
  returning id into made;
  perform agora.audit(viewer, 'roster.upload', 'roster_import', made, jsonb_build_object('list', n.name, 'octets', len));
  perform pg_notify('agora_checks', '');
  return agora.roster_import_json(made)::text;
end $$;
comment on function agora.roster_begin is
  'Takes a file to import (hexadecimal; null when the caller reads it itself). Columns: field to name of its column. viewer null: an operator.';

create or replace function agora.roster_claim(lease_seconds integer) returns table (id uuid, subject text, mapping text, file text)
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  i agora.roster_import;
begin
  select * into i from agora.roster_import o
   where o.state = 'waiting' and o.file is not null and coalesce(o.lease_until <= now(), true)
   order by o.created_at limit 1 for update skip locked;
  if not found then
    return;
  end if;
  update agora.roster_import o set lease_until = now() + make_interval(secs => lease_seconds) where o.id = i.id;
  return query select i.id, n.subject, i.mapping::text, encode(i.file, 'hex') from agora.connector n where n.id = i.connector_id;
end $$;
comment on function agora.roster_claim is 'Takes the oldest file that waits to be read, for so many seconds; no row when none waits.';

create or replace function agora.roster_restart(import uuid, columns text) returns void
  language plpgsql volatile security definer set search_path = '' as $$
begin
  delete from agora.roster_row where import_id = import and exists (select from agora.roster_import i where i.id = import and i.state = 'waiting');
  delete from agora.roster_fault where import_id = import and exists (select from agora.roster_import i where i.id = import and i.state = 'waiting');
  update agora.roster_import set lines_read = 0, octets_read = 0, accepted = 0, refused = 0, mapping = columns::jsonb where id = import and state = 'waiting';
end $$;
comment on function agora.roster_restart is 'Begins to read a file from its first line: what a worker that died had read goes. Columns: as they were found.';

create or replace function agora.roster_stage(import uuid, rows text, faults text, lines integer, read_octets bigint, lease_seconds integer)
  returns boolean language plpgsql volatile security definer set search_path = '' as $$
begin
  perform from agora.roster_import i where i.id = import and i.state = 'waiting' for update;
  if not found then
    return false;
  end if;
  -- A number twice: the later one is at fault.
  with given as (
    select r.line, r.number, agora.number_key(r.number) as number_key, r.given_name, r.family_name, r.birthdate, r.status, r.expires_on, r.grade, r.since
      from jsonb_to_recordset(rows::jsonb)
        r (line integer, number text, given_name text, family_name text, birthdate date, status text, expires_on date, grade text, since date)),
  keyed as (
    select g.*, coalesce(nullif(g.number_key, ''), 'L' || g.line) as key,
           row_number() over (partition by coalesce(nullif(g.number_key, ''), 'L' || g.line) order by g.line) as nth
      from given g),
  twice as (
    select k.line from keyed k
     where k.nth > 1 or exists (select from agora.roster_row o where o.import_id = import and o.number_key = k.key)),
  kept as (
    insert into agora.roster_row (import_id, line, number_key, given_key, family_key, shown_name, birthdate, status, expires_on, grade, since)
    select import, k.line, left(k.key, 80), left(agora.name_key(k.given_name), 200), left(agora.name_key(k.family_name), 200),
           left(concat_ws(' ', k.given_name, k.family_name), 300), k.birthdate, k.status, k.expires_on, k.grade, k.since
      from keyed k where k.line not in (select d.line from twice d)
    returning 1),
  refused as (
    insert into agora.roster_fault (import_id, line, reason)
    select import, f.line, f.reason
      from (select d.line, 'This number is on an earlier line.' as reason from twice d
            union all
            select j.line, j.reason from jsonb_to_recordset(faults::jsonb) j (line integer, reason text)) f
    on conflict do nothing
    returning 1)
  update agora.roster_import i
     set accepted = i.accepted + (select count(*) from kept), refused = i.refused + (select count(*) from refused),
         lines_read = i.lines_read + lines, octets_read = read_octets,
         lease_until = now() + make_interval(secs => lease_seconds)
   where i.id = import;
  return true;
end $$;
comment on function agora.roster_stage is
  'Takes a batch of records that were read, and of faults: [{line, number, given_name, family_name, birthdate, status, expires_on, grade, since}], [{line, reason}]. False when the import is not being read any more.';

create or replace function agora.roster_staged(import uuid, wrong text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.roster_import;
  old uuid;
begin
  select * into i from agora.roster_import o where o.id = import and o.state = 'waiting' for update;
  if found then
    old := agora.roster_in_force(i.connector_id);
    if wrong is not null then
      update agora.roster_import o set state = 'failed', problem = left(wrong, 500), file = null, lease_until = null, ended_at = now()
       where o.id = import;
    else
      update agora.roster_import o
         set state = 'staged', staged_at = now(), file = null, lease_until = null, octets_read = octets,
             added = (select count(*) from agora.roster_row r where r.import_id = import
                         and not exists (select from agora.roster_row p where p.import_id = old and p.number_key = r.number_key)),
             removed = (select count(*) from agora.roster_row p where p.import_id = old
                           and not exists (select from agora.roster_row r where r.import_id = import and r.number_key = p.number_key)),
             changed = (select count(*) from agora.roster_row r
                          join agora.roster_row p on p.import_id = old and p.number_key = r.number_key
                         where r.import_id = import
                           and (r.given_key, r.family_key, r.birthdate, r.status, r.expires_on, r.grade, r.since)
                               is distinct from (p.given_key, p.family_key, p.birthdate, p.status, p.expires_on, p.grade, p.since))
       where o.id = import;
      -- The next import of this list is likely to have the same columns.
      update agora.connector n set settings = n.settings || jsonb_build_object('mapping', i.mapping) where n.id = i.connector_id;
    end if;
    perform agora.event_add(o.by, 'roster', import) from agora.roster_import o where o.id = import and o.by is not null;
  end if;
  return agora.roster_import_json(import)::text;
end $$;
comment on function agora.roster_staged is 'A file was read to its end, or could not be: counts what would become of it. Not in force until it is applied.';

create or replace function agora.roster_again(connector uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  keep integer := agora.policy_int('roster.imports_kept')::integer;
begin
  update agora.register_watch w set next_at = now() where w.connector_id = connector and w.ended_at is null and w.passed_at is not null;
  perform agora.checks_screen(c) from agora.vcase c, agora.connector n
    where n.id = connector and n.subject = 'sanctions' and c.state <> 'draft' and agora.watch_case_open(c);
  delete from agora.roster_row r
   using agora.roster_import i
   where i.id = r.import_id and i.connector_id = connector
     and (i.state in ('discarded', 'undone', 'failed')
          or i.state = 'applied' and i.id not in (
            select o.id from agora.roster_import o where o.connector_id = connector and o.state = 'applied'
             order by o.applied_at desc, o.id desc limit keep));
  perform pg_notify('agora_checks', '');
end $$;
comment on function agora.roster_again is 'Another import is in force: what rested on the list is compared anew, and imports that nobody can go back to lose their rows.';

create or replace function agora.roster_decide(viewer uuid, import uuid, doing text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  i agora.roster_import;
begin
  if viewer is not null and not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins import lists.');
  end if;
  select * into i from agora.roster_import o where o.id = import for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  perform from agora.connector n where n.id = i.connector_id for update;
  if doing = 'apply' then
    if i.state <> 'staged' then
      perform agora.fail('AG003', null, 'Only an import that was read and not applied yet can be applied.');
    end if;
    if i.accepted = 0 then
      perform agora.fail('AG003', null, 'No record of this file can be used, so it would empty the list. Look at its faults.');
    end if;
    update agora.roster_import o set state = 'applied', applied_at = clock_timestamp() where o.id = import;
  elsif doing = 'undo' then
    if i.state <> 'applied' or agora.roster_in_force(i.connector_id) <> import then
      perform agora.fail('AG003', null, 'Only the import that is in force can be undone.');
    end if;
    update agora.roster_import o set state = 'undone', ended_at = now() where o.id = import;
  elsif doing = 'discard' then
    if i.state not in ('waiting', 'staged', 'failed') then
      perform agora.fail('AG003', null, 'This import was applied; undo it instead.');
    end if;
    update agora.roster_import o set state = 'discarded', file = null, lease_until = null, ended_at = now() where o.id = import;
  end if;
  perform agora.audit(viewer, 'roster.' || doing, 'roster_import', import,
    jsonb_build_object('accepted', i.accepted, 'refused', i.refused));
  if doing = 'discard' then
    delete from agora.roster_row r where r.import_id = import;
  else
    perform agora.roster_again(i.connector_id);
  end if;
  return agora.roster_import_json(import)::text;
end $$;
comment on function agora.roster_decide is 'Applies an import that was read, undoes the one in force, or discards one that was never applied.';

create or replace function agora.roster_import_json(import uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'id', i.id, 'list', i.connector_id, 'file_name', i.file_name, 'mapping', i.mapping, 'state', i.state, 'problem', i.problem,
        'in_force', coalesce(agora.roster_in_force(i.connector_id) = i.id, false),
        'octets', i.octets, 'octets_read', i.octets_read, 'lines_read', i.lines_read, 'accepted', i.accepted, 'refused', i.refused,
        'added', i.added, 'changed', i.changed, 'removed', i.removed,
        'by', (select a.given_name || ' ' || a.family_name from agora.account a where a.id = i.by),
        'created_at', agora.ts(i.created_at), 'applied_at', agora.ts(i.applied_at), 'ended_at', agora.ts(i.ended_at),
        'faults', (select coalesce(jsonb_agg(jsonb_build_object('line', f.line, 'reason', f.reason) order by f.line), '[]')
                     from (select o.line, o.reason from agora.roster_fault o where o.import_id = i.id order by o.line limit 20) f)))
      from agora.roster_import i where i.id = import);
end $$;
comment on function agora.roster_import_json is 'An import with its first twenty faults (schema RosterImport).';

create or replace function agora.roster_get(viewer uuid, import uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select agora.roster_import_json(import)::text where agora.case_role(viewer, 'admin'));
end $$;
comment on function agora.roster_get is 'An import, for an admin; null when there is none.';

create or replace function agora.roster_faults_csv(viewer uuid, import uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select 'line,reason' || E'\r\n'
           || coalesce(string_agg(f.line || ',"' || replace(f.reason, '"', '""') || E'"\r\n', '' order by f.line), '')
      from agora.roster_import i left join agora.roster_fault f on f.import_id = i.id
     where i.id = import and agora.case_role(viewer, 'admin')
     group by i.id);
end $$;
comment on function agora.roster_faults_csv is 'All faults of an import as a file, for an admin. Lines and reasons only: what was in them is in the file that was imported.';

create or replace function agora.roster_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'id', n.id, 'name', n.name, 'subject', n.subject, 'enabled', n.enabled, 'mapping', n.settings -> 'mapping',
        'entries', (select i.accepted from agora.roster_import i where i.id = agora.roster_in_force(n.id)),
        'imports', (select coalesce(jsonb_agg(agora.roster_import_json(i.id) order by i.created_at desc), '[]')
                      from (select o.id, o.created_at from agora.roster_import o where o.connector_id = n.id
                             order by o.created_at desc limit 20) i))) order by n.name), '[]'))::text
      from agora.connector n
     where n.kind = 'roster' and (viewer is null or agora.case_role(viewer, 'admin')));
end $$;
comment on function agora.roster_list is 'The lists with their latest twenty imports (schema RosterList). viewer null: an operator.';

grant execute on function agora.roster_begin(uuid, text, text, jsonb, bigint, text), agora.roster_claim(integer),
  agora.roster_restart(uuid, text), agora.roster_stage(uuid, text, text, integer, bigint, integer), agora.roster_staged(uuid, text),
  agora.roster_decide(uuid, uuid, text), agora.roster_get(uuid, uuid), agora.roster_faults_csv(uuid, uuid),
  agora.roster_list(uuid) to agora_app;
