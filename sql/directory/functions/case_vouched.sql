-- Who vouches in a case may not decide it.

create or replace function agora.case_vouched_by(wanted uuid, person uuid) returns boolean
  language sql stable set search_path = '' as $$
  select false where wanted is not null or person is not null
$$;
comment on function agora.case_vouched_by is 'Whether a person vouches in a case. Vouches by members are not kept, so nobody does.';
