-- What becomes of a watch when it was looked at, and what follows: checks of the evidence of an open
-- case, the search, a message to the member.

create or replace function agora.watch_method(kind agora.connector_kind) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case kind when 'email_code' then 'x_code_email' when 'rel_me' then 'x_rel_me' when 'dns' then 'x_dns'
                   when 'well_known' then 'x_well_known' else 'data' end;
end $$;
comment on function agora.watch_method is 'The check_method that a connector of this kind carries out.';

create or replace function agora.watch_case_open(c agora.vcase) returns boolean
  language plpgsql immutable set search_path = '' as $$
begin
  -- As text: a state that this database does not know is none of these.
  return c.state::text in ('draft', 'submitted', 'held', 'queued', 'in_review', 'needs_member', 'needs_third_party',
                           'session_booked', 'referee_review', 'stale');
end $$;
comment on function agora.watch_case_open is
  'Whether checks that run by themselves are still recorded in a case: not while a second person looks at a frozen picture of it, nor once it is decided.';

create or replace function agora.watch_check(item agora.evidence, w agora.register_watch) returns void
  language plpgsql set search_path = '' as $$
declare
  n agora.connector;
  method text;
  made uuid;
begin
  select * into n from agora.connector where id = w.connector_id;
  method := agora.watch_method(n.kind);
  if w.result is null
     or exists (select from agora.vcheck k
                 where k.evidence_id = item.id and k.check_method = method and k.result = w.result
                   and k.at > w.checked_at - interval '1 day'
                   and k.seq = (select max(l.seq) from agora.vcheck l
                                 where l.evidence_id = item.id and l.check_method = method)) then
    return;
  end if;
  insert into agora.vcheck (evidence_id, check_method, result, organization, by, at)
  values (item.id, method, w.result, case when method = 'data' then n.name end, null, coalesce(w.checked_at, now()))
  returning id into made;
  perform agora.audit(null, 'case.check', 'case', item.case_id,
    jsonb_build_object('evidence', item.id, 'check', made, 'check_method', method, 'result', w.result));
  perform agora.case_touch(c) from agora.vcase c where c.id = item.case_id;
end $$;
comment on function agora.watch_check is
  'Records what a watch has found as a check of a piece of evidence; the same again within a day is not repeated.';

