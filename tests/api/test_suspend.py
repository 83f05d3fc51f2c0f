"""Accounts that the operator suspends and lets in again: what they can do meanwhile, what others see, who is told."""
import pytest
from client import wait_for

WHY = 'Your work on joints is what we would like to hear more about.'
REASON = 'Three members complained of messages.'


def told(instance, member, words):
    """Messages to the member that have these words."""
    return [p for p in instance.mail.glob('*.eml') if member.email in (t := p.read_text()) and words in t.replace('=\n', '')]


def test_who_is_suspended_is_out_and_comes_back_as_before(instance):
    """No session, no signing in, not found, not seen; told why; and all of it undone."""
    member, other = instance.person('Sonja', level=2), instance.person('Otto', level=2)
    assert 'is suspended' in instance.ctl('account', 'suspend', member.email.upper(), REASON).stdout
    assert member.request('GET', 'me/profile').status == 401
    assert instance.anyone().request('POST', 'session', {'email': member.email, 'password': member.password}).status == 401
    assert not other.get('members', q='Sonja')['items']
    assert other.request('GET', f'members/{member.handle}').status == 404
    assert other.request('POST', 'introductions', {'to': member.handle, 'ask': 'advice', 'why': WHY}).status == 422
    wait_for(lambda: told(instance, member, REASON), 40, why='the member to be told')
    assert 'is active' in instance.ctl('account', 'resume', member.email).stdout
    wait_for(lambda: told(instance, member, 'open again'), 40, why='the member to be told')
    again = instance.anyone()
    again.sign_in(member.email, member.password)
    assert again.get('session')['account']['level'] == 2
    assert [i['handle'] for i in other.get('members', q='Sonja')['items']] == [member.handle]
    assert [a for a, in instance.sql("select action from agora.audit_event where subject = $1::uuid and action like 'account.%' "
                                     'order by seq desc limit 2', member.account)] == ['account.resume', 'account.suspend']


def test_a_request_of_who_is_suspended_cannot_be_accepted_meanwhile(instance):
    """It is there again afterwards."""
    asker, asked = instance.person('Anna', level=2), instance.person('Berta', level=2)
    asker.expect(201, 'POST', 'introductions', {'to': asked.handle, 'ask': 'advice', 'why': WHY})
    instance.ctl('account', 'suspend', asker.email, REASON)
    one, = asked.get('introductions', box='received')['items']
    assert asked.request('POST', f'introductions/{one["id"]}/accept').status == 409
    instance.ctl('account', 'resume', asker.email)
    one, = asked.get('introductions', box='received')['items']
    asked.expect(200, 'POST', f'introductions/{one["id"]}/accept')


@pytest.mark.parametrize('arguments,words', [
    (('suspend', 'nobody@example.org', REASON), 'no account'), (('suspend', 'MEMBER', 'short'), '10 to 2,000'), (('suspend', 'MEMBER', 'x' * 2001), '10 to 2,000'),
    (('suspend', 'VERIFIER', REASON), 'Take that away first'), (('resume', 'MEMBER'), 'not suspended'), (('suspend', 'MEMBER'), 'usage'),
    (('resume', 'MEMBER', 'now'), 'usage')])
def test_what_makes_no_sense_is_refused_and_changes_nothing(instance, people, arguments, words):
    """With a sentence that says why."""
    said = [people[a].email if a in people else a for a in arguments]
    done = instance.ctl('account', *said, check=False)
    assert done.returncode != 0 and words in done.stderr, done.stderr
    assert people['MEMBER'].get('session')['account'] and people['VERIFIER'].get('session')['account']


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """A member, and one with a role."""
    return {'MEMBER': instance.person('Mia'), 'VERIFIER': instance.person('Vera', 'verifier')}


def test_nobody_is_suspended_twice(instance):
    """The second time is told."""
    member = instance.person('Twice')
    instance.ctl('account', 'suspend', member.email, REASON)
    again = instance.ctl('account', 'suspend', member.email, REASON, check=False)
    assert again.returncode != 0 and 'suspended already' in again.stderr and REASON in again.stderr
