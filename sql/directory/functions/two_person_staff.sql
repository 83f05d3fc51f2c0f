-- What two persons do to accounts: a role given, a verified name changed, two persons found to be one.

create or replace function agora.role_grant_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
declare
  a agora.account := agora.payload_account(payload, 'member');
  role text := payload ->> 'role';
begin
  perform agora.payload_known(payload, '{member,role}');
  if role is null or role <> all (enum_range(null::agora.account_role)::text[]) then
    perform agora.fail('AG004', '/payload/role', 'Choose one of the roles: '
      || array_to_string(enum_range(null::agora.account_role)::text[], ', ') || '.');
  end if;
  if role = any (a.roles::text[]) then
    perform agora.fail('AG003', null, 'This member has the role already.');
  end if;
  if cardinality(a.roles) > 0 and array['auditor', 'privacy_officer'] && (a.roles::text[] || role) then
    perform agora.fail('AG003', null, 'Auditors and privacy officers have no other role.');
  end if;
  perform agora.role_needs_strong(a.id, replace(role, '_', ' '));
end $$;
comment on function agora.role_grant_check is 'What a grant of a role needs: {member: handle, role}.';

create or replace function agora.two_person_do_role_grant(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  a agora.account := agora.payload_account(payload, 'member');
begin
  perform agora.role_grant(a.email, (payload ->> 'role')::agora.account_role, confirmed_by);
end $$;
comment on function agora.two_person_do_role_grant is 'Gives the role; the member''s sessions end.';

create or replace function agora.payload_name(payload jsonb, name text) returns text
  language plpgsql immutable set search_path = '' as $$
declare
  said text := trim(payload ->> name);
begin
  if said is null or length(said) not between 1 and 100 or not agora.is_clean(said) then
    perform agora.fail('AG004', '/payload/' || name, 'Write one line of 1 to 100 characters.');
  end if;
  return said;
end $$;
comment on function agora.payload_name is 'A name of a payload, refused by pointer when it is none.';

create or replace function agora.rename_sealed_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
declare
  a agora.account := agora.payload_account(payload, 'member');
begin
  perform agora.payload_known(payload, '{member,given_name,family_name}');
  if (a.given_name, a.family_name) = (agora.payload_name(payload, 'given_name'), agora.payload_name(payload, 'family_name')) then
    perform agora.fail('AG003', null, 'This is the member''s name already.');
  end if;
end $$;
comment on function agora.rename_sealed_check is 'What a change of a verified name needs: {member: handle, given_name, family_name}.';

create or replace function agora.two_person_do_rename_sealed(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  a agora.account := agora.payload_account(payload, 'member');
begin
  update agora.account
     set given_name = agora.payload_name(payload, 'given_name'), family_name = agora.payload_name(payload, 'family_name'),
         version = version + 1
   where id = a.id;
  update agora.profile
     set shown_name = agora.payload_name(payload, 'given_name') || ' ' || agora.payload_name(payload, 'family_name'),
         version = version + 1
   where account_id = a.id;
  perform agora.audit(confirmed_by, 'account.rename', 'account', a.id, jsonb_build_object('asked_by', asked_by));
  perform agora.verification_outdated(a.person_id, confirmed_by);
  perform agora.verification_changed(a.person_id);
end $$;
comment on function agora.two_person_do_rename_sealed is 'Changes the name; what had verified the old one is superseded.';

create or replace function agora.merge_persons_check(payload jsonb) returns void
  language plpgsql stable set search_path = '' as $$
declare
  source agora.account := agora.payload_account(payload, 'from');
  target agora.account := agora.payload_account(payload, 'into');
begin
  perform agora.payload_known(payload, '{from,into}');
  if source.person_id = target.person_id then
    perform agora.fail('AG003', null, 'These accounts are of one person already.');
  end if;
  if exists (select from agora.vcase c
              where c.person_id = source.person_id and c.submitted_at is not null and c.decided_at is null and c.state <> 'withdrawn') then
    perform agora.fail('AG003', null, 'The first one has a request that is not decided. Decide it or let it be withdrawn first.');
  end if;
end $$;
comment on function agora.merge_persons_check is 'What a merge of two persons needs: {from: handle, into: handle}.';

create or replace function agora.merge_persons_rest(gone uuid, kept uuid) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.person_key k set person_id = kept where k.person_id = gone;
  delete from agora.person_apart x where gone in (x.one, x.other);
  update agora.membership m set ended = greatest(m.began, current_date)
   where m.person_id = gone and m.ended is null
     and exists (select from agora.membership o where o.person_id = kept and o.organisation = m.organisation and o.ended is null);
  update agora.membership set person_id = kept where person_id = gone;
  delete from agora.disclosure d
   where d.person_id = gone and exists (select from agora.disclosure o where o.person_id = kept and o.what = d.what);
  update agora.disclosure set person_id = kept where person_id = gone;
  update agora.register_watch w set person_id = kept
   where w.person_id = gone
     and not exists (select from agora.register_watch o where o.person_id = kept and o.connector_id = w.connector_id
                        and o.target = w.target and o.ended_at is null);
  update agora.vouch v set voucher_person = kept
   where v.voucher_person = gone and v.subject_person <> kept
     and not exists (select from agora.vouch o where o.case_id = v.case_id and o.voucher_person = kept);
  update agora.vouch set subject_person = kept where subject_person = gone and voucher_person <> kept;
end $$;
comment on function agora.merge_persons_rest is
  'Moves keyed hashes, terms of membership, choices of disclosure, watched register entries and vouches to the person that stays.';

create or replace function agora.two_person_do_merge_persons(payload jsonb, asked_by uuid, confirmed_by uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  source uuid := (agora.payload_account(payload, 'from')).person_id;
  target uuid := (agora.payload_account(payload, 'into')).person_id;
  i agora.introduction;
begin
  perform agora.pair_lock(source, target);
  perform agora.verification_merge(source, target, confirmed_by);
  -- What the two had with each other is nothing between two persons any more; of what both have with a
  -- third one the older stays.
  for i in
    select o.* from agora.introduction o
     where source in (o.asker_person, o.asked_person) and o.state in ('offered', 'granting', 'grant_failed', 'connected')
       and (target in (o.asker_person, o.asked_person)
            or exists (select from agora.introduction p
                        where target in (p.asker_person, p.asked_person) and p.state in ('offered', 'granting', 'grant_failed', 'connected')
                          and case when o.asker_person = source then o.asked_person else o.asker_person end
                              in (p.asker_person, p.asked_person)))
     order by o.id for update
  loop
    if i.state = 'offered' then
      perform agora.introduction_cancel(i, 'duplicate_merged');
    else
      perform agora.introduction_finish(i, null, 'duplicate_merged', true, true);
    end if;
  end loop;
  update agora.introduction set asker_person = target where asker_person = source and asked_person <> target;
  update agora.introduction set asked_person = target where asked_person = source and asker_person <> target;
  insert into agora.block (blocker_person, blocked_person, blocker, blocked, at)
  select case when b.blocker_person = source then target else b.blocker_person end,
         case when b.blocked_person = source then target else b.blocked_person end, b.blocker, b.blocked, b.at
    from agora.block b
   where source in (b.blocker_person, b.blocked_person) and target not in (b.blocker_person, b.blocked_person)
  on conflict do nothing;
  delete from agora.block where source in (blocker_person, blocked_person);
  update agora.introduction_quota q set tokens = least(q.tokens, s.tokens)
    from agora.introduction_quota s where q.person_id = target and s.person_id = source;
  delete from agora.introduction_quota where person_id = source;
  update agora.vcase set person_id = target, version = version + 1 where person_id = source and state <> 'draft';
  update agora.claim set person_id = target where person_id = source;
  update agora.account set person_id = target, version = version + 1 where person_id = source;
  perform agora.merge_persons_rest(source, target);
  update agora.person set merged_into = target where id = source;
  perform agora.audit(confirmed_by, 'person.merge', 'person', target, jsonb_build_object('from', source, 'asked_by', asked_by));
  perform agora.verification_changed(target);
end $$;
comment on function agora.two_person_do_merge_persons is
  'Makes two persons one: accounts, cases, verifications, introductions, blocks and limits follow the second; the row of the first stays and says where it went.';
