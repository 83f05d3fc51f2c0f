-- Removing what has been kept long enough.

create or replace function agora.retention_count(wanted uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.retention_counter as k (type, subtype, issuer_country, year, passed, other)
  select n.type, n.subtype, n.country, n.year, count(*) filter (where n.ok), count(*) filter (where not n.ok)
    from (select e.type, e.subtype, coalesce(e.issuer_country, '') as country, extract(year from e.added_at)::integer as year,
                 exists (select from agora.vcheck c where c.evidence_id = e.id and c.result = 'passed') as ok
            from agora.evidence e where e.case_id = wanted) n
   group by n.type, n.subtype, n.country, n.year
  on conflict (type, subtype, issuer_country, year) do update set passed = k.passed + excluded.passed, other = k.other + excluded.other;
end $$;
comment on function agora.retention_count is 'Adds the evidence of a case to the counters, before it goes.';

create or replace function agora.retention_drop_evidence(item uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  delete from agora.second_check where evidence_id = item;
  delete from agora.vcheck where evidence_id = item;
  delete from agora.evidence where id = item;
exception when foreign_key_violation then
  -- Something keeps the row, such as the receipt of a file that was destroyed: its facts go.
  update agora.vcheck set note = null, organization = null where evidence_id = item;
  update agora.evidence
     set document_number = null, issuer = null, issuer_country = null, date_of_issuance = null, date_of_expiry = null, note = null,
         removed_at = coalesce(removed_at, now())
   where id = item;
end $$;
comment on function agora.retention_drop_evidence is 'Deletes a piece of evidence with its checks; its facts alone where a receipt refers to it.';

create or replace function agora.retention_empty_case(wanted uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  c agora.vcase;
begin
  select * into c from agora.vcase where id = wanted for update;
  if c.state = 'draft' then
    perform agora.case_step(c, 'expire', null, 'system');
  end if;
  perform agora.retention_drop_evidence(e.id) from (select id from agora.evidence where case_id = wanted order by id) e;
  update agora.evidence_blob set note = null where case_id = wanted and note is not null;
  delete from agora.vouch where case_id = wanted;
  delete from agora.claim where case_id = wanted;
  delete from agora.vcase_question where case_id = wanted;
  delete from agora.case_session where case_id = wanted;
  delete from agora.evaluation where case_id = wanted;
  -- What a decision rested on is known by its hash alone from now on.
  update agora.decision set snapshot = null where case_id = wanted;
end $$;
comment on function agora.retention_empty_case is 'Deletes what was stated, shown, asked and scored in a case; its timeline and decision stay.';

create or replace function agora.retention_forget_key(wanted uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  delete from agora.person_key where source = wanted;
end $$;
comment on function agora.retention_forget_key is 'Deletes the hashes by which the person of a case would be found again.';

create or replace function agora.retention_empty_decision(kind text, wanted uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  if kind = 'verification' then
    update agora.verification set end_note = '-', version = version + 1 where id = wanted;
    update agora.appeal set text = '-', reason_text = '-', private_note = null where verification_id = wanted and decided_at is not null;
  else
    update agora.vcase set referee_asked = null, referee_note = null, version = version + 1 where id = wanted;
    update agora.case_conflict set note = null where case_id = wanted;
    update agora.decision set public_text = case when public_text is not null then '-' end, private_note = null, second_note = null,
           computed = jsonb_build_object('level', computed -> 'level')
     where case_id = wanted;
    update agora.appeal set text = '-', reason_text = '-', private_note = null where case_id = wanted and decided_at is not null;
  end if;
end $$;
comment on function agora.retention_empty_decision is 'Deletes the texts of a decision and of its appeal; codes, dates and outcome stay.';

create or replace function agora.retention_mark(wanted text, kind text, item uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.retention_item (class, subject) values (wanted, item) on conflict do nothing;
  update agora.vcase c set gone = c.gone || wanted, version = version + 1 where c.id = item and kind = 'case';
  update agora.verification v set gone = v.gone || wanted, version = version + 1
   where case kind when 'case' then v.case_id = item and wanted = 'evidence_facts' when 'verification' then v.id = item end;
end $$;
comment on function agora.retention_mark is 'Keeps that an item of a class has gone, so that no later look finds it.';

create or replace function agora.retention_remove(wanted text, kind text, item uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  if wanted = 'unconfirmed_complaints' then
    delete from agora.complaint where id = item and confirmed_at is null;
  elsif wanted = 'complaints' then
    update agora.complaint set email = 'gone@invalid', name = null, handle = '-', about = null, text = '-', note = '-' where id = item;
  elsif wanted = 'drafts' then
    perform agora.retention_empty_case(item);
    perform agora.retention_forget_key(item);
  elsif wanted = 'restricted_rejections' then
    perform agora.retention_count(item);
    perform agora.retention_empty_case(item);
  elsif wanted = 'restricted_hashes' then
    perform agora.retention_forget_key(item);
  elsif wanted = 'evidence_facts' then
    perform agora.retention_count(item);
    perform agora.retention_empty_case(item);
    perform agora.retention_forget_key(item);
  elsif wanted = 'decisions' then
    perform agora.retention_empty_decision(kind, item);
  end if;
  if wanted <> 'unconfirmed_complaints' then
    perform agora.retention_mark(wanted, kind, item);
  end if;
end $$;
comment on function agora.retention_remove is 'Removes one item of a class, and keeps that it went.';

create or replace function agora.retention_run(dry boolean) returns table (class text, due bigint, held bigint, done bigint)
  language plpgsql security definer set search_path = '' as $$
declare
  one record;
  most bigint := agora.policy_int('retention.batch');
begin
  -- One run at a time.
  perform pg_advisory_xact_lock(hashtext('agora.retention_run'));
  for class in select k.class from agora.retention_class k order by k.place loop
    select count(*), count(*) filter (where d.held) into due, held from agora.retention_due(class, now()) d;
    done := 0;
    if not dry then
      for one in select d.kind, d.subject from agora.retention_due(class, now()) d where not d.held order by d.due_at limit most loop
        perform agora.retention_remove(class, one.kind, one.subject);
        done := done + 1;
      end loop;
      if done > 0 then
        perform agora.audit(null, 'retention.run', 'retention', null, jsonb_build_object('class', class, 'count', done));
      end if;
    end if;
    return next;
  end loop;
end $$;
comment on function agora.retention_run is
  'Removes what is due and not held, at most retention.batch of each class; with dry nothing, but counts alike. One row a class.';

create or replace function agora.retention_by_clock() returns bigint
  language plpgsql security definer set search_path = '' as $$
begin
  return (select coalesce(sum(r.done), 0)::bigint + agora.hold_remind() from agora.retention_run(false) r);
end $$;
comment on function agora.retention_by_clock is 'The retention as a duty of the worker; answers how many items went and owners of holds were told.';

grant execute on function agora.retention_run(boolean), agora.retention_by_clock() to agora_app;
