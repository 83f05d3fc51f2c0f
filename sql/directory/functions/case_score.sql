-- The scorer: what evidence and checks amount to. Reads nothing but the case itself, and adding a passed
-- check never lowers what comes out.
--
-- An item is worth what its kind is worth, but no more than its best validation allows, and one step less
-- when it has expired; an item with a failed check is worth nothing. Of one issuer only the best item
-- counts. See docs/verification.md, the level ladder and the evidence policy.

create or replace function agora.case_items(wanted uuid)
  returns table (evidence_id uuid, place bigint, type text, subtype text, label text, phrase text, strength agora.evidence_strength,
    worth agora.evidence_strength, validated boolean, failed boolean, aged boolean, presented boolean, bound boolean,
    in_person boolean, methods text[], issuer_key text)
  language sql stable rows 4 set search_path = '' as $$
  with latest as (
    select distinct on (k.evidence_id, k.check_method) k.evidence_id, k.check_method, k.result
      from agora.evidence e
      join agora.vcheck k on k.evidence_id = e.id
     where e.case_id = wanted
     order by k.evidence_id, k.check_method, k.seq desc),
  checked as (
    select l.evidence_id,
           max(m.cap) filter (where l.result = 'passed' and m.class = 'validation') as cap,
           bool_or(l.result = 'failed') as failed,
           bool_or(l.result = 'passed' and m.class = 'validation' and m.presented) as presented,
           bool_or(l.result = 'passed' and m.class = 'verification') as bound,
           -- Who met the member's face decides; where nobody did, who had the document in hands.
           coalesce(bool_or(m.in_person) filter (where l.result = 'passed' and m.class = 'verification'),
                    bool_or(m.in_person) filter (where l.result = 'passed')) as in_person,
           array_agg(l.check_method) filter (where l.result = 'passed') as methods
      from latest l
      join agora.check_method m on m.code = l.check_method
     group by l.evidence_id),
  item as (
    select e.id, row_number() over (order by e.added_at, e.id) as place, e.type, e.subtype, t.label, t.phrase, t.strength, k.cap,
           k.cap is not null and not k.failed as validated,
           coalesce(k.failed, false) as failed,
           -- A document that must be recent says when it was issued, or does not count as recent.
           t.max_age_days is not null and coalesce(e.date_of_issuance + t.max_age_days < current_date, true) as aged,
           e.date_of_expiry < current_date as expired,
           case when t.superior_by_signature and 'vcrypt' = any (k.methods) then 'superior'
             else t.strength end as full_worth,
           coalesce(k.presented, false) as presented,
           coalesce(k.bound and not k.failed, false) as bound,
           coalesce(k.in_person, false) as in_person,
           coalesce(k.methods, '{}') as methods,
           coalesce(agora.plain_key(e.issuer) || '.' || coalesce(e.issuer_country, ''), e.subtype) as issuer_key
      from agora.evidence e
      join agora.evidence_type t on t.type = e.type and t.subtype = e.subtype
      left join checked k on k.evidence_id = e.id
     where e.case_id = wanted and e.removed_at is null)
  select i.id, i.place, i.type, i.subtype, i.label, i.phrase, i.strength,
         case when not i.validated or i.aged then 'none'
              when i.expired then agora.strength_lowered(least(i.full_worth, i.cap))
              else least(i.full_worth, i.cap) end,
         i.validated, i.failed, i.aged, i.presented, i.bound, i.in_person, i.methods, i.issuer_key
    from item i
   order by i.place
$$;
comment on function agora.case_items is 'Each piece of evidence of a case with what its checks make it worth.';

create or replace function agora.strength_lowered(s agora.evidence_strength) returns agora.evidence_strength
  language sql immutable set search_path = '' as $$
  select case s when 'superior' then 'strong' when 'strong' then 'fair' else 'none' end::agora.evidence_strength
$$;
comment on function agora.strength_lowered is 'One step less: what an expired document is worth.';

