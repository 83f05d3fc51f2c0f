-- Alerts of saved searches. A change of a search row is noted; the sweep looks, for each saved search that
-- is due, which members match by a change since its mark and did not before it. It reads those changes alone
-- that touch a word it asks for, so that its cost follows them and not all that happened. Whom it tells of is
-- decided twice by what a search would show at that moment: when the sweep runs, and when the e-mail goes out.

create or replace function agora.terms_touched(had tsvector, fresh tsvector) returns tsvector
  language plpgsql immutable set search_path = '' as $$
begin
  return array_to_tsvector(array(
    select x.sign || coalesce(h.lexeme, f.lexeme)
      from unnest(had) h
      full join unnest(fresh) f on f.lexeme = h.lexeme
     cross join (values ('+'), ('-')) x (sign)
     where ((h.lexeme is null) <> (f.lexeme is null) or h.positions is distinct from f.positions or h.weights is distinct from f.weights)
       and case x.sign when '+' then f.lexeme else h.lexeme end is not null));
end $$;
comment on function agora.terms_touched is
  'The words and terms in which two rows of agora.search differ: + before one that came, - before one that went, both of one that only stands at another place or with another weight.';

create or replace function agora.change_day(at timestamptz) returns integer
  language plpgsql immutable set search_path = '' as $$
begin
  return floor(extract(epoch from at) / 86400);
end $$;
comment on function agora.change_day is 'The day (UTC) of a time, counted from 1970 on.';

create or replace function agora.change_days(near agora.tier, first integer, last integer) returns tsquery
  language plpgsql immutable set search_path = '' as $$
