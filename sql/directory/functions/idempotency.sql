-- Idempotency-Key: the claim of a key, the change and the answer that is kept are one transaction.

create or replace function agora.idempotency_claim(for_account uuid, for_route text, for_key text, hash text)
  returns table (status integer, answer text, etag text)
  language plpgsql security definer set search_path = '' as $$
declare
  asked bytea := decode(hash, 'hex');
  had agora.idempotency;
begin
  -- A second request with the key does not wait for the first one: it would hold a worker.
  if not pg_try_advisory_xact_lock(hashtextextended(for_account::text || for_route || ' ' || for_key, 0)) then
    perform agora.fail('AG010');
  end if;
  -- Each claim takes a few expired rows along, so that nothing else has to.
  delete from agora.idempotency i
   where i.ctid = any (array(
     select old.ctid from agora.idempotency old
      where old.at < now() - interval '24 hours'
      order by old.at
      limit 20
      for update skip locked));
  select * into had from agora.idempotency i
   where i.account_id = for_account and i.route = for_route and i.key = for_key;
  if found and had.body_hash <> asked then
    perform agora.fail('AG009', null, 'This Idempotency-Key was used with another request. Use a new one.');
  end if;
  if not found then
    insert into agora.idempotency (account_id, route, key, body_hash) values (for_account, for_route, for_key, asked);
  end if;
  return query select had.status, had.answer, had.etag;
end $$;
comment on function agora.idempotency_claim is
  'Claims a key in the transaction of the change: nulls when it is new, else the answer that was given.';

create or replace function agora.idempotency_keep(
    for_account uuid, for_route text, for_key text, new_status integer, new_answer text, new_etag text)
  returns void language plpgsql security definer set search_path = '' as $$
begin
  update agora.idempotency
     set status = new_status, answer = new_answer, etag = new_etag
   where account_id = for_account and route = for_route and key = for_key;
end $$;
comment on function agora.idempotency_keep is 'Keeps the answer under a key that was claimed in this transaction.';

grant execute on function agora.idempotency_claim, agora.idempotency_keep to agora_app;
