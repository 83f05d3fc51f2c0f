-- Profiles on the open web. What is shown is what agora.member_page shows to nobody in particular: the
-- pages, the sitemap and WebFinger all read through agora.public_page and agora.is_public.

create or replace function agora.is_public(account uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return agora.viewer_tier(null, account) is not null and not agora.person_suspended(agora.person_of(account));
end $$;
comment on function agora.is_public is 'Whether people who are not signed in may know of the member.';

create or replace function agora.publication_mine(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
             'public', agora.is_public(viewer),
             'search_engines', coalesce(p.search_engines, false),
             'ai_crawlers', coalesce(p.ai_crawlers, false))::text
      from (select) one
      left join agora.publication p on p.account_id = viewer);
end $$;
comment on function agora.publication_mine is 'What the member allows on the open web (openapi: Publication).';

create or replace function agora.publication_put(viewer uuid, engines boolean, ai boolean) returns text
  language plpgsql security definer set search_path = '' as $$
begin
  insert into agora.publication as p (account_id, search_engines, ai_crawlers) values (viewer, engines, ai)
  on conflict (account_id) do update set search_engines = excluded.search_engines, ai_crawlers = excluded.ai_crawlers;
  perform agora.audit(viewer, 'profile.publish', 'account', viewer, jsonb_build_object('search_engines', engines, 'ai_crawlers', ai));
  return agora.publication_mine(viewer);
end $$;
comment on function agora.publication_put is 'Says what search engines and AI crawlers may do with the own public profile.';

create or replace function agora.language_name(code text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  -- Two have no English name in letters of ASCII there, or another code.
  return (
    select coalesce(obj_description(c.oid, 'pg_collation'), code)
      from (select case code when 'nb' then 'no' when 'tl' then 'fil' else code end || '-x-icu' as called) w
      left join pg_collation c on c.collname = w.called and c.collnamespace = 'pg_catalog'::regnamespace);
end $$;
comment on function agora.language_name is
  'A language in English by its code, as PostgreSQL tells of the collation of ICU for it; the code itself where there is none.';

create or replace function agora.member_leaf(viewer uuid, wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select ((m.page::jsonb - 'relation' - 'verification_id') || jsonb_strip_nulls(jsonb_build_object(
             'country_name', (select c.name from agora.country c where c.code = m.page::jsonb ->> 'country'),
             'language_names', (select string_agg(agora.language_name(l.code), ', ' order by l.place)
                                  from jsonb_array_elements_text(m.page::jsonb -> 'languages') with ordinality l (code, place)))))::text
      from agora.member_page(viewer, wanted, null) m);
end $$;
comment on function agora.member_leaf is
  'A profile as agora.member_page shows it to the viewer, with the names of the country and of the languages: for pages and contact cards that C writes. Raises AG001 when the viewer may not know of the member.';

create or replace function agora.public_page(wanted text) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  member uuid := (select a.id from agora.account a where a.handle = wanted);
begin
  if member is not null and agora.is_public(member) then
    return jsonb_build_object('state', 'shown', 'profile', agora.member_leaf(null, wanted)::jsonb)
           || (agora.publication_mine(member)::jsonb - 'public');
  end if;
  return jsonb_build_object('state', case when exists (
    select from agora.public_address p where p.handle_hash = sha256(convert_to(wanted, 'UTF8'))) then 'gone' else 'none' end);
end $$;
comment on function agora.public_page is
  'What is at the address of a handle for people who are not signed in: {"state": "shown", "profile", "search_engines", "ai_crawlers"}, "gone" where a profile has been public, else "none", whether or not there is such a member.';

create or replace function agora.xml_text(value text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return replace(replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;');
end $$;
comment on function agora.xml_text is 'A text made safe for XML, also inside quoted attributes.';

create or replace function agora.sitemap(base text, part integer, most integer default 50000) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  head constant text := '<?xml version="1.0" encoding="UTF-8"?>' || E'\n';
  space constant text := ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' || E'\n';
  site constant text := agora.xml_text(base);
  parts integer := (select ceil(count(*) / most::numeric) from agora.publication p where p.search_engines);
begin
  if part is null and parts > 1 then
    return head || '<sitemapindex' || space || (
      select string_agg(format(E'<sitemap><loc>%s/sitemap/%s</loc></sitemap>\n', site, n), '' order by n) from generate_series(1, parts) n)
      || '</sitemapindex>' || E'\n';
  end if;
  if part not between 1 and greatest(parts, 1) then
    perform agora.fail('AG001');
  end if;
  -- Without a date: when a profile was last changed would tell of changes that are hidden.
  return head || '<urlset' || space || coalesce((
    select string_agg(format(E'<url><loc>%s/m/%s</loc></url>\n', site, a.handle), '' order by w.account_id)
      from (select p.account_id from agora.publication p where p.search_engines
             order by p.account_id offset (coalesce(part, 1) - 1)::bigint * most limit most) w
      join agora.account a on a.id = w.account_id
     where agora.is_public(w.account_id)), '') || '</urlset>' || E'\n';
end $$;
comment on function agora.sitemap is
  'The sitemap (sitemaps.org) of members who chose to be in search engines and are public: whole, or its index when there are more than 50,000 (part null), or one part of it, from 1.';

create or replace function agora.ai_open(most integer default 5000) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(string_agg(a.handle, ' ' order by a.id), '')
      from (select p.account_id from agora.publication p
             where p.ai_crawlers and agora.is_public(p.account_id) order by p.account_id limit most) w
      join agora.account a on a.id = w.account_id);
end $$;
comment on function agora.ai_open is 'Handles of public members who let AI crawlers in, separated by spaces; no more than robots.txt, of which 500 KiB are read, has room for.';

grant execute on function agora.publication_mine, agora.publication_put, agora.member_leaf, agora.public_page, agora.sitemap, agora.ai_open to agora_app;
