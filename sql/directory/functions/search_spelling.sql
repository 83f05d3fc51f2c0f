-- Spellings: other scripts and letters as people write them in plain Latin ones, how a name sounds, and
-- the keys by which a misspelt word finds what it is near to.

create or replace function agora.latin(body text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
declare
  said text := lower(normalize(body, nfkc) collate "und-x-icu");
  pair text[];
begin
  if octet_length(body) = length(body) then
    return said;
  end if;
  -- Letters that become two, and those that must not lose their mark before they are read.
  foreach pair slice 1 in array '{{ä,ae},{ö,oe},{ü,ue},{å,aa},{ø,oe},{æ,ae},{œ,oe},{ß,ss},{þ,th},{ð,d},{й,y},{ї,yi},{ў,u}}'::text[] loop
    said := replace(said, pair[1], pair[2]);
  end loop;
  said := regexp_replace(normalize(said, nfd), '[\u0300-\u036f]', '', 'g');
  if said ~ '[\u0370-\u03ff\u0400-\u04ff]' then
    -- Greek as passports have it (ELOT 743), Cyrillic as maps do (BGN/PCGN, without signs of its own).
    foreach pair slice 1 in array '{{ου,ou},{θ,th},{χ,ch},{ψ,ps},{ж,zh},{х,kh},{ц,ts},{ч,ch},{ш,sh},{щ,shch},{ю,yu},{я,ya},{є,ye},{ђ,dj},{љ,lj},{њ,nj},{џ,dz},{ъ,""},{ь,""}}'::text[] loop
      said := replace(said, pair[1], pair[2]);
    end loop;
    said := translate(said, 'αβγδεζηικλμνξοπρσςτυφωабвгдезиіклмнопрстуфыэґјћѓќ',
                            'avgdeziiklmnxoprsstyfoabvgdeziiklmnoprstufyegjcgk');
  end if;
  return said;
end $$;
comment on function agora.latin is
  'Text in lower case as it is written where there are only plain Latin letters: ä as ae, ø as oe, ß as ss, Greek and Cyrillic letter by letter as names of people are; accents fall away.';

create or replace function agora.spelt(body text) returns text
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  return case when octet_length(body) = length(body) then body else body || ' ' || agora.latin(body) end;
end $$;
comment on function agora.spelt is 'Text with its spelling in plain Latin letters behind it, where that is another one.';

create or replace function agora.search_spelt(composed text) returns text
  language plpgsql stable set search_path = '' as $$
declare
  part text[];
  said text;
  suffix text;
begin
  if octet_length(composed) = length(composed) then
    return composed;
  end if;
  part := string_to_array(composed, E'\001');
  for i in 2 .. cardinality(part) - 1 by 2 loop
    said := agora.latin(part[i]);
    if agora.fold(said) <> agora.fold(part[i]) and said ~ '[[:alnum:]]' then
      suffix := substring(part[i + 1] from '^:\*?[A-C]?');
      part[i] := E'(\001' || part[i] || E'\001' || coalesce(suffix, '') || E' | \001' || said || E'\001' || coalesce(suffix, '') || ')';
      part[i + 1] := substr(part[i + 1], 1 + coalesce(length(suffix), 0));
    else
      part[i] := E'\001' || part[i] || E'\001';
    end if;
  end loop;
  return array_to_string(part, '');
end $$;
comment on function agora.search_spelt is
  'The tsquery that C composed, each word with letters beyond plain Latin ones also as it is written in those.';

create or replace function agora.cologne(word text) returns text
  language plpgsql immutable parallel safe set search_path = '' as $$
declare
  -- Cologne phonetics (Postel 1969) of plain Latin letters. C and X are settled first: before which letters
  -- and behind which they stand decides.
  said text := regexp_replace(lower(word), '[^a-z]', '', 'g');
begin
  said := regexp_replace(said, 'ph', 'f', 'g');
  said := regexp_replace(said, '([ckq])x', '\1s', 'g');
  said := replace(said, 'x', 'ks');
  said := regexp_replace(said, '^c(?=[ahkloqrux])', 'k');
  said := regexp_replace(said, '^c', 's');
  said := regexp_replace(said, '([sz])c', '\1s', 'g');
  said := regexp_replace(said, 'c(?=[ahkoqux])', 'k', 'g');
  said := replace(said, 'c', 's');
  said := regexp_replace(said, '[dt](?=[sz])', 's', 'g');
  said := translate(said, 'aeijouybpdtfvwgkqlmnrszh', '000000011223334445667880');
  -- h says nothing; vowels count at the beginning only; what is twice in a row counts once.
  said := regexp_replace(said, '(.)\1+', '\1', 'g');
  return left(said, 1) || replace(substr(said, 2), '0', '');
end $$;
comment on function agora.cologne is 'How a word sounds to a German ear: 65 for Mayer, Maier and Meyer alike … with the code of the Cologne phonetics.';

create or replace function agora.word_sounds(word text) returns text[]
  language plpgsql stable parallel safe set search_path = '' as $$
declare
  said text := agora.latin(word);
begin
  if said !~ '^[a-z]{3,24}$' then
    return '{}';
  end if;
  -- A code of one sign would be that of half of all names.
  return array(
    select distinct c.kind || c.code
      from (values ('k:', agora.cologne(said)), ('d:', public.dmetaphone(said)), ('d:', public.dmetaphone_alt(said))) c (kind, code)
     where length(c.code) >= 2);
end $$;
comment on function agora.word_sounds is 'How a word of a name sounds: by the Cologne phonetics (k:) and double metaphone (d:).';

create or replace function agora.word_keys(word text, named boolean) returns text[]
  language plpgsql stable parallel safe set search_path = '' as $$
begin
  -- Two words that differ by a letter more, less, another or exchanged share one of these.
  return array[word]
         || case when length(word) <= 24
              then array(select distinct overlay(word placing '' from n for 1) from generate_series(1, length(word)) n) else '{}' end
         || case when named then agora.word_sounds(word) else '{}' end;
end $$;
comment on function agora.word_keys is 'What a word is found by when it is misspelt: itself, itself without each of its letters, and for names how it sounds.';
