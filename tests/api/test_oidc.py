"""The OpenID provider, as a TMTP client and a stock TMTP server meet it (docs/tmtp.md, section 6), and as an attacker does."""
import base64
import configparser
import hashlib
import html
import http.client
import json
import re
import secrets
import time
import urllib.parse

import jwt
import pytest
from client import Client
from consent import Form, text_of

REDIRECT = 'http://localhost:8123/u'
FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


def b64(octets):
    """base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b'=').decode()


class Flow:
    """One sign-in by the code flow: a verifier of its own, the steps one by one."""

    def __init__(self, instance, **change):
        self.instance = instance
        self.verifier = secrets.token_urlsafe(48)
        self.params = {'response_type': 'code', 'client_id': 'tmtp', 'redirect_uri': REDIRECT, 'scope': 'openid profile tmtp',
                       'code_challenge_method': 'S256', 'code_challenge': b64(hashlib.sha256(self.verifier.encode()).digest()),
                       'state': 'A-state', 'nonce': 'a nonce', **change}
        self.params = {k: v for k, v in self.params.items() if v is not None}

    def path(self, more=''):
        """Path and query of the request for authorization."""
        return '/oauth2/authorize?' + urllib.parse.urlencode(self.params, quote_via=urllib.parse.quote) + more

    def ask(self, client, more=''):
        """Open the address."""
        return client.raw('GET', self.path(more), headers={'Accept': 'text/html'})

    def decide(self, client, page, which='allow'):
        """Press a button of the consent page; gives the answer."""
        return post(client, '/oauth2/consent', {**Form(page.text).fields, 'answer': which}, own(client))

    def allow(self, client):
        """From the address to the code."""
        page = self.ask(client)
        assert page.status == 200, text_of(page.text)
        return query_of(self.decide(client, page))['code']

    def redeem(self, code, **change):
        """Ask for the token, as a client without any cookie."""
        form = {'grant_type': 'authorization_code', 'client_id': self.params['client_id'], 'redirect_uri': self.params['redirect_uri'],
                'code': code, 'code_verifier': self.verifier, **change}
        return post(Client(self.instance.url), '/oauth2/token', {k: v for k, v in form.items() if v is not None})


def own(client):
    """What a browser says of a form on one of our own pages."""
    return {'Origin': f'{client.url.scheme}://{client.url.netloc}', 'Sec-Fetch-Site': 'same-origin'}


def post(client, path, form, headers=None):
    """A form, posted."""
    return client.raw('POST', path, urllib.parse.urlencode(form), {**FORM, **(headers or {})})


def query_of(answer):
    """The parameters of the address an answer sends to."""
    assert answer.status == 303, f'{answer.status} {answer.text}'
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers['location']).query, strict_parsing=True))


def userinfo(instance, token, method='GET'):
    """What an access token says."""
    return Client(instance.url).raw(method, '/oauth2/userinfo', headers={'Authorization': f'Bearer {token}'})


def public_keys(instance, path='/oauth2/jwks/tmtp'):
    """The key set."""
    return Client(instance.url).raw('GET', path).json


@pytest.fixture(scope='module', name='member')
def a_verified_member(instance):
    """Signed in, level 2."""
    return instance.person('Maria', level=2)


# -- what is published ---------------------------------------------------------------------------------

def test_discovery_tells_where_everything_is(instance):
    """The addresses are there, and the promises are those that are kept."""
    answer = Client(instance.url).raw('GET', '/.well-known/openid-configuration')
    found = answer.json
    assert answer.headers['content-type'] == 'application/json' and answer.headers['access-control-allow-origin'] == '*'
    assert found['issuer'] == instance.url
    for name in ('authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'):
        path = found[name].removeprefix(instance.url)
        assert path.startswith('/oauth2/') and Client(instance.url).raw('GET', path).status not in (404, 500)
    assert found['response_types_supported'] == ['code'] and found['code_challenge_methods_supported'] == ['S256']
    assert found['id_token_signing_alg_values_supported'] == ['RS256'] and found['token_endpoint_auth_methods_supported'] == ['none']
    assert 'openid' in found['scopes_supported'] and found['authorization_response_iss_parameter_supported'] is True
    assert found['request_parameter_supported'] is False and found['request_uri_parameter_supported'] is False


@pytest.mark.parametrize('path', ['/oauth2/jwks', '/oauth2/jwks/tmtp'])
def test_the_key_sets_have_what_stock_servers_need(instance, path):
    """RSA, e = AQAB, kid and alg and use, nothing private; the kid is the thumbprint."""
    keys = public_keys(instance, path)['keys']
    assert keys
    for key in keys:
        assert set(key) == {'kty', 'use', 'alg', 'kid', 'n', 'e'}
        assert (key['kty'], key['use'], key['alg'], key['e']) == ('RSA', 'sig', 'RS256', 'AQAB')
        members = json.dumps({'e': key['e'], 'kty': 'RSA', 'n': key['n']}, separators=(',', ':'))
        assert key['kid'] == b64(hashlib.sha256(members.encode()).digest())


# -- the whole way -------------------------------------------------------------------------------------

def test_a_verified_member_gets_a_token_that_holds(instance, member):
    """Every quirk of a stock server: plain aud, whole numbers, a list for amr, no padding, a scope that is not empty."""
    flow = Flow(instance)
    before = int(time.time())
    answer = flow.redeem(flow.allow(member))
    assert answer.status == 200 and answer.headers['cache-control'] == 'no-store', answer.text
    got = answer.json
    assert got['token_type'] == 'Bearer' and got['scope'] == 'openid profile tmtp'
    assert isinstance(got['expires_in'], int) and got['expires_in'] == 600
    assert '=' not in got['id_token'] and set(got) == {'access_token', 'token_type', 'expires_in', 'scope', 'id_token'}
    head = jwt.get_unverified_header(got['id_token'])
    key = next(k for k in jwt.PyJWKSet.from_dict(public_keys(instance)).keys if k.key_id == head['kid'])
    claims = jwt.decode(got['id_token'], key.key, algorithms=['RS256'], audience='tmtp', issuer=instance.url)
    assert head['alg'] == 'RS256' and claims['aud'] == 'tmtp' and claims['sub'] == member.account
    assert all(isinstance(claims[name], int) for name in ('exp', 'iat', 'auth_time'))
    assert claims['exp'] == claims['iat'] + 600 and before <= claims['iat'] <= time.time() and claims['auth_time'] <= claims['iat']
    assert claims['amr'] == ['pwd'] and claims['nonce'] == 'a nonce' and claims['name'].startswith('Maria')
    assert not {'email', 'given_name', 'family_name'} & set(claims)
    for method in ('GET', 'POST'):
        assert userinfo(instance, got['access_token'], method).json == {'sub': member.account, 'name': claims['name']}


def test_the_nonce_is_optional(instance, member):
    """And then is not in the token."""
    flow = Flow(instance, nonce=None)
    token = flow.redeem(flow.allow(member)).json['id_token']
    assert 'nonce' not in jwt.decode(token, options={'verify_signature': False})


def test_codes_and_tokens_need_no_escaping(instance, member):
    """Clients put them into forms as they are."""
    for _ in range(5):
        flow = Flow(instance)
        code = flow.allow(member)
        assert re.fullmatch(r'[A-Za-z0-9_-]{43}', code)
        assert re.fullmatch(r'[A-Za-z0-9_-]{43}', flow.redeem(code).json['access_token'])


@pytest.mark.parametrize('state', [
    'Aplain', 'A=localhost:7443_x', 'B+tmtp.example.org:443_y', 'C%3Dlocalhost%3A7443_%2B', 'D%2blower', 'E%20space+plus', "F!$'()*,;:@/?~",
    'G' + 'x' * 1900, '%C3%A9', 'H%25', '='])
def test_the_state_comes_back_to_the_octet(instance, member, state):
    """Not decoded and encoded again: some clients decode it, some do not."""
    flow = Flow(instance, state=None)
    page = flow.ask(member, f'&state={state}')
    assert page.status == 200, text_of(page.text)
    location = flow.decide(member, page).headers['location']
    assert f'&state={state}&iss=' in location


def test_a_state_that_cannot_stand_in_an_address_is_encoded(instance, member):
    """What a client sent unescaped goes back escaped; nothing splits the header."""
    flow = Flow(instance, state=None)
    page = flow.ask(member, '&state=%0d%0aSet-Cookie:x')
    location = flow.decide(member, page).headers['location']
    assert '&state=%0d%0aSet-Cookie:x&' in location
    connection = http.client.HTTPConnection('127.0.0.1', instance.http_port)
    connection.putrequest('GET', flow.path() + '&state="<>', skip_host=True)
    connection.putheader('Host', 'localhost')
    connection.putheader('Cookie', f'agora={member.cookies["agora"]}')
    connection.endheaders()
    page = connection.getresponse().read().decode()
    token = Form(page).fields['token']
    answer = post(member, '/oauth2/consent', {'token': token, 'answer': 'allow'}, own(member))
    assert '&state=%22%3C%3E&' in answer.headers['location']
    connection.close()


def test_who_refuses_sends_access_denied(instance, member):
    """With the state and the issuer, without a code."""
    flow = Flow(instance)
    sent = query_of(flow.decide(member, flow.ask(member), 'refuse'))
    assert sent['error'] == 'access_denied' and sent['state'] == 'A-state' and sent['iss'] == instance.url and 'code' not in sent


@pytest.mark.parametrize('redirect', ['http://localhost/u', 'http://localhost:1/u', 'http://127.0.0.1:65535/u', 'http://[::1]:8123/u'])
def test_any_loopback_port_will_do(instance, member, redirect):
    """RFC 8252; the page's policy lets the browser follow."""
    flow = Flow(instance, redirect_uri=redirect)
    page = flow.ask(member)
    policy = page.headers['content-security-policy']
    target = 'http:' if '[' in redirect else redirect.removesuffix('/u')
    assert policy.endswith(f"form-action 'self' {target}")
    answer = flow.decide(member, page)
    assert answer.headers['location'].startswith(redirect + '?code=')
    assert flow.redeem(query_of(answer)['code']).status == 200


