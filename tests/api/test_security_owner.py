"""What belongs to one member, called by its id by another: there is nothing there, and nothing changes."""
import uuid

import pytest
from client import wait_for
from contract import operations, sample
from meet import ask
from tables import content

PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'X 1', 'issuer': 'Office', 'issuer_country': 'GB',
            'date_of_issuance': '2021-03-01', 'date_of_expiry': '2031-02-28'}
BODIES = {'putClaims': {'given_name': 'Mallory'}, 'addEvidence': PASSPORT, 'declineIntroduction': {}, 'endIntroduction': {},
          'askMember': {'reason_codes': ['missing_side'], 'text': 'Please.'}, 'decideCase': {'outcome': 'approve'},
          'revokeVerification': {'reason': 'error', 'note': 'A try.'},
          'suspendVerification': {'reason': 'doubt', 'note': 'A try.'}, 'reinstateVerification': {'note': 'A try.'},
          'refuseTwoPerson': {'note': 'A try.'}}
# What a role may do with things of others.
THEIRS = {('admin', 'retryOutbox'), ('admin', 'publishPolicy'), ('admin', 'revokeVerification'), ('verifier', 'revokeVerification')} | {
    (who, act) for who in ('admin', 'verifier') for act in ('suspendVerification', 'reinstateVerification')}
# Topics and places are for everyone, and so is the status of a receipt; tests/api/verification/test_receipts.py has what it tells.
BY_ID = [o for o in operations() if '{id}' in o[1] and not {'topics', 'places'} & set(o[1].split('/')) and o[2]['operationId'] != 'getReceiptStatus'
         # Staff's own lists; what they hold is nobody's.
         and o[1].split('/')[3] not in ('appeals', 'complaints', 'vouch-reviews', 'concierge')
         # What is no JSON has tests of its own.
         and ('requestBody' not in o[2] or 'application/json' in o[2]['requestBody']['content'])]


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """The owner, two strangers, one who asks the owner, and verifiers and an admin who have nothing to do with it."""
    return {'owner': instance.person('Olivia', level=2), 'asked': instance.person('Anton', level=2),
            'member': instance.person('Bruno', level=2), 'unverified': instance.person('Ulla'),
            'verifier': instance.person('Vera', 'verifier', level=2), 'admin': instance.person('Adam', 'admin')}


@pytest.fixture(scope='module', name='owned')
def what_is_owned(instance, people):
    """{kind: id}: a draft with evidence, an introduction that was asked for, a second session, a verification, a message that waits."""
    owner = people['owner']
    case = owner.expect(201, 'POST', 'cases', {'level': 3}).json['id']
    evidence = owner.expect(201, 'POST', f'cases/{case}/evidence', PASSPORT).json['evidence'][0]['id']
    elsewhere = instance.anyone()
    elsewhere.sign_in(owner.email, owner.password)
    session = next(s['id'] for s in owner.get('sessions')['items'] if not s['current'])
    verification = owner.get('me/verification')['verifications'][0]['id']
    # About the admin: so it is nothing that they may know of.
    act = instance.person('Anna', 'admin').expect(201, 'POST', 'two-person', {
        'kind': 'role_grant', 'payload': {'member': people['admin'].handle, 'role': 'verifier'}, 'reason': 'For the test alone.'}).json['id']
    receipt = owner.expect(201, 'POST', 'me/verification/receipt', {}).json['id']
    search = owner.expect(201, 'POST', 'me/searches', {'name': 'Mine'}).json['id']
    file = owner.expect(201, 'POST', f'cases/{case}/files', {'evidence': evidence, 'name': 'passport.png', 'length': 100}).json['id']
    vouch = owner.expect(201, 'POST', f'cases/{case}/vouches', {'handle': instance.person('Wanda', level=3).handle}).json['id']
    # What the worker does by itself must be over before it is looked at whether something changes.
    wait_for(lambda: not instance.sql("select 1 from agora.outbox where state in ('waiting', 'running') and kind = 'mail'"), why='messages to be sent')
    outbox = instance.sql('select id::text from agora.outbox order by id limit 1')
    return {'cases': case, 'evidence': evidence, 'introductions': ask(owner, people['asked'])['id'], 'sessions': session,
            'verifications': verification, 'two-person': act, 'me': receipt, 'searches': search, 'files': file, 'vouches': vouch, 'admin': outbox[0][0] if outbox else str(uuid.uuid4()), 'elsewhere': elsewhere}