create or replace function agora.watch_tell(w agora.register_watch, subject text, body text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.case_mail(w.account_id, subject, body);
end $$;
comment on function agora.watch_tell is 'Tells a member by e-mail what became of something that is watched.';

create or replace function agora.watch_after_pass(w agora.register_watch) returns agora.register_watch
  language plpgsql stable set search_path = '' as $$
begin
  w.state := 'good';
  w.passed_at := now();
  w.failing_since := null;
  w.problem := null;
  w.tries := 0;
  w.told_at := null;
  w.next_at := now() + (select n.every from agora.connector n where n.id = w.connector_id);
  return w;
end $$;
comment on function agora.watch_after_pass is 'A watch that was found good.';

create or replace function agora.watch_after_fail_web(w agora.register_watch) returns agora.register_watch
  language plpgsql stable set search_path = '' as $$
declare
  grace interval := make_interval(days => agora.policy_int('checks.web_grace_days')::integer);
  patience interval := make_interval(days => agora.policy_int('checks.web_wait_days')::integer);
begin
  w.failing_since := coalesce(w.failing_since, now());
  if w.state = 'waiting' then
    -- Name servers and editors take their time; then it is the member's turn.
    w.next_at := case when w.created_at + patience > now()
                      then now() + least(interval '1 day', interval '5 minutes' * power(2, least(w.tries, 12))) end;
  elsif w.failing_since + grace <= now() then
    w.state := 'lapsed';
    w.ended_at := now();
    w.next_at := null;
  else
    w.state := 'grace';
    w.next_at := least(now() + interval '1 day', w.failing_since + grace);
  end if;
  return w;
end $$;
comment on function agora.watch_after_fail_web is 'A page, site or domain that was not found good: it has days of grace when it was before.';

create or replace function agora.watch_after_fail_register(w agora.register_watch) returns agora.register_watch
  language plpgsql stable set search_path = '' as $$
begin
  -- No grace: a licence that lapsed carries no standing. It is looked at again, since registers err too.
  w.failing_since := coalesce(w.failing_since, now());
  w.state := 'waiting';
  -- What was never found is looked up again when its member sends the case.
  w.next_at := case when w.passed_at is not null
    then now() + least(interval '7 days', (select n.every from agora.connector n where n.id = w.connector_id)) end;
  return w;
end $$;
comment on function agora.watch_after_fail_register is 'An entry that the register does not confirm, or not any more.';

create or replace function agora.watch_follow(before agora.register_watch, w agora.register_watch) returns void
  language plpgsql set search_path = '' as $$
declare
  n agora.connector;
begin
  select * into n from agora.connector where id = w.connector_id;
  if before.state is distinct from w.state or before.result is distinct from w.result then
    perform agora.audit(null, 'watch.' || w.state, 'watch', w.id,
      jsonb_strip_nulls(jsonb_build_object('connector', n.name, 'result', w.result)));
  end if;
  perform agora.event_add(w.account_id, 'proof', w.id);
  perform agora.watch_check(e, w)
     from agora.evidence_watch l
     join agora.evidence e on e.id = l.evidence_id and e.removed_at is null
     join agora.vcase c on c.id = e.case_id
    where l.watch_id = w.id and agora.watch_case_open(c);
  perform agora.membership_follow(w);
  if (before.state in ('good', 'grace')) <> (w.state in ('good', 'grace')) then
    perform agora.verification_changed(w.person_id);
  end if;
  if w.state = 'grace' and before.state = 'good' then
    perform agora.watch_tell(w, 'We cannot confirm ' || w.target || ' any more',
      'We looked at ' || w.target || ' and did not find what shows that it is yours. We will look again every day. It is shown until '
      || agora.day_words(w.failing_since + make_interval(days => agora.policy_int('checks.web_grace_days')::integer)) || '.');
  elsif w.state = 'lapsed' and before.state <> 'lapsed' then
    perform agora.watch_tell(w, w.target || ' is not confirmed any more',
      'We could not confirm that ' || w.target || ' is yours, so it is not shown any more. You can confirm it anew at any time.');
  elsif before.state = 'good' and w.state = 'waiting' then
    perform agora.watch_tell(w, 'Your entry in a register is not confirmed any more',
      'The ' || n.name || ' did not confirm your entry. Until it does, you are not shown as in good standing. Ask the register, or your organisation, when this is wrong.');
  end if;
end $$;
comment on function agora.watch_follow is 'What follows from a watch having been looked at.';

create or replace function agora.watch_settle(w agora.register_watch, outcome text, new_status text, sentence text) returns agora.register_watch
  language plpgsql set search_path = '' as $$
declare
  before agora.register_watch := w;
  web boolean := (select n.subject = 'web_resource' from agora.connector n where n.id = w.connector_id);
begin
  w.checked_at := now();
  w.lease_until := null;
  w.result := outcome;
  w.tries := w.tries + 1;
  w.status := coalesce(left(new_status, 100), case when outcome = 'passed' then w.status end);
  w.problem := left(sentence, 500);
  w := case
    when outcome = 'passed' then agora.watch_after_pass(w)
    when web then agora.watch_after_fail_web(w)
    when outcome = 'failed' then agora.watch_after_fail_register(w)
    else w end;
  if outcome = 'cannot_tell' and not web then
    w.next_at := case when w.passed_at is not null then now() + interval '1 day' end;
  end if;
  update agora.register_watch
     set state = w.state, result = w.result, status = w.status, problem = w.problem, checked_at = w.checked_at,
         passed_at = w.passed_at, failing_since = w.failing_since, next_at = w.next_at, lease_until = null,
         tries = w.tries, told_at = w.told_at, ended_at = w.ended_at
   where id = w.id;
  perform agora.watch_follow(before, w);
  return w;
end $$;
comment on function agora.watch_settle is
  'Writes down what a look at a watch came to, passed, failed or cannot_tell, and lets follow what follows. The caller holds the row''s lock.';

create or replace function agora.watch_away(w agora.register_watch, sentence text) returns void
  language plpgsql set search_path = '' as $$
begin
  -- A register that does not answer says nothing about its members; what it said before grows old.
  update agora.register_watch
     set lease_until = null, tries = tries + 1, problem = left(sentence, 500),
         next_at = now() + least(interval '1 day', interval '10 minutes' * power(2, least(tries, 12)))
                   * (0.9 + 0.2 * random())
   where id = w.id;
end $$;
comment on function agora.watch_away is 'The other side gave no answer: looked at again later, with growing pauses.';

create or replace function agora.watch_name(owner uuid, connector uuid, wanted text, stated jsonb) returns agora.register_watch
  language plpgsql set search_path = '' as $$
declare
  w agora.register_watch;
begin
  insert into agora.register_watch as had (connector_id, person_id, account_id, target, claims)
  values (connector, agora.case_person(owner), owner, wanted, stated)
  on conflict (person_id, connector_id, target) where ended_at is null
    do update set claims = excluded.claims, account_id = excluded.account_id
  returning * into w;
  return w;
end $$;
comment on function agora.watch_name is 'The watch of a person for something that a connector can look at; made, or found and locked.';
