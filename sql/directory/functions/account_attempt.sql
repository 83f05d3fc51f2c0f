-- Slowing down guesses and floods. A delay grows with what was tried and wears off; nothing is locked.

create or replace function agora.place(address text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return case family(address::inet)
    when 6 then host(network(set_masklen(address::inet, 64))) || '/64'
    else address end;
exception when invalid_text_representation then
  return address;
end $$;
comment on function agora.place is 'The network that an address stands for: itself, or the /64 of an IPv6 address.';

create or replace function agora.attempt_wait(wanted text, free bigint, longest bigint) returns integer
  language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select greatest(0, ceil(extract(epoch from
             t.last_at + make_interval(secs => least(longest, power(2, least(t.n - free, 30)))) - clock_timestamp())))::integer
      from agora.attempt t
     where t.key = wanted and t.n > free and t.last_at > now() - interval '1 day'), 0);
end $$;
comment on function agora.attempt_wait is
  'Seconds until the next try: none for the first `free` ones, then doubling up to `longest`.';

create or replace function agora.attempt_count(counted text, quiet interval default '1 day') returns integer
  language plpgsql volatile set search_path = '' as $$
declare
  times integer;
begin
  insert into agora.attempt as t (key, last_at) values (counted, clock_timestamp())
  on conflict (key) do update
    set n = case when t.last_at < now() - quiet then 1 else least(t.n, 1000000) + 1 end,
        last_at = clock_timestamp()
  returning n into times;
  return times;
end $$;
comment on function agora.attempt_count is 'Counts one; begins anew after a time without any.';

create or replace function agora.attempt_forget_old() returns void
  language plpgsql volatile set search_path = '' as $$
begin
  delete from agora.attempt t
   where t.ctid = any (array(
     select old.ctid from agora.attempt old
      where old.last_at < now() - interval '1 day'
      order by old.last_at
      limit 20
      for update skip locked));
end $$;
comment on function agora.attempt_forget_old is 'Takes a few old counters along, so that nothing else has to.';

create or replace function agora.email_key(email text) returns text
  language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(email, 'UTF8')), 'hex');
end $$;
comment on function agora.email_key is 'An e-mail address as counters know it.';

create or replace function agora.mail_take(email text, from_address text) returns boolean
  language plpgsql volatile set search_path = '' as $$
declare
  key text := 'mail:' || agora.email_key(email);
begin
  perform agora.attempt_forget_old();
  -- By network first: what a stranger asks for elsewhere does not use up what the owner may ask for.
  return agora.attempt_count(key || '@' || agora.place(from_address), '1 hour') <= agora.policy_int('mail.codes_per_hour')
     and agora.attempt_count(key, '1 hour') <= agora.policy_int('mail.codes_per_hour_everywhere');
end $$;
comment on function agora.mail_take is
  'Whether one more message with a code may go to this address of e-mail, when somebody on this network asks; counts it.';
