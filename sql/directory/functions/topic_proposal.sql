-- Topics that members miss: proposed in their own words, seen by nobody but them and the admins until an
-- admin has made of them a topic, or another name of one, or said why not.

create or replace function agora.topic_proposal_json(p agora.topic_proposal) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'id', p.id, 'kind', p.kind, 'lang', p.lang, 'label', p.label, 'state', p.state, 'created_at', agora.ts(p.created_at),
    'decided_at', agora.ts(p.decided_at), 'reason', p.reason,
    'topic', case when p.concept_id is not null then agora.topic_json(p.concept_id) end));
end $$;
comment on function agora.topic_proposal_json is 'A proposal as its member sees it (openapi: TopicProposal).';

create or replace function agora.topic_proposals_mine(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(agora.topic_proposal_json(p) order by p.created_at desc, p.id desc), '[]'))::text
      from agora.topic_proposal p
     where p.account_id = viewer and p.state <> 'withdrawn'
       and (p.state = 'proposed' or p.decided_at > now() - interval '60 days'));
end $$;
comment on function agora.topic_proposals_mine is 'The viewer''s proposals that wait, and those decided in the last 60 days, latest first.';

create or replace function agora.topic_propose(viewer uuid, wanted text, tongue text, given text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  called text;
  same text;
  p agora.topic_proposal;
begin
  tongue := lower(tongue);
  called := agora.topic_label_check(given, tongue);
  if length(called) > 100 then
    perform agora.fail('AG004', '/label', 'Write at most 100 characters.');
  end if;
  perform from agora.profile f where f.account_id = viewer for update;
  same := (select min(l.concept_id) from agora.concept_label l
            where l.words @@ plainto_tsquery('pg_catalog.simple', agora.fold(called)) and l.folded = agora.fold(called) and l.kind <> 'hidden');
  if same is not null then
    perform agora.fail('AG004', '/label', format('There is a topic of this name: “%s”. Choose it from the list.', agora.topic_label(same)));
  end if;
  if (select count(*) from agora.topic_proposal o where o.account_id = viewer and o.state = 'proposed') >= 10 then
    perform agora.fail('AG003', null, 'Ten of your proposals are waiting. Take one back, or wait for an answer.');
  end if;
  insert into agora.topic_proposal (account_id, kind, lang, label, folded)
  values (viewer, wanted::agora.topic_kind, tongue, called, agora.fold(called))
  returning * into p;
  return agora.topic_proposal_json(p)::text;
exception when unique_violation then
  perform agora.fail('AG004', '/label', 'You have proposed this already.');
end $$;
comment on function agora.topic_propose is 'Proposes a topic; at most ten of a member wait at a time, and none that there is.';

create or replace function agora.topic_proposal_withdraw(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.topic_proposal p set state = 'withdrawn' where p.id = wanted and p.account_id = viewer and p.state = 'proposed';
  if not found then
    perform agora.fail('AG001');
  end if;
end $$;
comment on function agora.topic_proposal_withdraw is 'Takes a proposal back that waits.';

create or replace function agora.topic_proposal_queue(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  perform agora.topic_admin(viewer);
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
             'id', q.id, 'lang', q.lang, 'label', q.label, 'members', q.members, 'created_at', agora.ts(q.since), 'near', agora.topic_near(q.folded))
             order by q.members desc, q.since), '[]'))::text
      from (select (array_agg(p.id order by p.created_at, p.id))[1] as id, p.lang, p.folded, (array_agg(p.label order by p.created_at, p.id))[1] as label,
                   count(distinct p.account_id) as members, min(p.created_at) as since
              from agora.topic_proposal p
             where p.state = 'proposed'
             group by p.lang, p.folded
             order by count(distinct p.account_id) desc, min(p.created_at)
             limit 100) q);
end $$;
comment on function agora.topic_proposal_queue is
  'What waits for an admin (openapi: ProposalQueue), each label once a language with how many members want it, most wanted first; at most 100.';

