-- Completion in one look: topics, members, places; only what the viewer may see.
begin;
\ir ../lib/profiles.psql
select no_plan();

create function pg_temp.complete(viewer text, typed text, most integer default 5) returns jsonb language sql as $$
  select agora.search_complete(pg_temp.id(viewer), typed, most)::jsonb
$$;
create function pg_temp.names(viewer text, typed text) returns text[] language sql as $$
  select coalesce(array_agg(m ->> 'shown_name' order by m ->> 'shown_name'), '{}') from jsonb_array_elements(pg_temp.complete(viewer, typed) -> 'members') m
$$;
select pg_temp.member(n, 1) from unnest('{ann,bob,cem,stranger}'::text[]) n;
select pg_temp.patch('ann', '{"fields": {"shown_name": {"value": "Jürgen Quillmüller", "tier": "public"}, "title": {"value": "Quillwright"}, "organisation": {"value": "Works"}}}');
select pg_temp.patch('bob', '{"fields": {"shown_name": {"value": "Bo Quillfeldt"}}}');

select is(pg_temp.names(null, 'quil'), '{Jürgen Quillmüller}', 'who is not signed in completes public names');
select is(pg_temp.names('stranger', 'QUIL'), '{Bo Quillfeldt,Jürgen Quillmüller}', 'a member those of members');
select is(pg_temp.names('stranger', 'quillw'), '{}', 'a role is no name');
select is(pg_temp.names('stranger', 'ju quillmu'), '{Jürgen Quillmüller}', 'every word begins a word of the name');
select is(pg_temp.names('stranger', 'quillmue'), '{Jürgen Quillmüller}', 'in plain letters too');
select is(pg_temp.names('stranger', 'q'), '{}', 'one letter is too little');
select is(pg_temp.complete(null, 'quil') #>> '{members,0,organisation}', null, 'what is hidden from the viewer is not told');
select is(pg_temp.complete('stranger', 'quillmu') #>> '{members,0,organisation}', 'Works', 'what they may see is');
select pg_temp.block('bob', 'stranger');
select is(pg_temp.names('stranger', 'quil'), '{Jürgen Quillmüller}', 'nobody behind a block');
select is(jsonb_array_length(pg_temp.complete('ann', 'quil', 1) -> 'members'), 1, 'so many at most');
select is(pg_temp.complete('ann', ' '), '{"topics": [], "members": [], "places": []}', 'nothing completes to nothing');
select is(pg_temp.complete('ann', 'switzer') #>> '{places,0,country}', 'CH', 'places begin as was typed');
select ok(jsonb_array_length(pg_temp.complete(null, 'bio') -> 'topics') between 1 and 5, 'so do topics');
select lives_ok(format('select pg_temp.complete(null, %L)', w), 'any text is taken')
  from unnest(array['''', '\', '%', ':*', '(((', E'\001x\001', '🜚', 'a & b | !c', repeat('x', 100)]) w;

select * from finish();
rollback;
