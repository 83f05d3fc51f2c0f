-- What a person may do, apart from who they are. Without a register that is looked at there is nothing
-- to say.

create or replace function agora.standing_of(person uuid) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select null::jsonb
$$;
comment on function agora.standing_of is
  'Standing of a person by the registers that are checked: {"standing": code, "words": "on the register, last confirmed 2 June 2026", "register", "confirmed_at"}; null when no register says anything.';
