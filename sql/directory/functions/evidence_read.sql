-- Who may see a file of evidence, and what it looks like to them: to its member with the receipt and who
-- looked at it, as a role; to the verifier who has the case, for as long as the case is with them; afterwards to
-- those for whom two persons unsealed it.

create or replace function agora.evidence_seen_as(c agora.vcase, viewer uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select s.seen_as
      from agora.case_viewed_as(c, viewer) s (seen_as)
     where s.seen_as = 'member'
        or (s.seen_as = 'verifier' and c.state::text in ('in_review', 'needs_member', 'needs_third_party', 'session_booked',
                                                         'referee_review', 'awaiting_second'))
        or (s.seen_as = 'second' and c.state::text = 'awaiting_second')
        -- An appeal is for somebody who never touched the case.
        or (s.seen_as in ('verifier', 'second') and c.state::text = 'appealed'
            and not exists (select from agora.vcase_event e where e.case_id = c.id and e.actor = viewer))),
    case when agora.break_glass_open(viewer, c.id, true) then 'unsealed' end);
end $$;
comment on function agora.evidence_seen_as is
  'As whom an account may see the files of a case; null: not at all. Whoever handles a case sees them until it is released or decided; then only those for whom two persons unsealed them.';

create or replace function agora.evidence_look_only(wanted uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce((select (p.value #>> '{}')::boolean from agora.policy p where p.key = 'evidence.look_only'), false)
      or coalesce((select e.look_only from agora.evidence_choice e where e.case_id = wanted), false);
end $$;
comment on function agora.evidence_look_only is 'Whether the files of a case are destroyed with its decision, by the organisation''s policy or the member''s choice.';

create or replace function agora.evidence_days(wanted text) returns interval
  language plpgsql stable set search_path = '' as $$
begin
  return make_interval(days => agora.policy_int(wanted)::integer);
end $$;
comment on function agora.evidence_days is 'A number of days of agora.policy.';

create or replace function agora.evidence_due(b agora.evidence_blob, c agora.vcase, out due timestamptz, out reason text)
  language plpgsql stable set search_path = '' as $$
begin
  select case
      when b.leaving_at is not null then b.leaving_at
      when b.state = 'receiving' then b.touched_at + make_interval(hours => agora.policy_int('evidence.unfinished_hours')::integer)
      when k.reason = 'look_only' then s.at
      when k.reason = 'decided' then s.at + agora.evidence_days('evidence.keep_days')
      when k.reason = 'withdrawn' then s.at + agora.evidence_days('evidence.idle_days')
      when k.reason = 'idle' then greatest(s.at, b.touched_at) + agora.evidence_days('evidence.idle_days') end,
    case when b.leaving_at is not null then b.why when b.state = 'receiving' then 'unfinished' else k.reason end
    into due, reason
    from (select coalesce((select e.at from agora.vcase_event e where e.case_id = c.id and e.step = c.step), c.opened_at)) s (at)
   cross join (select case
      when c.state::text in ('approved', 'rejected', 'withdrawn', 'upheld', 'varied') and agora.evidence_look_only(c.id) then 'look_only'
      when c.state::text in ('approved', 'rejected', 'upheld', 'varied') then 'decided'
      when c.state::text in ('withdrawn', 'stale', 'closed_stale') then 'withdrawn'
      when c.state = 'draft' then 'idle' end) k (reason);
end $$;
comment on function agora.evidence_due is 'When a file is to be destroyed and why; null while that depends on what is still to happen.';

create or replace function agora.evidence_views_json(wanted uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('as', v.seen_as, 'page', v.page, 'at', agora.ts(v.at)) order by v.id desc), '[]')
      from (select w.*
              from agora.evidence_view w
             where w.blob_id = wanted
               -- Of an unsealing the member is told when its hour is over, and not while a legal hold forbids it.
               and (w.seen_as <> 'unsealed'
                    or not exists (select from agora.evidence_blob b
                                     join agora.break_glass g on g.case_id = b.case_id
                                    where b.id = wanted and g.account_id = w.viewer and g.evidence and g.told_at is null))
             order by w.id desc limit 50) v);
end $$;
comment on function agora.evidence_views_json is 'The last 50 times that a file was looked at, by role.';

create or replace function agora.evidence_file_json(b agora.evidence_blob, c agora.vcase, seen_as text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
      'id', b.id,
      'evidence', b.bound_to,
      'name', b.shown_name,
      'length', b.octets,
      'offset', b.received,
      'state', case when b.destroyed_at is not null then 'destroyed' when b.state = 'refused' then 'refused'
                    when b.leaving_at is not null then 'leaving' else b.state::text end,
      'pages', case when b.leaving_at is null then (
        select coalesce(jsonb_agg(jsonb_build_object('page', p.page, 'media_type', p.media_type, 'width', p.width,
                 'height', p.height, 'length', p.octets) order by p.page), '[]')
          from agora.evidence_page p where p.blob_id = b.id) else '[]' end,
      'refusal', b.refusal,
      'made_at', agora.ts(b.made_at),
      'kept_until', case when b.leaving_at is null then agora.ts((agora.evidence_due(b, c)).due) end,
      'destroyed_at', agora.ts(b.destroyed_at),
      'destroyed_why', case when b.destroyed_at is not null then b.why end,
      'key_id', b.key_id,
      'note', case when seen_as <> 'member' then b.note end,
      'views', case when seen_as = 'member' then agora.evidence_views_json(b.id) end));
end $$;
comment on function agora.evidence_file_json is 'A file as its viewer sees it (schema EvidenceFile).';

create or replace function agora.evidence_list(viewer uuid, wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  c agora.vcase;
  seen_as text;
begin
  select * into c from agora.vcase where id = wanted;
  seen_as := agora.evidence_seen_as(c, viewer);
  -- Who sees the case and not its files is shown none, as when there are none.
  if seen_as is null and agora.case_viewed_as(c, viewer) is null then
    perform agora.fail('AG001');
  end if;
  return jsonb_build_object(
    'files', (select coalesce(jsonb_agg(agora.evidence_file_json(b, c, seen_as) order by b.made_at, b.id), '[]')
                from agora.evidence_blob b
               where b.case_id = wanted
                 and (seen_as = 'member' or (seen_as is not null and (b.leaving_at is null or b.noted_by is not null)))),
    'look_only', agora.evidence_look_only(wanted),
    'can_note', agora.evidence_may_note(c, seen_as),
    'limits', jsonb_build_object(
      'files', agora.policy_int('evidence.files'), 'length', agora.policy_int('evidence.octets'), 'part', 1048576,
      'keep_days', agora.policy_int('evidence.keep_days')))::text;
end $$;
comment on function agora.evidence_list is 'The files of a case (schema EvidenceFiles); receipts of those that are gone for its member only, of those that were noted for verifiers too.';

create or replace function agora.evidence_get(viewer uuid, wanted uuid) returns table (body text, received bigint, octets bigint)
  language plpgsql stable security definer set search_path = '' as $$
declare
  b agora.evidence_blob;
  c agora.vcase;
  seen_as text;
begin
  select * into b from agora.evidence_blob where id = wanted;
  select * into c from agora.vcase where id = b.case_id;
  seen_as := agora.evidence_seen_as(c, viewer);
  if seen_as is null or (seen_as <> 'member' and b.leaving_at is not null and b.noted_by is null) then
    perform agora.fail('AG001');
  end if;
  return query select agora.evidence_file_json(b, c, seen_as)::text, b.received, b.octets;
end $$;
comment on function agora.evidence_get is 'One file, and how much of it has come.';

create or replace function agora.evidence_look(viewer uuid, wanted uuid, leaf integer)
  returns table (master text, key_id uuid, bound_to uuid, wrapped text, media_type text, octets bigint)
  language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  b agora.evidence_blob;
  c agora.vcase;
  seen_as text;
begin
  select * into b from agora.evidence_blob where id = wanted;
  -- Held while it is read, so that who looks and who decides or releases come one after the other.
  select * into c from agora.vcase where id = b.case_id for share;
  seen_as := agora.evidence_seen_as(c, viewer);
  if seen_as is null or b.leaving_at is not null or (agora.evidence_due(b, c)).due <= now()
     or not exists (select from agora.evidence_page p where p.blob_id = wanted and p.page = leaf) then
    perform agora.fail('AG001');
  end if;
  insert into agora.evidence_view (blob_id, page, viewer, seen_as) values (wanted, leaf, viewer, seen_as);
  perform agora.audit(viewer, 'evidence.view', 'evidence_file', wanted,
    jsonb_build_object('case', c.id, 'evidence', b.bound_to, 'page', leaf, 'as', seen_as));
  return query
    select k.master, k.id, b.bound_to, encode(k.wrapped, 'hex'), p.media_type, p.octets
      from agora.evidence_key k join agora.evidence_page p on p.blob_id = k.blob_id and p.page = leaf
     where k.blob_id = wanted;
end $$;
comment on function agora.evidence_look is
  'Lets an account look at a page: what opens it. Whoever gets that has left a row in the audit log and on the member''s list.';

create or replace function agora.evidence_piece(wanted uuid, leaf integer, beginning bigint) returns bytea
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select p.sealed from agora.evidence_piece p where p.blob_id = wanted and p.page = leaf and p.at_offset = beginning);
end $$;
comment on function agora.evidence_piece is 'A piece of ciphertext.';

grant execute on function agora.evidence_list(uuid, uuid), agora.evidence_get(uuid, uuid), agora.evidence_look(uuid, uuid, integer),
  agora.evidence_piece(uuid, integer, bigint) to agora_app;
