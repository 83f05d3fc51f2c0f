"""Vouching over the interface: the whole way, who sees what, and the limit under many answers at once."""
import concurrent.futures

import pytest
from client import wait_for

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}
ANSWER = {'relation': 'We worked in one hospital.', 'known_since': '2001-01-01', 'known_as': 'Ada Example', 'not_family': True,
          'not_same_address': True, 'confirms': True}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """A member, one who may vouch, verifiers."""
    return {'member': instance.person('Ada'), 'voucher': instance.person('Bea', level=3), 'other': instance.person('Olga', level=3),
            'verifier': instance.person('Vera', 'verifier', level=3), 'second': instance.person('Victor', 'verifier', level=3)}


@pytest.fixture(autouse=True)
def no_open_case(instance):
    """Every test begins without a case."""
    yield
    instance.sql("select agora.case_withdraw(account_id, id) from agora.vcase where decided_at is null and state <> 'withdrawn'")


def begun(member, level=2):
    """A case with its claims; its path."""
    case = member.expect(201, 'POST', 'cases', {'level': level})
    path = f'cases/{case.json["id"]}'
    member.expect(200, 'PUT', f'{path}/claims', CLAIMS, etag=case.etag)
    return path


def asked(people, *names):
    """A case that is sent, whose vouchers are asked; its path and their vouches."""
    path = begun(people['member'])
    for name in names:
        people['member'].expect(201, 'POST', f'{path}/vouches', {'handle': people[name].handle, 'message': 'Please.'})
    people['member'].expect(200, 'POST', f'{path}/submit', etag=people['member'].expect(200, 'GET', path).etag)
    return path, [people[n].get('vouches')['items'][0]['id'] for n in names]


def test_a_vouch_goes_the_whole_way(instance, people):
    """Named, asked by e-mail, waited for, given, seen by the verifier with what was said."""
    path, (vouch,) = asked(people, 'voucher')
    mail = wait_for(lambda: [t for t in (p.read_text(encoding='utf8') for p in instance.mail.glob('*.eml'))
                             if f'To: {people["voucher"].email}' in t and 'Another member has asked you' in t], why='the message to the voucher')
    assert 'Ada' not in mail[0] and people['member'].handle not in mail[0]
    verifier = people['verifier']
    case = verifier.expect(200, 'POST', 'cases/next')
    waiting = verifier.expect(200, 'POST', f'{path}/wait-for-vouchers', etag=case.etag)
    assert waiting.json['state'] == 'needs_third_party'
    mine = people['voucher'].get('vouches')
    assert mine['items'][0]['member']['handle'] == people['member'].handle and mine['items'][0]['can'] == ['give', 'decline'] and mine['most'] == 10
    given = people['voucher'].expect(200, 'POST', f'vouches/{vouch}/give', ANSWER)
    assert given.json['state'] == 'given' and given.json['can'] == ['withdraw']
    case = verifier.expect(200, 'GET', path)
    assert case.json['state'] == 'in_review'
    assert case.json['evidence'][0]['checks'][0]['check_method'] == 'x_vouch_known'
    seen = verifier.get(f'{path}/vouches')['items'][0]
    assert seen['relation'] == ANSWER['relation'] and seen['voucher_level'] == 3 and seen['flags'] == []
    by_member = people['member'].get(f'{path}/vouches')['items'][0]
    assert by_member['state'] == 'given' and 'relation' not in by_member and 'flags' not in by_member
    for name in ('second', 'voucher', 'other'):
        assert people[name].request('GET', f'{path}/vouches').status == 404


def test_a_voucher_never_gets_the_case(people):
    """Who vouches in a case, and is a verifier, is not given it (G1)."""
    asked(people, 'verifier')
    assert people['verifier'].expect(204, 'POST', 'cases/next').status == 204
    assert people['second'].expect(200, 'POST', 'cases/next').status == 200


def test_a_refusal_stays_between_voucher_and_verifier(people):
    """The member reads neither that somebody declined nor why."""
    path, (vouch,) = asked(people, 'voucher')
    people['voucher'].expect(200, 'POST', f'vouches/{vouch}/decline', {'reason': 'I hardly know them.'})
    text = people['member'].expect(200, 'GET', f'{path}/vouches').text
    assert 'hardly' not in text and 'declined' not in text and 'not_given' in text
    people['verifier'].expect(200, 'POST', 'cases/next')
    assert 'hardly' in people['verifier'].expect(200, 'GET', f'{path}/vouches').text


@pytest.mark.parametrize('wrong, pointer', [({'not_family': False}, '/not_family'), ({'not_same_address': False}, '/not_same_address'),
                                            ({'confirms': False}, '/confirms'), ({'known_since': '2999-01-01'}, '/known_since'),
                                            ({'known_as': '   '}, '/known_as'), ({'relation': 'x' * 501}, '/relation'), ({'extra': 1}, '/extra')])
