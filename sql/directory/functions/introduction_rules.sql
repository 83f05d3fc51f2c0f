-- What decides whether one member may ask another: persons, blocks, levels, cool-downs, limits. The act
-- of asking and the button on a profile use the same rules, so that they never disagree.

create or replace function agora.person_of(account uuid) returns uuid
  language plpgsql stable set search_path = '' as $$
begin
  return (select a.person_id from agora.account a where a.id = account);
end $$;
comment on function agora.person_of is 'The person behind an account; null when there is none.';

create or replace function agora.is_blocked(a uuid, b uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from agora.account x, agora.account y, agora.block k
     where x.id = a and y.id = b
       and (k.blocker_person, k.blocked_person) in ((x.person_id, y.person_id), (y.person_id, x.person_id)));
end $$;
comment on function agora.is_blocked is 'Whether one of the two accounts'' persons has blocked the other, whichever way.';

create or replace function agora.is_contact(a uuid, b uuid) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from agora.contact c
     where c.one = least(a, b) and c.other = greatest(a, b) and c.wanted and c.confirmed
       and (c.until is null or c.until > now()));
end $$;
comment on function agora.is_contact is 'Whether the two accounts can write to each other now: both wanted it, and the TMTP server has acknowledged it.';

create or replace function agora.introduction_kept(i agora.introduction) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return agora.is_active(i.asker) and agora.is_active(i.asked) and not agora.is_blocked(i.asker, i.asked);
end $$;
comment on function agora.introduction_kept is
  'Whether two who were connected stay so, whatever became of their levels: a verification that lapses or is suspended keeps the contacts.';

create or replace function agora.introduction_seen(i agora.introduction, viewer uuid) returns text
  language plpgsql stable set search_path = '' as $$
begin
  return case
    when i.state = 'granting' then 'connecting'
    when i.state = 'grant_failed' then 'delayed'
    when i.state = 'connected' then 'connected'
    when i.state = 'ended' then
      case when viewer = i.asker and i.asker_sees_end or viewer = i.asked and i.asked_sees_end
        then 'ended' else 'connected' end
    when viewer = i.asker then
      case when i.withdrawn_at is not null then 'withdrawn'
           when i.expires_at > now() or i.paused_at is not null then 'sent'
           else 'not_ahead' end
    when viewer = i.asked then
      case i.state
        when 'declined' then 'declined'
        when 'expired' then 'not_ahead'
        when 'offered' then case when i.expires_at > now() or i.paused_at is not null then 'received' else 'not_ahead' end
      end
  end;
end $$;
comment on function agora.introduction_seen is
  'The state of an introduction as one of its two sees it; null when there is nothing to see. To the asker offered, declined and cancelled are the same until the request would have expired.';

create or replace function agora.introduction_as(i agora.introduction, viewer uuid) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case
    when viewer = i.asker and (i.state in ('granting', 'grant_failed', 'connected', 'ended')) then null
    when viewer = i.asker then i.asked_as
    when i.state in ('granting', 'grant_failed', 'connected', 'ended') then null
    else i.asker_as end;
end $$;
comment on function agora.introduction_as is
  'The pseudonym under which one of the two knows the other in an introduction: that of the asking, until it is accepted; then null, for the name is told.';

create or replace function agora.introduction_met(i agora.introduction, viewer uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when viewer = i.asker then i.asked_as else i.asker_as end
           is not distinct from agora.met_as(viewer, case when viewer = i.asker then i.asked else i.asker end)
        or agora.is_contact(i.asker, i.asked));
end $$;
comment on function agora.introduction_met is
  'Whether one of the two meets the other in the directory as in this introduction: one under another name shows in no page and no result, or it would tell that both are the same person.';

create or replace function agora.introduction_clean(note text) returns boolean
  language plpgsql immutable set search_path = '' as $$
begin
  return note !~* '(https?:|www\.|\S@\S)'
     and note !~* '\m[a-z0-9-]+\.(com|org|edu|gov|info|biz|io|eu|de|ch|at|fr|it|es|nl|pl|uk|us|ai|app|dev|li)\M'
     and note !~* '\m[a-z0-9-]+\.(net|me|co|tv|gl|ly|to)/'
     and note !~ '(\+\s*\d|\m0)[\d ().\/-]{6,}\d'
     and note !~ '\(?\m\d{3}\)?[ .-]\d{3}[ .-]\d{4}\M';
end $$;
comment on function agora.introduction_clean is
  'Whether a note has no web address, e-mail address or telephone number: these are exchanged after an acceptance, not in the request.';

