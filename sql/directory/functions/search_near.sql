-- What a viewer finds of their contacts beyond what all members find, merged into the page; and the veil over
-- cursors, which hold ids that are told to nobody.

create or replace function agora.search_contacts(viewer uuid) returns uuid[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select s.account_id
      from (select c.other as id from agora.contact c
             where c.one = viewer and c.wanted and c.confirmed and (c.until is null or c.until > now())
            union all
            select c.one from agora.contact c
             where c.other = viewer and c.wanted and c.confirmed and (c.until is null or c.until > now())) n
      join agora.search_contact s on s.account_id = n.id);
end $$;
comment on function agora.search_contacts is
  'The contacts of whom the viewer finds more than all members do: they are looked for in agora.search_contact and in no other row.';

create or replace function agora.search_near(contacts uuid[], q tsquery) returns agora.search_contact[]
  language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select s from agora.search_contact s
     where s.account_id = any (contacts) and s.terms @@ q
     order by s.quality desc, s.account_id desc);
end $$;
comment on function agora.search_near is 'Of these contacts, those who match, best first.';

create or replace function agora.search_near_facets(near agora.search_contact[]) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return (select string_agg(array_to_string(n.facets, ' '), ' ') from unnest(near) n);
end $$;
comment on function agora.search_near_facets is 'What facets count of these contacts, with a space between.';

create or replace function agora.search_veil(clear bytea, seal text) returns bytea
  language plpgsql stable set search_path = '' as $$
declare
  secret constant bytea := (select s.secret from agora.search_secret s);
  stream bytea := '';
begin
  for i in 0 .. (length(clear) - 1) / 32 loop
    stream := stream || sha256(secret || convert_to('veil ' || seal || ' ' || i, 'UTF8'));
  end loop;
  for i in 0 .. length(clear) - 1 loop
    clear := set_byte(clear, i, get_byte(clear, i) # get_byte(stream, i));
  end loop;
  return clear;
end $$;
comment on function agora.search_veil is 'Octets made unreadable, or readable again, with a stream that follows from the secret and the seal.';

create or replace function agora.search_closed(place text, seal text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  -- Filled up to a multiple of three, so that no sign is in it that an address cannot have.
  return seal || translate(encode(agora.search_veil(convert_to(rpad(place, (length(place) + 2) / 3 * 3), 'UTF8'), seal), 'base64'), E'+/\n', '-_');
end $$;
comment on function agora.search_closed is 'A cursor from a place in the results and its seal: 16 signs of seal, then the place, veiled.';

create or replace function agora.search_opened(cursor text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return rtrim(convert_from(agora.search_veil(decode(translate(substr(cursor, 17), '-_', '+/'), 'base64'), left(cursor, 16)), 'UTF8'))
         || ' ' || left(cursor, 16);
end $$;
comment on function agora.search_opened is 'The place and, behind it, the seal of a cursor; whether the seal is right the caller sees. Fails on what is no cursor.';
