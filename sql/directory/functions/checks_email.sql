-- An e-mail address at an employer or university, by a code sent to it. What is kept is the domain; the
-- address stands in the message alone, and the message is forgotten with its code.

create or replace function agora.email_domain(address text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return (
    select case when d ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$' and length(d) <= 253 then d end
      from (select rtrim(split_part(lower(address), '@', 2), '.') as d) s);
end $$;
comment on function agora.email_domain is 'The domain of an e-mail address, in lower case; null when it is none that names could be registered in.';

create or replace function agora.is_freemail(wanted text) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return exists (select from agora.freemail_domain f where wanted = f.domain or wanted like '%.' || f.domain);
end $$;
comment on function agora.is_freemail is 'Whether anyone can have an address at this domain.';

create or replace function agora.domain_code_ask(viewer uuid, address text, code text, mail text, from_address text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  domain text := agora.email_domain(address);
  made agora.domain_code;
begin
  if not agora.is_active(viewer) then
    perform agora.fail('AG002');
  end if;
  perform agora.domain_code_forget();
  if domain is null then
    perform agora.fail('AG004', '/email', 'Write an e-mail address, such as name@example.org.');
  end if;
  if agora.is_freemail(domain) then
    perform agora.fail('AG004', '/email',
      'Anyone can have an address at ' || domain || '. Give your address at your employer or university.');
  end if;
  -- One at a time, so that many at once are not all counted as the first.
  perform from agora.account where id = viewer for update;
  if (select count(*) from agora.domain_code c where c.account_id = viewer and c.created_at > now() - interval '1 day')
     >= agora.policy_int('checks.codes_per_day') or not agora.mail_take(address, from_address) then
    perform agora.fail('AG006', null, 'Too many codes were asked for. Try again tomorrow; the codes you were sent still count.');
  end if;
  insert into agora.domain_code (account_id, domain, code_hash, expires_at)
  values (viewer, domain, decode(code, 'hex'), now() + make_interval(hours => agora.policy_int('checks.code_hours')::integer))
  returning * into made;
  perform agora.outbox_add('mail', 'domain_code:' || made.id, mail::jsonb);
  perform agora.audit(viewer, 'proof.code', 'account', viewer, jsonb_build_object('domain', domain));
  return jsonb_build_object('domain', domain, 'expires_at', agora.ts(made.expires_at))::text;
end $$;
comment on function agora.domain_code_ask is
  'Queues a message with a code to an address at work. Some a day for a member, some an hour for an address; none to domains where anyone can have one.';

create or replace function agora.domain_code_forget() returns void
  language plpgsql set search_path = '' as $$
begin
  with gone as (
    delete from agora.domain_code c
     where c.id = any (array(
       select o.id from agora.domain_code o where o.expires_at <= now() and o.created_at <= now() - interval '1 day'
        order by o.expires_at limit 100 for update skip locked))
    returning c.id)
  delete from agora.outbox o using gone where o.order_key = 'domain_code:' || gone.id;
end $$;
comment on function agora.domain_code_forget is 'Forgets codes that count no more, with the messages they were sent in.';

create or replace function agora.domain_code_give(viewer uuid, code text) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  c agora.domain_code;
  w agora.register_watch;
begin
  perform from agora.domain_code o where o.account_id = viewer order by o.id for update;
  select * into c from agora.domain_code o
   where o.account_id = viewer and o.code_hash = decode(code, 'hex') and o.used_at is null and o.expires_at > now()
     and o.tries < agora.policy_int('checks.code_tries');
  if not found then
    -- Counted by the caller's second look; here nothing may fail, or the count would go with it.
    update agora.domain_code o set tries = tries + 1 where o.account_id = viewer and o.used_at is null and o.expires_at > now();
    return null;
  end if;
  update agora.domain_code o set used_at = now() where o.id = c.id;
  delete from agora.outbox o where o.order_key = 'domain_code:' || c.id;
  w := agora.watch_name(viewer, (select n.id from agora.connector n where n.kind = 'email_code'), c.domain, '{}');
  w := agora.watch_settle(w, 'passed', null, null);
  update agora.register_watch
     set next_at = passed_at + make_interval(days => (agora.policy_int('checks.email_days')
                                                      - agora.policy_int('checks.email_notice_days'))::integer)
   where id = w.id returning * into w;
  perform agora.checks_attach_open(w);
  return agora.proof_json(w)::text;
end $$;
comment on function agora.domain_code_give is
  'The code came back: the domain is proved for a year, and the message with the address is forgotten. Null for a code that does not count; that counts as a try against all that are open.';

create or replace function agora.domain_by_clock() returns integer
  language plpgsql set search_path = '' as $$
declare
  w agora.register_watch;
  before agora.register_watch;
  ends timestamptz;
  n integer := 0;
begin
  perform agora.domain_code_forget();
  for w in select o.* from agora.register_watch o
             join agora.connector k on k.id = o.connector_id and k.kind = 'email_code'
            where o.ended_at is null and o.next_at <= now() order by o.next_at limit 100 for update of o skip locked loop
    before := w;
    n := n + 1;
    ends := w.passed_at + make_interval(days => agora.policy_int('checks.email_days')::integer);
    if ends <= now() then
      w.state := 'lapsed';
      update agora.register_watch set state = 'lapsed', ended_at = now(), next_at = null where id = w.id;
      perform agora.watch_follow(before, w);
    else
      update agora.register_watch set told_at = now(), next_at = ends where id = w.id;
      perform agora.watch_tell(w, 'Confirm your address at ' || w.target || ' again',
        'You confirmed an e-mail address at ' || w.target || ' a year ago, nearly. To go on showing it, have a new code sent by '
        || agora.day_words(ends) || '.');
    end if;
  end loop;
  return n;
end $$;
comment on function agora.domain_by_clock is 'Tells members whose e-mail domain is to be confirmed again, and ends what was not.';

grant execute on function agora.domain_code_ask(uuid, text, text, text, text), agora.domain_code_give(uuid, text) to agora_app;