@pytest.fixture(scope='module', name='worked')
def a_case_in_hand(instance):
    """A case that was sent and that its verifier has taken: its id and evidence, both people."""
    member, verifier = instance.person('Walter'), instance.person('Vanda', 'verifier')
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    path = f'cases/{case.json["id"]}'
    case = member.expect(200, 'PUT', f'{path}/claims', {'given_name': 'Walter', 'family_name': 'Inhand'}, etag=case.etag)
    case = member.expect(201, 'POST', f'{path}/evidence', PASSPORT)
    member.expect(200, 'POST', f'{path}/submit', etag=case.etag)
    assert verifier.expect(200, 'POST', 'cases/next').json['id'] == case.json['id']
    wait_for(lambda: not instance.sql("select 1 from agora.outbox where state in ('waiting', 'running') and kind = 'mail'"), why='messages to be sent')
    return {'cases': case.json['id'], 'evidence': case.json['evidence'][0]['id'], 'member': member, 'verifier': verifier}


def call(client, owned, method, path, operation):
    """The operation on what the owner has; an If-Match that fits whatever version there is."""
    kind = 'searches' if '/me/searches/' in path else path.split('/')[3]
    path = path.replace('{id}', owned[kind]).replace('{evidence}', owned['evidence']).replace('{page}', '1')
    form = operation.get('requestBody', {}).get('content', {}).get('application/json')
    body = BODIES.get(operation['operationId']) or (sample(form['schema']) if form else {})
    if operation['operationId'] == 'recordCheck':
        body = {'evidence': owned['evidence'], 'check_method': 'vri', 'result': 'passed'}
    needed = 'requestBody' in operation
    return client.request(method, path, body if needed else None, headers={'If-Match': '*'})


@pytest.mark.parametrize('who,method,path,operation', [
    pytest.param(who, *o, id=f'{who} {o[2]["operationId"]}') for who in ('member', 'unverified', 'verifier', 'admin') for o in BY_ID
    if (who, o[2]['operationId']) not in THEIRS])
def test_what_another_has_is_not_there(instance, people, owned, who, method, path, operation):
    """404 (or 403 where the role is missing at all), the same answer as for an id of nothing, and not one row changed.
    What is theirs to do by their role is left out."""
    before = content(instance)
    answer = call(people[who], owned, method, path, operation)
    assert answer.status in (403, 404), answer.text
    nothing = call(people[who], {**owned, **{k: str(uuid.uuid4()) for k in ('cases', 'introductions', 'sessions', 'verifications', 'two-person', 'me', 'searches', 'admin', 'files', 'vouches')}},
                   method, path, operation)
    told = ('type', 'title', 'status', 'detail')
    assert [answer.json.get(k) for k in told] == [nothing.json.get(k) for k in told]
    assert content(instance) == before


@pytest.mark.parametrize('who,method,path,operation', [
    pytest.param(who, *o, id=f'{who} {o[2]["operationId"]}') for who in ('member', 'verifier', 'admin') for o in BY_ID
    # That an admin gives a case back is for verifiers who are away.
    if o[1].startswith('/api/v1/cases/') and (who, o[2]['operationId']) != ('admin', 'releaseCase')])
def test_a_case_in_hand_is_its_verifiers_alone(instance, people, worked, who, method, path, operation):
    """For a verifier who does not have it, as for anybody else, it is as if there were none, and not one row changes."""
    before = content(instance)
    answer = call(people[who], worked, method, path, operation)
    assert answer.status in (403, 404), answer.text
    assert worked['cases'] not in answer.text and 'Inhand' not in answer.text
    assert content(instance) == before


