-- Figures about cases: how long decisions take, what waits, how it was decided and why, what came of
-- appeals. Counted from the timeline of cases, which is never changed; nobody is named but pairs who decided together.

create or replace function agora.statistics_decided(since date, until date)
  returns table (case_id uuid, month text, outcome text, hours numeric)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  select distinct on (e.case_id, e.id) e.case_id, to_char(e.at at time zone 'UTC', 'YYYY-MM'), e.to_state::text,
         round(extract(epoch from e.at - c.submitted_at) / 3600, 2)
    from agora.vcase_event e
    join agora.vcase c on c.id = e.case_id
   where e.to_state::text in ('approved', 'rejected')
     and e.at >= since::timestamp at time zone 'UTC' and e.at < (until + 1)::timestamp at time zone 'UTC';
end $$;
comment on function agora.statistics_decided is 'Decisions made from one day to another (UTC, both included), with the hours since the case was sent.';

create or replace function agora.statistics_months(since date, until date)
  returns table (month text, submitted bigint, approved bigint, rejected bigint, median_hours numeric, p90_hours numeric,
    appealed bigint, overturned bigint)
  language plpgsql stable set search_path = '' as $$
begin
  return query
  with month as (
    select to_char(m, 'YYYY-MM') as month
      from generate_series(date_trunc('month', since::timestamp), until::timestamp, interval '1 month') m),
  decided as (
    select d.month, count(*) filter (where d.outcome = 'approved') as approved, count(*) filter (where d.outcome = 'rejected') as rejected,
           percentile_cont(0.5) within group (order by d.hours) as median, percentile_cont(0.9) within group (order by d.hours) as p90
      from agora.statistics_decided(since, until) d group by d.month),
  happened as (
    select to_char(e.at at time zone 'UTC', 'YYYY-MM') as month,
           count(*) filter (where e.event = 'submit') as submitted,
           count(*) filter (where e.to_state::text = 'appealed') as appealed,
           count(*) filter (where e.to_state::text in ('overturned', 'varied') or e.event in ('overturn', 'vary')) as overturned
      from agora.vcase_event e
     where e.at >= since::timestamp at time zone 'UTC' and e.at < (until + 1)::timestamp at time zone 'UTC'
     group by 1)
  select m.month, coalesce(h.submitted, 0), coalesce(d.approved, 0), coalesce(d.rejected, 0),
         round(d.median::numeric, 1), round(d.p90::numeric, 1), coalesce(h.appealed, 0), coalesce(h.overturned, 0)
    from month m
    left join decided d using (month)
    left join happened h using (month)
   order by m.month;
end $$;
comment on function agora.statistics_months is 'The figures month by month, months without any included.';

create or replace function agora.statistics_waiting() returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with band (place, label, over, under) as (
      values (1, 'up to 2 days', 0, 2), (2, '3 to 5 days', 2, 5), (3, '6 to 10 days', 5, 10), (4, '11 to 30 days', 10, 30),
             (5, 'over 30 days', 30, 100000)),
    open as (
      select extract(epoch from now() - c.submitted_at) / 86400 as days, c.due_at < now() as late
        from agora.vcase c
       where c.state::text in ('submitted', 'held', 'queued', 'in_review', 'needs_member', 'needs_third_party', 'session_booked',
                               'referee_review', 'awaiting_second'))
    select jsonb_build_object(
      'open', (select count(*) from open), 'late', (select count(*) from open where late),
      'ages', (select jsonb_agg(jsonb_build_object('label', b.label, 'count',
                 (select count(*) from open o where o.days > b.over and o.days <= b.under or b.over = 0 and o.days <= 0)) order by b.place)
                 from band b)));
end $$;
comment on function agora.statistics_waiting is 'Cases that wait for a decision now, by how long ago they were sent.';

create or replace function agora.statistics_days(viewer uuid, since date, until date) returns table (first date, last date)
  language plpgsql stable set search_path = '' as $$
begin
  if not (agora.case_role(viewer, 'admin') or agora.case_role(viewer, 'verifier')) then
    perform agora.fail('AG002', null, 'Only admins and verifiers see the figures.');
  end if;
  last := coalesce(until, (now() at time zone 'UTC')::date);
  first := coalesce(since, (date_trunc('month', last::timestamp) - interval '11 months')::date);
  if first > last or first < last - 3700 then
    perform agora.fail('AG004', '/since', 'Name a first day before the last one, at most ten years before.');
  end if;
  return next;
end $$;
comment on function agora.statistics_days is 'The days that figures are asked for, for who may see them; the last twelve months when none are named.';

create or replace function agora.statistics(viewer uuid, since date, until date) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'since', d.first, 'until', d.last,
      'waiting', agora.statistics_waiting(),
      'decided', (
        select jsonb_strip_nulls(jsonb_build_object(
            'count', count(*), 'approved', count(*) filter (where t.outcome = 'approved'),
            'rejected', count(*) filter (where t.outcome = 'rejected'),
            'median_hours', round((percentile_cont(0.5) within group (order by t.hours))::numeric, 1),
            'p90_hours', round((percentile_cont(0.9) within group (order by t.hours))::numeric, 1)))
          from agora.statistics_decided(d.first, d.last) t),
      'reasons', (
        select coalesce(jsonb_agg(jsonb_build_object('code', r.code, 'label', r.label, 'count', r.n) order by r.n desc, r.code), '[]')
          from (select k.code, w.label, count(*) as n
                  from agora.decision x
                 cross join unnest(x.reason_codes) k (code)
                  join agora.reason_code w on w.used_to = 'reject' and w.code = k.code
                 where x.outcome = 'reject' and x.at >= d.first::timestamp at time zone 'UTC' and x.at < (d.last + 1)::timestamp at time zone 'UTC'
                 group by k.code, w.label) r),
      'appeals', (
        select jsonb_build_object('made', coalesce(sum(m.appealed), 0), 'overturned', coalesce(sum(m.overturned), 0))
          from agora.statistics_months(d.first, d.last) m),
      'redress', agora.redress_figures(d.first::timestamp at time zone 'UTC', (d.last + 1)::timestamp at time zone 'UTC'),
      'months', (select jsonb_agg(jsonb_strip_nulls(to_jsonb(m)) order by m.month) from agora.statistics_months(d.first, d.last) m))::text
      from agora.statistics_days(viewer, since, until) d);
end $$;
comment on function agora.statistics is 'Figures about cases, for admins and verifiers (schema Statistics).';

create or replace function agora.statistics_csv(viewer uuid, since date, until date) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select E'month,submitted,approved,rejected,median_hours,p90_hours,appealed,overturned\r\n' || coalesce(string_agg(
        concat_ws(',', m.month, m.submitted, m.approved, m.rejected, coalesce(m.median_hours::text, ''), coalesce(m.p90_hours::text, ''),
                  m.appealed, m.overturned) || E'\r\n', '' order by m.month), '')
      from agora.statistics_days(viewer, since, until) d
     cross join agora.statistics_months(d.first, d.last) m);
end $$;
comment on function agora.statistics_csv is 'The months of agora.statistics as CSV (RFC 4180).';

grant execute on function agora.statistics(uuid, date, date), agora.statistics_csv(uuid, date, date) to agora_app;
