"""What evidence and checks come to over the interface: levels by rule set, the way up, what a member may know, and policies."""
import json
import pathlib
import time

import pytest
from patience import fair_time

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}
PASSPORT = {'type': 'document', 'subtype': 'passport', 'issuer': 'Passport office', 'date_of_expiry': '2099-01-31'}
REGISTER = {'type': 'electronic_record', 'subtype': 'x_professional_register', 'issuer': 'Register'}
STATEMENT = {'type': 'document', 'subtype': 'bank_statement', 'issuer': 'Bank'}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Verifiers and admins; members are made as they are needed."""
    return {'verifier': instance.person('Vera', 'verifier'), 'admin': instance.person('Adam', 'admin'),
            'second': instance.person('Berta', 'admin')}


@pytest.fixture(autouse=True)
def no_open_case(instance):
    """Every test begins with an empty queue, also after one that failed."""
    yield
    instance.sql("select agora.case_withdraw(account_id, id) from agora.vcase "
                 "where state in ('draft', 'queued', 'held', 'in_review', 'needs_member')")


def begin(instance, *evidence, level=3, claims=CLAIMS):
    """A new member's draft: (member, path)."""
    member = instance.person('Ada')
    claims = {**claims, 'family_name': f'Example {member.handle}'}  # nobody else is called so
    case = member.expect(201, 'POST', 'cases', {'level': level}).json
    member.case = case['id']
    path = f'cases/{case["id"]}'
    member.expect(200, 'PUT', f'{path}/claims', claims, etag=str(case['version']))
    for item in evidence:
        case = member.expect(201, 'POST', f'{path}/evidence', item).json
    return member, path


def send(member, path):
    """Submit a draft."""
    return member.expect(200, 'POST', f'{path}/submit', etag=member.expect(200, 'GET', path).etag)


def take(instance, verifier, *evidence, level=3):
    """A case that the verifier has: (member, path, case)."""
    member, path = begin(instance, *evidence, level=level)
    send(member, path)
    case = verifier.expect(200, 'POST', 'cases/next').json
    assert path.endswith(case['id'])
    return member, path, case


def check(verifier, path, subtype, *methods, result='passed'):
    """Checks of a piece of evidence, which answer with the case as it is then."""
    item = next(e['id'] for e in verifier.expect(200, 'GET', path).json['evidence'] if e['subtype'] == subtype)
    for method in methods:
        case = verifier.expect(201, 'POST', f'{path}/checks', {'evidence': item, 'check_method': method, 'result': result}).json
    return case


def give_back(member, path):
    """Leave the queue as it was."""
    member.expect(200, 'POST', f'{path}/withdraw')


def test_each_check_changes_the_level_that_the_verifier_reads(instance, people):
    """After every act the case shows what it comes to now, by each rule set, with the reasons and the way on."""
    verifier = people['verifier']
    member, path, case = take(instance, verifier, PASSPORT, REGISTER)
    assert case['computed']['level'] == 1
    assert [s['check_method'] for s in case['computed']['way']] in (['vri', 'pvr', 'data'], ['pvr', 'vri', 'data'])
    computed = check(verifier, path, 'passport', 'vri')['computed']
    assert computed['level'] == 2
    assert computed['reasons'] == ["The member's e-mail address answers.", 'Passport: counts as strong.',
                                   'Entry in the professional register: not checked yet.']
    assert computed['missing'][-1] == 'Not checked yet: Entry in the professional register.'
    computed = check(verifier, path, 'passport', 'pvr')['computed']
    assert [(s['do'], s['check_method'], s['evidence_type']) for s in computed['way']] == [
        ('check', 'data', 'electronic_record/x_professional_register')]
    computed = check(verifier, path, 'x_professional_register', 'data')['computed']
    assert computed['level'] == 3 and computed['missing'] == [] and computed['standing'] == 'current'
    assert computed['frameworks']['nist_800_63A']['assurance_level'] == 'ial2'
    assert computed['frameworks']['uk_diatf']['assurance_level'] == 'medium'
    assert 'M2B' in computed['frameworks']['uk_diatf']['profiles']
    assert [s['check_method'] for s in computed['way']] == ['pvp']
    assert verifier.expect(200, 'GET', f'{path}/level').json['computed']['level'] == 3
    give_back(member, path)


