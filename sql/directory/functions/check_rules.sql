-- The auditor's questions: each names rows that break a rule which no act of ours should ever break. They
-- are written from the rules (docs/introductions.md, c.13), not from the functions that keep them.

create or replace function agora.check_introductions() returns table (rule text, subject text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  with pair as (
    select i.*, least(i.asker_person, i.asked_person) as low, greatest(i.asker_person, i.asked_person) as high
      from agora.introduction i),
  live as (select * from pair where state in ('granting', 'grant_failed', 'connected'))
  select 'two open introductions of one pair', string_agg(p.id::text, ' ')
    from pair p where p.state in ('offered', 'granting', 'grant_failed', 'connected')
   group by p.low, p.high having count(*) > 1
  union all
  select 'accepted without a recorded answer', l.id::text from live l where l.answered_at is null
  union all
  select 'accepted without an entry in the audit log', l.id::text from live l
   where not exists (select from agora.audit_event e
                      where e.action = 'introduction.accept' and e.subject = l.id and e.actor = l.asked)
  union all
  select 'accepted between members of whom one has blocked the other', l.id::text from live l
    join agora.block b on (b.blocker_person, b.blocked_person) in ((l.low, l.high), (l.high, l.low))
  union all
  select 'open with an erased member', p.id::text from pair p
    join agora.account a on a.id in (p.asker, p.asked) and a.state = 'erased'
   where p.state in ('offered', 'granting', 'grant_failed', 'connected')
  union all
  select 'offered although its time was up an hour ago', p.id::text from pair p
   where p.state = 'offered' and p.expires_at < now() - interval '1 hour' and p.paused_at is null
  union all
  select 'accepted, and not in the ledger of contacts', l.id::text from live l
   where not exists (select from agora.contact c
                      where c.introduction_id = l.id and c.wanted
                        and (c.one, c.other) = (least(l.asker, l.asked), greatest(l.asker, l.asked)))
  union all
  select 'more open requests than a person may have: ' || count(*), i.asker_person::text
    from agora.introduction i
   where i.state in ('offered', 'declined', 'cancelled') and i.withdrawn_at is null and i.expires_at > now()
   group by i.asker_person having count(*) > agora.policy_int('introduction.open_asks')
  union all
  select 'more open requests than a person may be asked: ' || count(*), i.asked_person::text
    from agora.introduction i where i.state = 'offered' and i.expires_at > now()
   group by i.asked_person having count(*) > agora.policy_int('introduction.open_asked')
  union all
  select 'more requests saved up than a person may', q.person_id::text
    from agora.introduction_quota q where q.tokens > agora.policy_int('introduction.tokens');
end $$;
comment on function agora.check_introductions is 'Introductions that break a rule of their model; none should.';

create or replace function agora.check_work() returns table (rule text, subject text)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  with work as (
    -- What the reconciliation did again is not a second grant or end.
    select o.kind, o.state, (o.payload ->> 'introduction')::uuid as id, o.payload ? 'again' as again
      from agora.outbox o where o.kind in ('grant', 'tell', 'end'))
  select 'being granted, and no grant is queued', i.id::text from agora.introduction i
   where i.state = 'granting'
     and not exists (select from work w where w.id = i.id and w.kind = 'grant' and w.state in ('waiting', 'running'))
  union all
  select 'granted more than once', w.id::text from work w
   where w.kind = 'grant' and not w.again and w.state in ('waiting', 'running', 'done', 'failed') group by w.id having count(*) > 1
  union all
  select 'told of more than once', w.id::text from work w
   where w.kind = 'tell' and w.state in ('waiting', 'running', 'done', 'failed') group by w.id having count(*) > 1
  union all
  select 'connected, and its thread was never queued', i.id::text from agora.introduction i
   where i.state = 'connected' and i.connected_at > now() - agora.policy_days('outbox.keep_days')
     and not exists (select from work w where w.id = i.id and w.kind = 'tell' and w.state <> 'superseded')
  union all
  select 'connected, and the ledger does not have it confirmed', i.id::text from agora.introduction i
   where i.state = 'connected'
     and not exists (select from agora.contact c where c.introduction_id = i.id and c.wanted and c.confirmed)
  union all
  select 'a contact without an introduction that both have agreed to', c.introduction_id::text
    from agora.contact c join agora.introduction i on i.id = c.introduction_id
   where c.wanted and i.state not in ('granting', 'grant_failed', 'connected')
  union all
  select 'a contact that has ended and is not being taken back', c.introduction_id::text
    from agora.contact c
   where not c.wanted and c.confirmed
     and not exists (select from work w where w.id = c.introduction_id and w.kind = 'end' and w.state in ('waiting', 'running', 'failed'))
  union all
  select 'work of an introduction that is not there', w.id::text
    from work w where not exists (select from agora.introduction i where i.id = w.id)
  union all
  select 'work that no worker has taken for ten minutes: ' || o.kind, o.id::text from agora.outbox o
   where o.state = 'waiting' and o.next_at < now() - interval '10 minutes'
      or o.state = 'running' and o.lease_until < now() - interval '10 minutes';
end $$;
comment on function agora.check_work is 'Contacts and outbox rows that do not fit their introductions; none should.';

create or replace function agora.check_counts()
  returns table (introductions bigint, contacts bigint, outbox bigint)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select (select count(*) from agora.introduction), (select count(*) from agora.contact), (select count(*) from agora.outbox);
end $$;
comment on function agora.check_counts is 'How much the auditor has looked at.';

create or replace function agora.check_contacts()
  returns table (introduction uuid, uid_one text, uid_other text, wanted boolean, confirmed boolean, pending boolean)
  language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select c.introduction_id, x.uid, y.uid, c.wanted, c.confirmed,
         exists (select from agora.outbox o
                  where o.order_key = agora.contact_key(c.one, c.other)
                    and o.kind in ('grant', 'end') and o.state in ('waiting', 'running', 'failed'))
    from agora.contact c
    join agora.tmtp_account x on x.account_id = c.one
    join agora.tmtp_account y on y.account_id = c.other
   order by c.one, c.other;
end $$;
comment on function agora.check_contacts is 'The ledger as the auditor compares it with the TMTP server. Holds uids: for the auditor alone.';

grant execute on function agora.check_introductions(), agora.check_work(), agora.check_counts(), agora.check_contacts() to agora_app;
