-- Questions to the organisation: a member who found nobody says whom they look for, people of the
-- organisation (verifiers and admins) answer, and the answer goes to the member.

create or replace function agora.concierge_staff(viewer uuid) returns void
  language plpgsql stable set search_path = '' as $$
begin
  if not (agora.case_role(viewer, 'verifier') or agora.case_role(viewer, 'admin')) then
    perform agora.fail('AG002', null, 'Only verifiers and admins answer questions to the organisation.');
  end if;
end $$;
comment on function agora.concierge_staff is 'Refuses everybody but verifiers and admins.';

create or replace function agora.concierge_json(c agora.concierge, viewer uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'id', c.id,
    'q', c.q,
    'topics', coalesce((select jsonb_agg(agora.topic_json(t.id) order by t.place)
                          from unnest(c.topics) with ordinality t (id, place) join agora.concept k on k.id = t.id), '[]'),
    'countries', to_jsonb(c.countries),
    'level', c.level,
    'near', c.near,
    'km', c.km,
    'place', agora.place_detail(c.near)::jsonb,
    'words', c.words,
    'asked_at', agora.ts(c.asked_at),
    'asked_by', case when viewer <> c.account_id then
      (select jsonb_build_object('handle', a.handle, 'shown_name', agora.introduction_name(a.id)) from agora.account a where a.id = c.account_id) end,
    'answered_at', agora.ts(c.answered_at),
    'answered_by', case when viewer <> c.account_id then agora.introduction_name(c.answered_by) end,
    'answer', c.answer));
end $$;
comment on function agora.concierge_json is 'A question to the organisation (schema ConciergeQuestion); who asked and who answered is for the organisation alone.';

create or replace function agora.concierge_ask(
    viewer uuid, of_q text, of_topics text[], of_countries text[], of_level smallint, of_near text, of_km integer, what text)
  returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  c agora.concierge;
begin
  perform from agora.account a where a.id = viewer for update;
  if (select count(*) from agora.concierge d where d.account_id = viewer and d.answered_at is null) >= agora.policy_int('concierge.open') then
    perform agora.fail('AG003', null, 'You have asked as many questions as you may at a time. Wait for an answer first.');
  end if;
  insert into agora.concierge (account_id, q, topics, countries, level, near, km, words)
  values (viewer, coalesce(of_q, ''), of_topics, of_countries, nullif(of_level, 0), (agora.place_named(of_near)).id, of_km, what)
  returning * into c;
  perform agora.redress_tell('verifier', 'concierge');
  perform agora.redress_tell('admin', 'concierge');
  return agora.concierge_json(c, viewer)::text;
end $$;
comment on function agora.concierge_ask is 'Asks the organisation for whom a search did not find (schema ConciergeQuestion).';

create or replace function agora.concierge_mine(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.concierge_json(c, viewer) order by c.id desc), '[]'))::text
      from (select * from agora.concierge d where d.account_id = viewer order by d.id desc limit 20) c);
end $$;
comment on function agora.concierge_mine is 'The viewer''s own questions, the latest 20 (schema ConciergeList).';

create or replace function agora.concierge_list(viewer uuid, answered boolean) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  perform agora.concierge_staff(viewer);
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.concierge_json(c, viewer)
                                                          order by case when answered then null else c.id end, c.answered_at desc), '[]'))::text
      from (select * from agora.concierge d
             where (d.answered_at is not null) = answered and d.account_id <> viewer
             order by case when answered then null else d.id end, d.answered_at desc limit 100) c);
end $$;
comment on function agora.concierge_list is 'Questions to the organisation: those that are open, the oldest first, or the last 100 answered ones (schema ConciergeList).';

create or replace function agora.concierge_answer(viewer uuid, wanted uuid, what text) returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  c agora.concierge;
begin
  perform agora.concierge_staff(viewer);
  select * into c from agora.concierge d where d.id = wanted and d.account_id <> viewer for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if c.answered_at is not null then
    perform agora.fail('AG003', null, 'This question has been answered already.');
  end if;
  update agora.concierge set answered_at = now(), answered_by = viewer, answer = what where id = wanted returning * into c;
  perform agora.outbox_add('mail', 'mail:' || a.email, jsonb_build_object(
      'to', a.email,
      'subject', agora.policy_text('organisation.name') || ': an answer to your question',
      'text', format(E'Hello %s,\n\nyou asked us for somebody whom your search did not find. Our answer:\n\n%s\n\n%s\n',
                     a.given_name, regexp_replace(what, '^', '    ', 'gn'), agora.policy_text('organisation.name'))))
    from agora.account a where a.id = c.account_id and a.state = 'active';
  perform agora.audit(viewer, 'concierge.answer', 'concierge', wanted);
  perform agora.event_add(c.account_id, 'concierge', wanted);
  perform agora.redress_tell('verifier', 'concierge');
  perform agora.redress_tell('admin', 'concierge');
  return agora.concierge_json(c, viewer)::text;
end $$;
comment on function agora.concierge_answer is 'Answers a question of somebody else''s: by e-mail, and on the member''s page (schema ConciergeQuestion).';

grant execute on function agora.concierge_ask(uuid, text, text[], text[], smallint, text, integer, text), agora.concierge_mine(uuid),
  agora.concierge_list(uuid, boolean), agora.concierge_answer(uuid, uuid, text) to agora_app;
