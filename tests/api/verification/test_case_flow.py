"""The ways of a case that need more than one person, over the interface: the first look, the second person, meetings,
the trusted referee, conflicts of interest."""
import datetime

import pytest

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Verifiers, an admin, and a way to make members; level 4 is offered here."""
    instance.sql("update agora.policy set value = 'true' where key = 'verification.level_four'")
    return {'vera': instance.person('Vera', 'verifier'), 'victor': instance.person('Victor', 'verifier'),
            'adam': instance.person('Adam', 'admin')}


@pytest.fixture(autouse=True)
def no_open_case(instance):
    """Every test begins with an empty queue."""
    yield
    instance.sql("select agora.case_withdraw(account_id, id) from agora.vcase where decided_at is null and state not in ('withdrawn', 'closed_stale')")


class Case:
    """A case of a member, sent; each act reads it anew as who does it."""

    def __init__(self, member, level=3, **more):
        self.member = member
        made = member.expect(201, 'POST', 'cases', {'level': level, **more})
        self.id, self.path = made.json['id'], f'cases/{made.json["id"]}'
        member.expect(200, 'PUT', f'{self.path}/claims', {**CLAIMS, 'given_name': member.handle}, etag=made.etag)
        member.expect(201, 'POST', f'{self.path}/evidence', {
            'type': 'document', 'subtype': 'passport', 'document_number': member.handle, 'issuer': 'Passport office'})
        self.act(member, 'submit')

    def act(self, who, what, body=None, expect=200):
        """An act with the version that `who` sees."""
        seen = who.expect(200, 'GET', self.path)
        return who.expect(expect, 'POST', f'{self.path}/{what}', body, etag=seen.etag)

    def take(self, verifier):
        """The verifier takes the next case, which is this one."""
        taken = verifier.expect(200, 'POST', 'cases/next')
        assert taken.json['id'] == self.id
        return taken.json

    def check(self, verifier):
        """The passport is found good, superior and in person."""
        item = verifier.get(self.path)['evidence'][0]['id']
        for method in ('vcrypt', 'pvp'):
            self.act(verifier, 'checks', {'evidence': item, 'check_method': method, 'result': 'passed'}, 201)
        return item

    def approve(self, verifier, expect=200):
        """Approve what is there now."""
        return self.act(verifier, 'decision', {'outcome': 'approve', 'snapshot': verifier.get(self.path)['snapshot']}, expect)


def referred(people, member):
    """A case that the trusted referee recommends to approve."""
    case = Case(member, referee='I cannot see, and have no other papers.')
    taken = case.take(people['vera'])
    assert taken['referee']['asked'] == 'I cannot see, and have no other papers.'
    case.act(people['vera'], 'referee', {'reason': 'accessibility', 'note': 'Met her with her carer.'})
    item = case.check(people['vera'])
    assert case.approve(people['vera']).json['state'] == 'awaiting_second'
    return case, item


def test_a_referees_approval_is_confirmed_by_a_second_person_who_looks_first(instance, people):
    """Recommended, taken by another, blind until they have looked, confirmed on the same snapshot."""
    member = instance.person('Rosa')
    case, item = referred(people, member)
    assert people['vera'].request('POST', 'cases/next').status == 204
    listed, = people['victor'].get('cases', view='second')['items']
    assert (listed['id'], listed['rounds'], listed['sla_class']) == (case.id, 0, 'standard')
    seen = case.take(people['victor'])
    assert (seen['viewed_as'], seen['recommendation']['hidden'], seen['evidence'][0]['checks']) == ('second', True, [])
    assert 'computed' not in seen and member.get('me/verification')['level'] == 0
    confirm = {'outcome': 'confirm', 'snapshot': seen['recommendation']['snapshot']}
    case.act(people['victor'], 'second', confirm, 409)
    case.act(people['vera'], 'second', confirm, 403)
    case.act(people['victor'], 'second/findings', {'evidence': item, 'result': 'passed'})
    assert len(people['victor'].get(case.path)['evidence'][0]['checks']) == 2
    case.act(people['victor'], 'second', {**confirm, 'snapshot': '0' * 64}, 412)
    assert case.act(people['victor'], 'second', confirm).json['state'] == 'approved'
    assert member.get('me/verification')['level'] == 3
    pairs = people['adam'].get('cases/pairs')['items']
    assert {'first': 'Vera Tester', 'second': 'Victor Tester', 'confirmed': 1, 'returned': 0, 'share': 1} in pairs \
        or any(p['confirmed'] == 1 and p['first'].startswith('Vera') and p['second'].startswith('Victor') for p in pairs)


def test_a_second_person_gives_it_back_with_a_note(instance, people):
    """The first reads the note, and the case is theirs again."""
    case, _ = referred(people, instance.person('Ruth'))
    case.take(people['victor'])
    case.act(people['victor'], 'second', {'outcome': 'return'}, 422)
    case.act(people['victor'], 'second', {'outcome': 'return', 'note': 'Who was the carer?'})
    back = people['vera'].get(case.path)
    assert (back['state'], back['returned']['note'], 'decide' in back['can']) == ('in_review', 'Who was the carer?', True)


def test_turning_somebody_away_for_good_takes_two(instance, people):
    """The member reads neither the restricted reason nor who; only after the second person has confirmed."""
    member = instance.person('Sven')
    case = Case(member)
    case.take(people['vera'])
    case.act(people['vera'], 'decision', {'outcome': 'reject', 'reason_codes': ['counter_fraud'], 'public_text': 'We cannot verify you.'})
    assert 'decision' not in member.get(case.path) and member.get(case.path)['state'] == 'awaiting_second'
    seen = case.take(people['victor'])
    assert seen['recommendation']['hidden'] is False
    case.act(people['victor'], 'second', {'outcome': 'confirm', 'snapshot': seen['recommendation']['snapshot']})
    told = member.get(case.path)
    assert (told['state'], told['decision']['reason_codes'], told['recourse']['can']) == ('rejected', [], ['appeal'])
    assert 'fraud' not in str(told) and 'restricted' not in str(told)


def test_a_case_that_may_be_someone_else_waits_for_a_first_look(instance, people):
    """Held; an admin lets it into the queue, or a verifier does; the member is told that it came."""
    first = instance.person('Tilda')
    Case(first)
    twin = instance.person('Tilde')
    made = twin.expect(201, 'POST', 'cases', {'level': 3})
    path = f'cases/{made.json["id"]}'
    twin.expect(200, 'PUT', f'{path}/claims', {**CLAIMS, 'given_name': first.handle}, etag=made.etag)
    sent = twin.expect(201, 'POST', f'{path}/evidence', {'type': 'document', 'subtype': 'idcard'})
    assert twin.expect(200, 'POST', f'{path}/submit', etag=sent.etag).json['state'] == 'held'
    held, = people['adam'].get('cases', view='held')['items']
    assert (held['id'], held['hold_reasons']) == (made.json['id'], ['duplicate'])
    seen = people['adam'].expect(200, 'GET', path)
    assert seen.json['duplicates'] and seen.json['can'] == ['clear', 'refuse']
    people['adam'].expect(204, 'POST', f'{path}/clear', etag=seen.etag)
    assert twin.get(path)['state'] == 'queued'
    people['adam'].expect(404, 'GET', path)


def test_an_admin_turns_a_held_case_down_for_what_can_be_mended(instance, people):
    """Not for good: that takes two verifiers."""
    member = instance.person('Uwe')
    made = member.expect(201, 'POST', 'cases', {'level': 3})
    path = f'cases/{made.json["id"]}'
    member.expect(200, 'PUT', f'{path}/claims', {**CLAIMS, 'birthdate': '2020-01-01'}, etag=made.etag)
    sent = member.expect(201, 'POST', f'{path}/evidence', {'type': 'document', 'subtype': 'idcard'})
    member.expect(200, 'POST', f'{path}/submit', etag=sent.etag)
    etag = people['adam'].expect(200, 'GET', path).etag
    refusal = {'reason_codes': ['under_age'], 'public_text': 'You are too young.'}
    people['adam'].expect(403, 'POST', f'{path}/refusal', refusal, etag=etag)
    people['adam'].expect(200, 'POST', f'{path}/refusal', {**refusal, 'reason_codes': ['more_for_level']}, etag=etag)
    assert member.get(path)['recourse']['can'] == ['retry', 'appeal']


def test_a_meeting_is_proposed_chosen_and_held(instance, people):
    """The verifier proposes, the member chooses, either may call it off; it is recorded once its time has come."""
    member = instance.person('Vilma')
    case = Case(member, level=4)
    case.take(people['vera'])
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
    times = [(soon + datetime.timedelta(hours=h)).isoformat(timespec='seconds') for h in (0, 3)]
    case.act(people['vera'], 'session', {'times': times, 'how': 'onsite', 'place': 'Main Street 1'})
    for body, pointer in (({'times': ['tomorrow'], 'how': 'onsite', 'place': 'x'}, '/times'), ({'times': times, 'how': 'post', 'place': 'x'}, '/how')):
        answer = people['vera'].request('POST', f'{case.path}/session', body, etag='"1"')
        assert answer.status in (409, 412, 422) and (answer.status != 422 or answer.json['errors'][0]['pointer'].startswith(pointer))
    proposed = member.get(case.path)
    assert (proposed['state'], proposed['can'], proposed['session']['how']) == ('session_booked', ['choose', 'call_off', 'withdraw'], 'onsite')
    case.act(member, 'session/choice', {'time': '2020-01-01T00:00:00Z'}, 422)
    chosen = case.act(member, 'session/choice', {'time': proposed['session']['times'][1]})
    assert chosen.json['session']['chosen'] == proposed['session']['times'][1]
    case.act(people['vera'], 'session/end', {'outcome': 'held'}, 409)
    case.act(member, 'session/end', {'outcome': 'held'}, 403)
    instance.sql("update agora.case_session set times = array[now() - interval '1 hour'], chosen = now() - interval '1 hour' where case_id = $1::uuid", case.id)
    held = case.act(people['vera'], 'session/end', {'outcome': 'held'})
    assert (held.json['state'], held.json['session']['outcome'], held.json['two_persons']) == ('in_review', 'held', ['level'])
    case.act(people['vera'], 'session', {'times': times[:1], 'how': 'remote', 'place': 'https://meet.example.org/a'})
    assert case.act(member, 'session/end', {'outcome': 'called_off'}).json['state'] == 'in_review'


def test_who_declares_a_conflict_does_not_get_the_case_again(instance, people):
    """It goes to others; computed conflicts keep it from being taken at all."""
    member = instance.person('Xenia')
    case = Case(member)
    case.take(people['vera'])
    people['vera'].expect(204, 'POST', f'{case.path}/conflict', {'note': 'We share a garden.'})
    assert people['vera'].request('POST', 'cases/next').status == 204
    people['vera'].expect(404, 'GET', case.path)
    instance.sql("update agora.profile set organisation = 'Bridges & Co' where account_id in (select id from agora.account where handle in ($1, $2))",
                 member.handle, people['victor'].handle)
    assert people['victor'].request('POST', 'cases/next').status == 204
    instance.sql("update agora.profile set organisation = null where account_id in (select id from agora.account where handle = $1)", people['victor'].handle)
    case.take(people['victor'])
    assert 'garden' not in str(member.get(case.path)) + str(people['victor'].get(case.path))
