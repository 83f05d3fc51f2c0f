-- What a verification says to others: the level, and the sentence that tells what was checked, by whom,
-- how, when and until when. That it has lapsed is found at the moment of reading.

create or replace function agora.policy_text(wanted text) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return (select value #>> '{}' from agora.policy where key = wanted);
end $$;
comment on function agora.policy_text is 'A text of agora.policy; null when there is none of that name.';

create or replace function agora.words_joined(words text[]) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case when cardinality(words) > 1
    then array_to_string(words[:cardinality(words) - 1], ', ') || ' and ' || words[cardinality(words)]
    else coalesce(words[1], '') end;
end $$;
comment on function agora.words_joined is 'A list as English: a passport, a bank statement and a register entry.';

create or replace function agora.day_words(t timestamptz) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return to_char(t at time zone 'UTC', 'FMDD FMMonth YYYY');
end $$;
comment on function agora.day_words is 'A day as in a letter: 3 May 2026.';

create or replace function agora.verification_state_now(v agora.verification) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when v.state <> 'active' then v.state::text
    when v.valid_until <= now() then 'lapsed'
    when v.valid_until <= now() + make_interval(days => agora.policy_int('verification.due_days')::integer) then 'due'
    else 'active' end;
end $$;
comment on function agora.verification_state_now is 'The state that a verification has at this moment: active, due, lapsed, suspended, revoked or superseded.';

create or replace function agora.verification_how(v agora.verification) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case when v.level = 1 then '' else
    case when v.remotely then ', remotely' else ', in person' end
    || case when cardinality(v.against) > 0 then ', against ' || agora.words_joined(v.against) else '' end
    || ',' end;
end $$;
comment on function agora.verification_how is 'The part of the sentence that tells how: ", remotely, against a passport,".';

create or replace function agora.verification_sentence(v agora.verification) returns text
  -- In plpgsql, since its plans are kept: this runs for every card that is made.
  language plpgsql stable set search_path = '' as $$
begin
  return case v.level when 1 then 'Found to be contactable by ' when 2 then 'Known to ' else 'Identity checked by ' end
    || v.verified_by
    || case when v.level = 2 then '; checked' || ltrim(agora.verification_how(v), ',') else agora.verification_how(v) end
    || ' on ' || agora.day_words(v.verified_at)
    || case
         when v.state <> 'active' then '; no longer valid.'
         when v.valid_until <= now() then '; this held until ' || agora.day_words(v.valid_until) || '.'
         else '; re-check due ' || to_char(v.valid_until at time zone 'UTC', 'FMMonth YYYY') || '.'
           || coalesce(' Standing: ' || (agora.standing_of(v.person_id) ->> 'words') || '.', '') end;
end $$;
comment on function agora.verification_sentence is
  'Identity checked by College of X, remotely, against a passport and a register entry, on 3 May 2026; re-check due May 2031. Standing: on the register, last confirmed 2 June 2026. The one place where it is made: pages, cards, search and receipts all show this.';

create or replace function agora.verification_live(account uuid) returns agora.verification
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select v
      from agora.account a
      join agora.verification v on v.person_id = a.person_id and v.state = 'active' and v.valid_until > now()
     where a.id = account and a.state <> 'erased');
end $$;
comment on function agora.verification_live is 'The verification that holds for an account now; all columns null when there is none.';

create or replace function agora.member_level(account uuid) returns integer
  language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((agora.verification_live(account)).level, 0)::integer;
end $$;
comment on function agora.member_level is 'How well we know who the member is, 0 to 4, at this moment.';

create or replace function agora.current_verification(account uuid) returns uuid
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (agora.verification_live(account)).id;
end $$;
comment on function agora.current_verification is 'The verification that holds for an account now; null when there is none.';

create or replace function agora.verified(account uuid) returns jsonb
  -- In plpgsql, since its plan is kept.
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (select case
    -- A member who has lapsed keeps a line that says until when; one who was revoked has none.
    when v.id is null then jsonb_build_object('level', 0, 'label', l.label, 'sentence', 'Not checked.')
    when v.valid_until <= now() then jsonb_build_object('level', 0, 'label', l.label,
      'sentence', agora.verification_sentence(v), 'verified_at', agora.ts(v.verified_at), 'until', agora.ts(v.valid_until))
    else jsonb_build_object('level', v.level, 'label', l.label, 'sentence', agora.verification_sentence(v),
      'verified_at', agora.ts(v.verified_at), 'until', agora.ts(v.valid_until),
      'trust_framework', v.trust_framework, 'assurance_level', v.assurance_level)
    end
    from (select account as id) asked
    left join agora.account a on a.id = asked.id and a.state <> 'erased'
    left join agora.verification v on v.person_id = a.person_id and v.state = 'active'
    join agora.level l on l.level = case when v.valid_until > now() then v.level else 0 end);
end $$;
comment on function agora.verified is 'The verified line of a member as the interface has it (schema Verified).';

create or replace function agora.verification_record(v agora.verification) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
      'id', v.id,
      'state', agora.verification_state_now(v),
      'level', v.level,
      'label', l.label,
      'sentence', agora.verification_sentence(v),
      'trust_framework', v.trust_framework,
      'assurance_level', v.assurance_level,
      'verified_at', agora.ts(v.verified_at),
      'until', agora.ts(v.valid_until),
      'ended_at', agora.ts(v.ended_at),
      'history', agora.verification_history(v),
      'end_class', case when v.state = 'superseded' and r.code is null then 'a newer one took its place' else r.class end))
      from agora.level l
      left join agora.revoke_reason r on r.code = v.end_reason
     where l.level = v.level);
end $$;
comment on function agora.verification_record is
  'A verification in its member''s history (schema VerificationRecord): dates and the class of reason, never the detail.';

grant execute on function agora.member_level(uuid), agora.current_verification(uuid), agora.verified(uuid) to agora_app;
