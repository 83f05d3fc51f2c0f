"""The session: a cookie that scripts cannot read, whose secret nobody keeps; signing in, signing out, ending another's."""
import hashlib
import re
import socket

from client import Client
from conftest import PASSWORD, make_instance


def signed_in(client):
    """Whether the client's cookie still opens anything."""
    return client.request('GET', 'session').status == 200


def again(instance, person):
    """The same person at another browser; gives (client, Set-Cookie)."""
    other = instance.anyone()
    answer = other.expect(201, 'POST', 'session', {'email': person.email, 'password': person.password})
    return other, answer.cookies[0]


def test_on_plain_localhost_the_cookie_is_for_http_only_and_not_named_host(instance):
    """HttpOnly, SameSite=Lax, Path=/, no Domain; Secure and __Host- would keep it from being sent back over plain HTTP."""
    _, cookie = again(instance, instance.person('Cora'))
    assert re.fullmatch(r'agora=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax(; Max-Age=\d+)?', cookie), cookie


def test_under_https_the_cookie_is_secure_and_bound_to_the_host(cluster, template):
    """The address of the service decides, not the one connection: a proxy may end TLS."""
    stack = make_instance(cluster, template, 'secure', {'agorad': {'agora': {'base_url': 'https://agora.example'}}})
    try:
        person = instance_person(stack)
        answer = person.raw('POST', '/api/v1/session', f'{{"email":"{person.email}","password":"{PASSWORD}"}}',
                            {'Origin': 'https://agora.example', 'Content-Type': 'application/json'})
        assert answer.status == 201
        assert re.match(r'__Host-agora=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure', answer.cookies[0]), answer.cookies
        # The plain name, which a neighbour on another sub-domain could set, opens nothing.
        token = person.cookies.pop('__Host-agora')
        person.cookies['agora'] = token
        assert person.raw('GET', '/api/v1/session').status == 401
        # A page of this host over plain HTTP is not ours: whoever is on the line could have written it.
        person.cookies = {'__Host-agora': token}
        plain = {'Origin': 'http://agora.example', 'Host': 'agora.example'}
        assert person.raw('DELETE', '/api/v1/session', headers=plain).status == 403
        assert person.raw('GET', '/api/v1/session').status == 200
    finally:
        stack.stop()


def instance_person(stack):
    """An account and a Client that is not signed in."""
    stack.account('sec.cure@example.org', 'Secura', 'Example', PASSWORD)
    client = Client(stack.url)
    client.email = 'sec.cure@example.org'
    return client


def test_the_secret_is_kept_only_as_a_hash(instance):
    """Neither the database nor a log has it; its SHA-256 finds the session."""
    person = instance.person('Hedda')
    token = person.cookies['agora']
    digest = hashlib.sha256(token.encode()).hexdigest()
    rows = instance.sql("select account_id::text from agora.session where encode(token_hash, 'hex') = $1", digest)
    assert rows == [(person.account,)]
    everything = instance.sql('select s::text from agora.session s') + instance.sql('select e::text from agora.audit_event e')
    assert not any(token in row[0] for row in everything)
    assert token not in instance.agorad.log.read_text()
    assert token not in person.request('GET', 'sessions').text


def test_every_sign_in_has_a_new_secret(instance):
    """Unpredictable, never handed out twice."""
    person = instance.person('Nora')
    cookies = {again(instance, person)[0].cookies['agora'] for _ in range(4)} | {person.cookies['agora']}
    assert len(cookies) == 5


def test_a_session_planted_before_signing_in_is_not_taken_over(instance):
    """Fixation: what the browser held before, made up or somebody else's, is replaced, and opens nothing afterwards."""
    mallory, victim = instance.person('Mallory'), instance.person('Victor')
    for planted in ('A' * 43, mallory.cookies['agora']):
        browser = instance.anyone()
        browser.cookies['agora'] = planted
        browser.sign_in(victim.email, victim.password)
        assert browser.cookies['agora'] != planted
        assert browser.get('session')['account']['id'] == victim.account
        browser.cookies['agora'] = planted
        assert not signed_in(browser)


def test_signing_in_again_ends_the_session_before(instance):
    """One browser, one session: the old secret is worth nothing."""
    person = instance.person('Agnes')
    old = person.cookies['agora']
    person.sign_in(person.email, person.password)
    assert signed_in(person) and person.cookies['agora'] != old
    person.cookies['agora'] = old
    assert not signed_in(person)


def test_signing_out_ends_the_session_at_the_server(instance):
    """The cookie is taken back, and a copy of it opens nothing."""
    person = instance.person('Otto')
    elsewhere, _ = again(instance, person)
    copy = person.cookies['agora']
    answer = person.expect(204, 'DELETE', 'session')
    assert re.match(r'agora=; .*Max-Age=0', answer.cookies[0])
    person.cookies['agora'] = copy
    assert not signed_in(person)
    assert signed_in(elsewhere)


def test_a_session_ended_from_elsewhere_is_over(instance):
    """The list of sessions ends any of one's own, at once."""
    person = instance.person('Lena')
    elsewhere, _ = again(instance, person)
    other = next(s for s in person.get('sessions')['items'] if not s['current'])
    person.expect(204, 'DELETE', f'sessions/{other["id"]}')
    assert not signed_in(elsewhere) and signed_in(person)


def test_a_change_of_rights_ends_the_sessions(instance):
    """Whoever holds an old session signs in again, and then has the new rights."""
    person = instance.person('Rita')
    instance.ctl('role', 'grant', person.email, 'verifier')
    assert not signed_in(person)
    person.sign_in(person.email, person.password)
    assert 'verifier' in person.get('session')['account']['roles']


def test_a_session_ends_by_itself(instance):
    """Unused for too long, or too old however much it is used."""
    for column, value in (('last_used_at', "now() - idle - interval '1 second'"), ('ends_at', "now() - interval '1 second'")):
        person = instance.person('Tilda')
        instance.sql(f'update agora.session set {column} = {value} where account_id = $1::uuid', person.account)
        assert not signed_in(person)


def test_a_suspended_member_is_out_at_once(instance):
    """By the state of the account, whatever the cookie says."""
    person = instance.person('Susan')
    instance.sql("update agora.account set state = 'suspended' where id = $1::uuid", person.account)
    assert not signed_in(person)
    assert person.request('POST', 'session', {'email': person.email, 'password': person.password}).status == 401


def test_cookies_that_are_no_secret_open_nothing(instance):
    """Empty, enormous, not ASCII, many of one name: signed out, never an error of ours."""
    person = instance.person('Quirin')
    token = person.cookies['agora']
    for header in ('agora=', 'agora', '=' + token, f'Agora={token}', f'xagora={token}', 'agora=' + 'A' * 8000, "agora=' or 1=1--",
                   'agora=\xff\xfe', f'agora={token[:-1]}', f'agora={token}x', 'agora="' + token + '"', f'agora=x; agora={token}'):
        with socket.create_connection((person.url.hostname, person.url.port), timeout=20) as s:
            s.sendall(b'GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: ' + header.encode('latin1') + b'\r\n\r\n')
            status = s.makefile('rb').readline()
        assert status.split()[1] in (b'401', b'400'), (header[:40], status)
