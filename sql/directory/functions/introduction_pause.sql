-- Introductions of somebody whose verification is suspended: their time stands still. To the asker a request
-- that is paused is the same as one that waits, or was declined.

create or replace function agora.introductions_pause(person uuid) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  update agora.introduction i set paused_at = now()
   where person in (i.asker_person, i.asked_person) and i.paused_at is null
     and (i.state = 'granting' or i.state in ('offered', 'declined', 'cancelled') and not i.lapsed and i.expires_at > now());
  update agora.outbox o set next_at = 'infinity'
    from agora.introduction i
   where person in (i.asker_person, i.asked_person) and i.state = 'granting'
     and o.order_key = agora.contact_key(i.asker, i.asked) and o.kind = 'grant' and o.state = 'waiting';
  perform agora.introduction_tell(i, false, true)
     from agora.introduction i where person in (i.asker_person, i.asked_person) and i.state = 'offered' and i.paused_at is not null;
end $$;
comment on function agora.introductions_pause is 'Lets the time of a person''s open introductions stand still; what was accepted and not granted yet waits.';

create or replace function agora.introductions_resume(person uuid) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  i agora.introduction;
begin
  for i in
    select * from agora.introduction n
     where person in (n.asker_person, n.asked_person) and n.paused_at is not null
       and not agora.person_suspended(case when n.asker_person = person then n.asked_person else n.asker_person end)
     order by n.id for update
  loop
    update agora.introduction set paused_at = null, expires_at = expires_at + (now() - i.paused_at) where id = i.id;
    if i.state = 'granting' and agora.tmtp_ready(i.asker) and agora.tmtp_ready(i.asked) then
      update agora.outbox o set next_at = now()
       where o.order_key = agora.contact_key(i.asker, i.asked) and o.kind = 'grant' and o.state = 'waiting';
      perform pg_notify('agora_outbox', '');
    end if;
    perform agora.introduction_tell(i, false, i.state = 'offered');
  end loop;
end $$;
comment on function agora.introductions_resume is 'Lets their time go on where the other one is not suspended as well; none of it was lost.';
