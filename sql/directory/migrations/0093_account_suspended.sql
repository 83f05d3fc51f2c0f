-- Why an account is suspended, for whoever has to tell its member.

alter table agora.account add column suspended_for text check (length(suspended_for) between 10 and 2000);
comment on column agora.account.suspended_for is 'Why the operator suspended it; the member was sent this too. Null otherwise';
