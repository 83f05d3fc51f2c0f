-- What is due to be removed, by class: one function, read alike by the job, its dry run and the report.

create or replace function agora.case_restricted(wanted uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.decision d
                  where d.case_id = wanted and d.outcome = 'reject' and d.state = 'final' and agora.recourse_of(d.reason_codes) = 'restricted');
end $$;
comment on function agora.case_restricted is 'Whether a case was rejected for a reason that is not told.';

create or replace function agora.retention_ended_cases(wanted text, latest timestamptz) returns table (subject uuid, ends_at timestamptz)
  language plpgsql stable set search_path = '' as $$
begin
  if wanted = 'drafts' then
    return query
    select c.id, c.state_at
      from agora.vcase c
     where c.state in ('withdrawn', 'closed_stale') and c.state_at <= latest and not c.gone @> '{drafts}'
    union all
    select c.id, (select coalesce(max(e.at), c.state_at) from agora.audit_event e where e.subject = c.id)
      from agora.vcase c
     where c.state = 'draft' and c.state_at <= latest;
  elsif wanted in ('restricted_rejections', 'restricted_hashes') then
    return query
    select c.id, c.decided_at
      from agora.decision d join agora.vcase c on c.id = d.case_id
     where d.outcome = 'reject' and d.state = 'final'
       and d.reason_codes && array(select r.code from agora.reason_code r where r.used_to = 'reject' and r.recourse = 'restricted')
       and c.state in ('rejected', 'upheld') and c.decided_at <= latest and not c.gone @> array[wanted];
  elsif wanted = 'evidence_facts' then
    return query
    select v.case_id, coalesce(v.ended_at, v.valid_until)
      from agora.verification v
     where coalesce(v.ended_at, v.valid_until) <= latest and not v.gone @> '{evidence_facts}' and v.case_id is not null
       -- Not as a join, for which every case would be read.
       and (select c.state in ('approved', 'varied') from agora.vcase c where c.id = v.case_id)
    union all
    select c.id, c.decided_at
      from agora.vcase c
     where c.state in ('rejected', 'upheld', 'varied') and c.decided_at <= latest and not c.gone @> '{evidence_facts}'
       and not agora.case_restricted(c.id) and not exists (select from agora.verification v where v.case_id = c.id);
  elsif wanted = 'decisions' then
    return query
    select c.id, c.decided_at
      from agora.vcase c
     where c.state in ('approved', 'rejected', 'upheld', 'varied') and c.decided_at <= latest and not c.gone @> '{decisions}';
  end if;
end $$;
comment on function agora.retention_ended_cases is
  'Cases of a class whose time began to run by then and that have not gone, with the time. Each branch reads an index that holds nothing which has gone.';

create or replace function agora.retention_ends(wanted text, latest timestamptz) returns table (kind text, subject uuid, ends_at timestamptz)
  language plpgsql stable set search_path = '' as $$
begin
  if wanted = 'unconfirmed_complaints' then
    return query select 'complaint', c.id, c.expires_at from agora.complaint c where c.confirmed_at is null and c.expires_at <= latest;
  elsif wanted = 'complaints' then
    return query select 'complaint', c.id, c.decided_at from agora.complaint c where c.decided_at <= latest;
  else
    return query select 'case', c.subject, c.ends_at from agora.retention_ended_cases(wanted, latest) c;
    return query
    select 'verification', v.id, v.ended_at
      from agora.verification v
     where wanted = 'decisions' and v.state = 'revoked' and v.ended_at <= latest and not v.gone @> '{decisions}';
  end if;
end $$;
comment on function agora.retention_ends is
  'Everything of a class from which the time began to run by then, and when. Evidence files are destroyed by their own keeper and are not among them.';

create or replace function agora.retention_due(wanted text, at timestamptz)
  returns table (kind text, subject uuid, due_at timestamptz, held boolean)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select e.kind, e.subject, e.ends_at + k.keeps, agora.retention_held(e.kind, e.subject)
    from agora.retention_class k
    -- A month before the 28th of February ends up to three days earlier than a month after it begins.
   cross join lateral agora.retention_ends(wanted, at - k.keeps + interval '4 days') e
   where k.class = wanted and e.ends_at + k.keeps <= at
     and not exists (select from agora.retention_item i where i.class = wanted and i.subject = e.subject);
end $$;
comment on function agora.retention_due is 'What of a class is to be removed by a time and has not been, and whether a hold keeps it.';
