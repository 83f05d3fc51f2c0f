-- A browser that comes back gets what it missed, or is told to read everything again.
begin;
\ir lib/introductions.psql
select no_plan();

select pg_temp.member(n) from unnest('{ann,bob}'::text[]) n;
select agora.event_add(pg_temp.id('bob'), 'case');
update agora.event set at = now() - interval '1 minute';
select max(id) as seen from agora.event \gset
select is(agora.event_replay(pg_temp.id('ann'), :seen), null, 'nothing missed, nothing sent');
select agora.event_add(pg_temp.id('ann'), 'introduction', pg_temp.id('bob'));
select agora.event_add(pg_temp.id('bob'), 'introduction');
select agora.event_add(pg_temp.id('ann'), 'tmtp');
-- Others may be given ids meanwhile.
select min(id) as first, max(id) as last from agora.event where account_id = pg_temp.id('ann') and id > :seen \gset
select is(agora.event_replay(pg_temp.id('ann'), :seen),
  format(E'id: %s\nevent: introduction\ndata: {"id": %s, "ref": "%s", "kind": "introduction"}\n\nid: %s\nevent: tmtp\ndata: {"id": %s, "kind": "tmtp"}\n\n',
         :first, :first, pg_temp.id('bob'), :last, :last), 'missed events come in order, one''s own only');
select is(agora.event_replay(pg_temp.id('ann'), :last), agora.event_replay(pg_temp.id('ann'), :seen),
  'what is a few seconds old comes again, since it may have been committed after a later one was seen');
select is(agora.event_replay(pg_temp.id('ann'), null), agora.event_replay(pg_temp.id('ann'), :seen),
  'and comes to a browser that has just begun, since it may have read its page before');
update agora.event set at = now() - interval '1 minute';
select is(agora.event_replay(pg_temp.id('ann'), :last), null, 'what is older does not');
select matches(agora.event_replay(pg_temp.id('ann'), :last + 1000000), 'event: reset', 'an id that was never given out resets');
update agora.event set at = now() - interval '25 hours' where id <= :first;
select ok(agora.event_prune() > 0, 'events are forgotten after a day');
select matches(agora.event_replay(pg_temp.id('ann'), :seen - 1), 'event: reset', 'what is forgotten resets');
select agora.event_add(pg_temp.id('ann'), 'case') from generate_series(1, 1000);
select matches(agora.event_replay(pg_temp.id('ann'), :first + 1), '^id: \d+\nevent: reset\ndata: {}\n\n$', 'more than a thousand reset');

select * from finish();
rollback;
