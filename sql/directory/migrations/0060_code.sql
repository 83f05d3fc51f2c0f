-- A code that was sent counts until it runs out: wrong ones slow down those who give them, and end nobody's.
alter table agora.application drop column tries;
alter table agora.password_reset drop column tries;

update agora.policy
   set meaning = 'Messages with codes that one e-mail address is sent in an hour because somebody on one network asks'
 where key = 'mail.codes_per_hour';
insert into agora.policy (key, value, meaning) values
  ('mail.codes_per_hour_everywhere', '20', 'The same, wherever they are asked for');
update agora.policy
   set meaning = 'Wrong passwords, or wrong codes, for one address of e-mail before each further one costs a delay'
 where key = 'sign_in.free_account';

comment on column agora.attempt.key is
  'What is counted: account:HASH, account:HASH@PLACE, address:PLACE, code:HASH@PLACE, mail:HASH, mail:HASH@PLACE';
