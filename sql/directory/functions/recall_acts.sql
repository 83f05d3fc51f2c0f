-- A recall: confirmed by a second person, it lists what it is about; the worker then marks it, ends what
-- rested on it, and tells people, in steps small enough that none takes long and a crash between two of
-- them loses nothing.

create or replace function agora.recall_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
declare
  a agora.account := agora.payload_account(payload, 'verifier');
begin
  perform agora.payload_known(payload, '{verifier}');
  if not exists (select from agora.recall_parts(a.person_id)) then
    perform agora.fail('AG004', '/payload/verifier', 'This member has had a part in no case.');
  end if;
end $$;
comment on function agora.recall_check is 'What a recall needs: {verifier: handle}.';

create or replace function agora.recall_words(payload jsonb) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select format('Everything that %s has touched: %s live verifications, of which %s are suspended and %s are only looked at again; %s contacts end on the messaging server, and people are told. They stop being a verifier.',
        agora.member_words(payload ->> 'verifier'), c.n ->> 'verifications', c.n ->> 'suspended', c.n ->> 'requeued', c.n ->> 'contacts')
      from agora.account a
     cross join lateral (select agora.recall_counts(a.person_id) as n) c
     where a.handle = payload ->> 'verifier');
end $$;
comment on function agora.recall_words is 'What a recall does, for the second person.';