def test_a_request_by_post_is_the_same(instance, member):
    """It goes on by GET, so that the browser brings its cookie also from another site."""
    flow = Flow(instance)
    answer = post(Client(instance.url), '/oauth2/authorize', flow.params, {'Origin': 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site'})
    assert answer.status == 303
    location = answer.headers['location']
    assert location.startswith('/oauth2/authorize?')
    assert dict(urllib.parse.parse_qsl(location.split('?')[1])) == flow.params
    assert Form(member.raw('GET', location).text).button == ('answer', 'allow')


# -- the member ----------------------------------------------------------------------------------------

def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(instance, member):
    """next is our own address with the whole request in it."""
    flow = Flow(instance)
    answer = flow.ask(instance.anyone(), '&login_hint=maria%40example.org')
    assert answer.status == 303
    parts = urllib.parse.urlsplit(answer.headers['location'])
    assert (parts.scheme, parts.netloc, parts.path) == ('', '', '/sign-in')
    query = dict(urllib.parse.parse_qsl(parts.query))
    assert query['email'] == 'maria@example.org'
    assert query['next'].startswith(flow.path())
    assert Form(member.raw('GET', query['next']).text).button == ('answer', 'allow')


@pytest.mark.parametrize('level', [0, 1])
def test_who_is_not_verified_is_told_what_is_missing(instance, level):
    """A page with the way to it, no form, no redirect."""
    person = instance.person('Unverified', level=level)
    page = Flow(instance).ask(person)
    assert page.status == 403 and 'location' not in page.headers
    assert 'verified' in text_of(page.text) and 'href="/me/verification"' in page.text and '<form' not in page.text


def test_a_verification_that_ends_meanwhile_gives_no_token(instance):
    """Between the consent and the token."""
    person = instance.person('Lapsed', level=2)
    flow = Flow(instance)
    code = flow.allow(person)
    instance.sql("update agora.verification set state = 'suspended' where account_id = $1::uuid", person.account)
    assert flow.redeem(code).json['error'] == 'invalid_grant'


def test_signing_out_or_losing_the_account_ends_what_was_given(instance):
    """Codes and access tokens hang on the session."""
    person = instance.person('Leaver', level=2)
    first, second = Flow(instance), Flow(instance)
    token = first.redeem(first.allow(person)).json['access_token']
    code = second.allow(person)
    assert userinfo(instance, token).status == 200
    person.expect(204, 'DELETE', 'session')
    assert second.redeem(code).json['error'] == 'invalid_grant'
    assert userinfo(instance, token).status == 401


def test_the_page_is_plain_and_says_who_asks_what(instance, member):
    """No script anywhere, names escaped, labels for a screen reader."""
    instance.sql("update agora.profile set shown_name = $1 where account_id = $2::uuid", '<b>"M" & \'K\'</b>', member.account)
    page = Flow(instance).ask(member)
    assert page.headers['content-type'] == 'text/html; charset=utf-8' and page.headers['cache-control'] == 'no-store'
    policy = page.headers['content-security-policy']
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and 'script' not in policy
    assert '<script' not in page.text and ' on' not in re.sub(r'>[^<]*<', '><', page.text)
    assert html.escape('<b>"M" & \'K\'</b>').replace('&#x27;', '&#39;') in page.text and '<b>' not in page.text
    assert '<html lang="en">' in page.text and '<h1>' in page.text and '<main>' in page.text
    said = text_of(page.text)
    assert 'Example Society of Engineers' in said and 'TMTP client' in said and 'Allow' in said and 'Refuse' in said
    assert 'verified member' in said and member.email in html.unescape(said)
    instance.sql("update agora.profile set shown_name = 'Maria Example' where account_id = $1::uuid", member.account)


def test_prompt_none_never_gives_anything_in_silence(instance, member):
    """Consent is asked for each time, so that silence is an error."""
    flow = Flow(instance, prompt='none')
    assert query_of(flow.ask(instance.anyone()))['error'] == 'login_required'
    assert query_of(flow.ask(member))['error'] == 'consent_required'


@pytest.mark.parametrize('more', [{'prompt': 'login'}, {'max_age': '60'}])
def test_a_client_may_want_a_fresh_sign_in(instance, more):
    """Signed in or not, the member proves again who they are, once."""
    person = instance.person('Again', level=2)
    instance.sql("update agora.session set authenticated_at = now() - interval '2 minutes' where account_id = $1::uuid", person.account)
    flow = Flow(instance, **more)
    sent = query_of(flow.ask(person))
    assert query_of(person.raw('GET', sent['next']))['next'].startswith('/oauth2/authorize?'), 'coming back without signing in does not do'
    person.sign_in(person.email, person.password)
    page = person.raw('GET', sent['next'])
    assert page.status == 200 and Form(page.text).button
    code = query_of(flow.decide(person, page))['code']
    claims = jwt.decode(flow.redeem(code).json['id_token'], options={'verify_signature': False})
    assert claims['auth_time'] >= time.time() - 60


def test_a_young_sign_in_is_young_enough(instance):
    """max_age of an hour asks nobody again."""
    person = instance.person('Young', level=2)
    assert Flow(instance, max_age='3600').ask(person).status == 200


# -- what is refused -----------------------------------------------------------------------------------

@pytest.mark.parametrize('change', [
    {'client_id': None}, {'client_id': 'other'}, {'client_id': "tmtp'"}, {'redirect_uri': None}, *({'redirect_uri': uri} for uri in (
        'http://localhost:8123/u/', 'http://localhost:8123/U', 'http://localhost:8123/v', 'http://localhost:8123/u?x', 'http://localhost:8123/u#x',
        'https://localhost:8123/u', 'http://localhost:8123@evil.example/u', 'http://evil.example/u', 'http://localhost.evil.example:80/u',
        'http://localhost:99999999/u', '//localhost:8123/u', 'javascript:alert(1)', 'http://127.0.0.2:8123/u', 'http://localhost:8123/u\r\nX: y'))])
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(instance, member, change):
    """A page instead, whoever asks: no open redirector."""
    flow = Flow(instance, **change)
    for client in (member, instance.anyone()):
        page = flow.ask(client)
        assert page.status == 400 and 'location' not in page.headers
        assert page.headers['content-type'].startswith('text/html') and '<form' not in page.text
        assert 'evil.example' not in page.text


def test_an_address_or_client_given_twice_is_refused_on_the_spot(instance, member):
    """Which of the two would be anybody's guess."""
    for more in ('&redirect_uri=http%3A%2F%2Fevil.example', '&client_id=other'):
        page = Flow(instance).ask(member, more)
        assert page.status == 400 and 'location' not in page.headers


@pytest.mark.parametrize('change,error', [
    ({'response_type': None}, 'invalid_request'), ({'response_type': 'token'}, 'unsupported_response_type'),
    ({'response_type': 'code id_token'}, 'unsupported_response_type'), ({'response_mode': 'fragment'}, 'invalid_request'),
    ({'scope': None}, 'invalid_scope'), ({'scope': 'profile tmtp'}, 'invalid_scope'), ({'scope': 'openidx'}, 'invalid_scope'),
    ({'code_challenge': None}, 'invalid_request'), ({'code_challenge': 'short'}, 'invalid_request'),
    ({'code_challenge': 'x' * 42 + '='}, 'invalid_request'), ({'code_challenge': 'x' * 44}, 'invalid_request'),
    ({'code_challenge_method': None}, 'invalid_request'), ({'code_challenge_method': 'plain'}, 'invalid_request'),
    ({'request': 'e30.e30.'}, 'request_not_supported'), ({'request_uri': 'https://evil.example/'}, 'request_uri_not_supported'),
    ({'nonce': 'x' * 2001}, 'invalid_request')])
def test_what_is_wrong_goes_back_to_the_client(instance, member, change, error):
    """By redirect, with state and issuer (RFC 6749 4.1.2.1, RFC 9207)."""
    sent = query_of(Flow(instance, **change).ask(member))
    assert sent['error'] == error and sent['state'] == 'A-state' and sent['iss'] == instance.url and 'code' not in sent


def test_a_parameter_given_twice_goes_back_to_the_client(instance, member):
    """RFC 6749, 3.1."""
    assert query_of(Flow(instance).ask(member, '&scope=openid'))['error'] == 'invalid_request'


def test_unknown_parameters_and_scopes_are_passed_over(instance, member):
    """As OpenID Connect wants it; what is given is said in the token answer."""
    flow = Flow(instance, scope='foo openid tmtp offline_access', display='popup', ui_locales='de', acr_values='x', id_token_hint='y')
    assert flow.redeem(flow.allow(member)).json['scope'] == 'openid tmtp'


def test_consent_is_the_members_own(instance, member):
    """Not another's, not twice, not from another site, not without a session, not without the token."""
    other = instance.person('Other', level=2)
    flow = Flow(instance)
    page = flow.ask(member)
    form = {**Form(page.text).fields, 'answer': 'allow'}
    evil = {'Origin': 'https://evil.example', 'Sec-Fetch-Site': 'cross-site'}
    refused = [post(other, '/oauth2/consent', form, own(other)), post(member, '/oauth2/consent', form, evil),
               post(instance.anyone(), '/oauth2/consent', form, own(member)),
               post(member, '/oauth2/consent', {'answer': 'allow'}, own(member)),
               post(member, '/oauth2/consent', {'token': 'x' * 43, 'answer': 'allow'}, own(member))]
    assert [a.status for a in refused] == [400, 403, 400, 400, 400]
    assert not any('location' in a.headers for a in refused)
    assert 'code' in query_of(post(member, '/oauth2/consent', form, own(member)))
    assert post(member, '/oauth2/consent', form, own(member)).status == 400


def test_a_second_use_of_a_code_ends_what_the_first_gave(instance, member):
    """Whoever comes second may be the thief, or the robbed."""
    flow = Flow(instance)
    code = flow.allow(member)
    token = flow.redeem(code).json['access_token']
    assert userinfo(instance, token).status == 200
    again = flow.redeem(code)
    assert again.status == 400 and again.json['error'] == 'invalid_grant'
    answer = userinfo(instance, token)
    assert answer.status == 401 and 'invalid_token' in answer.headers['www-authenticate']


def test_a_code_ends_after_a_minute(instance, member):
    """By the database's clock."""
    flow = Flow(instance)
    code = flow.allow(member)
    instance.sql("update agora.oidc_code set expires_at = expires_at - interval '60 seconds'")
    assert flow.redeem(code).json['error'] == 'invalid_grant'


@pytest.mark.parametrize('change,error', [
    ({'code_verifier': 'x' * 64}, 'invalid_grant'), ({'code_verifier': 'short'}, 'invalid_grant'), ({'code_verifier': 'x' * 129}, 'invalid_grant'),
    ({'redirect_uri': 'http://localhost:8124/u'}, 'invalid_grant'), ({'redirect_uri': 'http://localhost:8123/u/'}, 'invalid_grant'),
    ({'redirect_uri': 'http://127.0.0.1:8123/u'}, 'invalid_grant'), ({'client_id': 'other'}, 'invalid_grant')])
def test_a_code_is_bound_to_what_it_was_asked_with(instance, member, change, error):
    """And a wrong attempt uses it up."""
    flow = Flow(instance)
    code = flow.allow(member)
    wrong = flow.redeem(code, **change)
    assert wrong.status == 400 and wrong.json['error'] == error and wrong.headers['content-type'] == 'application/json'
    assert flow.redeem(code).json['error'] == 'invalid_grant'


@pytest.mark.parametrize('change,error', [
    ({'grant_type': None}, 'invalid_request'), ({'grant_type': 'password'}, 'unsupported_grant_type'),
    ({'grant_type': 'refresh_token'}, 'unsupported_grant_type'), ({'code': None}, 'invalid_request'), ({'code_verifier': None}, 'invalid_request'),
    ({'client_id': None}, 'invalid_request'), ({'redirect_uri': None}, 'invalid_request'), ({'code': 'x' * 43}, 'invalid_grant'), ({'code': 'é'}, 'invalid_grant')])
def test_a_wrong_token_request_has_its_own_error(instance, member, change, error):
    """RFC 6749, 5.2; one that is not complete costs the code nothing."""
    flow = Flow(instance)
    code = flow.allow(member)
    answer = flow.redeem(**{'code': code, **change})
    assert answer.status == 400 and answer.json['error'] == error and answer.json['error_description']
    assert flow.redeem(code).status == 200


def test_the_token_address_takes_forms_only(instance):
    """By POST, each parameter once, encoded properly."""
    client = Client(instance.url)
    assert client.raw('GET', '/oauth2/token').status == 405
    assert client.raw('POST', '/oauth2/token', '{}', {'Content-Type': 'application/json'}).status == 415
    assert client.raw('POST', '/oauth2/token', 'grant_type=authorization_code&code=a&code=b', FORM).json['error'] == 'invalid_request'
    assert client.raw('POST', '/oauth2/token', 'grant_type=%zz', FORM).json['error'] == 'invalid_request'
    assert client.raw('POST', '/oauth2/token', 'x=' + 'y' * 20000, FORM).status == 413


@pytest.mark.parametrize('header', [None, 'Basic dG10cDp4', 'Bearer', 'Bearer ', 'Bearer x', 'Bearer ' + 'A' * 43])
def test_userinfo_needs_a_token_that_is_one(instance, header):
    """401 and the challenge of RFC 6750."""
    answer = Client(instance.url).raw('GET', '/oauth2/userinfo', headers={'Authorization': header} if header else {})
    assert answer.status == 401 and answer.headers['www-authenticate'].startswith('Bearer')


# -- keys and the operator -----------------------------------------------------------------------------

def test_a_rotation_is_in_force_at_once_and_keeps_the_key_before(instance, member):
    """Without a restart or a signal; what was signed before still holds."""
    flow = Flow(instance)
    old = jwt.get_unverified_header(flow.redeem(flow.allow(member)).json['id_token'])['kid']
    instance.ctl('keys', 'rotate')
    kids = [k['kid'] for k in public_keys(instance)['keys']]
    assert old in kids and kids[0] != old and len(kids) == 2
    flow = Flow(instance)
    assert jwt.get_unverified_header(flow.redeem(flow.allow(member)).json['id_token'])['kid'] == kids[0]


def test_a_key_that_others_can_read_gives_no_token(instance, member):
    """503 and a line in the log rather than anybody's signature."""
    flow = Flow(instance)
    code = flow.allow(member)
    newest = max((instance.var / 'keys').glob('*.pem'))
    newest.chmod(0o644)
    try:
        assert flow.redeem(code).status == 503
        assert 'others may read it' in (instance.var / 'agorad.log').read_text(encoding='utf8')
    finally:
        newest.chmod(0o600)


def test_tmtp_config_says_what_a_server_must_be_told(instance):
    """For mnm as JSON, for tmtpd as a section of its configuration; both lead to a working sign-in."""
    block = json.loads(instance.ctl('tmtp-config', 'mnm').stdout)['authby'][0]
    assert block['iss'] == instance.url and block['aud'] == 'tmtp' and block['keys'] == f'{instance.url}/oauth2/jwks/tmtp'
    ini = configparser.RawConfigParser()
    ini.read_string(instance.ctl('tmtp-config', 'tmtpd').stdout)
    section = dict(ini[ini.sections()[0]])
    assert [section['login_url'], section['login_params']] == block['login'] and [section['token_url'], section['token_params']] == block['token']
    login = dict(urllib.parse.parse_qsl(section['login_params']))
    assert login == {'response_type': 'code', 'client_id': 'tmtp', 'redirect_uri': REDIRECT, 'scope': 'openid profile tmtp'}
    assert dict(urllib.parse.parse_qsl(section['token_params'])) == {'grant_type': 'authorization_code', 'client_id': 'tmtp', 'redirect_uri': REDIRECT}
    assert instance.ctl('tmtp-config', 'other', check=False).returncode == 64
