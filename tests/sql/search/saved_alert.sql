-- Alerts of saved searches: who is new, each person once, only by what a search would show at that moment,
-- and nothing of what is hidden.
begin;
\ir ../lib/profiles.psql
select no_plan();

select pg_temp.member(n, 1) from unnest('{ann,bob,cem,dia,eve,fay}'::text[]) n;
select pg_temp.patch(n, '{"fields": {"title": {"value": "Toolmaker"}}}') from unnest('{bob}'::text[]) n;

create temp table search (name text primary key, id uuid, query text);
create function pg_temp.q(query text) returns text language sql as $$ select translate(query, '''', E'\001') $$;
create function pg_temp.save(owner text, wanted text, query text, every text default 'daily') returns uuid language plpgsql as $$
declare
  made uuid := (agora.saved_add(pg_temp.id(owner), wanted, wanted, '{}', '{}', null, null, null, every, null, pg_temp.q(query))::jsonb ->> 'id')::uuid;
begin
  insert into search values (wanted, made, query);
  return made;
end $$;
-- The sweep of one that is due; whom it tells of.
create function pg_temp.sweep(wanted text) returns text[] language plpgsql as $$
declare
  s search;
  before uuid[];
begin
  select * into s from search where name = wanted;
  before := array(select account_id from agora.saved_search_told where search_id = s.id);
  update agora.saved_search set due_at = now() where id = s.id and due_at is not null;
  perform agora.saved_sweep(s.id, pg_temp.q(s.query), 'https://agora.example');
  return array(select w.name from agora.saved_search_told t join who w on w.id = t.account_id
                where t.search_id = s.id and t.account_id <> all (before) order by w.name);
end $$;
-- What would be sent now of all that is queued.
create function pg_temp.mails() returns setof jsonb language sql as $$
  select m from agora.outbox o cross join lateral (select agora.outbox_action(o) as m) x
   where o.kind = 'mail' and o.payload ? 'saved_search' order by o.id
$$;

select pg_temp.save('ann', 'toolmakers', '''toolm'':*');
select is(pg_temp.sweep('toolmakers'), '{}', 'who is among the results when it is saved is not told of');

select pg_temp.patch('cem', '{"fields": {"title": {"value": "Toolmaker"}}}');
select is(pg_temp.sweep('toolmakers'), '{cem}', 'who matches by a change is');
select pg_temp.save('ann', 'makers of tools', '''toolmaker''');
select is(pg_temp.sweep('makers of tools'), '{}', 'whoever matched by a change of the last minutes is among the results already');
select is(pg_temp.sweep('toolmakers'), '{}', 'once');
select pg_temp.patch('cem', '{"fields": {"headline": {"value": "Another line"}}}');
select pg_temp.patch('bob', '{"fields": {"headline": {"value": "Another line"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'a change of something else tells of nobody');
select pg_temp.patch('cem', '{"fields": {"title": {"value": "Baker"}}}');
select pg_temp.patch('cem', '{"fields": {"title": {"value": "Toolmaker"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'nor is somebody told of again who stopped matching meanwhile');

-- Hidden values.
select pg_temp.patch('dia', '{"fields": {"title": {"value": "Toolmaker", "tier": "contacts"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'a value for contacts tells of nobody');
select pg_temp.patch('dia', '{"fields": {"title": {"value": "Wheelwright", "tier": "self"}}}');
select pg_temp.patch('dia', '{"fields": {"title": {"value": "Toolmaker", "tier": "self"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'nor does a hidden change');
select pg_temp.patch('dia', '{"fields": {"title": {"value": "Toolmaker", "tier": "members"}}}');
select pg_temp.patch('dia', '{"fields": {"title": {"value": "Toolmaker", "tier": "self"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'nor one that is hidden again before anybody looked');
select pg_temp.patch('dia', '{"fields": {"title": {"tier": "members"}}}');
select is(pg_temp.sweep('toolmakers'), '{dia}', 'what is shown is told');

-- Blocks and suspension.
select pg_temp.block('eve', 'ann');
select pg_temp.patch('eve', '{"fields": {"title": {"value": "Toolmaker"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'whoever has blocked the member is not told of');
select pg_temp.patch('fay', '{"fields": {"title": {"value": "Toolmaker"}}}');
update agora.account set state = 'suspended' where id = pg_temp.id('fay');
select is(pg_temp.sweep('toolmakers'), '{}', 'nor is who is suspended');
update agora.account set state = 'active' where id = pg_temp.id('fay');
select is(pg_temp.sweep('toolmakers'), '{fay}', 'until they are back');
select pg_temp.patch('ann', '{"fields": {"title": {"value": "Toolmaker"}}}');
select is(pg_temp.sweep('toolmakers'), '{}', 'nobody is told of themselves');

-- Excluded words.
select pg_temp.save('ann', 'no bakers', '''vf:0'' & !''baker''');
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Baker"}}}');
select is(pg_temp.sweep('no bakers'), '{}', 'who stops matching is not told of');
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Toolmaker"}}}');
select is(pg_temp.sweep('no bakers'), '{}', 'nor who matched when it was saved');

-- E-mails: what they say is decided when they go out.
select is((select count(*) from pg_temp.mails()), 3::bigint, 'an e-mail for each time somebody was told of');
select matches(m ->> 'text', 'Fay Testperson', 'it names whom the search would show now')
  from pg_temp.mails() m order by m ->> 'text' ~ 'Fay' desc limit 1;
select matches(m ->> 'unsubscribe', '^https://agora\.example/unsubscribe/[0-9a-f]{64}$', 'with a link that ends them') from pg_temp.mails() m limit 1;
select ok(position(m ->> 'unsubscribe' in m ->> 'text') > 0, 'the same in its words') from pg_temp.mails() m limit 1;
select is(m ->> 'subject', agora.policy_text('organisation.name') || ': a new member matches a search of yours', 'its subject names nobody, nor the search') from pg_temp.mails() m limit 1;
select pg_temp.patch('fay', '{"fields": {"title": {"tier": "self"}}}');
select is((select count(*) from pg_temp.mails() m where m ->> 'text' ~ 'Fay'), 0::bigint, 'who does not match any more is not named');
select is((select count(*) from pg_temp.mails() m where m is null), 1::bigint, 'and an e-mail that would name nobody is not sent');
select pg_temp.block('dia', 'ann');
select is((select count(*) from pg_temp.mails() m where m ->> 'text' ~ 'Dia'), 0::bigint, 'nor who has blocked the member since');

-- Ending them.
create temp table link as select agora.unsubscribe_token(id) as token from search where name = 'toolmakers';
grant select on link to agora_app;
select ok(agora.unsubscribe_known(token), 'the link is known') from link;
select ok((select by_mail from agora.saved_search s join search using (id) where search.name = 'toolmakers'), 'looking at it ends nothing');
select is(agora.saved_unsubscribe(overlay(token placing case right(token, 1) when '0' then '1' else '0' end from 64)), null, 'a link that is not ours does nothing') from link;
select is(agora.saved_unsubscribe('x'), null, 'nor does nonsense');
select is(agora.saved_unsubscribe(token), 'done', 'posting to it ends the e-mails') from link;
select is((select count(*) from pg_temp.mails() m where m is not null), 0::bigint, 'also those that wait to be sent');
select pg_temp.patch('fay', '{"fields": {"title": {"value": "Toolmaker", "tier": "self"}}}');
select is(agora.saved_unsubscribe(token), 'done', 'a repeat changes nothing') from link;
select pg_temp.member('gus', 1);
select pg_temp.patch('gus', '{"fields": {"title": {"value": "Toolmaker"}}}');
select is(pg_temp.sweep('toolmakers'), '{gus}', 'the search goes on');
select is((select count(*) from agora.outbox o where o.payload ->> 'saved_search' = (select id::text from search where name = 'toolmakers')), 3::bigint, 'without an e-mail');
select is((select count(*) from agora.event e where e.kind = 'saved_search' and e.account_id = pg_temp.id('ann')), 4::bigint, 'but told in the app');
select agora.saved_delete(pg_temp.id('ann'), id) from search where name = 'toolmakers';
select is(agora.saved_unsubscribe(token), 'done', 'and tells nothing of a search that is gone') from link;

-- Pauses.
select pg_temp.save('ann', 'wheels', '''wheelwright''');
select agora.saved_patch(pg_temp.id('ann'), id, '{"paused": true}', pg_temp.q(query), null) from search where name = 'wheels';
select is((select due_at from agora.saved_search s join search using (id) where search.name = 'wheels'), null, 'one that is paused is not due');
update agora.saved_search set mark = now() - interval '1 day', created_at = now() - interval '1 day' where name = 'wheels';
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Wheelwright"}}}');
update agora.search_change set at = now() - interval '1 hour';
select is(pg_temp.sweep('wheels'), '{}', 'and looks for nobody');
select agora.saved_patch(pg_temp.id('ann'), id, '{"paused": false}', pg_temp.q(query), null) from search where name = 'wheels';
select is(pg_temp.sweep('wheels'), '{}', 'what came during the pause is not told of');
select pg_temp.patch('cem', '{"fields": {"title": {"value": "Wheelwright"}}}');
select is(pg_temp.sweep('wheels'), '{cem}', 'what comes after it is');

-- Which changes are read: those that touch a word asked for.
select is(agora.terms_touched('''a'':1A ''b'':2 ''c'' ''d'':4', '''a'':1A ''b'':3 ''c'' ''d'':4B ''e'''), '''+b'' ''-b'' ''+d'' ''-d'' ''+e''',
          'touched is what came, went, moved or weighs otherwise');
select is(agora.terms_touched(null, '''a'':1 ''b'''), '''+a'' ''+b''', 'all of who is new');
select is(agora.terms_touched('''a'':1', null), '''-a''', 'and of who is gone');
select is(agora.query_words('''vf:0'' & !''b'':*AC & ''d'' <2> ''e'':B'), '''+d'' | ''+e'' | ''+vf:0'' | ''-b'':*',
          'somebody begins to match by a word that comes, or an excluded one that goes');
select is(agora.query_words('''a'' & !(''b'' | !''c'')'), '''+a'' | ''+b'' | ''+c'' | ''-a'' | ''-b'' | ''-c''',
          'by either of each, where more than a word is excluded');
select is(agora.query_words('''it''''s'' & ''e\\f'''), '''+e\\f'' | ''+it''''s''', 'whatever signs a word has');
select is(agora.query_words(''), null, 'and none of none');
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Bridge and tunnel"}}}');
select pg_temp.save('ann', 'phrase', '''tunnel'' <2> ''bridge''');
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Tunnel and bridge"}}}');
select is(pg_temp.sweep('phrase'), '{bob}', 'words that change places alone make one match a phrase');

-- Days that have passed: everybody since the mark, the latest first.
create function pg_temp.age(person text, days integer) returns void language sql as $$
  update agora.search_change c
     set at = now() - days * interval '1 day',
         touched = ts_delete(c.touched, 'day:' || c.tier || agora.change_day(c.at))
                   || array_to_tsvector(array['day:' || c.tier || agora.change_day(now() - days * interval '1 day')])
   where c.account_id = pg_temp.id(person) and c.at = now()
$$;
select pg_temp.save('ann', 'divers', '''diver''', 'weekly');
select pg_temp.member(n, 1) from unnest('{hal,ida,jon,kim,lea}'::text[]) n;
delete from agora.search_change;
select pg_temp.patch(n, '{"fields": {"title": {"value": "Diver"}}}') from unnest('{kim,lea,hal,ida,jon}'::text[]) n;
select pg_temp.age(n, d) from (values ('lea', 8), ('hal', 6), ('ida', 3), ('kim', 1)) v (n, d);
update agora.saved_search set mark = now() - interval '7 days', created_at = now() - interval '9 days' where name = 'divers';
select is(array(select w.name from unnest(agora.saved_news(s, '''diver''', 3)) with ordinality n (id, place) join who w on w.id = n.id order by n.place),
          '{jon,kim,ida}', 'no more than wanted, the latest first') from agora.saved_search s where s.name = 'divers';
select is(pg_temp.sweep('divers'), '{hal,ida,jon,kim}', 'whoever came since the mark is told of, on whichever day');

-- Nothing is noted while nobody waits for it.
update agora.saved_search set paused = true, due_at = null;
delete from agora.search_change;
select pg_temp.patch('bob', '{"fields": {"title": {"value": "Cooper"}}}');
select is_empty('select from agora.search_change', 'changes are noted only while somebody waits for alerts');

select * from finish();
rollback;
