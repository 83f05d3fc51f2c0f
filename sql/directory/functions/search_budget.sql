-- How many different people a viewer is shown in a day. Persons count, not requests: what a scraper needs
-- is people, and a member who pages to and fro among the same ones spends nothing.

create or replace function agora.search_network(from_address text) returns uuid
  language plpgsql stable security definer set search_path = '' as $$
begin
  return encode(substr(sha256((select s.secret from agora.search_secret s) || convert_to('network ' || agora.place(from_address), 'UTF8')), 1, 16), 'hex')::uuid;
end $$;
comment on function agora.search_network is 'What stands for the network of a viewer who is not signed in: cannot be turned back into the address.';

create or replace function agora.search_unseen(seen integer[], handles text[]) returns integer[]
  language plpgsql immutable set search_path = '' as $$
begin
  return array(select distinct hashtext(h.handle) from unnest(handles) h (handle) where hashtext(h.handle) <> all (seen));
end $$;
comment on function agora.search_unseen is 'Hashes of those handles that are not among the ones seen.';

create or replace function agora.search_spend(viewer uuid, from_address text, handles text[], paced boolean default true) returns integer
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  who uuid;
  today constant date := (now() at time zone 'UTC')::date;
  free bigint;
  slow bigint;
  seen agora.search_seen;
  fresh integer[];
  pause interval;
begin
  if handles = '{}' or viewer is null and from_address is null then
    return 0;
  end if;
  free := agora.policy_int(case when viewer is null then 'search.people_a_day_network' else 'search.people_a_day' end);
  if free = 0 then
    return 0;
  end if;
  who := coalesce(viewer, agora.search_network(from_address));
  select * into seen from agora.search_seen s where s.viewer = who and s.day = today;
  if seen.people is not null and agora.search_unseen(seen.people, handles) = '{}' then
    return 0;
  end if;
  -- What is lost in a crash is a count of today's: no need to wait for the disk.
  perform set_config('synchronous_commit', 'off', true);
  insert into agora.search_seen (viewer, day) values (who, today) on conflict do nothing;
  select * into seen from agora.search_seen s where s.viewer = who and s.day = today for update;
  fresh := agora.search_unseen(seen.people, handles);
  slow := agora.policy_int('search.people_slow');
  if cardinality(seen.people) >= free then
    if cardinality(seen.people) + cardinality(fresh) > free + slow then
      return ceil(extract(epoch from ((today + 1)::timestamp at time zone 'UTC') - now()))::integer;
    end if;
    pause := seen.last_at + make_interval(secs => agora.policy_int('search.people_pause_seconds')) - now();
    if paced and pause > interval '0' then
      return ceil(extract(epoch from pause))::integer;
    end if;
  end if;
  update agora.search_seen s set people = s.people || fresh, last_at = case when paced then now() else s.last_at end where s.viewer = who and s.day = today;
  return 0;
end $$;
comment on function agora.search_spend is
  'Counts people among those a viewer (null: whoever is at an address) has been shown today. 0 when they may be shown; else how many seconds to wait, until the pause is over or the day is, and nothing is counted. paced: whether the pause holds, and begins.';

create or replace function agora.search_answer(
    viewer uuid, from_address text, query text, clues text[], reasons text[], words text[], asked text[], most integer, cursor text,
    origin text, divided boolean, out page text, out wait integer)
  language plpgsql volatile security definer set search_path = '' as $$
declare
  handles text[];
  known text;
begin
  page := agora.search_page(viewer, query, clues, reasons, words, asked, most, cursor, origin, divided);
  if most = 0 then
    -- How many there are is as much as one person: else names could be tried out for nothing.
    handles := array['?' || query];
  else
    -- Quotes within a value are escaped, so that only a card's own member begins like this.
    handles := array(select split_part(p.piece, '"', 1) from unnest((string_to_array(page, '"handle": "'))[2:]) p (piece));
  end if;
  wait := agora.search_spend(viewer, from_address, handles, paced => most > 0);
  if wait > 0 then
    page := null;
  elsif viewer is not null and most > 0 and handles <> '{}' then
    known := agora.search_introducers(viewer, handles);
    if known is not null then
      page := left(page, -1) || ', "introducers": ' || known || '}';
    end if;
  end if;
end $$;
comment on function agora.search_answer is
  'agora.search_page for a viewer, with who of their contacts could introduce them; without a page when they have been shown as many people as they may be: then wait is how many seconds to wait.';

grant execute on function agora.search_answer to agora_app;