create or replace function agora.topic_near(folded text) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(agora.topic_json(n.concept_id) order by n.far, n.concept_id), '[]')
      from (select l.concept_id, min(public.similarity(l.folded, topic_near.folded)) * -1 as far
              from agora.concept_label l
             where l.words @@ (select string_agg(quote_literal(w), ' | ')::tsquery from unnest(string_to_array(topic_near.folded, ' ')) w)
             group by l.concept_id
             order by 2, 1
             limit 5) n);
end $$;
comment on function agora.topic_near is 'Up to five topics with a word in common, the most similar first.';

create or replace function agora.topic_proposal_decide(viewer uuid, wanted uuid, outcome text, target text, called text, why text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  p agora.topic_proposal;
  concept text;
begin
  perform agora.topic_admin(viewer);
  select * into p from agora.topic_proposal o where o.id = wanted for update;
  if not found then
    perform agora.fail('AG001');
  end if;
  if p.state <> 'proposed' then
    perform agora.fail('AG003', null, 'This proposal has been decided, or was taken back.');
  end if;
  if outcome in ('merge', 'label') and target is null then
    perform agora.fail('AG004', '/topic', 'Choose the topic.');
  end if;
  if outcome = 'refuse' and coalesce(length(btrim(why)), 0) = 0 then
    perform agora.fail('AG004', '/reason', 'Write why, for the member.');
  end if;
  if outcome = 'accept' then
    concept := agora.topic_make(agora.topic_label_check(coalesce(called, p.label), p.lang), p.lang, target);
  elsif outcome in ('merge', 'label') then
    concept := (agora.topic_lock(target, '/topic')).id;
    if not exists (select from agora.concept_label l where l.concept_id = concept and l.lang = p.lang and l.folded = p.folded) then
      perform agora.topic_label_put(concept, p.lang, coalesce(called, p.label), case outcome when 'merge' then 'hidden' else 'alt' end::agora.label_kind);
    end if;
    perform agora.topic_dirty(concept);
  end if;
  perform agora.topic_proposal_settle(p, case outcome when 'accept' then 'accepted' when 'merge' then 'merged' when 'label' then 'labelled' else 'refused' end::agora.proposal_state,
                                      concept, btrim(why));
  perform agora.audit(viewer, 'topic.proposal', 'topic_proposal', p.id,
                      jsonb_strip_nulls(jsonb_build_object('label', p.label, 'outcome', outcome, 'topic', concept)));
  return agora.topic_proposal_queue(viewer);
end $$;
comment on function agora.topic_proposal_decide is
  'Decides a proposal and all that say the same in that language: accept (a topic of its own, within target or at the top, called so), merge (target in its place, the label only finds it), label (another name of target), refuse (why). The members have the topic in their profiles then.';

create or replace function agora.topic_proposal_settle(p agora.topic_proposal, now_is agora.proposal_state, concept text, why text) returns void
  language plpgsql set search_path = '' as $$
declare
  o agora.topic_proposal;
begin
  for o in
    update agora.topic_proposal t
       set state = now_is, concept_id = concept, decided_at = now(), reason = case when now_is = 'refused' then why end
     where t.id in (select s.id from agora.topic_proposal s
                     where s.state = 'proposed' and s.folded = p.folded and s.lang = p.lang order by s.account_id, s.id for update)
    returning t.*
  loop
    continue when concept is null;
    perform from agora.profile f where f.account_id = o.account_id for update;
    insert into agora.profile_topic (account_id, kind, place, concept_id)
    select o.account_id, o.kind, n.place, concept
      from (select coalesce(max(t.place), 0) + 1 as place from agora.profile_topic t where t.account_id = o.account_id and t.kind = o.kind) n
     where n.place <= 30
    on conflict do nothing;
    update agora.profile f set version = f.version + 1 where f.account_id = o.account_id;
    insert into agora.search_dirty (account_id) values (o.account_id) on conflict do nothing;
  end loop;
  perform pg_notify('agora_search', '');
end $$;
comment on function agora.topic_proposal_settle is 'Settles all proposals that say the same; who has room for the topic gets it at the end of that part of the profile.';

grant execute on function agora.topic_proposals_mine, agora.topic_propose, agora.topic_proposal_withdraw, agora.topic_proposal_queue,
  agora.topic_proposal_decide to agora_app;
