"""What a verification tells others: the sentence, verified_claims by who looks, its history; never what is hidden."""
import json

import ida
import pytest
from example import verify
from meet import connect, link

# A fact by tier with a word of its own, so that a leak is found wherever it is.
FACTS = {'public': ('x_profession', 'zqprofession'), 'members': ('given_name', 'Owen'), 'contacts': ('x_post_nominals', 'zqnominals'),
         'self': ('birthdate', '1980-05-17')}
TIERS = tuple(FACTS)
SEES = {'nobody': 1, 'member': 2, 'verifier': 2, 'admin': 2, 'contact': 3, 'owner': 4}
# What nobody but the member reads anywhere: numbers and who issued it, of scripts/example.py.
NEVER = ('X1234567', 'E-Sealed', 'Passport office')


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """An owner verified by a case, with a fact a tier, and everybody who looks."""
    made = {'nobody': instance.anyone(), 'member': instance.person('Marta', level=2), 'verifier': instance.person('Vera', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'contact': instance.person('Conny', level=2), 'owner': instance.person('Owen')}
    owner = made['owner']
    # Before: a name shown that is not the verified one ends a verification.
    profile = owner.expect(200, 'GET', 'me/profile')
    owner.expect(200, 'PATCH', 'me/profile', {'fields': {'shown_name': {'value': 'Owen Example', 'tier': 'public'}}}, etag=profile.etag)
    verify(owner, made['verifier'], 'Owen', 'Sealed')
    instance.sql("insert into agora.claim (person_id, name, value, verification_id) "
                 "select v.person_id, c.name, c.value, v.id from agora.verification v, "
                 "(values ('x_post_nominals', 'zqnominals'), ('nationalities', 'CH'), ('place_of_birth', 'Basel')) c (name, value) "
                 "where v.id = agora.current_verification($1::uuid)", owner.account)
    instance.sql("delete from agora.claim where name = 'x_profession' and person_id = (select person_id from agora.account where id = $1::uuid)", owner.account)
    instance.sql("insert into agora.claim (person_id, name, value, verification_id) select v.person_id, 'x_profession', 'zqprofession', v.id "
                 "from agora.verification v where v.id = agora.current_verification($1::uuid)", owner.account)
    link(instance, owner, 'Owen Example')
    link(instance, made['contact'], 'Conny Example')
    connect(made['contact'], owner)
    owner.expect(200, 'PUT', 'me/verification/disclosure', {
        'evidence': 'contacts', 'history': 'members', 'claims': {name: tier for tier, (name, _) in FACTS.items()}})
    return made


def seen(people, who):
    """The owner's verification as somebody sees it."""
    return people[who].get(f'members/{people["owner"].handle}/verification')


@pytest.mark.parametrize('who', SEES)
def test_everyone_sees_the_facts_of_their_tier_and_no_others(people, who):
    """A fact is there, or its name and value are nowhere in the answer."""
    answer = seen(people, who)
    claims = ida.check(answer['verified_claims'])['claims']
    for place, (tier, (name, value)) in enumerate(FACTS.items(), 1):
        if place <= SEES[who]:
            assert claims[name] == value, tier
        else:
            assert name not in json.dumps(answer) and value not in json.dumps(answer), tier


@pytest.mark.parametrize('who', SEES)
def test_the_evidence_is_for_whom_the_member_allows(people, who):
    """Kind, country, checks and times; without leave no word of it."""
    answer = seen(people, who)
    verification = answer['verified_claims']['verification']
    assert ('evidence' in verification) == ('assurance_process' in verification) == (SEES[who] >= 3)
    if SEES[who] >= 3:
        passport, register = verification['evidence']
        assert passport['document_details'] == {'type': 'passport', 'issuer': {'country_code': 'CH'}}
        assert [c['check_method'] for c in passport['check_details']] == ['vri', 'pvr']
        assert register['record'] == {'type': 'x_membership_register', 'source': {'country_code': 'CH'}}
        kinds = [d['assurance_type'] for d in verification['assurance_process']['assurance_details']]
        assert set(kinds) == {'evidence_validation', 'verification'}


@pytest.mark.parametrize('who', SEES)
def test_no_number_and_no_verifier_is_told_to_anyone(people, who):
    """Not even to the member: what is for showing to others has none."""
    text = json.dumps(seen(people, who))
    for word in (*NEVER, people['verifier'].account, people['verifier'].handle):
        assert word not in text


@pytest.mark.parametrize('who', SEES)
def test_the_history_has_dates_and_classes_only(people, who):
    """And is for members here."""
    answer = seen(people, who)
    assert ('history' in answer) == (SEES[who] >= 2)
    for past in answer.get('history', []):
        assert set(past) <= {'state', 'level', 'label', 'verified_at', 'until', 'ended_at', 'end_class', 'trust_framework', 'assurance_level'}


@pytest.mark.parametrize('tier', ('public', 'members', 'contacts'))
def test_a_preview_is_what_such_a_viewer_gets(people, tier):
    """The member sees their verification as others do; nobody else may ask."""
    who = {'public': 'nobody', 'members': 'member', 'contacts': 'contact'}[tier]
    path = f'members/{people["owner"].handle}/verification'
    assert people['owner'].get(path, **{'as': tier}) == seen(people, who)
    people['member'].expect(403, 'GET', f'{path}?as={tier}')
    people['nobody'].expect(403, 'GET', f'{path}?as={tier}')


def test_the_sentence_is_one_everywhere(people):
    """Page, card and provenance show the same, made in one place."""
    sentence = seen(people, 'member')['verified']['sentence']
    assert people['member'].get(f'members/{people["owner"].handle}')['verified']['sentence'] == sentence
    assert sentence.startswith('Known to Example Society of Engineers; checked remotely, against ')


def test_standing_is_said_in_the_sentence_and_as_a_fact(instance, people):
    """Where a register says something, on its own axis."""
    before = instance.sql("select pg_get_functiondef('agora.standing_of(uuid)'::regprocedure)")[0][0]
    said = '{"standing": "on_register", "words": "on the register, last confirmed 2 June 2026"}'
    instance.sql("create or replace function agora.standing_of(person uuid) returns jsonb language sql stable security definer "
                 f"set search_path = '' as $f$ select '{said}'::jsonb $f$")
    try:
        answer = seen(people, 'member')
        assert answer['verified']['sentence'].endswith('. Standing: on the register, last confirmed 2 June 2026.')
        assert answer['standing'] == 'on the register, last confirmed 2 June 2026'
        assert ida.check(answer['verified_claims'])['claims']['x_standing'] == 'on_register'
        assert 'x_standing' not in json.dumps(seen(people, 'nobody'))
    finally:
        instance.sql(before)


def test_values_have_the_form_that_openid_gives_them(people):
    """Nationalities are a list, a place is an object."""
    claims = seen(people, 'owner')['verified_claims']['claims']
    assert claims['nationalities'] == ['CH'] and claims['place_of_birth'] == {'locality': 'Basel'}


def test_a_verification_that_ended_gives_no_verified_claims(instance, people):
    """Lapsed or revoked: the sentence and the history say so, and nothing is verified any more."""
    one = instance.person('Lapsed', level=2)
    path = f'members/{one.handle}/verification'
    assert 'verified_claims' in people['member'].get(path)
    instance.sql("update agora.verification set verified_at = now() - interval '6 years', valid_until = now() - interval '1 day' "
                 'where account_id = $1::uuid', one.account)
    lapsed = people['member'].get(path)
    assert 'verified_claims' not in lapsed and lapsed['history'][0]['state'] == 'lapsed'
    assert 'this held until' in lapsed['verified']['sentence']
    other = instance.person('Revoked', level=2)
    verification = instance.sql('select agora.current_verification($1::uuid)', other.account)[0][0]
    people['verifier'].expect(204, 'POST', f'verifications/{verification}/revoke', {'reason': 'error', 'note': 'zqnote'})
    revoked = people['member'].get(f'members/{other.handle}/verification')
    assert 'verified_claims' not in revoked and 'zqnote' not in json.dumps(revoked)
    assert revoked['history'][0]['end_class'] == 'withdrawn by the organisation' and 'error' not in json.dumps(revoked['history'])


def test_who_may_not_know_of_a_member_learns_nothing(people):
    """A blocked viewer and a stranger to a hidden name get what they get for nobody."""
    hidden = people['contact']
    for path in (f'members/{hidden.handle}/verification', 'members/no-such-member/verification'):
        people['nobody'].expect(404, 'GET', path)


@pytest.mark.parametrize('body,pointer', [
    ({'evidence': 'everyone'}, '/evidence'), ({'claims': {'given_name': 'all'}}, '/claims/given_name'),
    ({'claims': {'no_such': 'public'}}, '/claims/no_such'), ({'other': 'public'}, '/other'), ({'claims': ['given_name']}, '/claims'),
    ({'claims': 1}, '/claims')])
def test_a_wrong_disclosure_names_its_field_and_changes_nothing(people, body, pointer):
    """422, with the pointer."""
    before = people['owner'].get('me/verification/disclosure')
    answer = people['owner'].expect(422, 'PUT', 'me/verification/disclosure', body)
    assert answer.json['errors'][0]['pointer'] == pointer
    assert people['owner'].get('me/verification/disclosure') == before


def test_the_vocabulary_is_the_registrys(instance):
    """Every name of the specification is stored by its own name, whether it is accepted here or not."""
    assert {r[0] for r in instance.sql("select subtype from agora.evidence_type where type = 'document'")} == set(ida.DOCUMENTS)
    assert {r[0] for r in instance.sql("select subtype from agora.evidence_type where type = 'electronic_record'")} == set(ida.RECORDS)
    assert {r[0] for r in instance.sql('select code from agora.check_method')} == set(ida.METHODS)
    assert {r[0] for r in instance.sql('select code from agora.claim_name')} == set(ida.CLAIMS)


def test_what_is_not_accepted_is_neither_offered_nor_taken(instance, people):
    """A kind of evidence that only has a name, and a fact that only registers say."""
    one = instance.person('Nora')
    words = one.get('vocabulary')
    assert 'document/visa' not in [w['code'] for w in words['evidence_types']]
    assert not {'kbv', 'bvr', 'bvp'} & {w['code'] for w in words['check_methods']}
    assert 'x_standing' not in [w['code'] for w in words['claims']]
    case = one.expect(201, 'POST', 'cases', {'level': 2})
    visa = one.expect(422, 'POST', f'cases/{case.json["id"]}/evidence', {'type': 'document', 'subtype': 'visa'})
    assert visa.json['errors'][0]['pointer'] == '/subtype'
    standing = one.expect(422, 'PUT', f'cases/{case.json["id"]}/claims', {'x_standing': 'good'}, etag=case.etag)
    assert standing.json['errors'][0]['pointer'] == '/x_standing'
    assert people['owner'].get('me/verification/disclosure')['evidence'] == 'contacts'
