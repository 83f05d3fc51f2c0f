-- Whatever members do, in whichever order: an alert misses nobody, and never tells of, counts or names anybody whom the search would
-- not show at that moment, never of the same person twice, and nothing of what is hidden changes it.
begin;
\ir ../lib/profiles.psql
select no_plan();

select setseed(0.84);
select pg_temp.member(n, 1) from unnest('{me,ann,bob,cem,dia,eve,fay}'::text[]) n;
create temp table search as
  select (agora.saved_add(pg_temp.id('me'), s.name, '', '{}', '{}', null, null, null, 'daily', true, translate(s.query, '''', E'\001'))::jsonb ->> 'id')::uuid as id, s.*
    from (values ('word', '''oldword'''), ('prefix', '''old'':*'), ('without', '''vf:0'' & !''oldword'''), ('either', '''oldword'' | ''a:newword'''),
                 ('place', '''cc:fj'' & ''vf:0'''), ('phrase', '''newword'' <-> ''oldword'''), ('neither', '''vf:0'' & !(''a:oldword'' | ''oldword'':*B)')) s (name, query);

-- One thing that somebody does.
create function pg_temp.something() returns text language plpgsql as $$
declare
  name text := (array['ann', 'bob', 'cem', 'dia', 'eve', 'fay'])[1 + floor(random() * 6)::integer];
  tier text := (array['members', 'members', 'public', 'contacts', 'self'])[1 + floor(random() * 5)::integer];
  word text := (array['Oldword', 'Newword', 'Else', 'Oldword Newword', 'Newword Oldword'])[1 + floor(random() * 5)::integer];
  what text := (array['title', 'title', 'about', 'country', 'block', 'lift', 'suspend', 'back', 'hide'])[1 + floor(random() * 9)::integer];
begin
  if what in ('title', 'about') then
    perform pg_temp.patch(name, format('{"fields": {"%s": {"value": "%s", "tier": "%s"}}}', what, word, tier));
  elsif what = 'country' then
    perform pg_temp.patch(name, format('{"fields": {"country": {"value": "%s", "tier": "%s"}}}', (array['FJ', 'TO'])[1 + floor(random() * 2)::integer], tier));
  elsif what = 'hide' then
    perform pg_temp.patch(name, '{"fields": {"title": {"tier": "self"}, "country": {"tier": "contacts"}}}');
  elsif what = 'block' then
    perform pg_temp.block(name, 'me');
  elsif what = 'lift' then
    perform agora.block_lift(pg_temp.id(name), 'me-test');
  else
    update agora.account set state = case what when 'suspend' then 'suspended' else 'active' end::agora.account_state where id = pg_temp.id(name);
  end if;
  return format('%s of %s (%s, %s)', what, name, word, tier);
end $$;

-- Whom the real search shows me now.
create function pg_temp.shown(query text) returns text[] language sql as $$
  select array(select i ->> 'handle' from jsonb_array_elements(pg_temp.search('me', query, 100) -> 'items') i)
$$;
create function pg_temp.told(search uuid) returns text[] language sql as $$
  select array(select a.handle from agora.saved_search_told t join agora.account a on a.id = t.account_id where t.search_id = search and t.at is not null)
$$;

-- Whom an alert owes: the search shows them now, did not by the first row since its mark, and has not told of them.
-- By all that was noted, whatever words it touched.
create function pg_temp.owed(search uuid, query text) returns text[] language sql as $$
  select array(
    select a.handle
      from agora.saved_search s, (select distinct on (c.account_id) c.account_id, c.had
                                    from agora.search_change c
                                   where c.tier = 'members'
                                   order by c.account_id, c.id) f
      join agora.account a on a.id = f.account_id
     where s.id = search and (f.had @@ query::tsquery) is not true and a.handle = any (pg_temp.shown(query))
       and not exists (select from agora.saved_search_told t where t.search_id = search and t.account_id = f.account_id))
$$;

-- What is wrong after so many acts, with a sweep after some of them; nothing, it should be.
create function pg_temp.wrongs(acts integer) returns setof text language plpgsql as $$
declare
  s record;
  m record;
  before text[];
  owed text[];
  did text;
begin
  for i in 1 .. acts loop
    did := pg_temp.something();
    continue when random() < 0.5;
    for s in select * from search loop
      before := pg_temp.told(s.id);
      owed := pg_temp.owed(s.id, s.query);
      update agora.saved_search set due_at = now() where id = s.id;
      perform agora.saved_sweep(s.id, translate(s.query, '''', E'\001'), 'https://agora.example');
      return query select format('%s: after %s, %s was told of and is not shown', s.name, did, h)
                     from unnest(pg_temp.told(s.id)) h where h <> all (before) and h <> all (pg_temp.shown(s.query));
      return query select format('%s: after %s, %s was not told of', s.name, did, h) from unnest(owed) h where h <> all (pg_temp.told(s.id));
      return query select format('%s: after %s, the list counts somebody who is not shown', s.name, did)
                     from agora.saved_search d
                    where d.id = s.id and not array(select a.handle from agora.account a where a.id = any (agora.saved_new(d, translate(s.query, '''', E'\001')))) <@ pg_temp.shown(s.query);
      return query select format('%s: after %s, the page shows %s, whom the search does not', s.name, did, c ->> 'handle')
                     from agora.saved_members(pg_temp.id('me'), s.id, translate(s.query, '''', E'\001'), 100) p,
                          jsonb_path_query(p.page::jsonb, '$.items[*].card') c
                    where c ->> 'handle' <> all (pg_temp.shown(s.query));
    end loop;
    -- Every message that waits, as it would go out at this moment.
    for m in select q.name, q.query, agora.outbox_action(o) as mail
               from agora.outbox o join search q on q.id::text = o.payload ->> 'saved_search' loop
      return query select format('%s: after %s, an e-mail names %s, whom the search does not show', m.name, did, w.handle)
                     from who w where m.mail ->> 'text' ~ ('/m/' || w.handle || '\M') and w.handle <> all (pg_temp.shown(m.query));
    end loop;
  end loop;
end $$;
select is_empty('select pg_temp.wrongs(300)', 'an alert tells of everybody who is new, and never of whom the search would not show');
select cmp_ok((select count(*) from agora.saved_search_told where at is not null), '>', 10::bigint, 'and there was something to tell');
select is_empty($$select o.payload ->> 'saved_search', p.id from agora.outbox o, jsonb_array_elements_text(o.payload -> 'people') p (id)
                   where o.payload ? 'saved_search' group by 1, 2 having count(*) > 1$$, 'of nobody twice');

-- Nothing that is hidden leaves a trace: what is noted, and what is told, is the same with and without it.
update agora.account set state = 'active' where id in (select id from who);
select agora.block_lift(id, 'me-test') from who where name <> 'me';
select pg_temp.patch(name, '{"fields": {"title": {"value": "Else", "tier": "members"}, "about": {"value": "Else", "tier": "self"}}}') from who;
create temp table noted as select max(id) as last from agora.search_change;
select pg_temp.patch(name, format('{"fields": {"about": {"value": "%s", "tier": "%s"}}}', w, t))
  from who, unnest('{Oldword,Newword}'::text[]) w, unnest('{self,contacts}'::text[]) t;
select is_empty('select from agora.search_change, noted where id > last', 'a hidden change is not noted at all');

select * from finish();
rollback;