def test_what_breaks_a_rule_is_named(people, wrong, pointer):
    """Each refusal names its field, and changes nothing."""
    _, (vouch,) = asked(people, 'voucher')
    answer = people['voucher'].request('POST', f'vouches/{vouch}/give', {**ANSWER, **wrong})
    assert answer.status == 422 and pointer in answer.text
    assert people['voucher'].get('vouches')['items'][0]['state'] == 'asked'


def test_only_the_one_asked_answers(people):
    """For all others there is no such vouch."""
    _, (vouch,) = asked(people, 'voucher')
    for name in ('member', 'other', 'verifier'):
        for act, body in (('give', ANSWER), ('decline', {}), ('withdraw', {}), ('repeat', {})):
            assert people[name].request('POST', f'vouches/{vouch}/{act}', body).status == 404


def test_a_vouch_is_not_described_by_hand(people):
    """The general way to add evidence does not take a vouch that nobody was asked for."""
    path = begun(people['member'])
    answer = people['member'].request('POST', f'{path}/evidence', {'type': 'vouch', 'subtype': 'digital_attestation', 'issuer': 'Myself'})
    assert answer.status == 422 and '/subtype' in answer.text
    assert people['member'].get(path)['evidence'] == []


def test_a_word_taken_back_is_looked_at(people):
    """Verifiers find it on their list, and say what comes of it."""
    path, (vouch,) = asked(people, 'voucher')
    people['voucher'].expect(200, 'POST', f'vouches/{vouch}/give', ANSWER)
    people['voucher'].expect(200, 'POST', f'vouches/{vouch}/withdraw', {'reason': 'I mixed them up.'})
    reviews = [r for r in people['second'].get('vouch-reviews')['items'] if r['vouch']['id'] == vouch]
    assert [r['reason'] for r in reviews] == ['withdrawn'] and reviews[0]['vouch']['private_reason'] == 'I mixed them up.'
    assert people['member'].request('GET', 'vouch-reviews').status == 403
    assert people['second'].request('POST', f'vouch-reviews/{reviews[0]["id"]}', {'outcome': 'kept', 'note': 'x'}).status == 409
    people['second'].expect(204, 'POST', f'vouch-reviews/{reviews[0]["id"]}', {'outcome': 'set_aside', 'note': 'Asked both.'})
    assert people['second'].request('POST', f'vouch-reviews/{reviews[0]["id"]}', {'outcome': 'set_aside', 'note': 'x'}).status == 409
    assert people['member'].get(path)['evidence'] == []


MANY = """
do $$
declare
  one uuid; opened uuid; at_version text;
begin
  update agora.policy set value = '100' where key = 'vouch.open_asked';
  for n in 1..64 loop
    with p as (insert into agora.person default values returning id)
    insert into agora.account (person_id, email, handle, given_name, family_name, state)
    select id, 'many' || n || '@example.org', 'many-' || n, 'Many' || n, 'Member' || n, 'active' from p returning id into one;
    opened := (select (body::jsonb ->> 'id')::uuid from agora.case_open(one, 2));
    perform agora.case_claims_put(one, opened, null, jsonb_build_object('given_name', 'Many' || n, 'family_name', 'Member' || n));
    perform agora.vouch_name(one, opened, 'HANDLE', null);
    perform agora.case_submit(one, opened, null);
  end loop;
end $$"""


def test_of_64_answers_at_once_ten_count(instance):
    """The limit of vouches in a year holds however many answers come at the same moment."""
    voucher = instance.person('Mira', level=3)
    instance.sql(MANY.replace('HANDLE', voucher.handle))
    ids = [r[0] for r in instance.sql('select id from agora.vouch where voucher_id = $1::uuid', voucher.account)]
    assert len(ids) == 64
    clients = []
    for _ in ids:
        clients.append(instance.anyone())
        clients[-1].cookies = dict(voucher.cookies)
    with concurrent.futures.ThreadPoolExecutor(len(ids)) as pool:
        answers = list(pool.map(lambda pair: pair[0].request('POST', f'vouches/{pair[1]}/give', ANSWER), zip(clients, ids)))
    assert sorted(a.status for a in answers) == [200] * 10 + [409] * 54
    assert instance.sql("select count(*) from agora.vouch where voucher_id = $1::uuid and state = 'given'", voucher.account) == [(10,)]
    assert instance.sql("select count(*) from agora.vcheck where by = $1::uuid", voucher.account) == [(10,)]


def test_the_worker_goes_on_without_who_does_not_answer(instance, people):
    """What is due by the clock is done by the worker, not by anybody's request."""
    path, (vouch,) = asked(people, 'voucher')
    verifier = people['verifier']
    verifier.expect(200, 'POST', f'{path}/wait-for-vouchers', etag=verifier.expect(200, 'POST', 'cases/next').etag)
    instance.sql("update agora.vouch set expires_at = now() where id = $1::uuid", vouch)
    assert instance.sql('select agora.vouch_by_clock()', user='agora_app')[0][0] >= 1
    assert verifier.get(path)['state'] == 'in_review'
