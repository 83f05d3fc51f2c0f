-- Every transition of an introduction that is allowed, every one that is refused, and who is told.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob,cem,dia,eve}'::text[]) n;
select pg_temp.told();

-- ask
select pg_temp.ask('ann', 'bob') as i \gset
select is(:'i'::jsonb ->> 'state', 'sent', 'the asker sees a request as sent');
select is(:'i'::jsonb -> 'can', '["withdraw", "block"]', 'the asker can withdraw it');
select is(pg_temp.see('bob', :'i'), 'received', 'the one asked sees it as received');
select is(pg_temp.act('see', 'bob', :'i') -> 'can', '["accept", "decline", "block"]', 'the one asked can accept or decline it');
select is(pg_temp.told(), '{ann,bob}', 'both browsers are told of a request');
select throws_ok(format('select pg_temp.see(%L, %L)', 'cem', :'i'), 'AG001', null, 'a third member does not find it');
select ok(exists (select from agora.audit_event where action = 'introduction.ask' and subject = (:'i'::jsonb ->> 'id')::uuid
                     and actor = pg_temp.id('ann')), 'asking is audited');
select is((select count(*) from agora.audit_event where detail::text ~ 'joints'), 0::bigint, 'the audit log has none of the words');
select is((select count(*) from agora.outbox where kind = 'mail' and payload ->> 'to' like 'bob.%'), 1::bigint, 'the one asked gets one e-mail');
select is((select count(*) from agora.outbox where kind = 'mail' and payload::text ~* 'joints|ann'), 0::bigint,
          'the e-mail has neither the words nor the name of the asker');

-- what is refused while offered
select throws_ok(format('select pg_temp.act(%L, %L, %L)', what, who, :'i'), 'AG003', null, who || ' cannot ' || what || ' an offered request')
  from (values ('accept', 'ann'), ('decline', 'ann'), ('withdraw', 'bob'), ('end', 'ann'), ('end', 'bob')) v (what, who);
select throws_ok(format('select pg_temp.act(%L, %L, %L)', what, 'cem', :'i'), 'AG001', null, 'a third member cannot ' || what)
  from unnest('{accept,decline,withdraw,end}'::text[]) what;

-- accept
select pg_temp.told();
select is(pg_temp.act('accept', 'bob', :'i') ->> 'state', 'connecting', 'accepting makes it connecting');
select is(pg_temp.see('ann', :'i'), 'connecting', 'for the asker too');
select is(pg_temp.told(), '{ann,bob}', 'both are told of an acceptance');
select is((select count(*) from agora.outbox where kind = 'grant' and payload ->> 'introduction' = :'i'::jsonb ->> 'id'), 1::bigint,
          'accepting queues a grant');
select is(pg_temp.act('accept', 'bob', :'i') ->> 'state', 'connecting', 'accepting twice gives the same answer');
select is((select count(*) from agora.outbox where kind = 'grant' and payload ->> 'introduction' = :'i'::jsonb ->> 'id'), 1::bigint,
          'accepting twice queues one grant');
select is((select count(*) from agora.audit_event where action = 'introduction.accept'), 1::bigint, 'and is audited once');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', what, who, :'i'), 'AG003', null, who || ' cannot ' || what || ' an accepted request')
  from (values ('decline', 'bob'), ('withdraw', 'ann'), ('accept', 'ann')) v (what, who);
select is(pg_temp.act('see', 'ann', :'i') ->> 'waiting_for', 'my_link', 'without a TMTP account it waits for the viewer''s');
select is(agora.is_contact(pg_temp.id('ann'), pg_temp.id('bob')), false, 'they are no contacts before the server knows');

-- the grant waits for both to be linked
select is(pg_temp.work(), '{}', 'nothing is done while nobody is linked');
select pg_temp.link('ann');
select is(pg_temp.act('see', 'ann', :'i') ->> 'waiting_for', 'other_link', 'then it waits for the other''s');
select is(pg_temp.work(), '{}', 'nothing is done while one is not linked');
select pg_temp.link('bob');
select is(pg_temp.act('see', 'ann', :'i') ->> 'waiting_for', 'server', 'then for the server');
select pg_temp.told();
select is(pg_temp.work(), '{grant,tell}', 'once both are linked it is granted, then told');
select is(pg_temp.told(), '{ann,bob}', 'both are told that they are connected');
select is(pg_temp.see('ann', :'i'), 'connected', 'an acknowledged grant makes it connected');
select is(pg_temp.act('see', 'ann', :'i') ->> 'alias', 'Bob Test', 'with the other''s alias');
select ok(agora.is_contact(pg_temp.id('bob'), pg_temp.id('ann')), 'and they are contacts, both ways');
select is((select count(*) from agora.introduction where agora.introduction_json(id, asker)::text ~ '[%+1-9B-DF-HJ-NP-TV-Z]{32}'), 0::bigint,
          'no answer has a uid');

