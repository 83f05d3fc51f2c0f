"""Who has which role, and taking one away: by one admin, with its trace, never the last admin's."""
import concurrent.futures

import pytest


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """One of each kind; two admins."""
    return {'nobody': instance.anyone(), 'member': instance.person('Mia'), 'verifier': instance.person('Vera', 'verifier'),
            'auditor': instance.person('Otto', 'auditor'), 'admin': instance.person('Adam', 'admin'), 'other': instance.person('Berta', 'admin')}


def holders(client):
    """{handle: roles} of everyone who has one."""
    return {h['handle']: h['roles'] for h in client.get('admin/roles')['items']}


def revoke(client, handle, role, reason='other_duties'):
    """The answer to taking a role away."""
    return client.request('POST', f'admin/roles/{handle}/revoke', {'role': role, 'reason': reason})


def test_admins_and_auditors_see_who_has_which_role(people):
    """Members with none are not in it."""
    for name, status in (('nobody', 401), ('member', 403), ('verifier', 403), ('auditor', 200), ('admin', 200)):
        assert people[name].request('GET', 'admin/roles').status == status
    seen = holders(people['auditor'])
    assert seen[people['verifier'].handle] == ['verifier'] and seen[people['auditor'].handle] == ['auditor']
    assert people['member'].handle not in seen


def test_only_an_admin_takes_a_role_away(instance, people):
    """From others: refused, and nothing changes."""
    vera = people['verifier'].handle
    for name, status in (('nobody', 401), ('member', 403), ('verifier', 403), ('auditor', 403)):
        assert revoke(people[name], vera, 'verifier').status == status
    assert holders(people['admin'])[vera] == ['verifier']
    assert not instance.sql("select 1 from agora.audit_event where action = 'account.role_revoke'")


@pytest.mark.parametrize('handle,role,reason,status,word', [
    ('no-such-member', 'verifier', 'misuse', 404, ''), ('{vera}', 'king', 'misuse', 422, '/role'), ('{vera}', 'verifier', 'because', 422, '/reason'),
    ('{vera}', 'admin', 'misuse', 409, 'does not have'), ('{mia}', 'verifier', 'misuse', 409, 'does not have')])
def test_what_is_wrong_is_named(people, handle, role, reason, status, word):
    """The field, or what does not hold."""
    handle = handle.replace('{vera}', people['verifier'].handle).replace('{mia}', people['member'].handle)
    answer = revoke(people['admin'], handle, role, reason)
    assert answer.status == status and word in answer.text, answer.text


def test_a_verifier_who_is_one_no_more_is_signed_out_and_their_cases_go_to_others(instance, people):
    """At once no right, a row in the audit log, and the case back in the queue by the clock."""
    gone, member = instance.person('Gert', 'verifier'), instance.person('Nora')
    case = member.expect(201, 'POST', 'cases', {'level': 1})
    path = f'cases/{case.json["id"]}'
    member.expect(200, 'PUT', f'{path}/claims', {'given_name': 'Nora', 'family_name': 'Example'}, etag=case.etag)
    member.expect(200, 'POST', f'{path}/submit', etag=member.expect(200, 'GET', path).etag)
    assert gone.expect(200, 'POST', 'cases/next').json['id'] == case.json['id']
    answer = revoke(people['admin'], gone.handle, 'verifier', 'not_recertified')
    assert answer.status == 200 and answer.json['roles'] == []
    assert gone.request('GET', 'session').status == 401
    gone.sign_in(gone.email, gone.password)
    assert gone.request('POST', 'cases/next').status == 403 and gone.request('GET', path).status == 404
    assert instance.sql("select a.handle, e.detail ->> 'role', e.detail ->> 'reason' from agora.audit_event e join agora.account a on a.id = e.actor"
                        " where e.action = 'account.role_revoke' and e.subject = $1::uuid", gone.account) == [(people['admin'].handle, 'verifier', 'not_recertified')]
    instance.sql('select agora.case_by_clock()')
    assert people['verifier'].expect(200, 'POST', 'cases/next').json['id'] == case.json['id']
    member.expect(200, 'POST', f'{path}/withdraw')


def test_what_such_an_account_had_asked_for_is_not_confirmed(instance, people):
    """An act of two persons needs a first person who still may ask."""
    gone, subject = instance.person('Gina', 'verifier'), instance.person('Sara', level=3)
    verification = subject.get('me/verification')['verifications'][0]['id']
    act = gone.expect(202, 'POST', f'verifications/{verification}/revoke', {'reason': 'fraud_confirmed', 'note': 'The passport is altered.'}).json['id']
    assert revoke(people['admin'], gone.handle, 'verifier', 'misuse').status == 200
    answer = people['other'].request('POST', f'two-person/{act}/confirm', etag='*')
    assert answer.status == 409 and 'may not do so any more' in answer.text
    assert instance.sql('select agora.member_level($1::uuid)', subject.account) == [(3,)]


def test_the_last_admin_stays_one(instance, people):
    """An admin may go while there is another; the last may not, nor when two remove each other at once."""
    first, second = people['admin'], people['other']
    third = instance.person('Cora', 'admin')
    assert revoke(third, third.handle, 'admin', 'asked_for').json['roles'] == []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda pair: revoke(pair[0], pair[1].handle, 'admin', 'misuse'), ((first, second), (second, first))))
    # Who comes second is signed out, or no admin, or refused because nobody else is left.
    assert sorted(a.status for a in answers)[0] == 200 and sorted(a.status for a in answers)[1] in (401, 403, 409), [a.text for a in answers]
    left = first if answers[0].status == 200 else second
    answer = revoke(left, left.handle, 'admin', 'asked_for')
    assert answer.status == 409 and 'last admin' in answer.text
    assert instance.sql("select handle from agora.account where 'admin' = any (roles) and state = 'active'") == [(left.handle,)]
    assert left.request('GET', 'session').status == 200
