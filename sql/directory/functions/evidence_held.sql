-- Whether files must not be destroyed.

create or replace function agora.evidence_held(wanted uuid) returns boolean
  language sql stable set search_path = '' as $$
  select false
$$;
comment on function agora.evidence_held is 'Whether a legal hold keeps the files of a case from being destroyed.';
