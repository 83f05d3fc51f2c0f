-- Reminders to a member who has not answered a request, on the third and the fourteenth day.
alter table agora.introduction add column reminded smallint not null default 0 check (reminded between 0 and 2);
create index introduction_remind on agora.introduction (created_at) where state = 'offered' and reminded < 2;
comment on column agora.introduction.reminded is 'How many of its two reminders the one asked was sent';

insert into agora.policy (key, value, meaning) values
  ('introduction.reminder_first', '3', 'Days after which a member who has not answered a request is reminded'),
  ('introduction.reminder_second', '14', 'Days after which they are reminded again');
