-- What acts on vouches share: the locks, in one order (voucher, case, vouch); who is told; and the triggers
-- that keep a vouch with its case, its evidence and its voucher's verification.

create or replace function agora.redress_mail(account uuid, subject text, body text, page text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.outbox_add('mail', 'mail:' || a.id, jsonb_build_object(
    'to', a.email,
    'subject', subject,
    'text', 'Dear ' || a.given_name || ' ' || a.family_name || E',\n\n' || body
            || E'\n\nSign in and open "' || page || E'" to see it.\n\n' || agora.policy_text('organisation.name') || E'\n'))
    from agora.account a where a.id = account and a.state = 'active';
end $$;
comment on function agora.redress_mail is 'Queues an e-mail to a member about a vouch or an appeal; it carries no content of them.';

create or replace function agora.redress_tell(role agora.account_role, kind text) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.event_add(a.id, kind) from agora.account a where a.roles <> '{}' and a.state = 'active' and role = any (a.roles);
end $$;
comment on function agora.redress_tell is 'Tells the browsers of all who have a role that a list of theirs has changed.';

create or replace function agora.case_is_open(c agora.vcase) returns boolean
  language plpgsql immutable set search_path = '' as $$
begin
  return c.state not in ('approved', 'rejected', 'withdrawn', 'closed_stale', 'appealed', 'upheld', 'varied');
end $$;
comment on function agora.case_is_open is 'Whether a case is still to be decided.';

create or replace function agora.vouch_lock(viewer uuid, wanted uuid, allowed agora.vouch_state[]) returns agora.vouch
  language plpgsql set search_path = '' as $$
declare
  v agora.vouch;
begin
  select * into v from agora.vouch where id = wanted;
  if not found or v.voucher_id <> viewer or v.state = 'named' or not agora.is_active(viewer) then
    perform agora.fail('AG001');
  end if;
  -- Of one voucher one act at a time, so that the limit holds; then the case, then the vouch.
  perform from agora.person where id = v.voucher_person for no key update;
  perform from agora.vcase where id = v.case_id for update;
  select * into v from agora.vouch where id = wanted for update;
  if v.state <> all (allowed) then
    perform agora.fail('AG003', null, case v.state
      when 'asked' then 'You have not answered this yet.'
      when 'given' then 'You have vouched already.'
      when 'declined' then 'You have declined already.'
      when 'unanswered' then 'The time to answer is over.'
      when 'withdrawn' then 'You have withdrawn this already.'
      else 'Your answer is not needed any more.' end);
  end if;
  return v;
end $$;
comment on function agora.vouch_lock is 'Locks a vouch for an act of its voucher; who is not the voucher is told that there is none.';

create or replace function agora.vouch_evidence_drop(v agora.vouch) returns void
  language plpgsql set search_path = '' as $$
begin
  update agora.evidence set removed_at = now() where id = v.evidence_id and removed_at is null;
end $$;
comment on function agora.vouch_evidence_drop is 'The vouch counts no more as evidence; that it was named stays on record.';

create or replace function agora.vouch_check(v agora.vouch, result text, by uuid, remark text) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.vcheck (evidence_id, check_method, result, note, by, voucher_level)
  select v.evidence_id, agora.vouch_method(v), result, remark, by, v.voucher_level where v.evidence_id is not null;
end $$;
comment on function agora.vouch_check is 'Records on the evidence what a vouch is worth now; a later check by the same method takes its place.';

create or replace function agora.vouch_method(v agora.vouch) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case when v.known_since <= (v.answered_at - make_interval(months => agora.policy_int('vouch.known_months')::integer))::date
              then 'x_vouch_known' else 'x_vouch' end;
end $$;
comment on function agora.vouch_method is 'Whether a voucher had known the person for long when they answered: only then a vouch can count above fair.';

create or replace function agora.vouch_settle(v agora.vouch, how text) returns void
  language plpgsql set search_path = '' as $$
declare
  c agora.vcase;
begin
  select * into c from agora.vcase where id = v.case_id;
  if not agora.case_is_open(c) then
    return;
  end if;
  perform agora.case_touch(c);
  select * into c from agora.vcase where id = v.case_id;
  if c.state = 'needs_third_party'
     and not exists (select from agora.vouch o where o.case_id = c.id and o.state = 'asked') then
    perform agora.case_step(c, how, null, 'system');
  end if;
end $$;
comment on function agora.vouch_settle is
  'Tells an open case that a vouch has changed, and lets it go on when it waited for nobody else. how: third_party_answer or third_party_timeout.';

create or replace function agora.vouch_review_open(v agora.vouch, why text) returns void
  language plpgsql set search_path = '' as $$
begin
  insert into agora.vouch_review (vouch_id, reason) values (v.id, why) on conflict do nothing;
  if found then
    perform agora.audit(null, 'vouch.review', 'vouch', v.id, jsonb_build_object('reason', why, 'case', v.case_id));
    perform agora.redress_tell('verifier', 'vouch');
  end if;
end $$;
comment on function agora.vouch_review_open is 'Puts a vouch on the list of those that a verifier must look at, once for each reason.';

create or replace function agora.vouches_to_review(person uuid) returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.vouch;
  c agora.vcase;
  n bigint := 0;
begin
  for v in select * from agora.vouch where voucher_person = person and state = 'given' order by case_id, id loop
    select * into c from agora.vcase where id = v.case_id for update;
    perform agora.vouch_review_open(v, 'voucher_revoked');
    if agora.case_is_open(c) then
      -- Until a verifier has looked, it does not count.
      perform agora.vouch_check(v, 'cannot_tell', v.voucher_id, 'Under review: ask on the page of vouches to look at.');
      perform agora.case_touch(c);
    end if;
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.vouches_to_review is
  'Sends every vouch that a person has given to review, and lets it count in no open case until then. Answers how many.';

-- A revocation for fraud, whoever carries it out, sends the person's vouches to review.
create or replace function agora.vouch_on_revocation() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform agora.vouches_to_review(new.person_id);
  return null;
end $$;
comment on function agora.vouch_on_revocation is 'Calls agora.vouches_to_review when a verification is revoked for a fraud kind.';

create or replace function agora.revoked_for_fraud(v agora.verification) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return v.state = 'revoked' and exists (select from agora.revoke_reason r where r.code = v.end_reason and r.fraud);
end $$;
comment on function agora.revoked_for_fraud is 'Whether a verification was revoked for a fraud kind.';

create or replace trigger vouch_on_revocation after update of state on agora.verification for each row
  when (old.state is distinct from new.state and agora.revoked_for_fraud(new))
  execute function agora.vouch_on_revocation();

-- A case that is sent asks the vouchers it names; one that is over asks nobody any more.
create or replace function agora.vouch_on_case() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.vouch;
begin
  if not agora.case_is_open(new) then
    update agora.vouch set state = 'cancelled', ended_at = now(), version = version + 1
     where case_id = new.id and state in ('named', 'asked');
    if new.state = 'approved' then
      update agora.evidence e set removed_at = now()
        from agora.vouch o
       where o.case_id = new.id and o.state = 'cancelled' and e.id = o.evidence_id and e.removed_at is null;
    end if;
  elsif old.state in ('draft', 'needs_member') then
    for v in update agora.vouch
                set state = 'asked', asked_at = now(), version = version + 1,
                    expires_at = now() + make_interval(days => agora.policy_int('vouch.timeout_days')::integer)
              where case_id = new.id and state = 'named'
             returning * loop
      perform agora.audit(new.account_id, 'vouch.ask', 'vouch', v.id, jsonb_build_object('case', new.id));
      perform agora.redress_mail(v.voucher_id, 'Somebody asks you to say that you know them',
        'Another member has asked you to confirm who they are. Please answer by ' || agora.day_words(v.expires_at)
        || '. If you do not know them, or do not want to, decline: they are not told why.', 'Vouch requests');
      perform agora.event_add(v.voucher_id, 'vouch', v.id);
    end loop;
  end if;
  return null;
end $$;
comment on function agora.vouch_on_case is 'Asks the vouchers when a case is sent; asks nobody any more when it is over.';

create or replace trigger vouch_on_case after update of state on agora.vcase for each row
  when (old.state is distinct from new.state) execute function agora.vouch_on_case();

-- Evidence that its member takes back: its voucher is not asked any more.
create or replace function agora.vouch_on_evidence() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.vouch
     set state = case when state = 'given' then 'set_aside' else 'cancelled' end::agora.vouch_state,
         ended_at = now(), version = version + 1
   where evidence_id = old.id and state in ('named', 'asked', 'given');
  return coalesce(new, old);
end $$;
comment on function agora.vouch_on_evidence is 'Ends a vouch whose evidence the member has taken back.';

create or replace trigger vouch_on_evidence_gone before delete on agora.evidence for each row
  when (old.subtype = 'digital_attestation') execute function agora.vouch_on_evidence();
create or replace trigger vouch_on_evidence_removed after update of removed_at on agora.evidence for each row
  when (old.subtype = 'digital_attestation' and old.removed_at is null and new.removed_at is not null)
  execute function agora.vouch_on_evidence();

create or replace function agora.vouch_behind_evidence() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from agora.evidence e where e.id = new.id)
     and not exists (select from agora.vouch v where v.evidence_id = new.id) then
    perform agora.fail('AG004', '/subtype', 'Name the member who is to vouch for you; a vouch is not described by hand.');
  end if;
  return null;
end $$;
comment on function agora.vouch_behind_evidence is 'Refuses a vouch as evidence that no member was asked for.';

drop trigger if exists vouch_behind_evidence on agora.evidence;
create constraint trigger vouch_behind_evidence after insert on agora.evidence
  deferrable initially deferred for each row when (new.subtype = 'digital_attestation')
  execute function agora.vouch_behind_evidence();
