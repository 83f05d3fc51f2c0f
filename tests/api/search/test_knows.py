"""Who could introduce whom, and questions to the organisation, over the interface."""
import pytest
from client import wait_for
from meet import connect, link


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Me, a contact in the middle, who knows the other one; staff."""
    found = {n: instance.person(n.title(), level=2) for n in ('me', 'mid', 'far')}
    found['vera'] = instance.person('Vera', 'verifier')
    found['adam'] = instance.person('Adam', 'admin')
    for n in ('me', 'mid', 'far'):
        link(instance, found[n], f'{n.title()} Example')
    for one, other in (('me', 'mid'), ('mid', 'far')):
        connect(found[one], found[other])
    return found


def introducers(people):
    """Who could introduce me."""
    return [m['handle'] for m in people['me'].get(f'members/{people["far"].handle}/introducers')['members']]


def test_a_contact_in_common_is_named_only_when_both_allow_it(people):
    """Nobody by default; on the member's page and in the search."""
    assert people['me'].get('me/knows') == {'tier': 'self'}
    assert introducers(people) == []
    people['mid'].expect(200, 'PUT', 'me/knows', {'tier': 'contacts'})
    assert introducers(people) == []
    people['far'].expect(200, 'PUT', 'me/knows', {'tier': 'members'})
    assert introducers(people) == [people['mid'].handle]
    page = people['me'].get('members', q='Far')
    assert page['introducers'][people['far'].handle]['count'] == 1
    assert 'introducers' not in people['vera'].get('members', q='Far')
    people['mid'].expect(200, 'PUT', 'me/knows', {'tier': 'self'})
    assert introducers(people) == [] and 'introducers' not in people['me'].get('members', q='Far')
    assert people['mid'].request('PUT', 'me/knows', {'tier': 'public'}).status == 422


def test_a_question_is_asked_answered_and_sent(people, instance):
    """By the member; by staff; the answer arrives on the page and by e-mail."""
    asked = people['me'].expect(201, 'POST', 'me/concierge', {'words': 'Who knows about permafrost?', 'q': 'permafrost', 'countries': ['CH'],
                                                             'near': 'Bern', 'km': 100}).json
    assert asked['place']['name'] == 'Bern' and asked['place']['id'] == asked['near'] and asked['km'] == 100
    assert people['me'].request('GET', 'concierge').status == 403
    for staff in ('vera', 'adam'):
        one, = people[staff].get('concierge')['items']
        assert one['words'] == 'Who knows about permafrost?' and one['asked_by']['handle'] == people['me'].handle
    assert people['me'].request('POST', f'concierge/{asked["id"]}/answer', {'answer': 'x'}).status == 403
    people['vera'].expect(200, 'POST', f'concierge/{asked["id"]}/answer', {'answer': 'Ask Far.'})
    mine, = people['me'].get('me/concierge')['items']
    assert mine['answer'] == 'Ask Far.' and 'answered_by' not in mine
    assert people['adam'].request('POST', f'concierge/{asked["id"]}/answer', {'answer': 'Again'}).status == 409
    wait_for(lambda: instance.sql("select 1 from agora.outbox where kind = 'mail' and state = 'done' and payload ->> 'to' = $1 "
                                  "and payload ->> 'subject' like '%answer to your question'", people['me'].email), seconds=60, why='the e-mail')
