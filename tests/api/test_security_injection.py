"""Hostile text in every field: taken as it is or refused by name, never a fault of ours, never read as something else."""
import email
import email.policy
import json
import re
import urllib.parse
import uuid

import pytest
from client import wait_for
from contract import operations, sample

ID = '01900000-0000-7000-8000-000000000000'
# Text that must come back as it went in, wherever a field takes free text.
HARMLESS = {
    'quotes': "O'Brien \"x\" ''; drop table agora.account;--", 'backslashes': r"\' \\ \n \x00 \u0000 E'\\'", 'markup': '<script>alert(1)</script>&amp;"\'',
    'template': '${7*7} {{7*7}} %s %n %1$s $1 #{x}', 'emoji': '𝒜👩‍👩‍👧‍👦🏳️‍🌈 ok', 'marks': 'Z̴̡͖a̸l͍go العربية עברית', 'like': '% _ \\% 100%', 'null word': 'null',
}
# Text that no field takes.
HOSTILE = {
    'nul': 'a\x00b', 'line ends': 'a\r\nBcc: victim@example.org', 'bare cr': 'a\rb', 'escape': 'a\x1b[31m', 'turned': 'a\u202egpj.exe', 'isolate': 'a\u2066b',
    'lone surrogate': 'a\ud800b', 'reversed pair': 'a\udc00\ud800', 'enormous': 'x' * 200_000, 'long emoji': '👩' * 40_000, 'mark': '\ufeffx',
}
ALL = {**HARMLESS, **HOSTILE}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """A member who fills in forms, one to write to, and a verifier; none of them stops being one."""
    return {'member': instance.person('Ingrid', level=2), 'other': instance.person('Oskar', level=2),
            'verifier': instance.person('Vera', 'verifier'), 'admin': instance.person('Adam', 'admin')}


def send(client, method, path, body, etag='"1"'):
    """A body of any kind of characters, surrogates as JSON escapes; gives the answer."""
    kind = 'application/merge-patch+json' if method == 'PATCH' else 'application/json'
    return client.raw(method, f'/api/v1/{path}', json.dumps(body).encode(), {
        'Content-Type': kind, 'Origin': f'http://{client.url.netloc}', 'If-Match': etag, 'Idempotency-Key': str(uuid.uuid4())})


# Every body of the interface with free text: method, path, a body that is right, who sends it.
BODIES = [
    ('POST', 'applications', {'email': 'new@example.org', 'password': 'a long enough password', 'given_name': 'N', 'family_name': 'E', 'terms': True}, 'nobody'),
    ('POST', 'applications/confirm', {'email': 'new@example.org', 'code': 'ABCD-EFGH'}, 'nobody'),
    ('POST', 'password-resets', {'email': 'new@example.org'}, 'nobody'),
    ('POST', 'password-resets/confirm', {'email': 'new@example.org', 'code': 'ABCD', 'password': 'a long enough password'}, 'nobody'),
    ('POST', 'session', {'email': 'new@example.org', 'password': 'whatever it is'}, 'nobody'),
    ('PUT', 'cases/{id}/claims', {'given_name': 'A', 'birthdate': '1980-01-01', 'x_licence_number': '1'}, 'member'),
    ('POST', 'cases/{id}/evidence', {'type': 'document', 'subtype': 'passport', 'document_number': '1', 'issuer': 'O', 'issuer_country': 'GB',
                                     'date_of_issuance': '2021-03-01', 'date_of_expiry': '2031-02-28', 'note': 'n'}, 'member'),
    ('POST', 'cases/{id}/checks', {'evidence': ID, 'check_method': 'vri', 'result': 'passed', 'organization': 'o', 'note': 'n'}, 'verifier'),
    ('POST', 'cases/{id}/ask', {'reason_codes': ['missing_side'], 'text': 'Please.'}, 'verifier'),
    ('POST', 'cases/{id}/decision', {'outcome': 'reject', 'reason_codes': ['not_a_member'], 'public_text': 'p', 'private_note': 'n'}, 'verifier'),
    ('POST', f'verifications/{ID}/revoke', {'reason': 'error', 'note': 'n'}, 'verifier'),
    ('PUT', 'me/verification/disclosure', {'evidence': 'members', 'history': 'self', 'claims': {'given_name': 'members'}}, 'member'),
    ('POST', 'me/verification/receipt', {'claims': ['given_name']}, 'member'),
    ('POST', 'admin/audit/check', {'head': '0', 'checkpoint': 'c'}, 'member'),
    ('POST', 'introductions', {'to': '{other}', 'ask': 'advice', 'topic': 'T1', 'why': 'Because of your work, of course.', 'time_asked': 'ongoing',
                               'offer': 'o'}, 'member'),
    ('POST', f'introductions/{ID}/decline', {'reason': 'r'}, 'member'),
    ('PATCH', 'me/profile', {'fields': {'headline': {'value': 'h', 'tier': 'members'}, 'country': {'value': 'CH'}, 'languages': {'value': ['de']}},
                             'topics': {'expertise': {'items': ['x'], 'tier': 'self'}}}, 'member'),
]