create or replace function agora.case_facts(wanted uuid)
  returns table (contact boolean, named boolean, born boolean, known boolean, looked_at boolean, paired boolean,
    bound boolean, settled boolean)
  language sql stable rows 1 set search_path = '' as $$
  with item as materialized (select * from agora.case_items(wanted)),
  independent as (
    select max(i.worth) as worth, max(i.worth) filter (where i.bound) as bound_worth
      from item i group by i.issuer_key),
  tally as (
    select count(*) filter (where worth >= 'fair') as fair, count(*) filter (where worth >= 'strong') as strong,
           max(worth) as best, max(bound_worth) as bound_worth
      from independent),
  claimed as (
    select count(*) filter (where k.name in ('given_name', 'family_name')) = 2 as named,
           bool_or(k.name = 'birthdate') as born
      from agora.claim k where k.case_id = wanted)
  select c.contact_method is not null or exists (select from item i where 'x_code_email' = any (i.methods)),
         claimed.named,
         coalesce(claimed.born, false),
         exists (select from item i where i.subtype = 'x_membership_register' and i.worth >= 'fair' and i.bound),
         exists (select from item i where i.worth >= 'fair' and i.presented),
         coalesce(tally.best = 'superior' or (tally.strong >= 1 and tally.fair >= 2), false),
         -- The face belongs to the strongest item: the strong one of the pair, or the superior one alone.
         coalesce(tally.bound_worth >= case when tally.strong >= 1 and tally.fair >= 2 then 'strong' else 'superior' end
                  ::agora.evidence_strength, false),
         not exists (select from item i where i.strength >= 'fair' and not i.validated)
    from agora.vcase c, tally, claimed
   where c.id = wanted
$$;
comment on function agora.case_facts is
  'What the ladder asks about a case. contact: an address answers; known: in the membership register and signed in there; looked_at: a document was seen; paired: two independent items, or one superior; bound: the member is who the strongest item is about; settled: no item left unchecked or failed.';

create or replace function agora.case_level(wanted uuid) returns jsonb
  language sql stable set search_path = '' as $$
  with fact as (
    select f.*, f.contact and f.named and f.born and f.paired and f.bound and f.settled as third,
           f.contact and f.named and (f.known or f.looked_at) as second
      from agora.case_facts(wanted) f),
  reason (place, said) as (
    select 0, 'The member''s e-mail address answers.' from fact where contact
    union all
    select i.place, i.label || ': ' || case
        when i.failed then 'a check failed, so it does not count.'
        when i.strength = 'none' and cardinality(i.methods) > 0 then 'checked; it supports, but carries no level.'
        when not i.validated then 'not checked yet.'
        when i.aged then 'checked, but not recent enough to count.'
        when i.worth = 'none' then 'checked, but expired; it does not count any more.'
        else 'counts as ' || i.worth || case when i.bound then ', and the member is who it is about.' else '.' end end
      from agora.case_items(wanted) i
    union all
    select 100, 'Of several items by one issuer only the best counts.'
     where exists (select from agora.case_items(wanted) i where i.worth > 'none' group by i.issuer_key having count(*) > 1)),
  lack (place, needed_from, said) as (
    select 1, 1, 'The member''s address must answer a code.' from fact where not contact
    union all select 2, 2, 'State given name and family name.' from fact where not named
    union all select 3, 3, 'State the date of birth.' from fact where not born
    union all
    select 4, 2, 'Look at one document, or find the member in the membership register and have them sign in there.'
      from fact, agora.vcase c where c.id = wanted and c.level = 2 and not (known or looked_at)
    union all
    select 5, 3, 'Two independent pieces of evidence are needed, one of them strong (passport, identity card, driving licence), or a passport whose signature was verified.'
      from fact where not paired
    union all select 6, 3, 'Compare the face with the strongest piece of evidence.' from fact where not bound
    union all
    select 7, 3, case when i.failed then 'A check failed: ' else 'Not checked yet: ' end || i.label || '.'
      from agora.case_items(wanted) i where i.strength >= 'fair' and not i.validated)
  select jsonb_build_object(
    'level', case when third then 3 when second then 2 when contact then 1 else 0 end,
    'reasons', (select coalesce(jsonb_agg(r.said order by r.place), '[]') from reason r),
    'missing', (select coalesce(jsonb_agg(l.said order by l.place, l.said), '[]') from lack l where l.needed_from <= c.level))
    from fact, agora.vcase c
   where c.id = wanted
$$;
comment on function agora.case_level is
  'The level that a case''s evidence and passed checks give, why, and what is missing for the level asked: {level, reasons, missing}.';
