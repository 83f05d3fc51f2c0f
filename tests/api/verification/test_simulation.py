"""A policy's simulation reads many members at once; each of them has to come to what scoring their case alone gives."""
import collections
import random
import re
import uuid

import pytest

MEMBERS = 90
KINDS = (('document', 'passport'), ('document', 'idcard'), ('document', 'bank_statement'), ('electronic_record', 'x_professional_register'),
         ('electronic_record', 'x_membership_register'), ('vouch', 'digital_attestation'))
METHODS = ('vri', 'vpip', 'vcrypt', 'data', 'auth', 'pvr', 'pvp', 'x_code_email')
# The same issuer however it is written, one without a letter, none.
ISSUERS = ('Passport office', 'PASSPORT-OFFICE', 'Régister', 'register', '???', None)


def quoted(value):
    """A value as SQL has it."""
    return 'null' if value is None else f"'{value}'"


def evidence(dice, case, place):
    """A piece of evidence with some checks, of which the last by each method counts."""
    item = uuid.UUID(int=dice.getrandbits(128))
    kind, subtype = dice.choice(KINDS)
    issued = dice.choice((None, "current_date - 20", "current_date - 400"))
    expires = dice.choice((None, "current_date + 700", "current_date - 3"))
    made = [f"""insert into agora.evidence (id, case_id, type, subtype, issuer, issuer_country, date_of_issuance, date_of_expiry, removed_at)
            values ('{item}', '{case}', '{kind}', '{subtype}', {quoted(dice.choice(ISSUERS))}, {quoted(dice.choice(('GB', 'FR', None)))},
                    {issued or 'null'}, {expires or 'null'}, {'now()' if place > 1 and dice.random() < 0.2 else 'null'})"""]
    for method in dice.choices(METHODS, k=dice.randrange(5)):
        made.append(f"""insert into agora.vcheck (evidence_id, check_method, result, by, at)
            values ('{item}', '{method}', '{dice.choice(('passed', 'passed', 'passed', 'failed', 'cannot_tell'))}', :verifier,
                    now() - {dice.randrange(60)} * interval '1 day')""")
    return made


def member(dice, number):
    """A verified member and the case that it came from: (id of the case, statements)."""
    person, account, case = (uuid.UUID(int=dice.getrandbits(128)) for _ in range(3))
    stated = [c for c in ('given_name', 'family_name', 'birthdate') if dice.random() < 0.9]
    made = [f"insert into agora.person (id) values ('{person}')",
            f"""insert into agora.account (id, person_id, email, handle, given_name, family_name, state)
            values ('{account}', '{person}', 's{number}@simulated.example', 'simulated-{number}', 'Given', 'Family', 'active')""",
            f"""insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, contact_method, submitted_at, due_at, decided_at,
                                         actor, policy_version)
            values ('{case}', '{account}', '{person}', 3, 'approved', :verifier, {quoted(dice.choice(('x_code_email', 'x_code_email', None)))},
                    now(), now(), now(), '{account}', :tried)""",
            f"""insert into agora.verification (person_id, account_id, case_id, level, trust_framework, assurance_level, verified_by, remotely,
                                                against, valid_until)
            values ('{person}', '{account}', '{case}', {dice.choice((2, 3))}, 'x_example_2026', 'level', 'Example', true, '{{}}',
                    now() + interval '1 year')"""]
    made += [f"insert into agora.claim (person_id, case_id, name, value) values ('{person}', '{case}', '{c}', '1980-05-17')" for c in stated]
    # One that was given back first has two decisions, and is still one member.
    for state in ('returned', 'final')[dice.randrange(2):]:
        made.append(f"""insert into agora.decision (case_id, by, outcome, computed, duplicates, state)
            values ('{case}', :verifier, 'approve', '{{}}', 0, '{state}')""")
    for place in range(dice.randrange(5)):
        made += evidence(dice, case, place)
    return str(case), made


@pytest.fixture(scope='module', name='tried')
def a_draft(instance):
    """A draft that differs, the cases that are promised it, and who may read them: (number, cases, verifier)."""
    verifier = instance.person('Vera', 'verifier')
    dice = random.Random(20261128)
    number = int(instance.sql("""
      insert into agora.policy_version (number, policy, state)
      select 2, jsonb_set(jsonb_set(policy, '{evidence,electronic_record/x_professional_register,strength}', '"none"'),
                          '{ladder,birthdate_from}', '4'), 'draft'
        from agora.policy_version where number = 1 returning number""")[0][0])
    cases, statements = [], ['set session_replication_role = replica']
    for one in range(MEMBERS):
        case, made = member(dice, one)
        cases.append(case)
        statements += made
    text = ';'.join(statements).replace(':verifier', f"'{verifier.account}'").replace(':tried', str(number))
    instance.sql(text, user=instance.cluster.superuser)
    return number, cases, verifier


def one_by_one(instance, tried, column):
    """What each case comes to when it is scored alone: [(granted, before, after)] of a member of what was found."""
    number, cases, verifier = tried
    for case in cases:
        assert 'computed' in verifier.expect(200, 'GET', f'cases/{case}').json
    return instance.sql(f"""
      select v.level, (b.result #>> '{column}')::integer, (a.result #>> '{column}')::integer
        from agora.verification v
        join agora.evaluation b on b.case_id = v.case_id and b.policy_version = 1
        join agora.evaluation a on a.case_id = v.case_id and a.policy_version = {number}""")


def test_a_simulation_gives_what_scoring_each_case_alone_gives(instance, tried):
    """The same numbers of members from each level to each, of who would lose what they were granted, and of who would gain."""
    alone = one_by_one(instance, tried, '{level}')
    told = str(instance.ctl('policy', 'simulate', str(tried[0])))
    moved = {(int(b), int(a)): int(n) for b, a, n in re.findall(r'level (\d) -> (\d): (\d+)', told)}
    assert len(alone) == MEMBERS
    assert moved == dict(collections.Counter((before, after) for _, before, after in alone))
    assert len(moved) > 4, 'the sample is too plain to show a difference'
    assert f'{MEMBERS} members scored' in told
    lose = sum(after < before and after < granted for granted, before, after in alone)
    gain = sum(after > before for _, before, after in alone)
    assert f'{lose} would lose their level, {gain} could reach a higher one' in told


@pytest.mark.parametrize('most', [1, 7, MEMBERS, 10000])
def test_portions_are_all_members_once_in_order(instance, tried, most):
    """Each portion is full but the last, and together they are everybody."""
    portions = instance.sql('select first, last, members from agora.simulation_portions($1::integer)', most)
    cases = sorted(tried[1])
    full = [cases[at:at + most] for at in range(0, MEMBERS, most)]
    assert [(str(first), str(last), members) for first, last, members in portions] == [(p[0], p[-1], len(p)) for p in full]
