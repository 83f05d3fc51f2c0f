-- Members are linked to TMTP users by that server's own events, each page once, with the cursor.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob}'::text[]) n;
select pg_temp.member('new', 0);
update agora.tmtp_cursor set n = 100;

create function pg_temp.event(type text, uid text, subject text, issuer text, alias text) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('n', 101, 'type', type, 'uid', uid, 'subject', subject, 'issuer', issuer, 'alias', alias)))
$$;
\set uid '%+123456789BCDFGHJKLMNPQRSTVWXYZ'

select is(agora.tmtp_status(pg_temp.id('new'), '=h:1', null)::jsonb ->> 'state', 'not_verified', 'who is not verified is told so');
select is(agora.tmtp_status(pg_temp.id('ann'), '=h:1', null)::jsonb ->> 'state', 'not_linked', 'who has not registered too');
select ok(agora.tmtp_status(pg_temp.id('ann'), '=h:1', 'The introducer')::jsonb ->> 'missing' ~ 'ping The introducer', 'whom to ping, where that is how one is linked');
select is(agora.tmtp_take(99, 101, 'https://us', '[]'), false, 'a page that another worker took changes nothing');
select is(agora.tmtp_cursor_now(), 100::bigint, 'nor the cursor');

select agora.tmtp_take(100, 101, 'https://us', pg_temp.event('registered', :'uid', pg_temp.id('ann')::text, 'https://them', 'Ann Test'));
select is((select count(*) from agora.tmtp_account), 0::bigint, 'a registration by another issuer links nobody');
select agora.tmtp_take(101, 102, 'https://us', pg_temp.event('registered', :'uid', 'somebody', 'https://us', 'Ann Test'));
select agora.tmtp_take(102, 103, 'https://us', pg_temp.event('registered', :'uid', null, null, 'Agora introductions'));
select is((select count(*) from agora.tmtp_account), 0::bigint, 'nor does one without a subject of ours');
select is(agora.tmtp_cursor_now(), 103::bigint, 'the cursor moves on all the same');

select pg_temp.told();
select agora.tmtp_take(103, 104, 'https://us', pg_temp.event('registered', :'uid', pg_temp.id('ann')::text, 'https://us', null));
select is(agora.tmtp_status(pg_temp.id('ann'), '=h:1', null)::jsonb ->> 'state', 'linked', 'a registration by our issuer links the member');
select is(pg_temp.told(), '{ann}', 'whose browser is told');
select ok(agora.tmtp_status(pg_temp.id('ann'), '=h:1', null)::jsonb ? 'missing', 'without an alias something is missing still');
select is(agora.tmtp_ready(pg_temp.id('ann')), false, 'and nobody is introduced without a name');
select agora.tmtp_take(104, 105, 'https://us', pg_temp.event('alias', :'uid', null, null, 'Ann Test'));
select is(agora.tmtp_status(pg_temp.id('ann'), '=h:1', null)::jsonb ->> 'alias', 'Ann Test', 'until there is one');
select agora.tmtp_take(105, 106, 'https://us', pg_temp.event('alias', translate(:'uid', '%', '1'), null, null, 'Somebody else'));
select agora.tmtp_take(106, 107, 'https://us', pg_temp.event('node', :'uid', null, null, null));
select is(agora.tmtp_status(pg_temp.id('ann'), '=h:1', null)::jsonb ->> 'alias', 'Ann Test', 'what concerns others changes nothing');
select is(agora.tmtp_status(pg_temp.id('ann'), '=h:1', null) ~ '\%\+123', false, 'no uid in what the member reads');
select is((select count(*) from agora.audit_event where detail::text ~ '123456789BCD' ), 0::bigint, 'nor in the audit log');

-- a grant that waited
select pg_temp.ask('ann', 'bob') as i \gset
select pg_temp.act('accept', 'bob', :'i');
select is((select next_at::text from agora.outbox where kind = 'grant'), 'infinity', 'a grant waits for both to be linked');
select agora.tmtp_take(107, 108, 'https://us', pg_temp.event('registered', translate(:'uid', '%', '1'), pg_temp.id('bob')::text, 'https://us', null));
select is((select next_at::text from agora.outbox where kind = 'grant'), 'infinity', 'and for both to have a name');
select agora.tmtp_take(108, 109, 'https://us', pg_temp.event('alias', translate(:'uid', '%', '1'), null, null, 'Bob Test'));
select is(pg_temp.work(), '{grant,tell}', 'then it is carried out');

-- suspension
select agora.tmtp_suspend(pg_temp.id('bob'), true), agora.tmtp_suspend(pg_temp.id('new'), true);
select is((select action::jsonb ->> 'suspended' from agora.outbox_claim('{suspend}', 30)), 'true', 'a suspension is carried out on the server');
select is((select id from agora.outbox_claim('{suspend}', 30)), null, 'unless the member has no account there');

select * from finish();
rollback;
