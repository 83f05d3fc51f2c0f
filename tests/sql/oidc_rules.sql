-- The OpenID provider: who is answered where, consent once, codes once, nothing for members who are not verified.
begin;
\ir lib/accounts.psql
select no_plan();

create function pg_temp.finds(redirect text, client text default 'tmtp') returns boolean language sql as $$
  select exists (select from agora.oidc_client_find(client, redirect))
$$;
select ok(pg_temp.finds(uri), 'is the client''s: ' || uri)
  from unnest('{http://localhost/u,http://localhost:8123/u,http://127.0.0.1:1/u,http://[::1]:65535/u}'::text[]) uri;
select ok(not pg_temp.finds(uri), 'is not: ' || to_json(uri))
  from unnest(array['http://localhost:8123/u/', 'http://localhost:8123/U', 'http://localhost:8123/', 'http://localhost:8123/u?x=1', 'http://localhost:8123/u#x',
    'https://localhost:8123/u', 'http://localhost:8123@evil.example/u', 'http://localhost.evil.example/u', 'http://localhost:81234567/u', 'http://localhost:/u',
    'http://localhost:012/u', 'http://127.0.0.1.evil.example:80/u', 'http://127.0.0.2:80/u', 'http://[::2]:80/u', 'http://evil.example/u', 'http://localhost:8123/u/../v',
    ' http://localhost:8123/u', E'http://localhost:8123/u\n', 'HTTP://localhost:8123/u', 'javascript:alert(1)', '', 'http://localhost:8123\u']) uri;
select ok(not pg_temp.finds('http://localhost/u', 'other'), 'an unknown client is not answered anywhere');
insert into agora.oidc_client (id, name, redirect_uris, scopes) values ('site', 'A site', '{https://site.example/cb}', '{openid,profile}');
select ok(pg_temp.finds('https://site.example/cb', 'site'), 'a site is answered at its own address');
select ok(not pg_temp.finds(uri, 'site'), 'and nowhere else: ' || uri)
  from unnest('{https://site.example:444/cb,http://localhost/u,https://site.example/cb2,https://site.example/c}'::text[]) uri;

-- Consent.
select pg_temp.account(n) from unnest('{ann,new,eve}'::text[]) n;
select agora.verification_grant_example(pg_temp.id(n), 2) from unnest('{ann,eve}'::text[]) n;
select agora.verification_grant_example(pg_temp.id('new'), 1);
select pg_temp.session(n, n) from unnest('{ann,new,eve}'::text[]) n;
create function pg_temp.challenge() returns text language sql as $$ select repeat('c', 43) $$;
create function pg_temp.ask(name text, token text, scope text default 'openid tmtp', client text default 'tmtp') returns boolean language sql as $$
  select allowed from agora.oidc_ask(pg_temp.session_id(name), client, 'http://localhost:8123/u', scope, pg_temp.challenge(), 'n-1', 'A%3Dx+y', pg_temp.hash(token))
$$;
create function pg_temp.answer(name text, token text, code text, agreed boolean default true) returns text language sql as $$
  select redirect_uri || ' ' || state from agora.oidc_answer(pg_temp.session_id(name), pg_temp.hash(token), agreed, pg_temp.hash(code))
$$;
select is(pg_temp.ask('new', 't0'), false, 'a member who is not verified is not asked for scope tmtp');
select is(pg_temp.answer('new', 't0', 'c0'), null, 'and has nothing to answer');
select is(pg_temp.ask('new', 't0', 'openid profile', 'site'), true, 'other scopes are open to them');
select is(pg_temp.ask('ann', 't1'), true, 'a verified member is asked');
select is(pg_temp.answer('eve', 't1', 'c1'), null, 'nobody answers in another''s session');
select is(pg_temp.answer('ann', 't2', 'c1'), null, 'nor with a token that is none');
select is(pg_temp.answer('ann', 't1', 'c1'), 'http://localhost:8123/u A%3Dx+y', 'the answer goes where it was asked for, the state untouched');
select is(pg_temp.answer('ann', 't1', 'c1'), null, 'a page is answered once');
select pg_temp.ask('ann', 't3');
select is(pg_temp.answer('ann', 't3', 'c3', false), 'http://localhost:8123/u A%3Dx+y', 'who refuses is sent back as well');
select is((select count(*) from agora.oidc_code where code_hash = decode(pg_temp.hash('c3'), 'hex')), 0::bigint, 'without a code');
select pg_temp.ask('ann', 't4');
update agora.oidc_request set expires_at = now();
select is(pg_temp.answer('ann', 't4', 'c4'), null, 'a page that lay too long is void');

