-- verified_claims for clients of the OpenID provider (OpenID Connect for Identity Assurance): what was asked
-- for becomes what there is of it, is shown to the member, and is given as it is at the time of giving.

create or replace function agora.oidc_verified_fits(v agora.verification, part jsonb) returns boolean
  language plpgsql stable set search_path = '' as $$
begin
  return v.id is not null
     and (part -> 'trust_frameworks' is null or part -> 'trust_frameworks' ? v.trust_framework)
     and (part ->> 'max_age' is null or v.verified_at > now() - make_interval(secs => least((part ->> 'max_age')::numeric, 1e9)::double precision));
end $$;
comment on function agora.oidc_verified_fits is 'Whether a verification is by one of the rule sets wanted, and young enough.';

create or replace function agora.oidc_verified_part(v agora.verification, part jsonb) returns jsonb
  language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('evidence', coalesce((part ->> 'evidence')::boolean, false), 'claims', jsonb_agg(f.name order by f.place))
      from agora.verified_facts(v) f
     where agora.oidc_verified_fits(v, part) and part -> 'claims' ? f.name
    having count(*) > 0);
end $$;
comment on function agora.oidc_verified_part is 'What there is of what was asked for; null when there is nothing.';

create or replace function agora.oidc_verified_ask(in_session uuid, token text, wanted jsonb)
  returns table (label text, value text)
  language plpgsql security definer set search_path = '' as $$
declare
  who uuid := (select s.account_id from agora.session s where s.id = in_session);
  v agora.verification := agora.verification_live(who);
  parts jsonb := jsonb_strip_nulls(jsonb_build_object(
    'id_token', agora.oidc_verified_part(v, wanted -> 'id_token'), 'userinfo', agora.oidc_verified_part(v, wanted -> 'userinfo')));
begin
  update agora.oidc_request q set verified = nullif(parts, '{}')
   where q.token_hash = decode(token, 'hex') and q.session_id = in_session;
  return query
    select n.label, f.value #>> '{}'
      from agora.verified_facts(v) f
      join agora.claim_name n on n.code = f.name
     where parts #> '{id_token,claims}' ? f.name or parts #> '{userinfo,claims}' ? f.name
     order by f.place;
  if (parts #>> '{id_token,evidence}')::boolean or (parts #>> '{userinfo,evidence}')::boolean then
    return query select 'What was checked, and how'::text, ''::text;
  end if;
end $$;
comment on function agora.oidc_verified_ask is
  'Keeps with a request which verified facts it would give, and tells them for the consent page; no row when none.';

create or replace function agora.oidc_verified_drop(in_session uuid, token text) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update agora.oidc_request set verified = null where token_hash = decode(token, 'hex') and session_id = in_session;
end $$;
comment on function agora.oidc_verified_drop is 'The member agrees to the sign-in without the verified facts.';

create or replace function agora.oidc_verified_now(account uuid, part jsonb) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select agora.verified_claims(l.v, array(select jsonb_array_elements_text(part -> 'claims')), (part ->> 'evidence')::boolean)
      from (select agora.verification_live(account) as v) l
     where part is not null and (l.v).id is not null);
end $$;
comment on function agora.oidc_verified_now is 'verified_claims of what was agreed to, by the verification that holds at this moment; null when there is none.';

create or replace function agora.oidc_verified_token(token text) returns text
  language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select agora.oidc_verified_now(s.account_id, c.verified -> 'id_token')::text
      from agora.oidc_token t
      join agora.oidc_code c on c.id = t.code_id
      join agora.session s on s.id = c.session_id
     where t.token_hash = decode(token, 'hex'));
end $$;
comment on function agora.oidc_verified_token is 'verified_claims for the id_token that comes with an access token; null for none.';

grant execute on function agora.oidc_verified_ask(uuid, text, jsonb), agora.oidc_verified_drop(uuid, text), agora.oidc_verified_token(text)
  to agora_app;