def test_who_has_it_reads_it(worked):
    """The same id is right: its member and its verifier have it."""
    for who, seen_as in (('member', None), ('verifier', 'verifier')):
        case = worked[who].get(f'cases/{worked["cases"]}')
        assert (case['state'], case.get('viewed_as')) == ('in_review', seen_as)


def test_the_owner_may(people, owned):
    """The same ids are right: without this the test above would prove nothing."""
    owner = people['owner']
    assert owner.get(f'cases/{owned["cases"]}')['state'] == 'draft'
    assert owner.get(f'introductions/{owned["introductions"]}')['state'] == 'sent'
    assert people['asked'].get(f'introductions/{owned["introductions"]}')['state'] == 'received'
    assert owned['elsewhere'].request('GET', 'session').status == 200
    owner.expect(204, 'DELETE', f'sessions/{owned["sessions"]}')
    assert owned['elsewhere'].request('GET', 'session').status == 401


def test_each_side_does_only_its_own(instance, people, owned):
    """The asker does not accept for the asked, nor does the asked withdraw for the asker."""
    path = f'introductions/{owned["introductions"]}'
    for who, act in (('owner', 'accept'), ('owner', 'decline'), ('asked', 'withdraw')):
        before = content(instance)
        assert people[who].request('POST', f'{path}/{act}', {} if act == 'decline' else None).status in (403, 404, 409)
        assert content(instance) == before


def test_lists_hold_only_ones_own(people, owned):
    """Nothing of the owner's in anybody's list."""
    for who in ('member', 'unverified', 'verifier', 'admin'):
        for path in ('me/verification', 'introductions', 'sessions', 'blocks', 'me/tmtp', 'me/profile'):
            text = people[who].request('GET', path).text
            assert not any(str(i) in text for k, i in owned.items() if k != 'elsewhere'), (who, path)


def test_ids_say_nothing_about_others(instance, people):
    """Ids cannot be counted on: none is a number, and two made one after the other differ in 60 bits and more."""
    rows = instance.sql("select id::text from agora.session union all select id::text from agora.account")
    ids = [uuid.UUID(r[0]) for r in rows]
    assert {i.version for i in ids} == {7} and len({i.int & ((1 << 62) - 1) for i in ids}) == len(ids)
    assert min(bin((a.int ^ b.int) & ((1 << 62) - 1)).count('1') for a in ids for b in ids if a != b) > 8
    for guess in ('1', '0', '-1', str(uuid.UUID(int=0)), str(uuid.UUID(int=uuid.UUID(people['owner'].account).int + 1))):
        assert people['member'].request('GET', f'cases/{guess}').status == 404


def test_fields_that_are_not_asked_for_are_refused(instance, people):
    """Mass assignment: rights, owners and states cannot be sent along."""
    member, anyone = people['member'], instance.anyone()
    tries = [(member, 'POST', 'cases', {'level': 1, 'account_id': people['owner'].account}), (member, 'POST', 'cases', {'level': 1, 'state': 'approved'}),
             (member, 'PATCH', 'me/profile', {'roles': ['admin']}), (member, 'PATCH', 'me/profile', {'handle': 'admin'}),
             (member, 'PATCH', 'me/profile', {'fields': {'verified': {'value': 'x'}}}), (member, 'PATCH', 'me/profile', {'version': 99}),
             (member, 'POST', 'introductions', {'to': people['asked'].handle, 'ask': 'advice', 'why': 'x' * 30, 'state': 'connected'}),
             (anyone, 'POST', 'session', {'email': 'a@b.example', 'password': 'x', 'roles': ['admin']}),
             (anyone, 'POST', 'applications', {'email': 'm@example.org', 'password': 'a long enough password', 'given_name': 'A', 'family_name': 'B',
                                               'terms': True, 'roles': ['admin']})]
    for client, method, path, body in tries:
        before = content(instance)
        answer = client.request(method, path, body, etag='*')
        assert answer.status == 422, (path, body, answer.text)
        assert content(instance) == before