def test_what_was_found_is_kept_with_the_verification(instance, people):
    """The record of how somebody was assured is stored as evaluated when the case was approved."""
    verifier = people['verifier']
    member, path, case = take(instance, verifier, PASSPORT, REGISTER)
    check(verifier, path, 'x_professional_register', 'data')
    case = check(verifier, path, 'passport', 'vri', 'pvr')
    verifier.expect(200, 'POST', f'{path}/decision', {'outcome': 'approve', 'snapshot': case['snapshot']}, etag=str(case['version']))
    (row,) = instance.sql('select policy_version, policy, procedure, assurance_details::text, frameworks::text from agora.verification '
                          'where case_id = $1::uuid', case['id'])
    assert row[:3] == (1, 'evidence_policy_1', 'remote_attended')
    details, frameworks = json.loads(row[3]), json.loads(row[4])
    assert [d['assurance_type'] for d in details] == ['evidence_validation', 'verification', 'counter_fraud']
    checks = {k['id'] for e in case['evidence'] for k in e['checks']}
    assert {r['check_id'] for d in details for r in d.get('evidence_ref', [])} == checks
    assert frameworks['nist_800_63A']['assurance_level'] == 'ial2'


def test_a_member_reads_what_to_add_and_nothing_of_the_checks(instance, people):
    """The way is told as if all evidence were found good: a failed check changes nothing in it."""
    verifier = people['verifier']
    member, path = begin(instance, PASSPORT, claims={'given_name': 'Ada', 'family_name': 'Example'})
    told = member.expect(200, 'GET', f'{path}/level').json
    assert told['asked'] == 3 and 'computed' not in told
    assert [s['do'] for s in told['way']] == ['state_birthdate', 'add']
    etag = member.expect(200, 'GET', path).etag
    member.expect(200, 'PUT', f'{path}/claims', {**CLAIMS, 'family_name': 'Once'}, etag=etag)
    send(member, path)
    verifier.expect(200, 'POST', 'cases/next')
    before = member.expect(200, 'GET', f'{path}/level').json
    check(verifier, path, 'passport', 'vri', result='failed')
    assert member.expect(200, 'GET', f'{path}/level').json == before
    give_back(member, path)


def test_nobody_else_reads_a_level(instance, people):
    """It is closed to others as the case is."""
    member, path = begin(instance, PASSPORT)
    for other in (instance.person('Olga'), people['verifier'], people['admin']):
        other.expect(404, 'GET', f'{path}/level')
    give_back(member, path)


def test_a_case_changed_by_another_way_is_scored_before_it_is_decided(instance, people):
    """A check that arrives without the interface (from a connector) makes what was found void, and it is found again."""
    verifier = people['verifier']
    _, path, case = take(instance, verifier, PASSPORT, REGISTER)
    check(verifier, path, 'passport', 'vri', 'pvr')
    register = next(e['id'] for e in case['evidence'] if e['subtype'] == 'x_professional_register')
    instance.sql("insert into agora.vcheck (evidence_id, check_method, result, by) values ($1::uuid, 'data', 'passed', $2::uuid)",
                 register, verifier.account)
    (snapshot, version) = instance.sql('select agora.case_hash(id), version from agora.vcase where id = $1::uuid', case['id'])[0]
    decided = verifier.expect(200, 'POST', f'{path}/decision', {'outcome': 'approve', 'snapshot': snapshot}, etag=str(version)).json
    assert decided['state'] == 'approved'


# Policies.

def policy_now(admin):
    """The published policy's content."""
    current = next(v for v in admin.expect(200, 'GET', 'admin/policies').json['versions'] if v['state'] == 'published')
    return current['number'], admin.expect(200, 'GET', f'admin/policies/{current["number"]}').json['policy']