create or replace function agora.introduction_tokens(person uuid) returns numeric
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce(
    (select least(agora.policy_int('introduction.tokens'),
                  q.tokens + agora.policy_int('introduction.tokens_per_day')
                             * extract(epoch from now() - q.counted_at) / 86400)
       from agora.introduction_quota q where q.person_id = person),
    agora.policy_int('introduction.tokens'));
end $$;
comment on function agora.introduction_tokens is 'New requests that a person may make now, with the part of the next one that has grown already.';

create or replace function agora.introduction_open_limit(asker uuid) returns bigint
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when min(mine.created_at) > now() - make_interval(days => agora.policy_int('introduction.new_days')::integer)
        then least(agora.policy_int('introduction.open_asks'), agora.policy_int('introduction.open_asks_new'))
      else agora.policy_int('introduction.open_asks') end
      from agora.account a join agora.account mine on mine.person_id = a.person_id
     where a.id = asker);
end $$;
comment on function agora.introduction_open_limit is 'How many requests the member may have open: fewer while they are new.';

create or replace function agora.introduction_open_asks(person uuid) returns bigint
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from agora.introduction i
     where i.asker_person = person and i.state in ('offered', 'declined', 'cancelled')
       and i.withdrawn_at is null and i.expires_at > now());
end $$;
comment on function agora.introduction_open_asks is
  'Requests that a person has open, as they see it: one that was declined silently counts until it would have expired.';

create or replace function agora.introduction_cooldown(who uuid, whom uuid, seen_by uuid default null) returns timestamptz
  language plpgsql stable set search_path = '' as $$
begin
  return (
    with past as (
      select i.*, i.asker_person = who as mine from agora.introduction i
       where (i.asker_person, i.asked_person) in ((who, whom), (whom, who))
         and (seen_by is null or agora.introduction_met(i, seen_by))),
    waits as (
      select case p.state
          when 'declined' then p.answered_at + agora.policy_days('introduction.cooldown_declined')
          when 'expired' then p.expires_at + agora.policy_days('introduction.cooldown_expired')
          when 'offered' then p.expires_at + agora.policy_days('introduction.cooldown_expired') -- about to expire
          when 'cancelled' then p.expires_at + agora.policy_days('introduction.cooldown_expired')
          when 'withdrawn' then p.withdrawn_at + agora.policy_days('introduction.cooldown_withdrawn')
        end as until
        from past p where p.mine
      union all
      select p.ended_at + agora.policy_days('introduction.cooldown_ended')
        from past p
       where p.state = 'ended' and p.ended_by is not null and agora.person_of(p.ended_by) <> who
      union all
      select 'infinity'
        from past p
       where p.mine and p.state = 'expired'
      having count(*) > agora.policy_int('introduction.retries_expired'))
    select max(w.until) from waits w where w.until > now());
end $$;
comment on function agora.introduction_cooldown is
  'Until when a person may not ask another again, because of what came of earlier requests; null when they may now. Persons, not accounts. seen_by: only requests that this account sees as one with that person, not those under another name.';

create or replace function agora.introduction_void(viewer uuid, member uuid) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return agora.is_blocked(viewer, member)
      or agora.introduction_cooldown(agora.person_of(viewer), agora.person_of(member)) is not null
      or exists (select from agora.introduction i
                  where i.state in ('offered', 'granting', 'grant_failed', 'connected')
                    and (i.asker_person, i.asked_person) in ((agora.person_of(viewer), agora.person_of(member)),
                                                             (agora.person_of(member), agora.person_of(viewer))));
end $$;
comment on function agora.introduction_void is
  'Whether a request that nothing the viewer sees stands against must not reach the member, because of what is between the two under another name. A refusal would tell whose the pseudonym is.';

create or replace function agora.policy_days(wanted text) returns interval
  language plpgsql stable set search_path = '' as $$
begin
  return make_interval(days => agora.policy_int(wanted)::integer);
end $$;
comment on function agora.policy_days is 'A number of days of agora.policy as an interval.';

create or replace function agora.introduction_current(viewer uuid, member uuid) returns agora.introduction
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select i from agora.introduction i
     where (i.asker, i.asked) in ((viewer, member), (member, viewer))
       and agora.introduction_seen(i, viewer) in ('sent', 'received', 'connecting', 'delayed', 'connected')
       and agora.introduction_met(i, viewer)
     order by i.state in ('offered', 'granting', 'grant_failed', 'connected') desc, i.created_at desc
     limit 1);
end $$;
comment on function agora.introduction_current is 'The introduction that stands between two accounts, as one of them sees it; null when none does.';