begin
  return (select string_agg('''day:' || near || d || '''', ' | ') from generate_series(first, last) d);
end $$;
comment on function agora.change_days is
  'Any of the terms that the changes of a tier and of these days have among those they touch, so that the index tells them apart from all others.';

create or replace function agora.query_words(q tsquery) returns tsquery
  language plpgsql immutable set search_path = '' as $$
begin
  return (select string_agg(distinct '''' || x.sign || w.found[2] || '''' || coalesce(w.found[3], ''), ' | ')
            from regexp_matches(q::text, $x$(!?)'((?:[^']|'')+)'(:\*)?$x$, 'g') w (found)
           cross join (values ('+'), ('-')) x (sign)
           where x.sign = case w.found[1] when '!' then '-' else '+' end or q::text ~ '![!(]');
end $$;
comment on function agora.query_words is
  'What of agora.terms_touched lets somebody begin to match a tsquery: any of its words that comes, or that it excludes and that goes, at whatever place and weight; either of each where it excludes more than a single word. Null for a tsquery without words.';

create or replace function agora.search_note(had agora.search[], fresh agora.search[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from agora.saved_search s where s.due_at is not null) then
    return;
  end if;
  insert into agora.search_change (tier, account_id, had, terms, touched)
  select coalesce(h.tier, f.tier), coalesce(h.account_id, f.account_id), h.terms, f.terms,
         agora.terms_touched(h.terms, f.terms)
         || array_to_tsvector(array['day:' || coalesce(h.tier, f.tier) || agora.change_day(now())])
    from unnest(had) h
    full join unnest(fresh) f on f.tier = h.tier and f.account_id = h.account_id
   where h.terms is distinct from f.terms;
end $$;
comment on function agora.search_note is
  'Notes that what a member is found by has changed, for saved searches; a change of the mere order of results, or of what a card shows, is none.';

create or replace function agora.search_shows(viewer uuid, q tsquery, accounts uuid[]) returns uuid[]
  language plpgsql stable security definer
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  near agora.tier := agora.search_tier(viewer);
  hidden uuid[] := case when near = 'public' then '{}' else agora.search_hidden(viewer) end;
  contacts uuid[] := case when near = 'public' then '{}' else agora.search_contacts(viewer) end;
begin
  return array(
    select w.id
      from unnest(accounts) with ordinality w (id, place)
     where w.id <> viewer and w.id <> all (hidden)
       and case when w.id = any (contacts)
             then exists (select from agora.search_contact c where c.account_id = w.id and c.terms @@ q)
             else exists (select from agora.search s where s.tier = near and s.account_id = w.id and s.terms @@ q) end
     order by w.place);
end $$;
comment on function agora.search_shows is
  'Which of these members, the viewer apart, this search would show the viewer now: by the rows that agora.search_page reads, and by nothing else.';

create or replace function agora.saved_perhaps(near agora.tier, q tsquery, touching tsquery, since timestamptz) returns uuid[]
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  -- The time is written so that one index is read, and not with it that of all changes since the mark.
  return array(
    select n.account_id
      from agora.search_change n
     where n.touched @@ touching and n.tier = near and n.at - since > interval '0' and n.terms @@ q and (n.had @@ q) is not true
     group by n.account_id
     order by max(n.id) desc);
end $$;
comment on function agora.saved_perhaps is
  'Members who began to match by a change since a time, among the changes that touching finds; the latest first. They may have stopped since, or begun before already.';

create or replace function agora.saved_fresh(s agora.saved_search, near agora.tier, q tsquery, since timestamptz, perhaps uuid[])
  returns uuid[]
  language plpgsql stable
  set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
  return agora.search_shows(s.account_id, q, array(
    select w.id
      from unnest(perhaps) with ordinality w (id, place)
     where not exists (select from agora.saved_search_told t where t.search_id = s.id and t.account_id = w.id)
       and not coalesce((select f.had @@ q
                           from agora.search_change f
                          where f.account_id = w.id and f.tier = near and f.at > since
                          order by f.id limit 1), false)
     order by w.place));
end $$;
comment on function agora.saved_fresh is
  'Of these members, those whom a saved search would show now, who did not match at that time and of whom it has not told.';

create or replace function agora.saved_news(s agora.saved_search, q tsquery, most integer) returns uuid[]
  language plpgsql stable security definer set search_path = '' as $$
declare
  piece constant integer := 50; -- members that are looked at together
  -- A change is noted under the time its transaction began, and seen when that has committed: some minutes
  -- before the mark are looked at again. Whoever was told of is not told of again.
  since timestamptz := greatest(s.mark, s.created_at) - interval '10 minutes';
  near agora.tier := agora.search_tier(s.account_id);
  words tsquery := agora.query_words(q);
  first integer := agora.change_day(since);
  last integer := agora.change_day(now());
  days integer := 1;
  perhaps uuid[];
  news uuid[] := '{}';
begin
  -- From the latest on and no further than needed, each time twice as far: what many begin to match costs
  -- little more than what few do.
  while last >= first and (most is null or cardinality(news) < most) loop
    perhaps := agora.saved_perhaps(near, q, agora.change_days(near, greatest(first, last - days + 1), last) && words, since);
    perhaps := array(select p.id from unnest(perhaps) with ordinality p (id, place) where p.id <> all (news) order by p.place);
    while perhaps <> '{}' and (most is null or cardinality(news) < most) loop
      news := news || agora.saved_fresh(s, near, q, since, perhaps[:piece]);
      perhaps := perhaps[piece + 1:];
    end loop;
    last := last - days;
    days := days * 2;
  end loop;
  return case when most is null then news else news[:most] end;
end $$;
comment on function agora.saved_news is
  'Members that a saved search would show now, who did not match at its mark and of whom it has not told; the latest first.';

create or replace function agora.saved_due(most integer) returns setof agora.saved_search
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select s.* from agora.saved_search s where s.due_at <= now() order by s.due_at, s.id limit most;
end $$;
comment on function agora.saved_due is 'Saved searches that are to look for new members now, the longest waiting first.';

create or replace function agora.saved_next(every agora.alert_every) returns timestamptz
  language plpgsql stable set search_path = '' as $$
begin
  return case every when 'daily' then now() + interval '1 day' when 'weekly' then now() + interval '7 days' end;
end $$;
comment on function agora.saved_next is 'When a saved search looks again; null for never.';

create or replace function agora.saved_sweep(wanted uuid, query text, base_url text) returns integer
  language plpgsql volatile security definer set search_path = '' as $$
declare
  s agora.saved_search;
  me agora.account;
  fresh uuid[] := '{}';
begin
  -- Whole or not at all: a sweep that a crash takes away is made again. It need not wait for the disk.
  perform set_config('synchronous_commit', 'off', true);
  select * into s from agora.saved_search d where d.id = wanted and d.due_at <= now() for update skip locked;
  if not found then
    return 0;
  end if;
  select * into me from agora.account a where a.id = s.account_id and a.state = 'active';
  if found and query is not null then
    fresh := agora.saved_news(s, agora.search_query(query), agora.policy_int('search.saved_people')::integer);
  end if;
  insert into agora.saved_search_told (search_id, account_id, at) select s.id, f.id, now() from unnest(fresh) f (id);
  update agora.saved_search u
     set mark = now(), due_at = agora.saved_next(u.every), alerted_at = case when fresh = '{}' then u.alerted_at else now() end
   where u.id = s.id;
  if fresh <> '{}' then
    perform agora.event_add(s.account_id, 'saved_search', s.id);
    if s.by_mail then
      perform agora.outbox_add('mail', 'mail:' || me.email, jsonb_build_object(
        'saved_search', s.id, 'to', me.email, 'query', query, 'people', to_jsonb(fresh), 'base_url', base_url));
    end if;
  end if;
  return cardinality(fresh);
end $$;
comment on function agora.saved_sweep is
  'Has one saved search that is due look for new members, by the tsquery that C composed of it (null: it cannot be understood any more): notes them, tells the member''s browsers, and queues an e-mail whose words are made when it goes out. How many there were.';

create or replace function agora.unsubscribe_token(search uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return replace(search::text, '-', '')
      || left(encode(sha256((select s.secret from agora.search_secret s) || convert_to('unsubscribe ' || search, 'UTF8')), 'hex'), 32);
end $$;
comment on function agora.unsubscribe_token is 'What stands in the link that ends the e-mails of a saved search: its id, and a seal that only we can make.';

create or replace function agora.saved_unsubscribe(token text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  search uuid;
begin
  if token !~ '^[0-9a-f]{64}$' then
    return null;
  end if;
  search := left(token, 32)::uuid;
  if agora.unsubscribe_token(search) <> token then
    return null;
  end if;
  update agora.saved_search s set by_mail = false where s.id = search and s.by_mail;
  return 'done';
end $$;
comment on function agora.saved_unsubscribe is
  'Ends the e-mails of a saved search, by the link in them and nothing else; null for a link that we did not make. A repeat changes nothing, and whether the search is still there is not told.';

create or replace function agora.unsubscribe_known(token text) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return case when token ~ '^[0-9a-f]{64}$' then agora.unsubscribe_token(left(token, 32)::uuid) = token else false end;
end $$;
comment on function agora.unsubscribe_known is 'Whether a link to end e-mails is one of ours; looking at it ends nothing.';

create or replace function agora.saved_mail_people(viewer uuid, people uuid[], base_url text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select string_agg('    ' || (c.card ->> 'shown_name') || coalesce(' – ' || (c.card ->> 'headline'), '')
                      || E'\n    ' || base_url || '/m/' || (c.card ->> 'handle'), E'\n\n' order by w.place)
      from unnest(people) with ordinality w (id, place)
     cross join lateral (select agora.member_card(viewer, w.id) as card) c
     where c.card is not null);
end $$;
comment on function agora.saved_mail_people is 'Members as an e-mail lists them: what the viewer sees of them now, with the address of their page.';

create or replace function agora.saved_mail(payload jsonb) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  named constant integer := 5; -- an e-mail is no list of members
  s agora.saved_search;
  me agora.account;
  people uuid[];
  names text;
  n integer;
  link text;
begin
  select * into s from agora.saved_search d
   where d.id = (payload ->> 'saved_search')::uuid and d.by_mail and not d.paused and d.every <> 'never';
  select * into me from agora.account a where a.id = s.account_id and a.state = 'active';
  if me.id is null then
    return null;
  end if;
  people := agora.search_shows(me.id, agora.search_query(payload ->> 'query'),
                               array(select p.id::uuid from jsonb_array_elements_text(payload -> 'people') with ordinality p (id, place) order by p.place));
  names := agora.saved_mail_people(me.id, people[:named], payload ->> 'base_url');
  if names is null then
    return null;
  end if;
  n := cardinality(people);
  link := (payload ->> 'base_url') || '/unsubscribe/' || agora.unsubscribe_token(s.id);
  return jsonb_build_object(
    'to', me.email,
    'subject', agora.policy_text('organisation.name') || ': ' || case when n = 1 then 'a new member matches a search of yours'
                                                                     else n || ' new members match a search of yours' end,
    'unsubscribe', link,
    'text', format(E'Hello %s,\n\n%s "%s":\n\n%s\n\n%sSee them all: %s\n\n%s\n\n    %s\n\n%s\n',
                   me.given_name,
                   case when n = 1 then 'a member is new among the results of your saved search'
                        else n || ' members are new among the results of your saved search' end,
                   s.name, names,
                   case when n > named then 'And ' || (n - named) || E' more.\n\n' else '' end,
                   (payload ->> 'base_url') || '/me/searches/' || s.id,
                   format('You get this at most %s. No more e-mails about this search, without signing in:',
                          case s.every when 'daily' then 'once a day' else 'once a week' end),
                   link,
                   agora.policy_text('organisation.name')));
end $$;
comment on function agora.saved_mail is
  'The e-mail of an alert, made at the moment it goes out: it names those alone whom the search would show now. Null when there is nobody left, or the member wants no such e-mail any more.';

create or replace function agora.saved_prune() returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  n bigint;
begin
  with change as (
    delete from agora.search_change c where c.at < now() - agora.policy_days('search.change_days') returning 1),
  seen as (
    delete from agora.search_seen s where s.day < (now() at time zone 'UTC')::date returning 1),
  asked as (
    delete from agora.concierge c where c.asked_at < now() - agora.policy_days('concierge.keep_days') returning 1)
  select (select count(*) from change) + (select count(*) from seen) + (select count(*) from asked) into n;
  return n;
end $$;
comment on function agora.saved_prune is 'Forgets what is old: changes that every saved search has looked at, whom viewers saw before today, old questions; how many rows.';

grant execute on function agora.saved_due(integer), agora.saved_sweep(uuid, text, text), agora.saved_unsubscribe(text),
  agora.unsubscribe_known(text), agora.saved_prune() to agora_app;
