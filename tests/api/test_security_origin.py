"""Requests from other sites: refused when they change anything; reading changes nothing."""
import uuid

import pytest
from contract import operations
from tables import content

OWN = 'same-origin'


@pytest.fixture(scope='module', name='member')
def one_member(instance):
    """Somebody whose browser is abused."""
    return instance.person('Carla', level=2)


def change(client, **headers):
    """A change that would succeed from our own page; gives the status."""
    etag = client.request('GET', 'me/profile').etag
    return client.raw('PATCH', '/api/v1/me/profile', b'{"fields":{"headline":{"value":"Changed"}}}',
                      {'Content-Type': 'application/merge-patch+json', 'If-Match': etag, **headers}).status


def test_the_pages_of_this_site_may_change_things(member):
    """By Sec-Fetch-Site, or by Origin where a browser sends only that."""
    own = f'http://{member.url.netloc}'
    assert change(member, **{'Sec-Fetch-Site': OWN}) == 200
    assert change(member, Origin=own) == 200
    assert change(member, **{'Sec-Fetch-Site': OWN, 'Origin': own}) == 200


@pytest.mark.parametrize('headers', [
    {}, {'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'}, {'Sec-Fetch-Site': 'none'}, {'Sec-Fetch-Site': ''},
    {'Sec-Fetch-Site': 'same-originx'}, {'Origin': 'null'}, {'Origin': ''}, {'Origin': 'https://evil.example'},
    {'Origin': 'http://localhost.evil.example'}, {'Origin': 'http://localhost:1'}, {'Origin': 'http://localhost'},
    {'Sec-Fetch-Site': 'cross-site', 'Origin': 'OWN'}, {'Origin': 'OWN/'}, {'Origin': 'OWN.evil.example'}, {'Origin': 'OWN@evil.example'},
    {'Referer': 'OWN/profile'}])
def test_any_other_page_may_not(member, headers):
    """A cookie without the word of the browser that the page is ours is not enough."""
    own = f'http://{member.url.netloc}'
    assert change(member, **{k: v.replace('OWN', own) for k, v in headers.items()}) == 403


def test_a_form_of_another_site_cannot_imitate_json(instance, member):
    """The three types that a form can send are no JSON, even if the origin were right."""
    for kind in ('application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', ''):
        answer = member.raw('POST', '/api/v1/introductions', b'{"to":"x"}', {
            'Content-Type': kind, 'Sec-Fetch-Site': OWN, 'Idempotency-Key': str(uuid.uuid4())})
        assert answer.status == 415, (kind, answer.text)


def test_signing_in_and_out_is_protected_too(instance, member):
    """Signing a victim in as somebody else, or out, is a change like any other."""
    body = f'{{"email":"{member.email}","password":"{member.password}"}}'
    answer = instance.anyone().raw('POST', '/api/v1/session', body, {
        'Content-Type': 'application/json', 'Origin': 'https://evil.example'})
    assert answer.status == 403 and not answer.cookies
    assert member.raw('DELETE', '/api/v1/session', headers={'Sec-Fetch-Site': 'cross-site'}).status == 403
    assert member.request('GET', 'session').status == 200


def test_consent_cannot_be_given_by_another_site(instance, member):
    """The consent page's form goes to this site from this site."""
    answer = member.raw('POST', '/oauth2/consent', 'request=x&answer=allow', {
        'Content-Type': 'application/x-www-form-urlencoded', 'Origin': 'https://evil.example'})
    assert answer.status == 403


def test_other_sites_may_not_read_answers_of_members(member):
    """No CORS on anything that depends on who is signed in; a preflight gets no permission."""
    for path in ('session', 'me/profile', 'members', 'introductions', 'sessions', 'me/tmtp'):
        answer = member.request('GET', path, headers={'Origin': 'https://evil.example'})
        assert 'access-control-allow-origin' not in answer.headers
        assert answer.headers['cross-origin-resource-policy'] == 'same-origin'
        answer = member.raw('OPTIONS', f'/api/v1/{path}', headers={
            'Origin': 'https://evil.example', 'Access-Control-Request-Method': 'GET'})
        assert not any(h.startswith('access-control-') for h in answer.headers)


def test_reading_changes_nothing(instance, member):
    """Every GET there is, by everyone: not one row of any table differs afterwards."""
    people = [member, instance.person('Vera', 'verifier'), instance.person('Adam', 'admin'), instance.anyone()]
    some = str(uuid.uuid4())
    before = content(instance)
    asked = 0
    for method, path, _ in operations():
        if method != 'GET' or path.endswith('/events'):
            continue
        path = path.replace('{handle}', member.handle).replace('{id}', some)
        for person in people:
            person.request('GET', path)
            asked += 1
    assert asked > 60
    assert content(instance) == before


def test_a_method_cannot_be_smuggled_past_the_table(member):
    """Override headers and parameters mean nothing."""
    for headers in ({'X-HTTP-Method-Override': 'DELETE'}, {'X-HTTP-Method': 'DELETE'}, {'X-Method-Override': 'DELETE'}):
        assert member.request('GET', 'session', headers=headers).status == 200
    assert member.request('GET', 'session?_method=DELETE').status in (200, 400)
    assert member.request('GET', 'session').status == 200
