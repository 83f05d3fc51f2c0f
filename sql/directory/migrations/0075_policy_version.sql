-- Policies of the scorer as data, by version; and what was found by them.

alter table agora.vcase add column policy_version integer;
comment on column agora.vcase.policy_version is 'Version of the evidence policy that held when it was sent: what the member was promised';
