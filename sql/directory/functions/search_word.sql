-- Beginnings of words. A GIN index reads all that begins so before it looks at the rest of a query; words that
-- are known to the letter it skips through. So a beginning is spelt out, when not too many words have it.

create or replace function agora.search_words_put(rows agora.search[], at timestamptz) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  -- In order, so that two who bring the same words never wait for each other in a circle.
  insert into agora.search_word as w (word, seen)
  select n.word, at
    from (select distinct t.lexeme collate "C" as word
            from unnest(rows) r, unnest(r.terms) t
           where strpos(t.lexeme, ':') = 0 and strpos(t.lexeme, '=') = 0) n
   where not exists (select from agora.search_word k where k.word = n.word and k.seen >= at)
   order by n.word
  on conflict (word) do update set seen = greatest(w.seen, excluded.seen);
end $$;
comment on function agora.search_words_put is 'Keeps the words of search rows that are written. at: the beginning of a rebuild, or -infinity when any time will do.';

create or replace function agora.search_expanded(query text) returns tsquery
  language plpgsql stable set search_path = '' as $$
declare
  most constant integer := 32; -- words that a beginning is spelt out in
  folded text := agora.search_folded(query);
  beginning text;
  words text[];
begin
  if strpos(folded, ''':*') > 0 then
    for beginning in select distinct m[1] from regexp_matches(folded, '''([^'']+)'':[*](?![A-Da-d])', 'g') m loop
      words := array(select w.word from agora.search_word w
                      where w.word >= beginning and w.word < beginning || chr(1114111)
                      limit most + 1);
      if cardinality(words) <= most then
        folded := replace(folded, '''' || beginning || ''':*',
                          case when words = '{}' then '''' || beginning || ''''
                               else '(''' || array_to_string(words, '''|''') || ''')' end);
      end if;
    end loop;
  end if;
  return folded::tsquery;
end $$;
comment on function agora.search_expanded is 'The tsquery that C composed, its words folded, beginnings of words spelt out as the words that there are.';
