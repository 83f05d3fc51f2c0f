-- Figures about appeals and complaints, such as are published each quarter: cases, medians, and how often a decision did not stand, by
-- pair of verifiers (never by person), by route, and by need for access.

create or replace function agora.appeal_pair(a agora.appeal) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when count(*) >= 2 then string_agg(p.name, ' and ' order by p.name) else 'one person' end
      from (select distinct o.given_name || ' ' || o.family_name as name
              from agora.vcase_event e
              join agora.account o on o.id = e.actor
             where e.case_id = a.case_id and e.at <= a.opened_at
               and e.event in ('approve', 'reject', 'recommend', 'recommend_reject', 'confirm', 'confirm_reject')) p);
end $$;
comment on function agora.appeal_pair is 'The two who decided what an appeal is about; decisions of one person are not told apart.';

create or replace function agora.appeal_route(a agora.appeal) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when a.case_id is null then 'revocation'
    when exists (select from agora.vcase_event e where e.case_id = a.case_id and e.to_state = 'referee_review') then 'referee'
    when exists (select from agora.vcase_event e where e.case_id = a.case_id and e.to_state = 'session_booked') then 'attended'
    else 'remote' end;
end $$;
comment on function agora.appeal_route is 'How the decision was come to: remote, attended, by a referee, or a revocation.';

create or replace function agora.redress_days(part interval) returns numeric
  language plpgsql immutable set search_path = '' as $$
begin
  return round((extract(epoch from part) / 86400)::numeric, 1);
end $$;
comment on function agora.redress_days is 'A length of time in days with one decimal.';

create or replace function agora.redress_group(cut text, from_at timestamptz, to_at timestamptz) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('name', g.name, 'decided', g.decided, 'overturned', g.overturned, 'varied', g.varied,
             'overturn_rate', round(g.overturned::numeric / g.decided, 3)) order by g.decided desc, g.name), '[]')
      from (select k.name, count(*) as decided, count(*) filter (where k.outcome = 'overturned') as overturned,
                   count(*) filter (where k.outcome = 'varied') as varied
              from (select a.outcome, case cut
                             when 'pair' then agora.appeal_pair(a)
                             when 'route' then agora.appeal_route(a)
                             else case when a.access_need then 'yes' else 'no' end end as name
                      from agora.appeal a
                     where a.decided_at >= from_at and a.decided_at < to_at
                       and (cut <> 'pair' or a.case_id is not null)) k
             group by k.name) g);
end $$;
comment on function agora.redress_group is 'Decided appeals of a time by pair, route or access: how many, and how many did not stand.';

create or replace function agora.redress_sum(from_at timestamptz, to_at timestamptz, what text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with item as (
      select a.opened_at, a.acknowledge_by, a.decide_by, a.acknowledged_at, a.decided_at, a.outcome
        from agora.appeal a where what = 'appeal'
      union all
      select c.confirmed_at, c.acknowledge_by, c.decide_by, c.acknowledged_at, c.decided_at, c.outcome
        from agora.complaint c where what = 'complaint' and c.confirmed_at is not null)
    select jsonb_build_object(
      'opened', count(*) filter (where opened_at >= from_at and opened_at < to_at),
      'decided', count(*) filter (where decided_at >= from_at and decided_at < to_at),
      'open', count(*) filter (where opened_at < to_at and (decided_at is null or decided_at >= to_at)),
      'late', count(*) filter (where opened_at < to_at and coalesce(decided_at, to_at) > decide_by and coalesce(decided_at, to_at) >= from_at),
      'acknowledged_in_time', count(*) filter (where opened_at >= from_at and opened_at < to_at and acknowledged_at <= acknowledge_by),
      'decided_in_time', count(*) filter (where decided_at >= from_at and decided_at < to_at and decided_at <= decide_by),
      'median_days_to_acknowledge', agora.redress_days(percentile_cont(0.5) within group (order by acknowledged_at - opened_at)
        filter (where opened_at >= from_at and opened_at < to_at and acknowledged_at is not null)),
      'median_days_to_decide', agora.redress_days(percentile_cont(0.5) within group (order by decided_at - opened_at)
        filter (where decided_at >= from_at and decided_at < to_at)),
      'outcomes', (select coalesce(jsonb_object_agg(o.outcome, o.n), '{}')
                     from (select i.outcome, count(*) as n from item i
                            where i.decided_at >= from_at and i.decided_at < to_at group by i.outcome) o))
      from item);
end $$;
comment on function agora.redress_sum is 'Appeals or complaints of a time: how many came, were decided, in time, and the medians in days.';

create or replace function agora.redress_figures(from_at timestamptz, to_at timestamptz) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'appeals', agora.redress_sum(from_at, to_at, 'appeal') || jsonb_build_object(
      'overturn_rate', (select round(count(*) filter (where outcome = 'overturned')::numeric / nullif(count(*), 0), 3)
                          from agora.appeal where decided_at >= from_at and decided_at < to_at)),
    'complaints', agora.redress_sum(from_at, to_at, 'complaint'),
    'by_pair', agora.redress_group('pair', from_at, to_at),
    'by_route', agora.redress_group('route', from_at, to_at),
    'by_access_need', agora.redress_group('access', from_at, to_at)));
end $$;
comment on function agora.redress_figures is
  'Appeals and complaints from one time to before another (schema Redress). Rates are parts of one; by_pair leaves out revocations.';
