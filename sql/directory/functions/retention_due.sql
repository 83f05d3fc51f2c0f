-- What is due to be removed, by class: one function, read alike by the job, its dry run and the report.

create or replace function agora.retention_keeps(wanted text) returns interval
  language sql stable set search_path = '' as $$
  select keeps from agora.retention_class where class = wanted
$$;
comment on function agora.retention_keeps is 'For how long a class is kept.';

create or replace function agora.case_restricted(wanted uuid) returns boolean
  language sql stable set search_path = '' as $$
  select exists (select from agora.decision d
                  where d.case_id = wanted and d.outcome = 'reject' and d.state = 'final' and agora.recourse_of(d.reason_codes) = 'restricted')
$$;
comment on function agora.case_restricted is 'Whether a case was rejected for a reason that is not told.';

create or replace function agora.retention_ends(wanted text) returns table (kind text, subject uuid, ends_at timestamptz)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select 'complaint', c.id, c.expires_at from agora.complaint c where wanted = 'unconfirmed_complaints' and c.confirmed_at is null
  union all
  select 'case', c.id, c.state_at from agora.vcase c where wanted = 'drafts' and c.state in ('withdrawn', 'closed_stale')
  union all
  select 'case', c.id, (select coalesce(max(e.at), c.state_at) from agora.audit_event e where e.subject = c.id)
    from agora.vcase c where wanted = 'drafts' and c.state = 'draft'
  union all
  select 'case', c.id, c.decided_at
    from agora.vcase c
   where wanted in ('restricted_rejections', 'restricted_hashes') and c.state in ('rejected', 'upheld') and agora.case_restricted(c.id)
  union all
  select 'case', c.id, coalesce((select coalesce(v.ended_at, v.valid_until) from agora.verification v where v.case_id = c.id), c.decided_at)
    from agora.vcase c
   where wanted = 'evidence_facts' and c.state in ('approved', 'rejected', 'upheld', 'varied') and not agora.case_restricted(c.id)
  union all
  select 'complaint', c.id, c.decided_at from agora.complaint c where wanted = 'complaints' and c.decided_at is not null
  union all
  select 'case', c.id, c.decided_at from agora.vcase c where wanted = 'decisions' and c.state in ('approved', 'rejected', 'upheld', 'varied')
  union all
  select 'verification', v.id, v.ended_at from agora.verification v where wanted = 'decisions' and v.state = 'revoked';
end $$;
comment on function agora.retention_ends is
  'Everything of a class with the time from which it is kept so long. Evidence files are destroyed by their own keeper and are not among them.';

create or replace function agora.retention_due(wanted text, at timestamptz)
  returns table (kind text, subject uuid, due_at timestamptz, held boolean)
  language sql stable set search_path = '' as $$
  select e.kind, e.subject, e.ends_at + agora.retention_keeps(wanted), agora.retention_held(e.kind, e.subject)
    from agora.retention_ends(wanted) e
   where e.ends_at + agora.retention_keeps(wanted) <= at
     and not exists (select from agora.retention_item i where i.class = wanted and i.subject = e.subject)
$$;
comment on function agora.retention_due is 'What of a class is to be removed by a time and has not been, and whether a hold keeps it.';
