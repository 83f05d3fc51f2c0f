-- Suspending a verification, for as long as its life has no suspension of its own (functions/verification_life.sql,
-- which is created after this one and takes its place).

create or replace function agora.verification_suspend(viewer uuid, wanted uuid, reason text, note text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification;
begin
  select * into v from agora.verification where id = wanted for update;
  if v.state is distinct from 'active' then
    perform agora.fail('AG003', null, 'This verification does not hold, so it cannot be suspended.');
  end if;
  update agora.verification set state = 'suspended', version = version + 1 where id = wanted;
  perform agora.audit(viewer, 'verification.suspend', 'verification', wanted, jsonb_build_object('reason', reason));
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.verification_suspend is 'Lets a verification not count until it is looked into.';