-- end
select pg_temp.told();
select is(pg_temp.act('end', 'bob', :'i') ->> 'state', 'ended', 'the one who ends sees it as ended');
select is(pg_temp.told(), '{bob}', 'the other is not told');
select is(pg_temp.see('ann', :'i'), 'connected', 'and sees it as it was');
select is(agora.is_contact(pg_temp.id('ann'), pg_temp.id('bob')), false, 'they are no contacts from that moment');
select is(pg_temp.work(), '{end}', 'the end goes to the server');
select is((select (wanted, confirmed)::text from agora.contact where introduction_id = (:'i'::jsonb ->> 'id')::uuid), '(f,f)', 'and the ledger notes it');
select is(pg_temp.act('end', 'bob', :'i') ->> 'state', 'ended', 'ending twice gives the same answer');
select is(pg_temp.work(), '{}', 'and queues nothing more');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', 'accept', 'bob', :'i'), 'AG003', null, 'an ended one cannot be accepted');
select is(pg_temp.act('end', 'ann', :'i') ->> 'state', 'ended', 'the other can end it for their part');

-- end with telling, and before it was granted
select pg_temp.ask('ann', 'cem') as i \gset
select pg_temp.act('accept', 'cem', :'i');
select pg_temp.told();
select is(pg_temp.act('end', 'cem', :'i') ->> 'state', 'ended', 'an accepted one can be ended before it is granted');
select is(pg_temp.see('ann', :'i'), 'ended', 'then the other sees it, who would wait for ever');
select is((select array_agg(state::text) from agora.outbox where payload ->> 'introduction' = :'i'::jsonb ->> 'id'), '{superseded}',
          'the grant that waited is superseded, and there is nothing to take back');
select pg_temp.link('cem');
select is(pg_temp.work(), '{}', 'nothing is granted afterwards');

select pg_temp.ask('cem', 'bob') as i \gset
select pg_temp.act('accept', 'bob', :'i');
select pg_temp.work();
select pg_temp.act('end_and_tell', 'cem', :'i');
select is(pg_temp.see('bob', :'i'), 'ended', 'who ends can tell the other');
select pg_temp.work();

-- the end overtakes nothing: a grant that was tried and not acknowledged is taken back after it
select pg_temp.ask('dia', 'bob') as i \gset
select pg_temp.link('dia');
select pg_temp.act('accept', 'bob', :'i');
select id as row from agora.outbox_claim('{grant}', 30) \gset
select pg_temp.act('end', 'bob', :'i');
select is(pg_temp.work(), '{}', 'the end waits for the grant that is under way');
select agora.outbox_settle(:'row', '{}');
select is(pg_temp.state(:'i'), 'ended', 'a grant acknowledged after the end connects nobody');
select is(pg_temp.work(), '{end}', 'and is taken back');

-- refused by the server for good
select pg_temp.ask('dia', 'ann') as i \gset
select pg_temp.act('accept', 'ann', :'i');
select id as row from agora.outbox_claim('{grant}', 30) \gset
select pg_temp.told();
select agora.outbox_fail(:'row', 'the server says no', true);
select is(pg_temp.see('dia', :'i') || ' ' || pg_temp.see('ann', :'i'), 'delayed delayed', 'a grant refused for good shows as delayed');
select is(pg_temp.told(), '{ann,dia}', 'and both are told');
select agora.outbox_retry(pg_temp.id('eve'), :'row');
select is(pg_temp.see('dia', :'i'), 'connecting', 'the admin can try again');
select is(pg_temp.work(), '{grant,tell}', 'which may succeed');
select is(pg_temp.see('dia', :'i'), 'connected', 'and connect them');

-- withdraw
select pg_temp.ask('eve', 'ann') as i \gset
select pg_temp.told();
select is(pg_temp.act('withdraw', 'eve', :'i') ->> 'state', 'withdrawn', 'the asker can withdraw');
select is(pg_temp.told(), '{ann,eve}', 'both browsers are told');
select throws_ok(format('select pg_temp.see(%L, %L)', 'ann', :'i'), 'AG001', null, 'the one asked does not see it any more');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', 'accept', 'ann', :'i'), 'AG001', null, 'nor can they accept it');
select is(pg_temp.act('withdraw', 'eve', :'i') ->> 'state', 'withdrawn', 'withdrawing twice gives the same answer');

-- expire
select pg_temp.ask('eve', 'bob') as i \gset
select is(agora.introductions_lapse(100), 0::bigint, 'nothing expires before its time');
select pg_temp.later(:'i', '21 days');
select is(pg_temp.see('eve', :'i') || ' ' || pg_temp.see('bob', :'i'), 'not_ahead not_ahead', 'after 21 days it did not go ahead, to both');
select throws_ok(format('select pg_temp.act(%L, %L, %L)', what, 'bob', :'i'), 'AG003', null, 'it is too late to ' || what)
  from unnest('{accept,decline}'::text[]) what;
select throws_ok(format('select pg_temp.act(%L, %L, %L)', 'withdraw', 'eve', :'i'), 'AG003', null, 'or to withdraw');
select pg_temp.told();
select is(agora.introductions_lapse(100), 1::bigint, 'the timer acts on it');
select is(pg_temp.state(:'i'), 'expired', 'it has expired');
select is(pg_temp.told(), '{bob,eve}', 'both are told');
select is(agora.introductions_lapse(100), 0::bigint, 'once');

select * from finish();
rollback;
