-- The e-mails to a member who is asked: when they are asked, and as reminders while they have not answered.
-- They say that somebody asks, and nothing of who or what.

create or replace function agora.introduction_mail(i agora.introduction) returns void
  language plpgsql volatile set search_path = '' as $$
declare
  again boolean := i.reminded > 0;
  organisation text := agora.policy_text('organisation.name');
begin
  perform agora.outbox_add('mail', 'mail:' || a.email, jsonb_build_object(
      'to', a.email,
      'subject', organisation || ': ' || case when again then 'a request to be introduced to you waits for your answer'
                                              else 'a member asks to be introduced to you' end,
      'text', format(E'Hello %s,\n\n%s. Sign in and open "Introductions" to see who it is and what they ask; you can accept or decline, and nobody is told of a decline.\n\n%s.\n\n%s\n',
                     a.given_name,
                     case when again then 'a verified member still waits for your answer to a request to be introduced to you'
                          else 'a verified member asks to be introduced to you' end,
                     'A request that is not answered expires by itself, this one on ' || to_char(i.expires_at at time zone 'UTC', 'FMDD FMMonth YYYY'),
                     organisation)))
    from agora.account a where a.id = i.asked and a.state = 'active';
end $$;
comment on function agora.introduction_mail is
  'Queues the e-mail that tells a member they are asked, or reminds them of it: no name, no text of the asker.';

create or replace function agora.introductions_remind(most integer) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  first_at constant interval := agora.policy_days('introduction.reminder_first');
  second_at constant interval := agora.policy_days('introduction.reminder_second');
  i agora.introduction;
  n bigint := 0;
begin
  for i in
    select * from agora.introduction d
     where d.state = 'offered' and d.reminded < 2 and d.expires_at > now() and d.paused_at is null
       and d.created_at <= now() - case d.reminded when 0 then first_at else second_at end
     order by d.created_at limit most for update skip locked
  loop
    -- Who comes late (a worker that was away) reminds once, not twice in a row.
    update agora.introduction
       set reminded = case when created_at <= now() - second_at then 2 else 1 end
     where id = i.id
    returning * into i;
    perform agora.introduction_mail(i);
    n := n + 1;
  end loop;
  return n;
end $$;
comment on function agora.introductions_remind is
  'The worker''s timer: reminds members, twice a request, that they have not answered; how many it reminded.';

grant execute on function agora.introductions_remind(integer) to agora_app;
