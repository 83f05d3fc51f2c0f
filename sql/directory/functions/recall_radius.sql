-- What a recall would reach: the live verifications in which somebody was first, second, referee or voucher,
-- and the contacts of their members. The same question is asked before it is confirmed and when it begins.

create or replace function agora.recall_parts(person uuid) returns table (case_id uuid, part text)
  language plpgsql stable set search_path = '' as $$
begin
  return query
    select e.case_id, case
        when e.from_state::text = 'referee_review' then 'referee'
        when e.from_state::text = 'awaiting_second' then 'second'
        else 'first' end
      from agora.vcase_event e
      join agora.account a on a.id = e.actor
     where a.person_id = person and e.actor_role in ('verifier', 'admin') and e.event not in ('take', 'take_second', 'release', 'conflict', 'clear', 'recall');
  return query
    select e.case_id, 'first'::text
      from agora.vcheck k
      join agora.account a on a.id = k.by
      join agora.evidence e on e.id = k.evidence_id
     where a.person_id = person;
  return query
    select v.case_id, 'voucher'::text
      from agora.vouch v
     where v.voucher_person = person and v.answered_at is not null and v.state in ('given', 'withdrawn', 'lapsed');
end $$;
comment on function agora.recall_parts is 'Cases that a person has had a part in, as verifier or as voucher; a case more than once where they had more than one.';

create or replace function agora.recall_contacts(persons uuid[]) returns bigint
  language plpgsql stable set search_path = '' as $$
declare
  theirs uuid[] := array(select a.id from agora.account a where a.person_id = any (persons));
begin
  return (select count(*)
            from (select c.one, c.other from agora.contact c where c.one = any (theirs) and c.wanted
                  union
                  select c.one, c.other from agora.contact c where c.other = any (theirs) and c.wanted) reached);
end $$;
comment on function agora.recall_contacts is 'How many contacts these persons have, each pair counted once.';

create or replace function agora.recall_touched(person uuid)
  returns table (verification_id uuid, person_id uuid, account_id uuid, level smallint, verified_at timestamptz,
                 part text, contacts integer, mark text)
  language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  weight constant text[] := '{first,referee,second,voucher}';
begin
  return query
    -- The weightiest part counts: who decided alone before who looked as well.
    with touched as materialized (
      select p.case_id, weight[min(array_position(weight, p.part))] as part
        from agora.recall_parts(person) p group by p.case_id),
    live as materialized (
      select v.id, v.person_id, v.account_id, v.level, v.verified_at, t.part
        from touched t
        join agora.verification v on v.case_id = t.case_id and v.state in ('active', 'suspended') and v.valid_until > now()),
    known as materialized (
      select k.person_id, count(*)::integer as n
        from (select l.person_id from live l join agora.account a on a.person_id = l.person_id join agora.contact c on c.one = a.id and c.wanted
              union all
              select l.person_id from live l join agora.account a on a.person_id = l.person_id join agora.contact c on c.other = a.id and c.wanted) k
       group by k.person_id)
    select l.id, l.person_id, l.account_id, l.level, l.verified_at, l.part, coalesce(k.n, 0),
           case when l.level >= agora.policy_int('recall.suspend_level') and l.part in ('first', 'referee')
                then 'suspended' else 'requeue' end
      from live l left join known k on k.person_id = l.person_id;
end $$;
comment on function agora.recall_touched is
  'The live verifications that a person had a part in. By risk: suspended where they decided and others can be reached through it; requeue where somebody else looked as well, or it opens no door.';

create or replace function agora.recall_counts(person uuid) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with touched as materialized (select * from agora.recall_touched(person))
    select jsonb_build_object(
        'verifications', (select count(*) from touched),
        'suspended', (select count(*) from touched where mark = 'suspended'),
        'requeued', (select count(*) from touched where mark = 'requeue'),
        'contacts', agora.recall_contacts(array(select t.person_id from touched t where t.mark = 'suspended')),
        'by_level', coalesce((select jsonb_agg(jsonb_build_object('label', l.label, 'count', n.n) order by l.level desc)
                       from (select level, count(*) as n from touched group by level) n join agora.level l using (level)), '[]'),
        'by_part', coalesce((select jsonb_agg(jsonb_build_object('label', case n.part when 'first' then 'Decided'
                                when 'referee' then 'Decided as trusted referee' when 'second' then 'Second person' else 'Vouched' end,
                                'count', n.n) order by n.part)
                       from (select part, count(*) as n from touched group by part) n), '[]')));
end $$;
comment on function agora.recall_counts is 'The blast radius of a recall in figures (schema RecallRadius).';

create or replace function agora.recall_radius(viewer uuid, verifier text) returns text
  language plpgsql stable security definer set search_path = '' as $$
declare
  a agora.account;
begin
  if not agora.has_role(viewer, '{admin}') then
    perform agora.fail('AG002', null, 'Only admins ask for a recall.');
  end if;
  select * into a from agora.account where handle = verifier;
  if not found then
    perform agora.fail('AG004', '/verifier', 'There is no member of this handle.');
  end if;
  return (jsonb_build_object('verifier', a.handle, 'name', agora.name_of(a.id)) || agora.recall_counts(a.person_id))::text;
end $$;
comment on function agora.recall_radius is 'What a recall of this verifier''s work would reach (schema RecallRadius); nothing is done.';

create or replace function agora.recall_radius_operator(verifier text) returns table (what text, n text)
  language plpgsql stable security definer set search_path = '' as $$
declare
  a agora.account;
  r jsonb;
begin
  select * into a from agora.account where handle = verifier;
  if not found then
    perform agora.fail('AG001', null, 'There is no member of this handle.');
  end if;
  r := agora.recall_counts(a.person_id);
  return query
    select w.words, r ->> w.name
      from (values (1, 'verifications', 'live verifications'), (2, 'suspended', 'of these to be suspended'),
                   (3, 'requeued', 'of these only looked at again'), (4, 'contacts', 'contacts that end')) w (place, name, words)
    union all select '  ' || (l ->> 'label'), l ->> 'count' from jsonb_array_elements(r -> 'by_level') l
    union all select '  ' || (p ->> 'label'), p ->> 'count' from jsonb_array_elements(r -> 'by_part') p;
end $$;
comment on function agora.recall_radius_operator is 'The same as lines for the operator''s terminal.';

grant execute on function agora.recall_radius(uuid, text), agora.recall_radius_operator(text) to agora_app;
