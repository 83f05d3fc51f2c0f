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
      'late', c.state in ('submitted', 'in_review') and c.due_at < now(),
      'evidence', (
        select coalesce(jsonb_agg(t.label order by e.added_at, e.id), '[]')
          from agora.evidence e
          join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
         where e.case_id = c.id and e.removed_at is null),
      'assigned_to', (select v.given_name || ' ' || v.family_name from agora.account v where v.id = c.assigned_to),
      'mine', coalesce(c.assigned_to = viewer, false)))
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
  if not agora.case_role(viewer, 'verifier') then
    perform agora.fail('AG002', null, 'Only verifiers see the queue.');
  end if;
  if after is not null then
    if after !~ '^\d{1,17}\.[0-9a-f-]{36}$' then
      perform agora.fail('AG004', '/cursor', 'This is no place in the list; start at its beginning.');
    end if;
    after_at := 'epoch'::timestamptz + split_part(after, '.', 1)::bigint * interval '1 microsecond';
    after_id := split_part(after, '.', 2)::uuid;
  end if;
  rows := case view
    when 'waiting' then array(
      select c from agora.vcase c
       where c.state = 'submitted' and c.person_id <> me and (after is null or (c.due_at, c.id) > (after_at, after_id))
       order by c.due_at, c.id limit most + 1)
    when 'mine' then array(
      select c from agora.vcase c
       where c.state in ('in_review', 'needs_member') and c.assigned_to = viewer and c.person_id <> me
         and (after is null or (c.due_at, c.id) > (after_at, after_id))
       order by c.due_at, c.id limit most + 1)
    when 'all' then array(
      select c from agora.vcase c
       where c.state in ('submitted', 'in_review', 'needs_member') and c.person_id <> me
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
  'A page of the queue (schema CaseList): waiting, mine, all open ones, or decided ones, latest first.';

create or replace function agora.case_counts(viewer uuid) returns jsonb
  language sql stable set search_path = '' as $$
  select jsonb_build_object(
      'waiting', (select count(*) from agora.vcase where state = 'submitted' and person_id <> p.me),
      'mine', (select count(*) from agora.vcase where state in ('in_review', 'needs_member') and assigned_to = viewer),
      'late', (select count(*) from agora.vcase
                where state in ('submitted', 'in_review') and due_at < now() and person_id <> p.me))
    from (select agora.case_person(viewer) as me) p
$$;
comment on function agora.case_counts is 'How many cases wait, are the verifier''s own to do, and are late.';

grant execute on function agora.case_queue(uuid, text, integer, text) to agora_app;
