-- Comparing a name that a member states with the one in a list: accents, case and order do not count, nor
-- do further given names on one side.

create or replace function agora.name_key(words text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  -- Müller is Mueller is Muller; O'Brien is OBrien.
  return trim(regexp_replace(regexp_replace(regexp_replace(
           lower(public.unaccent('public.unaccent', coalesce(words, ''))),
           '[''’`´.]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'), '([aou])e', '\1', 'g'));
end $$;
comment on function agora.name_key is 'The words of a name without accents, case and signs, in their order; empty when nothing is left.';

create or replace function agora.name_words(key text) returns text[]
  language plpgsql immutable set search_path = '' as $$
begin
  return (select coalesce(array_agg(w order by w), '{}') from unnest(string_to_array(key, ' ')) w where w <> '');
end $$;
comment on function agora.name_words is 'The words of a name key, sorted.';

create or replace function agora.names_match(given_a text, family_a text, given_b text, family_b text) returns boolean
  language plpgsql immutable set search_path = '' as $$
begin
  return case
    when '' in (given_a || family_a, given_b || family_b) then false
    -- The same words in any order and place.
    when agora.name_words(given_a || ' ' || family_a) = agora.name_words(given_b || ' ' || family_b) then true
    -- The same family name, and of the given names those of one side among those of the other.
    when replace(family_a, ' ', '') = replace(family_b, ' ', '') or agora.name_words(family_a) = agora.name_words(family_b) then
      given_a <> '' and given_b <> ''
      and (agora.name_words(given_a) <@ agora.name_words(given_b) or agora.name_words(given_b) <@ agora.name_words(given_a)
           or replace(given_a, ' ', '') = replace(given_b, ' ', ''))
    else false end;
end $$;
comment on function agora.names_match is 'Whether two names, as name keys of given and family name, can be of one person.';

create or replace function agora.whole_name_match(given text, family text, whole text) returns boolean
  language plpgsql immutable set search_path = '' as $$
begin
  -- Of a name in one piece, as registers print it: all of the family name and one given name must be in it,
  -- and nothing of it may contradict a single given name.
  return given <> '' and family <> ''
     and agora.name_words(family) <@ agora.name_words(whole)
     and (agora.name_words(given) <@ agora.name_words(whole)
          or agora.name_words(whole) <@ agora.name_words(given || ' ' || family)
             and cardinality(agora.name_words(whole)) > cardinality(agora.name_words(family)));
end $$;
comment on function agora.whole_name_match is 'The same with a name in one piece, as a register''s web service gives it.';

create or replace function agora.number_key(number text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return upper(regexp_replace(number, '[^A-Za-z0-9]', '', 'g'));
end $$;
comment on function agora.number_key is 'A number without spaces and signs, as agora.evidence has it.';
