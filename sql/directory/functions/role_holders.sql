-- Who has which role, and how an admin takes one away. Giving one needs two persons (two_person_staff.sql);
-- taking one away does not: it must be quick, and gives nobody anything.

create or replace function agora.role_holder_json(a agora.account) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return agora.vouch_party(a.id) || jsonb_build_object('roles', to_jsonb(a.roles::text[]), 'active', a.state = 'active');
end $$;
comment on function agora.role_holder_json is 'An account with its roles (schema RoleHolder).';

create or replace function agora.role_holders(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not agora.has_role(viewer, '{admin,auditor}') then
    perform agora.fail('AG002', null, 'Only admins and auditors see who has which role.');
  end if;
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(agora.role_holder_json(h.a) order by h.place), '[]')
      from (select o as a, row_number() over (order by o.family_name, o.given_name, o.handle) as place
              from agora.account o where o.roles <> '{}' and o.state <> 'erased'
             order by o.family_name, o.given_name, o.handle limit 500) h))::text;
end $$;
comment on function agora.role_holders is 'Everyone who has a role, by name; at most 500 (schema RoleHolderList).';

create or replace function agora.role_take_away(viewer uuid, of_handle text, role text, why text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  if not agora.has_role(viewer, '{admin}') then
    perform agora.fail('AG002', null, 'Only admins take roles away.');
  end if;
  perform agora.roles_lock();
  -- Looked at again under the lock: of two admins who remove each other at once, one is an admin no more.
  if not agora.has_role(viewer, '{admin}') then
    perform agora.fail('AG002', null, 'You are no admin any more.');
  end if;
  select * into a from agora.account o where o.handle = of_handle and o.state <> 'erased' for update;
  if not found then
    perform agora.fail('AG001');
  elsif coalesce(role, '') <> all (enum_range(null::agora.account_role)::text[]) then
    perform agora.fail('AG004', '/role', 'Choose one of the roles: '
      || array_to_string(enum_range(null::agora.account_role)::text[], ', ') || '.');
  elsif coalesce(why, '') not in ('asked_for', 'other_duties', 'left_organisation', 'not_recertified', 'misuse') then
    perform agora.fail('AG004', '/reason', 'Choose why.');
  elsif role <> all (a.roles::text[]) then
    perform agora.fail('AG003', null, 'This member does not have the role.');
  end if;
  perform agora.role_remove(a, role::agora.account_role, viewer, jsonb_build_object('reason', why));
  select * into a from agora.account o where o.id = a.id;
  return agora.role_holder_json(a)::text;
end $$;
comment on function agora.role_take_away is
  'An admin takes a role away, their own too unless no other admin is left; the sessions of the account end, and cases that its verifier had go to others by the clock. What it is then (schema RoleHolder).';

grant execute on function agora.role_holders(uuid), agora.role_take_away(uuid, text, text, text) to agora_app;
