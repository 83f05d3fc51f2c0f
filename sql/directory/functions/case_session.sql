-- Attended sessions: the verifier proposes times, the member chooses one, either calls it off, the verifier
-- records that it was held or that the member did not come.

create or replace function agora.time_of(words text) returns timestamptz
  language plpgsql stable set search_path = '' as $$
begin
  return case when words ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$' then words::timestamptz end;
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end $$;
comment on function agora.time_of is 'The moment that a time of RFC 3339 with its zone names; null when there is none.';

create or replace function agora.times_of(list jsonb) returns timestamptz[]
  language plpgsql stable set search_path = '' as $$
begin
  return array(select agora.time_of(t.words) from jsonb_array_elements_text(list) with ordinality t (words, place) order by t.place);
end $$;
comment on function agora.times_of is 'The moments of a JSON array of times.';

create or replace function agora.case_session_book(viewer uuid, wanted uuid, seen text, proposed timestamptz[], meet_how text, meet_place text)
  returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'verifier');
begin
  perform agora.case_must_be(c, '{in_review}');
  if coalesce(cardinality(proposed), 0) not between 1 and 5 then
    perform agora.fail('AG004', '/times', 'Propose one to five times.');
  end if;
  if exists (select from unnest(proposed) t where t is null or t <= now() or t > now() + interval '60 days') then
    perform agora.fail('AG004', '/times', 'Propose times that are to come, within 60 days.');
  end if;
  if meet_how is null or meet_how not in ('onsite', 'remote') then
    perform agora.fail('AG004', '/how', 'Say onsite or remote.');
  end if;
  if coalesce(length(trim(meet_place)), 0) not between 1 and 500 then
    perform agora.fail('AG004', '/place', 'Say where: an address, or the link of the video meeting.');
  end if;
  insert into agora.case_session (case_id, proposed_by, times, how, place)
  values (wanted, viewer, array(select distinct t from unnest(proposed) t order by t), meet_how, trim(meet_place));
  c := agora.case_step(c, 'book', viewer, 'verifier');
  perform agora.session_waits(c);
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_session_book is 'Proposes times for an attended session.';

create or replace function agora.session_waits(c agora.vcase) returns void
  language plpgsql set search_path = '' as $$
begin
  update agora.vcase v
     set wait_until = case when s.chosen is null then (select max(t) from unnest(s.times) t) end, version = version + 1
    from agora.case_session s
   where v.id = c.id and s.case_id = c.id and s.outcome is null;
end $$;
comment on function agora.session_waits is 'Without a choice, a session lapses at the last time proposed; once chosen, it waits for the verifier to record it.';

create or replace function agora.case_session_choose(viewer uuid, wanted uuid, seen text, at timestamptz) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase := agora.case_lock(viewer, wanted, seen, 'member');
begin
  perform agora.case_must_be(c, '{session_booked}');
  update agora.case_session s set chosen = at
   where s.case_id = wanted and s.outcome is null and at = any (s.times) and at > now();
  if not found then
    perform agora.fail('AG004', '/time', 'Choose one of the times proposed that is still to come.');
  end if;
  c := agora.case_step(c, 'choose', viewer, 'member');
  perform agora.session_waits(c);
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_session_choose is 'The member chooses a time, or another one.';

create or replace function agora.case_session_end(viewer uuid, wanted uuid, seen text, how text) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
  acting_as text;
  booked agora.case_session;
begin
  select * into c from agora.vcase v where v.id = wanted for update;
  acting_as := case when agora.case_viewed_as(c, viewer) = 'member' and how = 'called_off' then 'member' else 'verifier' end;
  c := agora.case_lock(viewer, wanted, seen, acting_as);
  perform agora.case_must_be(c, '{session_booked}');
  if how is null or how not in ('held', 'missed', 'called_off') then
    perform agora.fail('AG004', '/outcome', 'Say held, missed or called_off.');
  end if;
  select * into booked from agora.case_session s where s.case_id = wanted and s.outcome is null;
  if how <> 'called_off' and booked.chosen is null then
    perform agora.fail('AG003', null, 'The member has not chosen a time yet.');
  elsif how <> 'called_off' and booked.chosen > now() then
    perform agora.fail('AG003', null, 'The time of the meeting has not come yet.');
  end if;
  perform agora.case_step(c, case
    when how = 'held' then 'meet'
    when how = 'called_off' then 'call_off'
    when c.missed = 0 then 'miss'
    else 'miss_again' end, viewer, acting_as);
  return query select * from agora.case_get(viewer, wanted);
end $$;
comment on function agora.case_session_end is
  'Records that a session was held or that the member missed it (the second time the case is set aside), or calls it off (member or verifier).';

create or replace function agora.case_session_json(c agora.vcase) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'times', (select jsonb_agg(agora.ts(t) order by t) from unnest(s.times) t),
        'how', s.how,
        'place', s.place,
        'chosen', agora.ts(s.chosen),
        'outcome', s.outcome))
      from agora.case_session s
     where s.case_id = c.id
     order by s.proposed_at desc, s.id desc
     limit 1);
end $$;
comment on function agora.case_session_json is 'The latest session of a case (schema Session); null when there was none.';

grant execute on function agora.time_of(text), agora.times_of(jsonb), agora.case_session_book(uuid, uuid, text, timestamptz[], text, text),
  agora.case_session_choose(uuid, uuid, text, timestamptz), agora.case_session_end(uuid, uuid, text, text) to agora_app;
