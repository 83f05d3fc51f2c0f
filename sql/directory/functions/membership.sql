-- Terms of membership. What the organisation's own list says of a member it is recorded for, once the member has
-- been verified by their entry in it; each time the list is compared anew the term follows it, and ends when the
-- list no longer has the entry, or no longer calls it good.

create or replace function agora.membership_newest(person uuid, of_organisation text) returns agora.membership
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select m from agora.membership m
     where m.person_id = person and m.organisation = of_organisation
     order by m.began desc, m.ended desc nulls first, m.id desc limit 1);
end $$;
comment on function agora.membership_newest is 'The latest term of a person in an organisation; all columns null for none.';

create or replace function agora.membership_begin(held agora.membership, m agora.membership) returns uuid
  language plpgsql set search_path = '' as $$
declare
  lasts boolean := held.id is not null and (held.ended is null or held.ended >= current_date - 1);
begin
  -- Another grade counts from today, as does a return: a list says since when somebody belongs, not since when so.
  if held.id is not null and m.began <= (case when lasts then held.began else held.ended end) then
    m.began := current_date;
  end if;
  if lasts then
    update agora.membership set ended = greatest(began, m.began - 1) where id = held.id;
  end if;
  insert into agora.membership (person_id, organisation, grade, number, standing, began, ended, source, watch_id)
  values (m.person_id, m.organisation, m.grade, m.number, m.standing, m.began,
    case when m.ended is not null then greatest(m.ended, m.began) end, m.source, m.watch_id)
  returning * into m;
  perform agora.audit(null, 'membership.put', 'person', m.person_id, jsonb_build_object('membership', m.id, 'source', m.source));
  return m.id;
end $$;
comment on function agora.membership_begin is 'Begins a term after the latest one, which ends the day before where it still lasted.';

create or replace function agora.membership_put(person uuid, of_organisation text, in_grade text, since date, until date, by_source text,
    numbered text default null, has_standing text default null, by_watch uuid default null) returns uuid
  language plpgsql security definer set search_path = '' as $$
declare
  held agora.membership;
begin
  perform from agora.person p where p.id = person for update;
  held := agora.membership_newest(person, of_organisation);
  if held.id is null or held.ended < current_date - 1 or held.grade is distinct from in_grade or since > held.began then
    return agora.membership_begin(held, jsonb_populate_record(null::agora.membership, jsonb_build_object(
      'person_id', person, 'organisation', of_organisation, 'grade', in_grade, 'number', numbered, 'standing', has_standing,
      'began', coalesce(since, current_date), 'ended', until, 'source', by_source, 'watch_id', by_watch)));
  end if;
  update agora.membership m
     set ended = case when until is not null then greatest(until, m.began) end, number = numbered, standing = has_standing, source = by_source, watch_id = by_watch,
         -- The first term began when the list says, once it does.
         began = case when since is not null and not exists (
                        select from agora.membership o where o.person_id = person and o.organisation = of_organisation and o.id <> m.id)
                      then since else m.began end
   where m.id = held.id;
  return held.id;
end $$;
comment on function agora.membership_put is
  'Records what is known of a membership: the term that lasts goes on with its end, number and standing as given; another grade, a later beginning and a return after a gap begin another.';

create or replace function agora.membership_end(by_watch uuid) returns void
  language plpgsql set search_path = '' as $$
declare
  m agora.membership;
begin
  for m in update agora.membership o
              set ended = greatest(o.began, current_date - 1)
            where o.watch_id = by_watch and (o.ended is null or o.ended >= current_date) returning * loop
    perform agora.audit(null, 'membership.end', 'person', m.person_id, jsonb_build_object('membership', m.id, 'source', m.source));
  end loop;
end $$;
comment on function agora.membership_end is 'Ends, with yesterday, the term that still lasts and rested on an entry which does not hold any more.';

create or replace function agora.membership_shown(w agora.register_watch) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from agora.verification v
      join agora.evidence e on e.case_id = v.case_id and e.removed_at is null
      join agora.evidence_watch l on l.evidence_id = e.id and l.watch_id = w.id
     where v.person_id = w.person_id and v.level >= 2 and v.state <> 'revoked');
end $$;
comment on function agora.membership_shown is
  'Whether a person was verified by an entry of a list: what somebody merely states is no membership.';

create or replace function agora.membership_follow(w agora.register_watch) returns void
  language plpgsql set search_path = '' as $$
declare
  r agora.roster_row;
begin
  if not exists (select from agora.connector n where n.id = w.connector_id and n.kind = 'roster' and n.subject = 'membership') then
    return;
  end if;
  if w.result = 'failed' then
    perform agora.membership_end(w.id);
  elsif w.result = 'passed' and w.state = 'good' and agora.membership_shown(w) then
    select * into r from agora.roster_row o where o.import_id = agora.roster_in_force(w.connector_id) and o.number_key = w.target;
    perform agora.membership_put(w.person_id, coalesce((select n.settings ->> 'organisation' from agora.connector n where n.id = w.connector_id),
      agora.policy_text('organisation.name')), r.grade, r.since, r.expires_on, 'roster', w.target, r.status, w.id) where r.line is not null;
  end if;
end $$;
comment on function agora.membership_follow is 'Lets the membership of a person follow what a comparison with the organisation''s list came to.';

create or replace function agora.membership_from_lists(person uuid) returns void
  language plpgsql set search_path = '' as $$
begin
  perform agora.membership_follow(w) from agora.register_watch w where w.person_id = person and w.ended_at is null;
end $$;
comment on function agora.membership_from_lists is 'Records the memberships of a person who has just been verified, as the lists have them.';

create or replace function agora.membership_of(person uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'organisation', m.organisation, 'grade', m.grade, 'number', m.number, 'standing', m.standing, 'began', m.began, 'ended', m.ended))
        order by m.began, m.id), '[]')
      from agora.membership m where m.person_id = person);
end $$;
comment on function agora.membership_of is 'The terms of a person, oldest first (schema Membership).';
