-- Who is asked and does not answer is reminded twice, by e-mails that tell nothing of the asker.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem,dia,eve,fay}'::text[]) n;
delete from agora.outbox;

-- Messages to a member since the last look, subjects without the organisation's name.
create function pg_temp.mails(name text) returns text language sql as $$
  with taken as (
    delete from agora.outbox o using agora.account a
     where o.kind = 'mail' and a.id = pg_temp.id(name) and o.payload ->> 'to' = a.email
    returning split_part(o.payload ->> 'subject', ': ', 2) as subject, o.id)
  select coalesce(string_agg(t.subject, ', ' order by t.id), 'none') from taken t
$$;

select pg_temp.ask('ann', 'bob', 'My secret project about underwater bells.') as i \gset
select is(pg_temp.mails('bob'), 'a member asks to be introduced to you', 'who is asked is told');
select is(agora.introductions_remind(100), 0::bigint, 'nobody is reminded at once');
select pg_temp.later(:'i', '2 days 23 hours');
select is(agora.introductions_remind(100), 0::bigint, 'nor before the third day');
select pg_temp.later(:'i', '1 hour');
select is(agora.introductions_remind(100), 1::bigint, 'on the third day they are');
select is(agora.introductions_remind(100), 0::bigint, 'once');
select is((select payload ->> 'text' ~* 'ann|secret|bells' from agora.outbox where payload ->> 'subject' like '%waits for your answer'), false,
          'with nothing of who asks or what');
select is(pg_temp.mails('bob'), 'a request to be introduced to you waits for your answer', 'in words that say so');
select is(pg_temp.mails('ann'), 'none', 'the asker hears nothing of it');
select pg_temp.later(:'i', '11 days');
select is(agora.introductions_remind(100), 1::bigint, 'on the fourteenth day again');
select pg_temp.later(:'i', '6 days');
select is(agora.introductions_remind(100), 0::bigint, 'and then no more');

select pg_temp.ask('ann', 'cem') as i \gset
select pg_temp.later(:'i', '15 days');
select is(agora.introductions_remind(100), 1::bigint, 'who missed the first gets one, not two');
select is(agora.introductions_remind(100), 0::bigint, 'in a row');

-- Who has answered, or is not asked any more, is left in peace.
select pg_temp.ask('ann', 'dia') as d \gset
select pg_temp.ask('bob', 'dia') as a \gset
select pg_temp.ask('cem', 'dia') as w \gset
select pg_temp.ask('dia', 'eve') as x \gset
select pg_temp.ask('ann', 'fay') as s \gset
select pg_temp.act('decline', 'dia', :'d'), pg_temp.act('accept', 'dia', :'a'), pg_temp.act('withdraw', 'cem', :'w');
select pg_temp.later(i, '4 days') from unnest(array[:'d', :'a', :'w', :'s']::jsonb[]) i;
select pg_temp.later(:'x', '22 days');
delete from agora.outbox;
update agora.account set state = 'suspended' where id = pg_temp.id('fay');
select agora.introductions_remind(100);
select is((select count(*) from agora.outbox where kind = 'mail'), 0::bigint,
          'nothing after a decline, an acceptance, a withdrawal, the expiry, or to an account that is suspended');

select * from finish();
rollback;
