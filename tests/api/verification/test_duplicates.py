"""Persons who may be one: found by what they have in common, listed without its value, merged or kept apart."""
import pytest

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}
PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'Zq 98-76'}
CARD = {'type': 'document', 'subtype': 'idcard'}
WHY = 'Their passports were issued in different countries.'


def submitted(member, claims, *evidence):
    """A case that was sent."""
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    path = f'cases/{case.json["id"]}'
    case = member.expect(200, 'PUT', f'{path}/claims', claims, etag=case.etag)
    for item in evidence:
        case = member.expect(201, 'POST', f'{path}/evidence', item)
    return member.expect(200, 'POST', f'{path}/submit', etag=case.etag)


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Two who may be one, and staff."""
    found = {'ada': instance.person('Ada', 'verifier'), 'again': instance.person('Again'), 'verifier': instance.person('Vera', 'verifier'),
             'admin': instance.person('Adam', 'admin')}
    for name in ('ada', 'again'):
        submitted(found[name], CLAIMS, CARD)
    return found


def pairs(client):
    """What is listed."""
    return client.get('duplicates')['items']


def apart(people, who='verifier', note=WHY, other='again'):
    """Say that they are two, whatever the answer."""
    return people[who].request('POST', 'duplicates/apart', {'handle': people['ada'].handle, 'other': people[other].handle, 'note': note})


def test_a_pair_is_listed_with_what_matches_and_never_the_value(people):
    """For verifiers and admins alike; a held case is there for whoever looks at it first."""
    for who in ('verifier', 'admin'):
        answer = people[who].expect(200, 'GET', 'duplicates')
        pair, = answer.json['items']
        assert answer.json['total'] == 1 and pair['matched'] == ['Same name and date of birth']
        assert {p['handle'] for p in pair['persons']} == {people['ada'].handle, people['again'].handle}
        assert [p['case']['state'] for p in pair['persons'] if 'case' in p] == ['held']
        assert '1980' not in answer.text.replace(pair['since'], '')


def test_who_is_one_of_them_neither_sees_nor_settles_it(people):
    """Though they are a verifier."""
    assert pairs(people['ada']) == []
    assert apart(people, 'ada').status == 403
    assert people['again'].request('GET', 'duplicates').status == 403


def test_a_merge_that_waits_is_told(people):
    """It is an act of two persons; taken back, the pair waits again."""
    # What the one has asked for must be decided before.
    merge = {'kind': 'merge_persons', 'payload': {'from': people['ada'].handle, 'into': people['again'].handle}, 'reason': WHY}
    assert people['admin'].request('POST', 'two-person', merge).status == 409
    case = people['verifier'].expect(200, 'POST', 'cases/next')
    people['verifier'].expect(200, 'POST', f'cases/{case.json["id"]}/decision', {
        'outcome': 'reject', 'reason_codes': ['missing_evidence'], 'public_text': 'Sorry.'}, etag=case.etag)
    act = people['admin'].expect(201, 'POST', 'two-person', merge)
    assert act.json['id'] == pairs(people['verifier'])[0]['act']
    people['admin'].expect(200, 'POST', f'two-person/{act.json["id"]}/refuse', {'note': 'Not yet.'})
    assert 'act' not in pairs(people['verifier'])[0]


def test_two_persons_are_listed_no_more_until_something_else_matches(instance, people):
    """With a note, on record; what a case says of them stays."""
    assert [apart(people, note=n).status for n in ('', ' ', 'x' * 1001)] == [422] * 3
    assert apart(people, other='admin').status == 409
    assert apart(people).status == 204
    assert pairs(people['verifier']) == []
    assert instance.sql("select detail ->> 'matched' from agora.audit_event where action = 'person.apart'") == [('["name_birthdate"]',)]
    for name in ('ada', 'again'):
        instance.sql("select agora.case_withdraw(account_id, id) from agora.vcase c where c.account_id = "
                     "(select id from agora.account where handle = $1) and c.state = 'held'", people[name].handle)
        submitted(people[name], CLAIMS, PASSPORT)
    pair, = pairs(people['verifier'])
    assert sorted(pair['matched']) == ['Same name and date of birth', 'Same number of a document']
