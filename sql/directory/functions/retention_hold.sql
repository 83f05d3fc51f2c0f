-- Legal holds: what must not be removed although its time is up, who answers for it, and until when it must be
-- looked at again.

create or replace function agora.retention_held(kind text, wanted uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from agora.legal_hold h
     where h.lifted_at is null
       and h.subject in (wanted, case kind when 'case' then (select c.person_id from agora.vcase c where c.id = wanted)
                                           when 'verification' then (select v.person_id from agora.verification v where v.id = wanted)
                                           when 'complaint' then (select a.person_id from agora.complaint k join agora.account a on a.id = k.about where k.id = wanted) end));
end $$;
comment on function agora.retention_held is 'Whether a hold keeps a case, verification or complaint: on itself, or on the person it is about.';

create or replace function agora.evidence_held(wanted uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return agora.retention_held('case', wanted)
      or exists (select from agora.appeal a where a.case_id = wanted and a.decided_at is null);
end $$;
comment on function agora.evidence_held is
  'Whether the files of a case are kept from being destroyed: by a legal hold, or since an appeal of it is open.';

create or replace function agora.legal_hold_on_case(wanted uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return agora.retention_held('case', wanted);
end $$;
comment on function agora.legal_hold_on_case is 'Whether a legal hold is on a case or on the person it is about.';

create or replace function agora.hold_subject(kind text, named text) returns uuid
  language plpgsql stable set search_path = '' as $$
begin
  return case kind
    when 'case' then (select c.id from agora.vcase c where c.reference = upper(trim(named)) or c.id::text = lower(trim(named)))
    when 'complaint' then (select c.id from agora.complaint c where c.confirmed_at is not null
                                                                and (c.reference = upper(trim(named)) or c.id::text = lower(trim(named))))
    when 'person' then (select a.person_id from agora.account a where a.handle = lower(regexp_replace(trim(named), '^(.*/m/|@)', ''))) end;
end $$;
comment on function agora.hold_subject is 'What a hold is to be on: a case or complaint by its reference, a person by a handle.';

create or replace function agora.hold_review_check(review_on date) returns void
  language plpgsql stable set search_path = '' as $$
declare
  today date := (now() at time zone 'UTC')::date;
begin
  if review_on is null or review_on < today or review_on > (now() at time zone 'UTC' + interval '6 months')::date then
    perform agora.fail('AG004', '/review_on', 'Choose a day within the next six months on which it is looked at again.');
  end if;
end $$;
comment on function agora.hold_review_check is 'Refuses a day of review that is past or more than six months away.';

create or replace function agora.hold_place(viewer uuid, kind text, named text, why text, review date) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  found_one uuid := agora.hold_subject(kind, named);
  h agora.legal_hold;
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins place legal holds.');
  elsif found_one is null then
    perform agora.fail('AG004', '/subject', 'There is no such request, complaint or member.');
  elsif coalesce(length(trim(why)), 0) not between 1 and 1000 then
    perform agora.fail('AG004', '/reason', 'Say why in at most 1,000 characters.');
  end if;
  perform agora.hold_review_check(review);
  insert into agora.legal_hold (subject_kind, subject, reason, owner, review_on)
  values (kind, found_one, trim(why), viewer, review)
  returning * into h;
  perform agora.audit(viewer, 'hold.place', kind, found_one, jsonb_build_object('hold', h.id, 'review_on', review));
  return agora.hold_json(h)::text;
end $$;
comment on function agora.hold_place is 'Places a legal hold; its owner is who places it.';

create or replace function agora.hold_lock(viewer uuid, wanted uuid) returns agora.legal_hold
  language plpgsql set search_path = '' as $$
declare
  h agora.legal_hold;
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins handle legal holds.');
  end if;
  select * into h from agora.legal_hold where id = wanted for update;
  if not found then
    perform agora.fail('AG001');
  elsif h.lifted_at is not null then
    perform agora.fail('AG003', null, 'This hold was lifted already.');
  end if;
  return h;
end $$;
comment on function agora.hold_lock is 'Locks a hold that is in force, for an admin.';

create or replace function agora.hold_extend(viewer uuid, wanted uuid, review date) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  h agora.legal_hold := agora.hold_lock(viewer, wanted);
begin
  perform agora.hold_review_check(review);
  update agora.legal_hold set owner = viewer, reviewed_at = now(), review_on = review, told_at = null where id = wanted returning * into h;
  perform agora.audit(viewer, 'hold.extend', h.subject_kind, h.subject, jsonb_build_object('hold', wanted, 'review_on', review));
  return agora.hold_json(h)::text;
end $$;
comment on function agora.hold_extend is 'An admin has looked at a hold: it is still needed, and theirs to answer for.';

create or replace function agora.hold_lift(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  h agora.legal_hold := agora.hold_lock(viewer, wanted);
begin
  update agora.legal_hold set lifted_at = now(), lifted_by = viewer where id = wanted;
  perform agora.audit(viewer, 'hold.lift', h.subject_kind, h.subject, jsonb_build_object('hold', wanted));
end $$;
comment on function agora.hold_lift is 'Ends a hold: what is overdue goes with the next run.';

create or replace function agora.hold_json(h agora.legal_hold) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
      'id', h.id, 'subject_kind', h.subject_kind,
      'subject', case h.subject_kind
        when 'case' then (select c.reference from agora.vcase c where c.id = h.subject)
        when 'complaint' then (select c.reference from agora.complaint c where c.id = h.subject)
        else (select min(a.handle) from agora.account a where a.person_id = h.subject) end,
      'reason', h.reason, 'owner', agora.vouch_party(h.owner), 'placed_at', agora.ts(h.placed_at), 'review_on', h.review_on,
      'overdue', h.lifted_at is null and h.review_on < (now() at time zone 'UTC')::date,
      'lifted_at', agora.ts(h.lifted_at)));
end $$;
comment on function agora.hold_json is 'A hold as admins see it (schema LegalHold).';

create or replace function agora.hold_remind() returns bigint
  language plpgsql set search_path = '' as $$
declare
  h agora.legal_hold;
  n bigint := 0;
begin
  for h in update agora.legal_hold set told_at = now()
            where lifted_at is null and told_at is null and review_on <= (now() at time zone 'UTC')::date returning * loop
    perform agora.redress_mail(h.owner, 'A legal hold must be looked at', 'The review of a legal hold of yours is due. It holds until it is lifted.', 'Retention');
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.hold_remind is 'Tells the owners of holds, once, that a review is due.';

grant execute on function agora.evidence_held(uuid), agora.hold_place(uuid, text, text, text, date),
  agora.hold_extend(uuid, uuid, date), agora.hold_lift(uuid, uuid) to agora_app;