create or replace function agora.introduction_mutual(viewer uuid, member uuid) returns uuid
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select last.id
      from (select i.* from agora.introduction i
             where i.asker = member and i.asked = viewer and agora.introduction_met(i, viewer)
             order by i.created_at desc, i.id desc limit 1) last
     where last.state in ('offered', 'declined', 'expired') and last.withdrawn_at is null
       and last.created_at > now() - agora.policy_days('introduction.mutual_days'));
end $$;
comment on function agora.introduction_mutual is
  'The request by the member that the viewer accepts by asking in turn, or by thinking better of a decline; null when there is none.';

-- Each obstacle is a code and a sentence. The sentence for a cool-down is also that for a block by the
-- other: nobody can tell them apart.
create or replace function agora.introduction_obstacle(viewer uuid, member uuid, out code text, out sentence text)
  language plpgsql stable set search_path = '' as $$
declare
  me agora.account;
  other agora.account;
  standing text;
  refused constant text := 'You cannot ask this member at present.';
begin
  select * into me from agora.account a where a.id = viewer and a.state = 'active';
  select * into other from agora.account a where a.id = member;
  standing := agora.introduction_seen(agora.introduction_current(viewer, member), viewer);
  if me.id is null then
    code := 'AG008'; sentence := 'Sign in to ask for an introduction.';
  elsif me.person_id = other.person_id then
    code := 'AG004'; sentence := 'This is you.';
  elsif agora.member_level(viewer) < agora.policy_int('introduction.level_ask') then
    code := 'AG002'; sentence := 'Only verified members can ask for introductions. Have your identity checked first.';
  elsif standing is not null then
    code := 'AG003';
    sentence := case standing
      when 'sent' then 'You have asked this member already. Wait for the answer.'
      when 'received' then 'This member has asked you. Answer that request.'
      when 'connected' then 'You have been introduced already.'
      else 'You are being introduced already.' end;
  elsif exists (select from agora.block k where k.blocker_person = me.person_id and k.blocked_person = other.person_id
                                               and k.blocked_as = coalesce(agora.met_as(viewer, member), '')) then
    code := 'AG003'; sentence := 'You have blocked this member. Lift the block first.';
  elsif other.state <> 'active' or agora.is_hidden(viewer, member) then
    code := 'AG003'; sentence := refused;
  elsif agora.member_level(member) < agora.policy_int('introduction.level_asked') then
    code := 'AG003'; sentence := 'This member is not verified yet, so nobody can be introduced to them.';
  elsif agora.introduction_mutual(viewer, member) is not null then
    null; -- they asked not long ago: asking them is accepting that
  elsif agora.introduction_cooldown(me.person_id, other.person_id, viewer) is not null then
    code := 'AG003'; sentence := refused;
  elsif (select count(*) from agora.introduction i
          where i.asked_person = other.person_id and i.state = 'offered' and i.expires_at > now())
        >= agora.policy_int('introduction.open_asked') then
    code := 'AG003'; sentence := 'This member has as many requests as they can take just now. Try again later.';
  elsif agora.introduction_open_asks(me.person_id) >= agora.introduction_open_limit(viewer) then
    code := 'AG006'; sentence := 'You have as many open requests as you may. Wait for an answer or withdraw one.';
  elsif agora.introduction_tokens(me.person_id) < 1 then
    code := 'AG006'; sentence := 'You have used up your requests for now. New ones are added every day.';
  end if;
end $$;
comment on function agora.introduction_obstacle is
  'Why a member may not ask another now: the code of the error and a sentence for the member; nulls when they may.';

create or replace function agora.relation(viewer uuid, member uuid) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  standing agora.introduction;
  seen text;
  obstacle record;
begin
  if viewer = member then
    return jsonb_build_object('state', 'self', 'can_ask', false, 'why_not', 'This is you.');
  end if;
  standing := agora.introduction_current(viewer, member);
  seen := agora.introduction_seen(standing, viewer);
  obstacle := agora.introduction_obstacle(viewer, member);
  return jsonb_strip_nulls(jsonb_build_object(
    'state', case seen when 'delayed' then 'connecting' else coalesce(seen, 'none') end,
    'introduction', standing.id,
    'can_ask', obstacle.code is null,
    'why_not', obstacle.sentence));
end $$;
comment on function agora.relation is
  'What stands between a viewer (null: nobody signed in) and a member (schema Relation), giving away neither a decline nor a block.';

grant execute on function agora.is_blocked(uuid, uuid), agora.is_contact(uuid, uuid), agora.relation(uuid, uuid) to agora_app;
