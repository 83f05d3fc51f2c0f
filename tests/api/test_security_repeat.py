"""Idempotency-Key: what is sent again is done once, and answered as the first time."""
import concurrent.futures
import json
import uuid

import pytest
from client import Client

PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'X 1'}


@pytest.fixture(name='member')
def one_member(instance):
    """A member with a draft; `path` is where evidence goes."""
    person = instance.person('Irma')
    person.case = person.expect(201, 'POST', 'cases', {'level': 3}).json['id']
    person.path = f'cases/{person.case}/evidence'
    return person


def evidence(member):
    """How many pieces the case has."""
    return len(member.get(f'cases/{member.case}')['evidence'])


def test_the_same_request_is_done_once(member):
    """Same key, same body: same status, body and tag, one effect; another key is another request."""
    key = str(uuid.uuid4())
    answers = [member.expect(201, 'POST', member.path, PASSPORT, key=key) for _ in range(3)]
    assert len({(a.text, a.etag) for a in answers}) == 1 and evidence(member) == 1
    member.expect(201, 'POST', member.path, PASSPORT)
    assert evidence(member) == 2


def test_another_body_under_the_same_key_is_refused(member):
    """422 and a kind of its own; by one octet, too. Nothing is done."""
    key = str(uuid.uuid4())
    member.expect(201, 'POST', member.path, PASSPORT, key=key)
    answer = member.expect(422, 'POST', member.path, {**PASSPORT, 'document_number': 'X 2'}, key=key)
    assert answer.json['type'].endswith('key-reused')
    raw = member.raw('POST', f'/api/v1/{member.path}', json.dumps(PASSPORT).encode() + b' ', {
        'Content-Type': 'application/json', 'Origin': f'http://{member.url.netloc}', 'Idempotency-Key': key})
    assert raw.status == 422 and evidence(member) == 1


def test_a_key_belongs_to_its_member_and_its_address(instance, member):
    """Another's key, or the same key elsewhere, is no repetition: nobody gets another's answer."""
    key = str(uuid.uuid4())
    member.expect(201, 'POST', member.path, PASSPORT, key=key)
    other = instance.person('Ivar')
    answer = other.request('POST', member.path, PASSPORT, key=key)
    assert answer.status == 404 and 'X 1' not in answer.text
    case = other.expect(201, 'POST', 'cases', {'level': 3}, key=key).json['id']
    assert case != member.case
    assert len(other.expect(201, 'POST', f'cases/{case}/evidence', PASSPORT, key=key).json['evidence']) == 1


def test_a_refused_request_leaves_its_key_free(member):
    """What was not done is not remembered: put right, it may come under the same key."""
    key = str(uuid.uuid4())
    member.expect(422, 'POST', member.path, {**PASSPORT, 'subtype': 'no_such'}, key=key)
    member.expect(201, 'POST', member.path, PASSPORT, key=key)
    assert evidence(member) == 1


def test_the_same_request_many_times_at_once_is_done_once(member):
    """One of sixteen does it; the others get its answer, or are told that it is being done."""
    key = str(uuid.uuid4())

    def send(_):
        client = Client(f'http://{member.url.netloc}')
        client.cookies = dict(member.cookies)
        return client.request('POST', member.path, PASSPORT, key=key)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))
    assert {a.status for a in answers} <= {201, 409}
    assert all(a.json['type'].endswith('in-progress') and 'retry-after' in a.headers for a in answers if a.status == 409)
    assert len({a.text for a in answers if a.status == 201}) == 1 and evidence(member) == 1


def test_a_key_is_needed_and_has_a_length(member):
    """No key, an empty one, one of more than 128 characters: 400."""
    for key in (None, '', 'k' * 129):
        headers = {'Content-Type': 'application/json', 'Origin': f'http://{member.url.netloc}'}
        if key is not None:
            headers['Idempotency-Key'] = key
        assert member.raw('POST', f'/api/v1/{member.path}', json.dumps(PASSPORT), headers).status == 400
    member.expect(201, 'POST', member.path, PASSPORT, key='k' * 128)


def test_a_key_is_good_for_a_day(instance, member):
    """After 24 hours the answer is forgotten; the request is a new one."""
    key = str(uuid.uuid4())
    member.expect(201, 'POST', member.path, PASSPORT, key=key)
    instance.sql("update agora.idempotency set at = now() - interval '23 hours' where key = $1", key)
    member.expect(201, 'POST', member.path, PASSPORT, key=key)
    assert evidence(member) == 1
    instance.sql("update agora.idempotency set at = now() - interval '25 hours' where key = $1", key)
    member.expect(201, 'POST', member.path, PASSPORT, key=key)
    assert evidence(member) == 2
