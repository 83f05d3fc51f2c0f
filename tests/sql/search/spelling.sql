-- Spellings: other letters, other scripts, how names sound, and what a misspelt word may be; never a word
-- that only hidden values have.
begin;
\ir ../lib/profiles.psql
select no_plan();

select is(agora.latin(t.given), t.expected, format('%s in plain letters', t.given))
  from (values ('Müller', 'mueller'), ('Åse Sørensen', 'aase soerensen'), ('Groß', 'gross'), ('Þórður', 'thordur'), ('Œuvre', 'oeuvre'),
               ('José Núñez', 'jose nunez'), ('Жуков', 'zhukov'), ('Михаил Горбачев', 'mikhail gorbachev'), ('Ющенко', 'yushchenko'),
               ('Παπαδόπουλος', 'papadopoulos'), ('Θεοδωράκης', 'theodorakis'), ('Plain', 'plain')) t (given, expected);
select is(agora.cologne(t.given), t.expected, format('how %s sounds', t.given))
  from (values ('mueller', '657'), ('muller', '657'), ('mayer', '67'), ('meier', '67'), ('schmidt', '862'), ('schmitt', '862'),
               ('wikipedia', '3412'), ('breschnew', '17863'), ('philipp', '351'), ('anna', '06')) t (given, expected);
select ok(agora.word_sounds('meyer') && agora.word_sounds('maier'), 'Meyer sounds like Maier');
select ok(agora.word_sounds('catherine') && agora.word_sounds('kathryn'), 'Catherine sounds like Kathryn');
select is(agora.word_sounds('жуков') <> '{}', true, 'a name in another script sounds as it is written in plain letters');
select ok(agora.word_keys(one, false) && agora.word_keys(other, false), format('%s and %s share a key', one, other))
  from (values ('keller', 'keler'), ('keller', 'kellerr'), ('keller', 'kelle'), ('keller', 'kellar'), ('keller', 'kelelr')) t (one, other);
select is(agora.word_distance('keller', 'kelelr'), 1, 'two neighbours that have changed places are one mistake');
select is(agora.word_distance('keller', 'kolber'), 2, 'two letters are two');

-- The words that members are found by
select pg_temp.member(n, 1) from unnest('{ann,bob,cem,stranger}'::text[]) n;
select pg_temp.patch('ann', '{"fields": {"shown_name": {"value": "Jürgen Müller", "tier": "public"}, "title": {"value": "Brückenbauer", "tier": "members"}}}');
select pg_temp.patch('bob', '{"fields": {"shown_name": {"value": "Михаил Жуков"}}}');
select is(pg_temp.found('stranger', t.query), t.expected::text[], format('%s finds %s', t.query, t.expected))
  from (values ('''Müller''', '{ann}'), ('''Mueller''', '{ann}'), ('''muller'':*', '{ann}'), ('(''Jürgen'' <-> ''Müller'')', '{ann}'),
               ('(''Juergen'' <-> ''Mueller'')', '{ann}'), ('(''Jürgen'' <-> ''Brückenbauer'')', '{}'), ('''Жуков''', '{bob}'), ('''Zhukov''', '{bob}'),
               ('''n:zhuk'':*', '{bob}'), ('!''Müller'' & ''n:ann''', '{}'), ('''Müller'':A', '{ann}'), ('''Müller'':B', '{}')) t (query, expected);
select pg_temp.patch('cem', '{"fields": {"shown_name": {"value": "Petra Mueller"}}}');
select is((select array_agg(f order by f) from unnest(pg_temp.found('stranger', '''Müller''')) f), '{ann,cem}', 'Müller finds who writes Mueller too');

create function pg_temp.spelling(viewer text, typed text) returns text language sql as $$
  select string_agg(coalesce(s, '-'), ' ' order by n) from agora.search_spelling(pg_temp.id(viewer), string_to_array(typed, ' ')) with ordinality w (s, n)
$$;
select is(pg_temp.spelling('stranger', t.typed), t.expected, format('%s may be %s', t.typed, t.expected))
  from (values ('Mülller', 'Müller'), ('Mulelr', 'Müller'), ('Jurgn', 'Jürgen'), ('Jorgen', 'Jürgen'), ('Brukenbauer', 'bruckenbauer'), ('Zukov', 'zhukov'),
               ('Brukenbaur', 'bruckenbauer'), ('Xyzzyqq', '-'), ('Jürgen Mülller', '- Müller'), ('ab', '-')) t (typed, expected);
select is(pg_temp.spelling(null, 'Brukenbauer'), '-', 'a word for members is not proposed to others');
select is(pg_temp.spelling(null, 'Mulelr'), 'Müller', 'a public name is');

-- What was hidden, or is behind a block, is not proposed any more.
select pg_temp.patch('ann', '{"fields": {"title": {"tier": "contacts"}}}');
select is(pg_temp.spelling('stranger', 'Brukenbauer'), '-', 'a word that nobody shows any more is not proposed');
select is((select count(*) from agora.search_word where word = 'bruckenbauer'), 1::bigint, 'although it was known');
select agora.search_rebuild();
select is((select count(*) from agora.search_word where word = 'bruckenbauer'), 0::bigint, 'a rebuild forgets it');
select is(pg_temp.spelling('stranger', 'Zukov'), 'zhukov', 'and knows the others still');
select pg_temp.block('bob', 'stranger');
select is(pg_temp.spelling('stranger', 'Zukov'), '-', 'who has blocked the viewer lends no word');
select is(pg_temp.spelling('ann', 'Zukov'), 'zhukov', 'to others they do');

-- Any text as a word
select lives_ok(format('select agora.search_spelling(null, array[%L])', w), 'a word of any kind is taken')
  from unnest(array['', ' ', '''', '\', '%_', repeat('x', 300), E'\u200b', '🜚🜚🜚', '½½½', 'ﬁﬁﬁ', E'\001\001', '(((', ':*A', 'İİİ', '漢字漢字']) w;

select * from finish();
rollback;
