-- The verifiers' queue: rows without content, due first, never about the one who looks.

create or replace function agora.case_queue_rows(rows agora.vcase[], most integer, viewer uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
declare
  -- As agora.ts() writes times.
  rfc_3339 constant text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
begin
  -- One statement whose plan is kept, and no function of ours a row, not even agora.ts(): a page has to be quick.
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'id', c.id,
        'reference', c.reference,
        'state', c.state,
        'level', c.level,
        'shown_name', a.given_name || ' ' || a.family_name,
        'submitted_at', to_char(c.submitted_at at time zone 'UTC', rfc_3339),
        'due_at', to_char(c.due_at at time zone 'UTC', rfc_3339),
        'decided_at', to_char(c.decided_at at time zone 'UTC', rfc_3339),
        'late', c.state in ('held', 'queued', 'in_review', 'referee_review', 'awaiting_second') and c.due_at < now(),
        'sla_class', c.sla_class,
        'since', to_char(c.state_at at time zone 'UTC', rfc_3339),
        'rounds', (
          select count(*) from agora.vcase_event e
           where e.case_id = c.id and e.event in ('ask', 'return', 'return_away', 'overturn'))
          + (select count(*) from agora.vcase o where o.person_id = c.person_id and o.decided_at <= c.submitted_at and o.id <> c.id),
        'hold_reasons', case when c.state = 'held' then to_jsonb(c.hold_reasons) end,
        'evidence', (
          select coalesce(jsonb_agg(t.label order by e.added_at, e.id), '[]')
            from agora.evidence e
            join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
           where e.case_id = c.id and e.removed_at is null),
        'assigned_to', f.given_name || ' ' || f.family_name,
        'second_by', s.given_name || ' ' || s.family_name,
        'mine', coalesce(case when c.state = 'awaiting_second' then c.second_by else c.assigned_to end = viewer, false)))
        order by c.place), '[]')
      from (select r.*, row_number() over () as place from unnest(rows) r limit most) c
      join agora.account a on a.id = c.account_id
      left join agora.account f on f.id = c.assigned_to
      left join agora.account s on s.id = c.second_by);
end $$;
comment on function agora.case_queue_rows is 'The first cases of an array, as rows of the queue in their order.';

create or replace function agora.case_cursor(t timestamptz, id uuid) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return (extract(epoch from t) * 1000000)::bigint || '.' || id;
end $$;
comment on function agora.case_cursor is 'Where a page of the queue ends: the time it is ordered by, in microseconds, and the case.';

-- The plans of a page are made once a session. A planner that does not know how many rows are wanted would
-- rather sort them all, so it is told to walk along the indexes.
create or replace function agora.case_queue(viewer uuid, view text, most integer, after text) returns text
  language plpgsql stable security definer
  set search_path = '' set plan_cache_mode = 'force_generic_plan' set enable_sort = off set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  me uuid := agora.case_person(viewer);
  -- Where a page begins: before everything, unless a cursor says so.
  after_at timestamptz := case when view = 'decided' then 'infinity' else '-infinity' end;
  after_id uuid := case when view = 'decided' then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else '00000000-0000-0000-0000-000000000000' end;
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
  -- Each view is a partial index in the order of the page, and a statement of its own, so that its plan is kept.
  if view = 'waiting' then
    rows := array(
      select c from agora.vcase c
       where c.state = 'queued' and c.person_id <> me and (c.due_at, c.id) > (after_at, after_id)
       order by c.due_at, c.id limit most + 1);
  elsif view = 'second' then
    rows := array(
      select c from agora.vcase c
       where c.state = 'awaiting_second' and c.person_id <> me and (c.due_at, c.id) > (after_at, after_id)
       order by c.due_at, c.id limit most + 1);
  elsif view = 'held' then
    rows := array(
      select c from agora.vcase c
       where c.state = 'held' and c.person_id <> me and (c.due_at, c.id) > (after_at, after_id)
       order by c.due_at, c.id limit most + 1);
  elsif view = 'mine' then
    rows := array(
      select m.c
        from ((select a as c, a.due_at, a.id from agora.vcase a
                where a.assigned_to = viewer and a.person_id <> me and (a.due_at, a.id) > (after_at, after_id)
                  and a.state in ('in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review')
                order by a.due_at, a.id limit most + 1)
              union all
              (select b, b.due_at, b.id from agora.vcase b
                where b.second_by = viewer and b.person_id <> me and (b.due_at, b.id) > (after_at, after_id)
                  and b.state = 'awaiting_second'
                order by b.due_at, b.id limit most + 1)) m
       order by m.due_at, m.id limit most + 1);
  elsif view = 'all' then
    rows := array(
      select c from agora.vcase c
       where (c.state in ('held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review', 'awaiting_second')) is true
         and c.person_id <> me and (c.due_at, c.id) > (after_at, after_id)
       order by c.due_at, c.id limit most + 1);
  else
    rows := array(
      select c from agora.vcase c
       where c.decided_at is not null and c.person_id <> me and (c.decided_at, c.id) < (after_at, after_id)
       order by c.decided_at desc, c.id desc limit most + 1);
  end if;
  last := rows[most];
  return jsonb_strip_nulls(jsonb_build_object(
    'items', agora.case_queue_rows(rows, most, viewer),
    'counts', agora.case_counts(viewer),
    'next', case when cardinality(rows) > most
                 then agora.case_cursor(case when view = 'decided' then last.decided_at else last.due_at end, last.id) end))::text;
end $$;
comment on function agora.case_queue is
  'A page of the queue (schema CaseList): waiting, for a second person, mine, held, all open ones, or decided ones, latest first.';

create or replace function agora.case_counts(viewer uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
declare
  me uuid := agora.case_person(viewer);
  -- Counted to 100 at most: nobody needs to know more, and a page costs the same however long the queue is.
  -- In the order of the view's index, so that this is all that is read.
  most constant integer := 100;
begin
  return jsonb_build_object(
    'waiting', (select count(*) from (select from agora.vcase where state = 'queued' and person_id <> me order by due_at, id limit most) c),
    'second', (select count(*) from (select from agora.vcase where state = 'awaiting_second' and person_id <> me order by due_at, id limit most) c),
    'held', (select count(*) from (select from agora.vcase where state = 'held' and person_id <> me order by due_at, id limit most) c),
    'mine', (select count(*)
               from ((select from agora.vcase
                       where assigned_to = viewer
                         and state in ('in_review', 'needs_member', 'needs_third_party', 'session_booked', 'referee_review')
                       limit most)
                     union all
                     (select from agora.vcase where second_by = viewer and state = 'awaiting_second' limit most)
                     limit most) c),
    'late', (select count(*)
               from (select from agora.vcase
                      where (state in ('held', 'queued', 'in_review', 'referee_review', 'awaiting_second')) is true
                        and due_at < now() and person_id <> me order by due_at limit most) c));
end $$;
comment on function agora.case_counts is
  'How many cases wait, are for a second person, are held, are the verifier''s own to do, and are late; 100 stands for so many or more.';

grant execute on function agora.case_queue(uuid, text, integer, text) to agora_app;
