-- What search rows say of a member beside the profile: when they were checked, standing, memberships.

create or replace function agora.search_facts(accounts uuid[]) returns table (account_id uuid, near agora.tier, term text)
  language plpgsql stable security definer set search_path = '' set jit = off as $$
begin
  return query
  with who as materialized (
    select a.id, a.person_id from agora.account a where a.id = any (accounts))
  select w.id, 'members'::agora.tier, 'id:' || agora.search_mark(w.id) from who w
  union all
  select w.id, 'public', 'ck:' || to_char(v.verified_at at time zone 'UTC', f.form)
    from who w
    join agora.verification v on v.person_id = w.person_id and v.state = 'active' and v.valid_until > now() and v.level > 0
   cross join (values ('YYYY'), ('YYYY-MM'), ('YYYY-MM-DD')) f (form)
  union all
  select w.id, agora.disclosed(w.person_id, 'x_standing'), 'st:good'
    from who w
   where agora.standing_of(w.person_id) is not null
  union all
  select w.id, agora.disclosed(w.person_id, 'x_membership_grade'), 'm:' || l.word
    from who w
    join agora.membership m on m.person_id = w.person_id and m.began <= current_date and (m.ended is null or m.ended >= current_date)
   cross join lateral unnest(string_to_array(agora.fold(agora.spelt(concat_ws(' ', m.organisation, m.grade))), ' ')) l (word)
   where length(l.word) between 1 and 60
  union all
  -- How many of the facts about a topic a viewer sees: the second, say, from the tier on that sees two.
  select t.id, t.near, 'v' || t.place || ':' || lower(t.ancestor_id)
    from (select c.id, c.near, c.ancestor_id, row_number() over (partition by c.id, c.ancestor_id order by c.near) as place
            from (select w.id, n.ancestor_id, l.concept_id, min(i.near) as near
                    from who w
                    join agora.verification v on v.person_id = w.person_id and v.state = 'active' and v.valid_until > now()
                    join agora.claim k on k.verification_id = v.id and k.name in ('x_profession', 'x_speciality')
                   cross join lateral (select agora.fold(k.value) as folded, agora.disclosed(w.person_id, k.name) as near) i
                    join agora.concept_label l on l.words @@ plainto_tsquery('pg_catalog.simple', i.folded) and l.folded = i.folded
                    join agora.concept_ancestor n on n.concept_id = l.concept_id
                   group by w.id, n.ancestor_id, l.concept_id) c) t
   where t.place <= 3;
end $$;
comment on function agora.search_facts is
  'Terms of these accounts'' search rows, each for viewers of a tier and nearer ones: id: for the contacts of a member, ck: year, month and day of the check that holds, st:good, m: words of organisation and grade of present memberships, v1: v2: v3: topics about which so many facts have been verified: a profession or speciality of that name, or of a narrower topic''s.';

create or replace function agora.search_mark(account uuid) returns text
  language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return right(translate(account::text, '-', ''), 16);
end $$;
comment on function agora.search_mark is 'What a member is found by for knows:me: the random half of the id.';

create or replace function agora.search_known(viewer uuid) returns setof text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select agora.search_mark(case viewer when c.one then c.other else c.one end)
    from agora.contact c
   where viewer in (c.one, c.other) and c.confirmed and c.wanted and (c.until is null or c.until > now())
   order by 1;
end $$;
comment on function agora.search_known is 'Marks of the members that a viewer has been introduced to.';

grant execute on function agora.search_known to agora_app;
