-- Values of agora.policy.

create or replace function agora.policy_int(wanted text) returns bigint
  -- In plpgsql, which keeps its plan: nearly every act and every search asks for one or two.
  language plpgsql stable set search_path = '' as $$
begin
  return (select (p.value #>> '{}')::bigint from agora.policy p where p.key = wanted);
end $$;
comment on function agora.policy_int is 'A whole number of agora.policy; null when there is none of that name.';