def draft(admin, change, note='A trial.'):
    """The published policy with a change, saved as the draft."""
    _, policy = policy_now(admin)
    change(policy)
    return admin.expect(200, 'PUT', 'admin/policies/draft', {'policy': policy, 'note': note}).json


def simulated(admin, number):
    """Simulate a version and wait until it is done."""
    asked = admin.expect(202, 'POST', f'admin/policies/{number}/simulate').json
    until = fair_time() + 60
    while fair_time() < until:
        found = admin.expect(200, 'GET', f'admin/simulations/{asked["id"]}').json
        if found['state'] in ('done', 'failed'):
            assert found['state'] == 'done'
            return found
        time.sleep(0.2)
    raise AssertionError('the simulation was not done in time')


def published(people, number, version):
    """Published by two admins."""
    act = people['admin'].expect(202, 'POST', f'admin/policies/{number}/publish', {'reason': 'As the board has decided.'},
                                 etag=str(version)).json['act']
    return act


def confirm(instance, people, act):
    """The second person confirms."""
    instance.sql('select agora.two_person_confirm($1::uuid, $2::uuid)', people['second'].account, act)


def weaker_register(policy):
    """The register's entry carries no level any more."""
    policy['evidence']['electronic_record/x_professional_register']['strength'] = 'none'


def stronger_register(policy):
    """The register's entry is enough beside a sign-in: a level for what had none."""
    policy['evidence']['electronic_record/x_professional_register']['strength'] = 'fair'
    policy['ladder']['birthdate_from'] = 4


def test_the_first_policy_has_the_profiles_of_the_published_list(people):
    """data/gpg45_profiles.csv, but for two that are not certain."""
    _, policy = policy_now(people['admin'])
    lines = (pathlib.Path(__file__).resolve().parents[3] / 'data/gpg45_profiles.csv').read_text(encoding='utf8').splitlines()[1:]
    levels = {'Low': 1, 'Medium': 2, 'High': 3, 'VeryHigh': 4}
    listed = {}
    for line in lines:
        name, confidence, evidence, *scores = line.split(',')
        listed[name] = (levels[confidence], [[int(n) for n in e.split('/')] for e in evidence.split(' + ')], *map(int, scores))
    assert {p['name']: (p['level'], p['evidence'], p['activity'], p['fraud'], p['verification']) for p in policy['gpg45']} \
        == {k: v for k, v in listed.items() if k not in ('H2D', 'L3A')}


@pytest.mark.parametrize('change,pointer', [
    (lambda p: p['evidence']['document/passport'].update(strength='huge'), '/policy/evidence/document~1passport/strength'),
    (lambda p: p['evidence']['document/passport'].update(methods=['kbv']), '/policy/evidence/document~1passport/methods'),
    (lambda p: p['methods']['vri'].update(validity=5), '/policy/methods/vri/validity'),
    (lambda p: p['ladder'].update(birthdate_from=1), '/policy/ladder/birthdate_from'),
    (lambda p: p['ladder'].update(validity_months={'5': 12}), '/policy/ladder/validity_months'),
    (lambda p: p['gpg45'][0].update(evidence=[[1, 1], [2, 2]]), '/policy/gpg45/0/evidence'),
    (lambda p: p.update(methods={}), '/policy/methods'),
    (lambda p: p.update(standing_days=-1), '/policy/standing_days'),
])
def test_a_draft_that_the_scorer_cannot_read_is_refused_by_its_member(people, change, pointer):
    """Nothing is saved, and the pointer names what is wrong."""
    _, policy = policy_now(people['admin'])
    change(policy)
    answer = people['admin'].expect(422, 'PUT', 'admin/policies/draft', {'policy': policy})
    assert answer.json['errors'][0]['pointer'] == pointer


def test_two_who_write_the_draft_do_not_overwrite_each_other(people):
    """If-Match with an old version is refused."""
    made = draft(people['admin'], weaker_register)
    _, policy = policy_now(people['admin'])
    people['second'].expect(200, 'PUT', 'admin/policies/draft', {'policy': policy}, etag=str(made['version']))
    people['admin'].expect(412, 'PUT', 'admin/policies/draft', {'policy': policy}, etag=str(made['version']))