def described():
    """The bodies that are JSON, with a sample of each: method, path, sample, who may send it."""
    for method, path, operation in operations():
        content = operation.get('requestBody', {}).get('content', {})
        form = content.get('application/json') or content.get('application/merge-patch+json')
        if form:
            path = path.removeprefix('/api/v1/')
            who = ('admin' if re.match('admin/|complaints/{|two-person', path) else
                   'verifier' if re.match('cases/{id}/(session|second|referee|conflict|refusal)|appeals|vouch-reviews|verifications', path) else
                   'member')
            yield method, path, sample(form['schema']), who


def places(body, at=()):
    """Where a body has text: paths of keys."""
    for key, value in body.items() if isinstance(body, dict) else enumerate(body):
        if isinstance(value, (dict, list)):
            yield from places(value, (*at, key))
        elif isinstance(value, str):
            yield (*at, key)


def with_text(body, place, text):
    """A copy of the body with the text in one place."""
    made = json.loads(json.dumps(body))
    inner = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = text
    return made


# Where no body is written down above, one of the form that is described will do.
KNOWN = {(m, p.replace(ID, '{id}')) for m, p, _, _ in BODIES}
BODIES += [d for d in described() if d[:2] not in KNOWN and list(places(d[2]))]


@pytest.mark.parametrize('method,path,body,who', [pytest.param(*b, id=f'{b[0]} {b[1]}') for b in BODIES])
def test_no_text_is_a_fault_of_ours(instance, people, method, path, body, who):
    """Each field with each text: an answer of the interface, never 500, and one that names the field when it is the field's fault."""
    client = people.get(who) or instance.anyone()
    case = people['member'].request('GET', 'me/verification').json.get('case')
    if case is None:
        case = people['member'].expect(201, 'POST', 'cases', {'level': 3}).json
    path = path.replace('{id}', case['id'])
    body = json.loads(json.dumps(body).replace('{other}', people['other'].handle))
    for place in places(body):
        for name, text in ALL.items():
            etag = '*'
            answer = send(client, method, path, with_text(body, place, text), etag)
            assert answer.status < 500 or answer.status == 503 and 'signing in' in answer.text, (place, name, answer.status, answer.text)
            assert answer.status not in (200, 201, 202, 204) or name in HARMLESS, (place, name, answer.status)
            if answer.status == 422:
                assert answer.json['errors'][0]['pointer'].startswith('/'), (place, name)
    odd = {'𝒜' * 40: 1, 'a/b~c': 1, "'": 1, '\u202e': 1}
    for key, value in odd.items():
        answer = send(client, method, path, {**body, key: value}, '*')
        assert 400 <= answer.status < 500 and answer.json['type'], (key, answer.status, answer.text)
    for wrong in (None, [], {}, 1, 1e400, True, [[]], {'a': {'b': {}}}):
        for place in places(body):
            answer = send(client, method, path, with_text(body, place, wrong), '*')
            assert answer.status < 500, (place, wrong, answer.status, answer.text)


@pytest.mark.parametrize('name', HARMLESS)
def test_a_profile_gives_back_what_was_written(people, name):
    """Character for character, to its owner and to others, and the search finds nothing it should not."""
    member, text = people['member'], HARMLESS[name]
    etag = member.request('GET', 'me/profile').etag
    fields = {f: {'value': text, 'tier': 'members'} for f in ('headline', 'about', 'organisation', 'title', 'place')}
    answer = send(member, 'PATCH', 'me/profile', {'fields': fields}, etag)
    assert answer.status == 200, answer.text
    mine, seen = member.get('me/profile')['fields'], people['other'].get(f'members/{member.handle}')
    for f in fields:
        assert mine[f]['value'] == text and seen[f] == text


def test_a_case_gives_back_what_was_written(instance, people):
    """Claims and notes reach the verifier as they were written."""
    nina = instance.person('Nina')
    case = nina.expect(201, 'POST', 'cases', {'level': 1})
    for text in HARMLESS.values():
        case = nina.expect(200, 'PUT', f'cases/{case.json["id"]}/claims', {'given_name': text}, etag=case.etag)
        assert case.json['claims']['given_name'] == text
        made = nina.expect(201, 'POST', f'cases/{case.json["id"]}/evidence', {'type': 'document', 'subtype': 'passport', 'note': text, 'issuer': text})
        assert {(e['note'], e['issuer']) for e in made.json['evidence']} >= {(text, text)}
        case = nina.expect(200, 'DELETE', f'cases/{case.json["id"]}/evidence/{made.json["evidence"][0]["id"]}')


