-- Receipts: what of a verification a member takes away, signed by the service. The text goes to the member
-- and is not kept; whoever is shown it can ask here whether it still holds, and learns nothing else.

create or replace function agora.receipt_make(viewer uuid, wanted text[], with_evidence boolean, days integer) returns text
  language plpgsql security definer set search_path = '' as $$
declare
  v agora.verification := agora.verification_live(viewer);
  facts text[];
  wrong text;
  most bigint := agora.policy_int('receipt.longest_days');
  made agora.receipt;
begin
  if v.id is null then
    perform agora.fail('AG003', null, 'You have no verification that holds now, so there is nothing to state.');
  end if;
  if days > most then
    perform agora.fail('AG004', '/days', 'A receipt holds for at most ' || most || ' days.');
  end if;
  perform from agora.account where id = viewer for update;
  if (select count(*) from agora.receipt r
       where r.account_id = viewer and r.ended_at is null and r.expires_at > now()) >= agora.policy_int('receipt.most') then
    perform agora.fail('AG003', null, 'You have too many receipts. End one first.');
  end if;
  select coalesce(array_agg(f.name order by f.place), '{}') into facts from agora.verified_facts(v) f;
  wanted := coalesce(wanted, agora.claims_seen(v, 'public'));
  select w.name into wrong from unnest(wanted) w (name) where w.name <> all (facts) limit 1;
  if found then
    perform agora.fail('AG004', '/claims', 'This is no verified fact of yours: ' || left(wrong, 60));
  end if;
  insert into agora.receipt (account_id, verification_id, claims, evidence, expires_at)
  values (viewer, v.id, wanted, coalesce(with_evidence, false),
          least(v.valid_until, date_trunc('second', now()) + make_interval(days => coalesce(days, agora.policy_int('receipt.days')::integer))))
  returning * into made;
  perform agora.audit(viewer, 'receipt.make', 'receipt', made.id,
                      jsonb_build_object('claims', wanted, 'evidence', made.evidence));
  return jsonb_strip_nulls(jsonb_build_object(
    'jti', made.id,
    'handle', (select a.handle from agora.account a where a.id = viewer),
    'iat', floor(extract(epoch from made.issued_at))::bigint,
    'exp', floor(extract(epoch from made.expires_at))::bigint,
    'level', v.level,
    'sentence', agora.verification_sentence(v),
    'verified_claims', agora.verified_claims(v, wanted, made.evidence)))::text;
end $$;
comment on function agora.receipt_make is
  'What a receipt says, to be signed by the service: the facts wanted (null: those that everyone may see), with or without the evidence, for so many days.';

create or replace function agora.receipt_holds(r agora.receipt) returns boolean
  language plpgsql stable security definer set search_path = '' as $$
begin
  return r.ended_at is null and r.expires_at > now()
     and exists (select from agora.account a
                   join agora.verification v on v.id = r.verification_id and v.person_id = a.person_id
                  where a.id = r.account_id and a.state = 'active' and v.state = 'active' and v.valid_until > now());
end $$;
comment on function agora.receipt_holds is 'Whether a receipt still holds: not ended, not too old, and its verification is the one in force.';

create or replace function agora.receipt_status(wanted uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object('status', case when exists (
    select from agora.receipt r where r.id = wanted and agora.receipt_holds(r)) then 'valid' else 'ended' end)::text;
end $$;
comment on function agora.receipt_status is 'valid or ended, for anyone; one that never was looks as one that has ended.';

create or replace function agora.receipt_list(viewer uuid) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'issued_at', agora.ts(r.issued_at), 'expires_at', agora.ts(r.expires_at), 'evidence', r.evidence,
        'claims', (select coalesce(jsonb_agg(n.label order by n.place), '[]') from agora.claim_name n where n.code = any (r.claims)))
        order by r.issued_at desc, r.id desc), '[]'))::text
      from agora.receipt r
     where r.account_id = viewer and agora.receipt_holds(r));
end $$;
comment on function agora.receipt_list is 'The own receipts that hold (schema ReceiptList).';

create or replace function agora.receipt_end(viewer uuid, wanted uuid) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.receipt set ended_at = now() where id = wanted and account_id = viewer and ended_at is null;
  if not found then
    perform agora.fail('AG001');
  end if;
  perform agora.audit(viewer, 'receipt.end', 'receipt', wanted);
end $$;
comment on function agora.receipt_end is 'Ends a receipt: whoever asks for its status is told so.';

grant execute on function agora.receipt_make(uuid, text[], boolean, integer), agora.receipt_status(uuid), agora.receipt_list(uuid),
  agora.receipt_end(uuid, uuid) to agora_app;