def test_a_simulation_tells_who_would_lose_and_why_and_changes_nothing(instance, people):
    """Members whose case needed the register are counted and named; those who do not need it are not."""
    verifier = people['verifier']
    _, path, _ = take(instance, verifier, PASSPORT, REGISTER)
    check(verifier, path, 'x_professional_register', 'data')
    case = check(verifier, path, 'passport', 'vri', 'pvr')
    verifier.expect(200, 'POST', f'{path}/decision', {'outcome': 'approve', 'snapshot': case['snapshot']}, etag=str(case['version']))
    levels = instance.sql('select id, level, state from agora.verification order by id')
    made = draft(people['admin'], weaker_register)
    found = simulated(people['admin'], made['number'])['result']
    assert found['lose'] >= 1 and found['gain'] == 0
    assert {'before': 3, 'after': 2, 'count': found['lose']} in found['levels']
    loser = next(s for s in found['sample'] if s['handle'] == case['member']['handle'])
    assert loser['missing'][0].startswith('Two independent pieces of evidence are needed')
    assert instance.sql('select id, level, state from agora.verification order by id') == levels


def test_the_command_tells_the_same(instance, people, tmp_path):
    """agoractl policy simulate takes a version or a file."""
    made = draft(people['admin'], weaker_register)
    found = simulated(people['admin'], made['number'])['result']
    _, policy = policy_now(people['admin'])
    weaker_register(policy)
    file = tmp_path / 'policy.json'
    file.write_text(json.dumps(policy), encoding='utf8')
    for which in (str(made['number']), str(file)):
        done = instance.ctl('policy', 'simulate', which)
        assert f'{found["lose"]} would lose their level' in str(done)


def test_a_draft_is_published_by_two_after_it_was_simulated(instance, people):
    """Not before, not by one, and not when it was changed meanwhile; then cases sent from now on keep it."""
    number, _ = policy_now(people['admin'])
    made = draft(people['admin'], weaker_register)
    people['admin'].expect(409, 'POST', f'admin/policies/{made["number"]}/publish', {'reason': 'As the board has decided.'},
                           etag=str(made['version']))
    people['admin'].expect(428, 'POST', f'admin/policies/{made["number"]}/publish', {'reason': 'As the board has decided.'})
    # A case that is promised the policy of today.
    verifier = people['verifier']
    member, path, _ = take(instance, verifier, PASSPORT, REGISTER)
    check(verifier, path, 'passport', 'vri', 'pvr')
    assert check(verifier, path, 'x_professional_register', 'data')['computed']['level'] == 3
    simulated(people['admin'], made['number'])
    act = published(people, made['number'], made['version'])
    assert policy_now(people['admin'])[0] == number
    confirm(instance, people, act)
    assert policy_now(people['admin'])[0] == made['number']
    # It keeps what it was promised; one that is sent now is not promised it.
    computed = verifier.expect(200, 'GET', path).json['computed']
    assert (computed['level'], computed['policy_version']) == (3, number)
    give_back(member, path)
    member, path, _ = take(instance, verifier, PASSPORT, REGISTER)
    check(verifier, path, 'passport', 'vri', 'pvr')
    computed = check(verifier, path, 'x_professional_register', 'data')['computed']
    assert (computed['level'], computed['policy_version']) == (2, made['number'])
    # A newer policy that gives more raises it.
    made = draft(people['admin'], stronger_register)
    simulated(people['admin'], made['number'])
    confirm(instance, people, published(people, made['number'], made['version']))
    computed = verifier.expect(200, 'GET', path).json['computed']
    assert (computed['level'], computed['policy_version']) == (3, made['number'])
    give_back(member, path)


def test_versions_that_are_not_there(people):
    """Names of nothing are 404, also where they are no numbers."""
    for number in ('999', '0', 'x', '1234567', '-1'):
        people['admin'].expect(404, 'GET', f'admin/policies/{number}')
        people['admin'].expect(404, 'POST', f'admin/policies/{number}/simulate')
