-- The verifiers' queue: rows without content, due first, never about the one who looks.

create or replace function agora.case_queue_row(c agora.vcase, viewer uuid) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
      'id', c.id,
      'reference', c.reference,
      'state', c.state,
      'level', c.level,
      'shown_name', a.given_name || ' ' || a.family_name,
      'submitted_at', agora.ts(c.submitted_at),
      'due_at', agora.ts(c.due_at),
      'decided_at', agora.ts(c.decided_at),
      'late', not agora.case_clock_stops(c.state) and c.decided_at is null and c.due_at < now(),
      'sla_class', c.sla_class,
      'since', agora.ts(c.state_at),
      'rounds', agora.case_rounds(c),
      'hold_reasons', case when c.state = 'held' then to_jsonb(c.hold_reasons) end,
      'evidence', (
        select coalesce(jsonb_agg(t.label order by e.added_at, e.id), '[]')
          from agora.evidence e
          join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
         where e.case_id = c.id and e.removed_at is null),
      'assigned_to', (select v.given_name || ' ' || v.family_name from agora.account v where v.id = c.assigned_to),
      'second_by', (select v.given_name || ' ' || v.family_name from agora.account v where v.id = c.second_by),
      'mine', coalesce(case when c.state = 'awaiting_second' then c.second_by else c.assigned_to end = viewer, false)))
    from agora.account a
   where a.id = c.account_id
$$;
comment on function agora.case_queue_row is 'A case as a row of the queue.';

create or replace function agora.case_cursor(t timestamptz, id uuid) returns text
  language sql immutable set search_path = '' as $$
  select (extract(epoch from t) * 1000000)::bigint || '.' || id
$$;
comment on function agora.case_cursor is 'Where a page of the queue ends: the time it is ordered by, in microseconds, and the case.';

create or replace function agora.case_queue(viewer uuid, view text, most integer, after text) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := agora.case_person(viewer);
  after_at timestamptz;
  after_id uuid;
  rows agora.vcase[];
  last agora.vcase;
begin
  if not agora.case_role(viewer, 'verifier') and not (view = 'held' and agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only verifiers see the queue; admins see what is held.');
  end if;
  if after is not null then
    if after !~ '^\d{1,17}\.[0-9a-f-]{36}$' then
      perform agora.fail('AG004', '/cursor', 'This is no place in the list; start at its beginning.');
    end if;
    after_at := 'epoch'::timestamptz + split_part(after, '.', 1)::bigint * interval '1 microsecond';
    after_id := split_part(after, '.', 2)::uuid;
  end if;
  -- Each view is a partial index in the order of the page.
  rows := case view
    when 'waiting' then array(
      select c from agora.vcase c
       where c.state = 'queued' and c.person_id <> me and (after is null or (c.due_at, c.id) > (after_at, after_id))
       order by c.due_at, c.id limit most + 1)
    when 'second' then array(
      select c from agora.vcase c
       where c.state = 'awaiting_second' and c.person_id <> me
         and (after is null or (c.due_at, c.id) > (after_at, after_id))
       order by c.due_at, c.id limit most + 1)
    when 'held' then array(
      select c from agora.vcase c
       where c.state = 'held' and c.person_id <> me and (after is null or (c.due_at, c.id) > (after_at, after_id))
       order by c.due_at, c.id limit most + 1)
    when 'mine' then array(
      select o.c from (
        select a as c from agora.vcase a
         where a.assigned_to = viewer
           and a.state in ('in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review')
        union all
        select b from agora.vcase b where b.second_by = viewer and b.state = 'awaiting_second') o
       where (o.c).person_id <> me and (after is null or ((o.c).due_at, (o.c).id) > (after_at, after_id))
       order by (o.c).due_at, (o.c).id limit most + 1)
    when 'all' then array(
      select c from agora.vcase c
       where c.state in ('held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review', 'awaiting_second')
         and c.person_id <> me
         and (after is null or (c.due_at, c.id) > (after_at, after_id))
       order by c.due_at, c.id limit most + 1)
    else array(
      select c from agora.vcase c
       where c.decided_at is not null and c.person_id <> me
         and (after is null or (c.decided_at, c.id) < (after_at, after_id))
       order by c.decided_at desc, c.id desc limit most + 1) end;
  last := rows[most];
  return jsonb_strip_nulls(jsonb_build_object(
    'items', (select coalesce(jsonb_agg(agora.case_queue_row(r.c, viewer) order by r.place), '[]')
                from (select c::agora.vcase as c, place
                        from generate_subscripts(rows, 1) place, lateral (select (rows[place]).*) c
                       where place <= most) r),
    'counts', agora.case_counts(viewer),
    'next', case when cardinality(rows) > most
                 then agora.case_cursor(case when view = 'decided' then last.decided_at else last.due_at end, last.id) end))::text;
end $$;
comment on function agora.case_queue is
  'A page of the queue (schema CaseList): waiting, for a second person, mine, held, all open ones, or decided ones, latest first.';

create or replace function agora.case_counts(viewer uuid) returns jsonb
  language sql stable set search_path = '' as $$
  -- Counted to 1,000 at most: nobody needs to know more, and a page costs the same however long the queue is.
  select jsonb_build_object(
      'waiting', (select count(*) from (select from agora.vcase where state = 'queued' and person_id <> p.me limit 1000) c),
      'second', (select count(*) from (select from agora.vcase where state = 'awaiting_second' and person_id <> p.me limit 1000) c),
      'held', (select count(*) from (select from agora.vcase where state = 'held' and person_id <> p.me limit 1000) c),
      'mine', (select count(*) from agora.vcase
                where assigned_to = viewer
                  and state in ('in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review'))
            + (select count(*) from agora.vcase where second_by = viewer and state = 'awaiting_second'),
      'late', (select count(*)
                 from (select from agora.vcase
                        where state in ('held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review', 'awaiting_second')
                          and not agora.case_clock_stops(state) and due_at < now() and person_id <> p.me limit 1000) c))
    from (select agora.case_person(viewer) as me) p
$$;
comment on function agora.case_counts is
  'How many cases wait, are for a second person, are held, are the verifier''s own to do, and are late; 1,000 stands for so many or more, but for one''s own.';

grant execute on function agora.case_queue(uuid, text, integer, text) to agora_app;
