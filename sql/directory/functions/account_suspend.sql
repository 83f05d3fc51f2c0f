-- Suspending an account and letting it in again, by the operator's word. Triggers of agora.account end its sessions
-- and take it out of the search; what it has (profile, contacts, verification) stays.

create or replace function agora.account_tell(a agora.account, subject text, body text) returns void
  language plpgsql volatile set search_path = '' as $$
begin
  perform agora.outbox_add('mail', 'mail:' || a.id, jsonb_build_object(
    'to', a.email,
    'subject', subject,
    'text', 'Dear ' || a.given_name || ' ' || a.family_name || E',\n\n' || body || E'\n\n' || agora.policy_text('organisation.name') || E'\n'));
end $$;
comment on function agora.account_tell is 'Queues an e-mail to a member about their account, also when they cannot sign in.';

create or replace function agora.account_suspend(of_email text, why text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account := agora.account_of(of_email);
begin
  if coalesce(length(trim(why)), 0) not between 10 and 2000 then
    perform agora.fail('AG004', '/reason', 'Say why in 10 to 2,000 characters; the member reads it.');
  elsif a.roles <> '{}' then
    perform agora.fail('AG003', null, format('This account is %s. Take that away first, so that others get its cases.', array_to_string(a.roles, ', ')));
  elsif a.state = 'suspended' then
    perform agora.fail('AG003', null, format('This account is suspended already, for this: %s', a.suspended_for));
  elsif a.state <> 'active' then
    perform agora.fail('AG003', null, 'This account is not active.');
  end if;
  update agora.account set state = 'suspended', suspended_for = trim(why), version = version + 1 where id = a.id;
  perform agora.tmtp_suspend(a.id, true);
  perform agora.audit(null, 'account.suspend', 'account', a.id, '{}');
  perform agora.account_tell(a, 'Your account is suspended', E'You cannot sign in for now, and others do not find you. The reason:\n\n'
    || trim(why) || E'\n\nNothing is deleted. Write to us if you think that this is wrong.');
  return a.handle;
end $$;
comment on function agora.account_suspend is
  'Suspends an active account without roles: it cannot sign in, is not found, and is suspended on the TMTP server where that can be; its member is told why. Its handle.';

create or replace function agora.account_resume(of_email text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  a agora.account := agora.account_of(of_email);
begin
  if a.state <> 'suspended' then
    perform agora.fail('AG003', null, 'This account is not suspended.');
  end if;
  update agora.account set state = 'active', suspended_for = null, version = version + 1 where id = a.id;
  perform agora.tmtp_suspend(a.id, false);
  perform agora.audit(null, 'account.resume', 'account', a.id, '{}');
  perform agora.account_tell(a, 'Your account is open again', 'You can sign in again, and others find you as before.');
  return a.handle;
end $$;
comment on function agora.account_resume is 'Ends a suspension; the member is told. The handle of the account.';