-- Codes.
create function pg_temp.redeem(code text, token text default 'a', client text default 'tmtp', redirect text default 'http://localhost:8123/u',
                               challenge text default pg_temp.challenge()) returns text language sql as $$
  select shown_name || '/' || scope || '/' || nonce from agora.oidc_redeem(client, pg_temp.hash(code), redirect, challenge, pg_temp.hash(token))
$$;
create function pg_temp.code(name text, code text, scope text default 'openid tmtp') returns void language sql as $$
  select pg_temp.ask(name, 'token for ' || code, scope);
  select pg_temp.answer(name, 'token for ' || code, code);
$$;
select is(agora.oidc_userinfo(pg_temp.hash('a1')), null, 'a token that was never given says nothing');
select is(pg_temp.redeem('c1', 'a1'), 'Ann Test/openid tmtp/n-1', 'a code gives what was agreed to');
select is(agora.oidc_userinfo(pg_temp.hash('a1'))::jsonb, jsonb_build_object('sub', pg_temp.id('ann'), 'name', 'Ann Test'), 'and a token that says who');
select is((select detail from agora.audit_event where action = 'oidc.token' and subject = pg_temp.id('ann')), '{"client": "tmtp", "scope": "openid tmtp"}', 'which is in the audit log');
select is(pg_temp.redeem('c1', 'a2'), null, 'a code works once');
select is(agora.oidc_userinfo(pg_temp.hash('a1')), null, 'a second use ends what the first gave');
select is(pg_temp.redeem('never'), null, 'an unknown code gives nothing');

select pg_temp.code('ann', c) from unnest('{d1,d2,d3,d4,d5}'::text[]) c;
select is(pg_temp.redeem('d1', client => 'site'), null, 'nor does a code of another client');
select is(pg_temp.redeem('d2', redirect => 'http://localhost:8124/u'), null, 'nor another address, one octet off');
select is(pg_temp.redeem('d3', challenge => repeat('c', 42) || 'd'), null, 'nor a verifier that is not the one');
select is(pg_temp.redeem('d4', challenge => ''), null, 'nor none');
select is(pg_temp.redeem(c), null, 'and the wrong attempt has used it up: ' || c) from unnest('{d1,d2,d3,d4}'::text[]) c;
select is((select (expires_at - now())::text from agora.oidc_code where code_hash = decode(pg_temp.hash('d5'), 'hex')), '00:01:00', 'a code lasts a minute');
update agora.oidc_code set expires_at = now();
select is(pg_temp.redeem('d5'), null, 'not longer');

select pg_temp.code('ann', c) from unnest('{e1,e2}'::text[]) c;
select pg_temp.redeem('e1', 'a3');
update agora.oidc_token set expires_at = now();
select is(agora.oidc_userinfo(pg_temp.hash('a3')), null, 'an access token ends');
select pg_temp.code('ann', 'e3');
select pg_temp.redeem('e3', 'a4');
select agora.session_end(pg_temp.id('ann'), pg_temp.session_id('ann'));
select is(pg_temp.redeem('e2'), null, 'signing out ends the codes');
select is(agora.oidc_userinfo(pg_temp.hash('a4')), null, 'and the tokens');

select pg_temp.code('eve', c) from unnest('{f1,f2}'::text[]) c;
select pg_temp.redeem('f1', 'a5');
select isnt(agora.oidc_userinfo(pg_temp.hash('a5')), null, 'a member''s token');
update agora.verification set state = 'suspended' where account_id = pg_temp.id('eve');
select is(pg_temp.redeem('f2'), null, 'a verification that ended meanwhile gives no token for scope tmtp');
update agora.account set state = 'suspended' where id = pg_temp.id('eve');
select is(agora.oidc_userinfo(pg_temp.hash('a5')), null, 'suspension ends tokens');

select table_privs_are('agora', t, 'agora_app', '{}', 'the service has no right to the table ' || t)
  from unnest('{oidc_client,oidc_request,oidc_code,oidc_token}'::text[]) t;

select * from finish();
rollback;
