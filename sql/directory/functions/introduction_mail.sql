-- The e-mail to a member who is asked. It says that somebody asks, and nothing of who or what.

create or replace function agora.introduction_mail(i agora.introduction) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform agora.outbox_add('mail', 'mail:' || a.email, jsonb_build_object(
      'to', a.email,
      'subject', 'A member asks to be introduced to you',
      'text', format(E'Hello %s,\n\na verified member asks to be introduced to you. Sign in to see who it is and what they ask; you can accept or decline.\n\nA request that is not answered expires by itself after %s days.\n',
                     a.given_name, agora.policy_int('introduction.expiry_days'))))
    from agora.account a where a.id = i.asked;
end $$;
comment on function agora.introduction_mail is 'Queues the e-mail that tells a member they are asked: no name, no text of the asker.';
