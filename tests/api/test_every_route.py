"""Every operation that is described, called by everyone who may not: refused, with a problem of the right kind."""
import uuid

import pytest
from contract import operations

SOME_ID = '01900000-0000-7000-8000-000000000000'
VERIFIERS = {'listCases', 'takeNextCase', 'recordCheck', 'askMember', 'releaseCase', 'decideCase', 'declareConflict', 'referCase',
             'bookMeeting', 'recordFinding', 'secondCase', 'noteFile'}
REVOKERS = {'revokeVerification', 'suspendVerification', 'reinstateVerification', 'clearCase', 'refuseCase', 'listPairs'}
STAFF = {'listTwoPerson', 'askTwoPerson', 'getTwoPerson', 'confirmTwoPerson', 'refuseTwoPerson', 'getBrokenGlassCase'}
ADMINS = {'listOutbox', 'retryOutbox', 'getRecallRadius'}
VERIFIERS |= {'waitForVouchers', 'listVouchReviews', 'closeVouchReview'}
REVOKERS |= {'listAppeals', 'acknowledgeAppeal', 'decideAppeal'}
ADMINS |= {'listComplaints', 'acknowledgeComplaint', 'decideComplaint', 'getRetention', 'placeHold', 'extendHold', 'liftHold'}
ADMINS |= {'revokeRole'}
ADMINS |= {'listKeptTopics', 'addTopic', 'getKeptTopic', 'mergeTopic', 'labelTopic', 'placeTopic', 'listTopicProposals', 'decideTopicProposal'}
ADMINS |= {'listPolicies', 'getPolicy', 'putPolicyDraft', 'simulatePolicy', 'publishPolicy', 'getSimulation'}
VERIFIERS |= {'getAutomaticChecks'}
ADMINS |= {'listConnectors', 'addConnector', 'changeConnector', 'tryConnector', 'listRosters', 'importRoster', 'getRosterImport',
           'discardRosterImport', 'getRosterFaults', 'applyRosterImport', 'undoRosterImport'}
REVOKERS |= {'listDuplicates', 'keepApart'}
REVOKERS |= {'listQuestions', 'answerQuestion'}
COUNTERS = {'getStatistics', 'getStatisticsCsv'}
AUDITORS = {'listAudit', 'checkAudit', 'listRoles'}
ALL = list(operations())


def filled(path):
    """The path with ids of nothing."""
    for name, value in (('id', SOME_ID), ('handle', 'no-such-member'), ('evidence', SOME_ID), ('page', '1')):
        path = path.replace('{' + name + '}', value)
    return path


def call(client, method, path):
    """The operation with ids of nothing and an empty body."""
    path = filled(path)
    headers = {'If-Match': '"1"', 'Idempotency-Key': str(uuid.uuid4())}
    return client.request(method, path, {} if method in ('POST', 'PUT', 'PATCH') else None, headers=headers)


def public(operation):
    """Whether it is described as open to everyone."""
    security = operation.get('security')
    return security is not None and ({} in security or security == [])


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """One of each kind."""
    return {'nobody': instance.anyone(), 'member': instance.person('Plain'), 'verifier': instance.person('Vera', 'verifier'),
            'admin': instance.person('Adam', 'admin')}


@pytest.mark.parametrize('method,path,operation', [pytest.param(*o, id=o[2]['operationId']) for o in ALL if not public(o[2])])
def test_nobody_is_asked_to_sign_in(people, method, path, operation):
    """Without a session: 401, whatever else is wrong with the request."""
    answer = call(people['nobody'], method, path)
    assert answer.status == 401, answer.text
    assert answer.json['type'].endswith('unauthenticated')


@pytest.mark.parametrize('method,path,operation', [pytest.param(*o, id=o[2]['operationId']) for o in ALL
                                                   if o[2]['operationId'] in VERIFIERS | REVOKERS | STAFF | ADMINS | COUNTERS | AUDITORS])
def test_a_plain_member_may_not(people, method, path, operation):
    """What verifiers and admins do is closed to members."""
    assert call(people['member'], method, path).status in (403, 404)


@pytest.mark.parametrize('method,path,operation', [pytest.param(*o, id=o[2]['operationId']) for o in ALL
                                                   if o[2]['operationId'] in VERIFIERS])
def test_an_admin_is_no_verifier(people, method, path, operation):
    """Roles are rights of their own: an admin does not decide cases."""
    assert call(people['admin'], method, path).status in (403, 404)


@pytest.mark.parametrize('method,path,operation', [pytest.param(*o, id=o[2]['operationId']) for o in ALL
                                                   if o[2]['operationId'] in ADMINS | AUDITORS])
def test_a_verifier_is_no_admin(people, method, path, operation):
    """Nor does a verifier run the instance."""
    assert call(people['verifier'], method, path).status in (403, 404)


@pytest.mark.parametrize('method,path,operation', [pytest.param(*o, id=o[2]['operationId']) for o in ALL
                                                   if o[0] in ('POST', 'PUT', 'PATCH', 'DELETE') and not public(o[2])])
def test_another_site_may_not_act_for_a_member(people, method, path, operation):
    """A changing request by cookie from another origin is refused before anything else."""
    path = filled(path)
    answer = people['verifier'].raw(method, path, b'{}', {
        'Origin': 'https://evil.example', 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'application/json',
        'If-Match': '"1"', 'Idempotency-Key': str(uuid.uuid4())})
    assert answer.status == 403, answer.text


@pytest.mark.parametrize('method,path,operation', [pytest.param(*o, id=o[2]['operationId']) for o in ALL
                                                   if 'requestBody' in o[2] and o[2]['requestBody'].get('required')])
def test_garbage_is_refused_with_a_problem(people, method, path, operation):
    """A body that is no JSON is 400; never a 500, never an empty answer."""
    path = filled(path)
    client = people['verifier']
    kind = next(iter(operation['requestBody']['content']))
    origin = f'{client.url.scheme}://{client.url.netloc}'
    for body in (b'{', b'[]', b'\xff\xfe', b'{"a":1,"a":2}', b'[' * 100):
        answer = client.raw(method, path, body, {'Content-Type': kind, 'If-Match': '"1"', 'Origin': origin,
                                                 'Idempotency-Key': str(uuid.uuid4())})
        assert answer.status in (400, 403, 404, 422, 429), f'{body!r}: {answer.status} {answer.text}'
