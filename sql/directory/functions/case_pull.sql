-- The pull queue: a verifier asks for work and gets the next case, never chooses one. Due first; second
-- approvals are mixed in, those of the colleague first whose work they have confirmed least.

create or replace function agora.pull_first(viewer uuid) returns agora.vcase
  language plpgsql volatile set search_path = '' as $$
declare
  first agora.vcase;
begin
  select c.* into first from agora.vcase c
   where c.state = 'queued' and agora.case_conflict_with(c, viewer) is null
   order by c.due_at, c.id
   limit 1
     for update skip locked;
  return first;
end $$;
comment on function agora.pull_first is 'Locks the queued case that is due first and that the verifier may decide; null row when there is none. Two verifiers never get the same.';

create or replace function agora.pull_second(viewer uuid) returns agora.vcase
  language plpgsql volatile set search_path = '' as $$
declare
  one uuid;
  c agora.vcase;
begin
  -- Rotation: of the 64 that are due first, the colleague whose work this verifier has confirmed least.
  for one in
    select w.id
      from (select s.id, s.assigned_to, s.due_at from agora.vcase s
             where s.state = 'awaiting_second' and s.second_by is null
               and agora.case_person(s.assigned_to) <> agora.case_person(viewer)
             order by s.due_at, s.id limit 64) w
      left join (select d.by, count(*) as times from agora.decision d
                  where d.second_by = viewer and d.at > now() - interval '90 days' group by d.by) p on p.by = w.assigned_to
     order by coalesce(p.times, 0), w.due_at, w.id
  loop
    select * into c from agora.vcase v
     where v.id = one and v.state = 'awaiting_second' and v.second_by is null and agora.case_conflict_with(v, viewer) is null
       for update skip locked;
    if found then
      return c;
    end if;
  end loop;
  return null;
end $$;
comment on function agora.pull_second is 'Locks a recommendation that the verifier may look at as the second person; null when there is none.';

create or replace function agora.pull_wants_second(viewer uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return not exists (
    select from (select e.event from agora.vcase_event e
                  where e.actor = viewer and e.event in ('take', 'take_second')
                  order by e.id desc limit greatest(agora.policy_int('verification.second_every') - 1, 1)) last
     where last.event = 'take_second');
end $$;
comment on function agora.pull_wants_second is 'Whether it is the turn of a second approval: none was among the verifier''s last verification.second_every - 1 cases.';

create or replace function agora.case_take_next(viewer uuid) returns table (body text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.vcase;
  doing text := 'take_second';
begin
  if not agora.case_role(viewer, 'verifier') then
    perform agora.fail('AG002', null, 'Only verifiers take cases.');
  end if;
  if agora.pull_wants_second(viewer) then
    c := agora.pull_second(viewer);
  end if;
  if c.id is null then
    doing := 'take';
    c := agora.pull_first(viewer);
  end if;
  if c.id is null then
    doing := 'take_second';
    c := agora.pull_second(viewer);
  end if;
  if c.id is null then
    return;
  end if;
  perform agora.case_step(c, doing, viewer, 'verifier');
  return query select * from agora.case_get(viewer, c.id);
end $$;
comment on function agora.case_take_next is
  'Gives the verifier the next case: the one due first, or a second approval when it is the turn of one or nothing else waits. Never one they are involved in; no row when none waits. Two verifiers never get the same.';

grant execute on function agora.case_take_next(uuid) to agora_app;
