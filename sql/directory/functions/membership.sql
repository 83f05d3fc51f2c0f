-- Terms of membership: what a verified claim, the roster or an admin says about grade and time.

create or replace function agora.membership_put(person uuid, of_organisation text, in_grade text, since date, until date, by_source text)
  returns uuid
  language plpgsql security definer set search_path = '' as $$
declare
  held agora.membership;
  made uuid;
begin
  perform from agora.person p where p.id = person for update;
  select * into held from agora.membership m
   where m.person_id = person and m.organisation = of_organisation and m.ended is null;
  if held.id is not null and held.began = since and held.grade is not distinct from in_grade then
    update agora.membership set ended = until where id = held.id;
    return held.id;
  end if;
  -- Another grade is another term: the one before ends the day before.
  if held.id is not null then
    update agora.membership set ended = greatest(began, since - 1) where id = held.id;
  end if;
  insert into agora.membership (person_id, organisation, grade, began, ended, source)
  values (person, of_organisation, in_grade, since, until, by_source)
  returning id into made;
  perform agora.audit(null, 'membership.put', 'person', person, jsonb_build_object('membership', made, 'source', by_source));
  return made;
end $$;
comment on function agora.membership_put is
  'Records a term of membership: the term that lasts is kept when nothing is new, else ended the day before.';

create or replace function agora.membership_of(person uuid) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'organisation', m.organisation, 'grade', m.grade, 'began', m.began, 'ended', m.ended)) order by m.began, m.id), '[]')
    from agora.membership m where m.person_id = person
$$;
comment on function agora.membership_of is 'The terms of a person, oldest first.';