@pytest.mark.parametrize('path', ['members?q={}', 'topics?q={}', 'members?topic={}', 'members?country={}', 'members?level={}', 'members?cursor={}',
                                  'members?limit={}', 'members/{}', 'topics/{}', 'introductions?cursor={}', 'introductions?box={}', 'cases?cursor={}',
                                  'cases?view={}', 'cases/{}', 'introductions/{}', 'members?{}=1', 'members/x?as={}'])
def test_no_address_is_a_fault_of_ours(people, path):
    """Queries and path segments, encoded as browsers do and as nobody should."""
    texts = [t.encode('utf8', 'surrogatepass') for t in ALL.values() if len(t) < 1000] + [b'x' * 3000, b'\xff\xfe', b'\xed\xa0\x80', b'\xf4\x90\x80\x80',
             b'eyJhIjoxfQ', b'-1', b'99999999999999999999', b'1e9', b'()', b'!', b'"', b'(a & b) | !c:*', b"a' & 'b", b'a:*']
    verifier = people['verifier']
    for text in texts:
        answer = verifier.raw('GET', '/api/v1/' + path.format(urllib.parse.quote_from_bytes(text, safe='')))
        assert answer.status < 500, (text[:60], answer.status, answer.text)
        assert answer.status == 200 or answer.json['type'], (text[:60], answer.text)
    for encoded in ('%', '%4', '%zz', '%00', 'a%00b', '%u0041', '+%2B'):
        assert verifier.raw('GET', '/api/v1/' + path.format(encoded)).status < 500


def test_headers_are_no_way_in_either(people):
    """What handlers read from headers: tags, keys, ids of events, languages, browsers."""
    member = people['member']
    for name in ('If-Match', 'Idempotency-Key', 'Last-Event-ID', 'User-Agent', 'Accept', 'Accept-Language', 'X-Request-Id', 'Authorization'):
        for text in ("'", '"', '\\', '"\\""', "'; select 1;--", '*', 'é' * 200, '%00', '9' * 400, '-1', '{}'):
            answer = member.raw('PATCH', '/api/v1/me/profile', b'{"fields":{"headline":{"value":"x"}}}', {
                'Content-Type': 'application/merge-patch+json', 'Origin': f'http://{member.url.netloc}', 'If-Match': '"1"',
                name: text.encode('utf8')})
            assert answer.status in (200, 400, 412), (name, text, answer.status, answer.text)


def test_a_message_has_only_the_headers_that_we_write(instance):
    """Names with markup and format signs stand in the text; addresses that could add a header are refused before anything is queued."""
    base = {'password': 'a long enough password', 'given_name': HARMLESS['quotes'], 'family_name': HARMLESS['template'], 'terms': True}
    anyone = instance.anyone()
    bad = ['a@example.org\r\nBcc: b@example.org', 'a@example.org\nBcc: b@example.org', 'a@example.org,b@example.org', 'a@example.org b@example.org',
           '<a@example.org>', 'A <a@example.org>', 'a@example.org\x00', '"a b"@example.org', 'a@b@c', '@example.org', 'a@', 'a;b@example.org']
    for address in bad:
        assert anyone.request('POST', 'applications', {**base, 'email': address}).status in (400, 422), address
    anyone.expect(202, 'POST', 'applications', {**base, 'email': 'plain.header@example.org'})
    made = wait_for(lambda: [p for p in instance.mail.glob('*.eml') if b'plain.header@' in p.read_bytes()], why='the message')[0]
    assert HARMLESS['template'] in made.read_text() and HARMLESS['quotes'] in made.read_text()
    for path in instance.mail.glob('*.eml'):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert sorted(message.keys()) == sorted(['Date', 'From', 'To', 'Subject', 'Message-ID', 'Auto-Submitted', 'MIME-Version', 'Content-Type',
                                                 'Content-Transfer-Encoding']), path
        assert len(message['To'].addresses) == 1 and not message.defects
    assert not instance.sql("select 1 from agora.outbox where kind = 'mail' and payload ->> 'to' ~ '[^ -~]|[,<> ]'")


def test_the_log_stays_one_line_an_event(instance, people):
    """Nothing that was sent above could break a line, or hide one: every line is JSON of its own."""
    people['member'].raw('GET', '/api/v1/members?q=%0a%7b%22level%22%3a%22forged%22%7d')
    lines = instance.agorad.log.read_text().splitlines()
    assert len(lines) > 100
    for line in lines:
        assert json.loads(line)['event'] and not re.search(r'[\x00-\x1f\x7f]', line)