create or replace function agora.two_person_do_recall(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
#variable_conflict use_variable
declare
  a agora.account := agora.payload_account(payload, 'verifier');
  act uuid := (select t.id from agora.two_person_act t
                where t.kind = 'recall' and t.payload = payload and t.asked_by = asked_by and t.confirmed_by = confirmed_by
                order by t.settled_at desc limit 1);
  c agora.vcase;
begin
  if exists (select from agora.recall r where r.person_id = a.person_id and r.finished_at is null) then
    perform agora.fail('AG003', null, 'A recall of this verifier''s work is under way.');
  end if;
  insert into agora.recall (id, verifier, person_id, asked_by, confirmed_by)
  values (act, a.id, a.person_id, asked_by, confirmed_by);
  insert into agora.recall_item (recall_id, verification_id, person_id, account_id, place, part, level, contacts, mark)
  select act, t.verification_id, t.person_id, t.account_id,
         row_number() over (order by t.mark = 'requeue', t.level desc, t.contacts desc, t.verified_at desc, t.verification_id),
         t.part, t.level, t.contacts, t.mark
    from agora.recall_touched(a.person_id) t;
  for c in
    select k.* from agora.vcase k
     where k.person_id <> agora.person_of(asked_by)
       and (k.state in ('in_review', 'referee_review') and agora.person_of(k.assigned_to) = a.person_id
            or k.state = 'awaiting_second' and agora.person_of(k.second_by) = a.person_id)
     order by k.id for update
  loop
    perform agora.case_step(c, 'release', asked_by, 'admin');
  end loop;
  perform agora.role_revoke(v.email, 'verifier', confirmed_by)
     from agora.account v where v.person_id = a.person_id and v.state <> 'erased' and 'verifier' = any (v.roles);
  perform agora.audit(confirmed_by, 'recall.begin', 'recall', act, jsonb_build_object('asked_by', asked_by,
    'verifier', a.id, 'items', (select count(*) from agora.recall_item i where i.recall_id = act)));
end $$;
comment on function agora.two_person_do_recall is
  'Begins a recall: what it is about is listed, the verifier is one no more and their open cases go back to the queue. The worker does the rest.';

create or replace function agora.recall_case(i agora.recall_item, by uuid) returns uuid
  language plpgsql volatile set search_path = '' as $$
declare
  made uuid;
  v agora.verification;
  old agora.vcase;
begin
  select c.id into made from agora.vcase c
   where c.person_id = i.person_id and c.decided_at is null and c.state::text not in ('withdrawn', 'closed_stale', 'draft')
   limit 1;
  if found then
    return made;
  end if;
  select * into v from agora.verification where id = i.verification_id;
  select * into old from agora.vcase where id = v.case_id;
  -- A draft that was never sent gives way: a person has one open case.
  delete from agora.claim k using agora.vcase d where k.case_id = d.id and d.person_id = i.person_id and d.state = 'draft';
  perform agora.case_step(d, 'withdraw', d.account_id, 'member')
     from agora.vcase d where d.person_id = i.person_id and d.state = 'draft';
  insert into agora.vcase (account_id, person_id, level, state, sla_class, contact_method, submitted_at, due_at,
    event, actor, actor_role, origin)
  select i.account_id, i.person_id, i.level, t.to_state,
         (select s.class from agora.sla_rule s where s.level = i.level and s.renewed),
         old.contact_method, now(),
         -- Due at once, in their order: before whatever else waits.
         now() + i.place * interval '1 millisecond', 'recall', by, 'admin', 'recall'
    from agora.vcase_transition t where t.from_state is null and t.event = 'recall'
  returning id into made;
  insert into agora.claim (person_id, case_id, name, value)
  select k.person_id, made, k.name, k.value from agora.claim k where k.case_id = v.case_id;
  insert into agora.evidence (case_id, type, subtype, document_number, issuer, issuer_country, date_of_issuance, date_of_expiry, note)
  select made, e.type, e.subtype, e.document_number, e.issuer, e.issuer_country, e.date_of_issuance, e.date_of_expiry, e.note
    from agora.evidence e where e.case_id = v.case_id and e.removed_at is null;
  perform agora.event_add(a.id, 'queue') from agora.account a where a.roles <> '{}' and a.state = 'active' and 'verifier' = any (a.roles);
  return made;
end $$;
comment on function agora.recall_case is
  'The case in which a recalled verification is looked at again: the one that is open, or a new one in the queue with the same claims and the facts of the same evidence, no check of it taken over.';

create or replace function agora.recall_mark(r agora.recall, i agora.recall_item) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  v agora.verification;
begin
  select * into v from agora.verification where id = i.verification_id for update;
  if v.state = 'active' and i.mark = 'suspended' then
    perform agora.verification_suspended(v, null, 'recall', 'Recalled with everything that its verifier touched.');
    update agora.verification set contacts_ended_at = now() where id = v.id;
    perform agora.introductions_pause(v.person_id);
  end if;
  if v.state in ('active', 'suspended') then
    -- A case that cannot be opened must not keep the contacts of all the others open.
    begin
      update agora.recall_item set case_id = agora.recall_case(i, r.asked_by)
       where recall_id = r.id and verification_id = i.verification_id;
    exception when others then
      perform agora.audit(null, 'recall.case_fail', 'verification', v.id, jsonb_build_object('recall', r.id, 'code', sqlstate));
    end;
    perform agora.case_mail(a.id, 'Your verification is looked at again',
      case i.mark when 'suspended'
        then 'Your verification does not count until we have looked at it again, and your contacts on the messaging server have ended. This is no judgement about you: how we had checked it cannot be relied on. You need not do anything now; we may ask you for something.'
        else 'We look at your verification again. It counts as before meanwhile. You need not do anything now; we may ask you for something.' end)
      from agora.account a where a.person_id = v.person_id and a.state = 'active';
  end if;
  update agora.recall_item
     set marked_at = now(), done_at = case when i.mark = 'requeue' or v.state not in ('active', 'suspended') then now() end
   where recall_id = r.id and verification_id = i.verification_id;
  perform agora.verification_changed(v.person_id);
end $$;
comment on function agora.recall_mark is 'Marks one verification by its risk, opens its case, tells its member.';

create or replace function agora.recall_end(i agora.recall_item, most integer) returns bigint
  language plpgsql volatile set search_path = '' as $$
declare
  one agora.account;
  ended bigint := 0;
begin
  for one in select * from agora.account a where a.person_id = i.person_id and a.state <> 'erased' order by a.id loop
    ended := ended + agora.introductions_cancel(one.id, 'verifier_compromised', (most - ended)::integer);
    exit when ended >= most;
  end loop;
  if ended < most then
    update agora.recall_item set done_at = now() where recall_id = i.recall_id and verification_id = i.verification_id;
  end if;
  return ended;
end $$;
comment on function agora.recall_end is 'Ends so many contacts and open introductions of a suspended member at most; when none is left the item is done.';

create or replace function agora.recall_notices(persons uuid[]) returns bigint
  language plpgsql volatile set search_path = '' as $$
begin
  return (
    with told as (
      select distinct case when i.asker_person = any (persons) then i.asked else i.asker end as account
        from agora.introduction i
       where (i.asker_person = any (persons)) <> (i.asked_person = any (persons)) and i.connected_at is not null
         and i.connected_at > now() - make_interval(months => agora.policy_int('recall.notice_months')::integer))
    select count(agora.outbox_add('mail', 'mail:' || a.email, jsonb_build_object(
             'to', a.email,
             'subject', agora.policy_text('organisation.name') || ': about a person you were introduced to',
             'text', format(E'Hello %s,\n\nThe identity of a person you were introduced to has been withdrawn by %s on %s. Your permission link has been closed. You may reopen it yourself: sign in and open "Introductions".\n\n%s\n',
                            a.given_name, agora.policy_text('organisation.name'), agora.day_words(now()),
                            agora.policy_text('organisation.name')))))
      from told t join agora.account a on a.id = t.account and a.state = 'active');
end $$;
comment on function agora.recall_notices is
  'Tells everyone who was introduced to one of these persons, within the months of the policy, once: not to whom, and nothing about grounds. How many.';

create or replace function agora.recall_step(r agora.recall) returns bigint
  language plpgsql volatile set search_path = '' as $$
declare
  i agora.recall_item;
  most constant integer := 200;
  n bigint := 0;
begin
  -- First all are marked: nobody new is reached through them. Then what they have is ended.
  for i in select * from agora.recall_item t where t.recall_id = r.id and t.marked_at is null
            order by t.place limit 20 for update loop
    perform agora.recall_mark(r, i);
    n := n + 1;
  end loop;
  if n > 0 then
    return n;
  end if;
  for i in select * from agora.recall_item t where t.recall_id = r.id and t.done_at is null order by t.place for update loop
    n := n + 1 + agora.recall_end(i, (most - n)::integer);
    exit when n >= most;
  end loop;
  if n > 0 then
    return n;
  end if;
  perform agora.recall_notices(array(select t.person_id from agora.recall_item t where t.recall_id = r.id and t.mark = 'suspended'));
  update agora.recall set finished_at = now() where id = r.id;
  perform agora.audit(null, 'recall.finish', 'recall', r.id);
  perform agora.event_add(a.id, 'two_person', r.id) from agora.account a where a.id in (r.asked_by, r.confirmed_by) and a.state = 'active';
  return 1;
end $$;
comment on function agora.recall_step is 'The next step of a recall: some are marked, or some of what they have is ended, or all are told and it is finished.';

create or replace function agora.recall_by_clock() returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  r agora.recall;
begin
  select * into r from agora.recall where finished_at is null order by started_at limit 1 for update skip locked;
  if not found then
    return 0;
  end if;
  return agora.recall_step(r);
end $$;
comment on function agora.recall_by_clock is 'The worker''s timer: one step of the oldest recall that is not finished; 0 when there is none, or another worker is at it.';

create or replace function agora.recall_view(act agora.two_person_act) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        'started_at', agora.ts(r.started_at),
        'finished_at', agora.ts(r.finished_at),
        'verifications', (select count(*) from agora.recall_item i where i.recall_id = r.id),
        'suspended', (select count(*) from agora.recall_item i where i.recall_id = r.id and i.mark = 'suspended'),
        'requeued', (select count(*) from agora.recall_item i where i.recall_id = r.id and i.mark = 'requeue'),
        'marked', (select count(*) from agora.recall_item i where i.recall_id = r.id and i.marked_at is not null),
        'contacts_left', agora.recall_contacts(array(select i.person_id from agora.recall_item i
                                                      where i.recall_id = r.id and i.mark = 'suspended' and i.done_at is null)),
        'contacts_unconfirmed', c.unconfirmed, 'contacts_ended', c.ended))
      from agora.recall r
     cross join lateral (
       select count(*) filter (where k.confirmed) as unconfirmed, count(*) filter (where not k.confirmed) as ended
         from agora.introduction n
         join agora.contact k on k.introduction_id = n.id and not k.wanted
        where n.ended_for = 'verifier_compromised' and n.ended_at >= r.started_at and n.connected_at is not null
          and (n.asker_person in (select i.person_id from agora.recall_item i where i.recall_id = r.id)
               or n.asked_person in (select i.person_id from agora.recall_item i where i.recall_id = r.id))) c
     where r.id = act.id);
end $$;
comment on function agora.recall_view is 'How far a recall has come (schema RecallProgress): unconfirmed are contacts that the messaging server has not yet said are ended. Null before it is confirmed.';

create or replace function agora.recall_ask_operator(of_verifier text, in_name_of text, reason text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account;
begin
  select * into a from agora.account where handle = in_name_of and state = 'active';
  if not found then
    perform agora.fail('AG001', null, 'There is no active account of the admin''s handle.');
  end if;
  return agora.two_person_ask(a.id, 'recall', jsonb_build_object('verifier', of_verifier), reason)::text;
end $$;
comment on function agora.recall_ask_operator is 'The operator asks for a recall in the name of an admin; another person must confirm it. For the database''s owner alone.';

grant execute on function agora.recall_by_clock() to agora_app;
