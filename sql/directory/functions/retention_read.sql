-- The retention's report: for admins on a page, for operators as lines.

create or replace function agora.retention_words(keeps interval) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case when extract(epoch from keeps) = 0 then '0 days'
    else concat_ws(' ', case when extract(year from keeps) > 0 then extract(year from keeps) || ' years' end,
                        case when extract(month from keeps) > 0 then extract(month from keeps) || ' months' end,
                        case when extract(day from keeps) > 0 then extract(day from keeps) || ' days' end) end;
end $$;
comment on function agora.retention_words is 'A length of time in words: 6 years, 24 months as 2 years, 30 days.';

create or replace function agora.retention_state() returns table (class text, keeps text, counted_from text, then_done text,
    due bigint, held bigint, soon bigint, gone bigint, last_gone_at timestamptz)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select k.class, agora.retention_words(k.keeps), k.counted_from, k.then_done, d.due, d.held, d.soon, g.gone, g.last_at
    from agora.retention_class k
   cross join lateral (
     select count(*) filter (where r.due_at <= now()) as due, count(*) filter (where r.due_at <= now() and r.held) as held,
            count(*) filter (where r.due_at > now()) as soon
       from agora.retention_due(k.class, now() + interval '30 days') r) d
   cross join lateral (select count(*) as gone, max(i.gone_at) as last_at from agora.retention_item i where i.class = k.class) g
   order by k.place;
end $$;
comment on function agora.retention_state is 'Every class: what is due, what a hold keeps, what follows within 30 days, what has gone.';

create or replace function agora.retention_report(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  if not agora.case_role(viewer, 'admin') then
    perform agora.fail('AG002', null, 'Only admins see what is kept.');
  end if;
  return jsonb_build_object(
    'classes', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'class', s.class, 'keeps', s.keeps, 'counted_from', s.counted_from, 'then_done', s.then_done, 'due', s.due, 'held', s.held,
        'soon', s.soon, 'gone', s.gone, 'last_gone_at', agora.ts(s.last_gone_at)))) from agora.retention_state() s),
    'holds', (select coalesce(jsonb_agg(agora.hold_json(h) order by h.lifted_at nulls first, h.review_on), '[]')
                from (select * from agora.legal_hold o order by o.lifted_at nulls first, o.review_on limit 200) h))::text;
end $$;
comment on function agora.retention_report is 'What is kept, what goes when, what went, and the legal holds (schema RetentionReport).';

create or replace function agora.retention_lines() returns table (line text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select rpad(s.class, 24) || rpad(s.keeps, 10) || lpad(s.due || ' due', 12) || lpad(s.held || ' held', 12)
         || lpad(s.soon || ' within 30 days', 22) || lpad(s.gone || ' gone', 14)
    from agora.retention_state() s;
end $$;
comment on function agora.retention_lines is 'The report as lines for people.';

grant execute on function agora.retention_report(uuid), agora.retention_lines() to agora_app;
