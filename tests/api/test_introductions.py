"""Introductions over the interface: who may do what, what each of the two sees, limits when many come at once."""
import concurrent.futures
import http.client
import json
import uuid

import pytest
from client import Client, wait_for

WHY = 'Your work on cyclic loading of joints is what our frames need.'


@pytest.fixture(scope='module', name='member')
def make_member(instance):
    """Makes verified members whose accounts are not new any more."""
    def make(name, level=2):
        person = instance.person(name, level=level)
        instance.sql("update agora.account set created_at = now() - interval '1 year' where id = $1::uuid", person.account)
        return person
    return make


@pytest.fixture(name='policy')
def changed_policy(instance):
    """Sets numbers of the organisation for one test."""
    before = {}

    def change(key, value):
        old = instance.sql('select value from agora.policy where key = $1', f'introduction.{key}')[0][0]
        before.setdefault(key, old)
        instance.sql('update agora.policy set value = $1::jsonb where key = $2', str(value), f'introduction.{key}')
    yield change
    for key, value in before.items():
        instance.sql('update agora.policy set value = $1::jsonb where key = $2', str(value), f'introduction.{key}')


@pytest.fixture(scope='module', name='pair')
def one_pair(member):
    """Two members between whom nothing stands."""
    return member('Ann'), member('Bob')


def ask(asker, asked, status=201, **more):
    """Ask; gives the introduction, or the problem."""
    return asker.expect(status, 'POST', 'introductions', {'to': asked.handle, 'ask': 'advice', 'why': WHY, **more}).json


def act(person, what, introduction, status=200, data=None):
    """Accept, decline, withdraw or end."""
    return person.expect(status, 'POST', f'introductions/{introduction["id"]}/{what}', data).json


def see(person, introduction):
    """The introduction as the person sees it."""
    return person.get(f'introductions/{introduction["id"]}')


def again(person):
    """A second browser of the same person, for a thread of its own."""
    client = Client(f'{person.url.scheme}://{person.url.netloc}')
    client.cookies = dict(person.cookies)
    return client


def at_once(acts):
    """Call them all at the same time; gives the statuses."""
    with concurrent.futures.ThreadPoolExecutor(len(acts)) as pool:
        return [answer.status for answer in pool.map(lambda a: a(), acts)]


def test_a_request_is_seen_by_its_two(member):
    """The asker sees it as sent, the one asked as received, with all that helps to decide."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob, time_asked='quarter_hour', offer='Our test reports.')
    assert asked['state'] == 'sent' and asked['mine'] and asked['can'] == ['withdraw', 'block']
    assert asked['other']['handle'] == bob.handle
    received = bob.get('introductions', box='received')
    assert [i['id'] for i in received['items']] == [asked['id']]
    card = received['items'][0]
    assert card['state'] == 'received' and not card['mine'] and card['can'] == ['accept', 'decline', 'block']
    assert (card['why'], card['offer'], card['time_asked']) == (WHY, 'Our test reports.', 'quarter_hour')
    assert card['other']['verified']['level'] == 2
    assert received['counts'] == {'received': 1, 'sent': 0, 'connected': 0}
    assert ann.get('introductions', box='sent')['counts'] == {'received': 0, 'sent': 1, 'connected': 0}
    assert ann.get(f'members/{bob.handle}')['relation']['state'] == 'sent'
    assert bob.get(f'members/{ann.handle}')['relation'] == {
        'state': 'received', 'introduction': asked['id'], 'can_ask': False,
        'why_not': 'This member has asked you. Answer that request.'}


def card(viewer, person):
    """The card of a person as a search shows it; waits until the search has them."""
    def found():
        cards = viewer.get('members', q=person.handle.split('-')[0], limit=50)['items']
        return next((c for c in cards if c['handle'] == person.handle), None)
    return wait_for(found, why=f'the search to find {person.handle}')


def test_a_search_shows_what_stands_between_the_two(member):
    """Nothing at first; then what each of the two sees of it, and nothing to anybody else."""
    ann, bob, cem = member('Annika'), member('Bobby'), member('Cem')
    assert 'relation' not in card(ann, bob)
    asked = ask(ann, bob)
    assert (card(ann, bob)['relation'], card(bob, ann)['relation']) == ('sent', 'received')
    act(bob, 'accept', asked)
    assert (card(ann, bob)['relation'], card(bob, ann)['relation']) == ('connecting', 'connecting')
    assert 'relation' not in card(cem, bob)
    act(bob, 'end', asked)
    assert 'relation' not in card(ann, bob)


def test_the_same_key_asks_once(member):
    """A browser that repeats its request gets the first answer."""
    ann, bob = member('Ann'), member('Bob')
    body = {'to': bob.handle, 'ask': 'hire', 'why': WHY}
    key = str(uuid.uuid4())
    first = ann.expect(201, 'POST', 'introductions', body, key=key)
    assert ann.expect(201, 'POST', 'introductions', body, key=key).body == first.body
    assert ann.request('POST', 'introductions', {**body, 'ask': 'mentor'}, key=key).status == 422
    assert ann.get('introductions/quota')['open'] == 1


def test_nobody_else_finds_it(instance, member):
    """A third member: not found, whatever they try. Nobody signed in: 401."""
    ann, bob, cem = member('Ann'), member('Bob'), member('Cem')
    asked = ask(ann, bob)
    for what in ('accept', 'decline', 'withdraw', 'end'):
        act(cem, what, asked, 404)
        assert instance.anyone().request('POST', f'introductions/{asked["id"]}/{what}').status == 401
    assert cem.request('GET', f'introductions/{asked["id"]}').status == 404
    assert cem.request('GET', 'introductions/not-an-id').status == 404
    assert see(ann, asked)['state'] == 'sent'


def test_each_does_their_own_part_only(member):
    """The asker cannot answer, the one asked cannot withdraw, nobody can end what has not begun."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)
    for person, what in ((ann, 'accept'), (ann, 'decline'), (ann, 'end'), (bob, 'withdraw'), (bob, 'end')):
        assert act(person, what, asked, 409)['type'].endswith('/conflict')
    assert see(bob, asked)['state'] == 'received'


@pytest.mark.parametrize('change,pointer', [
    ({'why': 'Too short.'}, '/why'), ({'why': 'x' * 281}, '/why'), ({'why': 'Write to ann@example.org please, soon.'}, '/why'),
    ({'why': 'See https://example.org for all that we do.'}, '/why'), ({'offer': 'y' * 141}, '/offer'), ({'offer': ''}, '/offer'),
    ({'offer': 'call +41 44 123 45 67'}, '/offer'), ({'ask': 'money'}, '/ask'), ({'time_asked': 'for ever'}, '/time_asked'),
    ({'topic': 'no-such-topic'}, '/topic'), ({'to': 'no-such-member'}, '/to'), ({'more': 1}, '/more'), ({'to': None}, '/to')])
def test_a_wrong_field_is_named(pair, change, pointer):
    """422 with the pointer of the field; nothing is asked."""
    ann, bob = pair
    answer = ann.request('POST', 'introductions', {'to': bob.handle, 'ask': 'advice', 'why': WHY, **change})
    assert answer.status == 422, answer.text
    assert [e['pointer'] for e in answer.json['errors']] == [pointer]
    assert ann.get('introductions/quota')['open'] == 0


def test_only_verified_members_ask(member):
    """403 in plain words; the profile says so beforehand."""
    ann, bob = member('Ann', level=0), member('Bob')
    assert 'verified' in ask(ann, bob, 403)['detail']
    relation = ann.get(f'members/{bob.handle}')['relation']
    assert relation['can_ask'] is False and 'verified' in relation['why_not']


def test_a_decline_is_silent(member):
    """Every answer that the asker can get stays the same, octet by octet."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)

    def all_answers():
        paths = (f'introductions/{asked["id"]}', 'introductions?box=sent', 'introductions?box=past', 'introductions/quota')
        return [ann.expect(200, 'GET', p).body for p in paths] + [ann.get(f'members/{bob.handle}')['relation'], card(ann, bob)]
    before = all_answers()
    assert before[-1]['relation'] == 'sent'
    assert act(bob, 'decline', asked, data={'reason': 'Not my field.'})['state'] == 'declined'
    assert all_answers() == before
    assert ask(ann, bob, 409)['detail'] == 'You have asked this member already. Wait for the answer.'
    assert see(bob, asked)['can'] == ['accept', 'block']
    assert act(bob, 'decline', asked)['state'] == 'declined'
    assert act(bob, 'accept', asked)['state'] == 'connecting'


def test_withdrawn_is_gone_for_the_other(member):
    """The card disappears; accepting it then is not found."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)
    assert act(ann, 'withdraw', asked)['state'] == 'withdrawn'
    assert act(ann, 'withdraw', asked)['state'] == 'withdrawn'
    assert bob.get('introductions', box='received')['items'] == []
    act(bob, 'accept', asked, 404)


def test_accepting_at_once_from_many_browsers_grants_once(instance, member):
    """All get the same answer; one grant is queued."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)
    browsers = [again(bob) for _ in range(8)]
    assert at_once([lambda b=b: b.request('POST', f'introductions/{asked["id"]}/accept') for b in browsers]) == [200] * 8
    assert see(ann, asked)['state'] == see(bob, asked)['state'] == 'connecting'
    assert see(ann, asked)['waiting_for'] == 'my_link'
    grants = instance.sql("select count(*) from agora.outbox where kind = 'grant' and payload ->> 'introduction' = $1", asked['id'])
    assert grants[0][0] == 1


def test_accepting_and_withdrawing_at_once_has_one_winner(member):
    """Whoever comes second is told that it is too late; both then see the same."""
    for _ in range(5):
        ann, bob = member('Ann'), member('Bob')
        asked = ask(ann, bob)
        path = f'introductions/{asked["id"]}'
        statuses = at_once([lambda p=path, b=bob: b.request('POST', p + '/accept'), lambda p=path, a=ann: a.request('POST', p + '/withdraw')])
        assert statuses in ([200, 409], [404, 200])
        assert see(ann, asked)['state'] == ('connecting' if statuses[0] == 200 else 'withdrawn')


def test_requests_that_cross_are_two_consents(member):
    """Both ask at the same time: one introduction, accepted."""
    for _ in range(3):
        ann, bob = member('Ann'), member('Bob')
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda p: ask(*p), ((ann, bob), (bob, ann)))
        assert one['id'] == other['id']
        assert see(ann, one)['state'] == see(bob, one)['state'] == 'connecting'


def test_the_quota_holds_when_all_come_at_once(member):
    """Five open requests, however many browsers ask at the same moment."""
    ann, others = member('Ann'), [member(f'Other{n}') for n in range(12)]
    body = {'ask': 'advice', 'why': WHY}
    browsers = [again(ann) for _ in others]
    statuses = at_once([lambda b=b, o=o: b.request('POST', 'introductions', {**body, 'to': o.handle}) for b, o in zip(browsers, others)])
    assert sorted(statuses) == [201] * 5 + [429] * 7
    quota = ann.get('introductions/quota')
    assert (quota['open'], quota['open_limit'], quota['left_this_week']) == (5, 5, 5)
    assert 'open requests' in ann.get(f'members/{others[statuses.index(429)].handle}')['relation']['why_not']


def test_tokens_hold_when_all_come_at_once(member, policy):
    """And no more than the tokens there are."""
    policy('open_asks', 100)
    policy('tokens', 4)
    ann, others = member('Ann'), [member(f'Other{n}') for n in range(8)]
    browsers = [again(ann) for _ in others]
    statuses = at_once([lambda b=b, o=o: b.request('POST', 'introductions', {'ask': 'advice', 'why': WHY, 'to': o.handle})
                        for b, o in zip(browsers, others)])
    assert sorted(statuses) == [201] * 4 + [429] * 4
    assert 'next_at' in ann.get('introductions/quota')


def test_capacity_holds_when_all_come_at_once(member, policy):
    """A member is asked by no more than the organisation allows."""
    policy('open_asked', 3)
    bob, askers = member('Bob'), [member(f'Asker{n}') for n in range(8)]
    statuses = at_once([lambda a=a: a.request('POST', 'introductions', {'to': bob.handle, 'ask': 'advice', 'why': WHY}) for a in askers])
    assert sorted(statuses) == [201] * 3 + [409] * 5
    assert bob.get('introductions', box='received')['counts']['received'] == 3


def test_a_new_member_has_two_requests(instance):
    """In the first fourteen days."""
    new, others = instance.person('New', level=2), [instance.person('Old', level=2) for _ in range(3)]
    for other in others[:2]:
        ask(new, other)
    assert ask(new, others[2], 429)['type'].endswith('/too-many')


def test_lists_come_in_pages(member, policy):
    """Each once, the latest first, and next leads on."""
    policy('open_asks', 50)
    ann, others = member('Ann'), [member(f'Other{n}') for n in range(5)]
    asked = [ask(ann, o)['id'] for o in others]
    page = ann.get('introductions', box='sent', limit=2)
    seen = [i['id'] for i in page['items']]
    while 'next' in page:
        page = ann.get('introductions', box='sent', limit=2, cursor=page['next'])
        seen += [i['id'] for i in page['items']]
    assert seen == asked[::-1]
    assert ann.request('GET', 'introductions?box=sent&cursor=nonsense').status == 422
    assert ann.request('GET', 'introductions').status == 422
    assert ann.request('GET', 'introductions?box=sent&box=past').status == 400


def test_ending_is_silent_unless_told(member):
    """Who ends sees it; the other too when they waited, or are told."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)
    act(bob, 'accept', asked)
    assert act(ann, 'end', asked)['state'] == 'ended'
    assert see(bob, asked)['state'] == 'ended'
    assert act(ann, 'end', asked)['state'] == 'ended'
    assert act(bob, 'end', asked, data={'tell': True})['state'] == 'ended'
    assert act(bob, 'end', asked, 422, {'tell': 'yes'})['errors'][0]['pointer'] == '/tell'


def test_a_block_is_silent_and_both_ways(member):
    """Open requests end, each is gone for the other, and the asker's view does not change."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)
    before = ann.expect(200, 'GET', f'introductions/{asked["id"]}').body
    for _ in range(2):
        bob.expect(204, 'PUT', f'blocks/{ann.handle}')
    assert ann.expect(200, 'GET', f'introductions/{asked["id"]}').body == before
    act(bob, 'accept', asked, 404)
    assert [b['handle'] for b in bob.get('blocks')['items']] == [ann.handle]
    assert ann.get('blocks')['items'] == []
    for viewer, member_ in ((ann, bob), (bob, ann)):
        assert viewer.request('GET', f'members/{member_.handle}').status == 404
    for _ in range(2):
        bob.expect(204, 'DELETE', f'blocks/{ann.handle}')
    assert bob.get('blocks')['items'] == []
    assert bob.get(f'members/{ann.handle}')['relation']['can_ask']
    assert bob.request('PUT', 'blocks/no-such-member').status == 404
    assert bob.request('PUT', f'blocks/{bob.handle}').status == 409


def test_the_mail_says_that_somebody_asks_and_no_more(instance, member):
    """Neither words nor name of the asker are in it."""
    ann, bob = member('Annabella'), member('Bob')
    ask(ann, bob)

    def mail():
        texts = [p.read_text() for p in instance.mail.glob('*.eml')]
        return next((t for t in texts if bob.email in t), None)
    text = wait_for(mail, why='the e-mail')
    assert 'asks to be introduced' in text
    assert 'cyclic' not in text and 'Annabella' not in text and ann.handle not in text


def test_the_tmtp_account_says_what_is_missing(member):
    """Not verified, then not linked; the server's address to paste."""
    ann, new = member('Ann'), member('New', level=0)
    assert new.get('me/tmtp')['state'] == 'not_verified'
    mine = ann.get('me/tmtp')
    assert mine['state'] == 'not_linked' and mine['missing'] and mine['server'].startswith('=localhost:')


class Stream:
    """A browser's stream of events."""

    def __init__(self, client, last=None, seen=()):
        self.seen = set(seen)
        self.connection = http.client.HTTPConnection(client.url.hostname, client.url.port, timeout=20)
        headers = {'Cookie': '; '.join(f'{k}={v}' for k, v in client.cookies.items()), 'Accept': 'text/event-stream'}
        if last is not None:
            headers['Last-Event-ID'] = str(last)
        self.connection.request('GET', '/api/v1/events', headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200
        assert self.response.getheader('content-type').startswith('text/event-stream')

    def next(self):
        """The next event as (id, name, data), each once; those of the verification are passed over."""
        event = {}
        while True:
            line = self.response.readline().decode()
            assert line, 'the stream ended'
            name, _, value = line.rstrip('\n').partition(': ')
            if name in ('id', 'event', 'data'):
                event[name] = value
            elif name == '' and 'data' in event:
                data = json.loads(event['data'])
                fresh = (event['id'], event['event']) not in self.seen and event['event'] != 'case'
                self.seen.add((event['id'], event['event']))
                if fresh:
                    return int(event['id']), event['event'], data
                event = {}

    def close(self):
        """Leave."""
        self.connection.close()


def test_events_tell_those_concerned(member):
    """Both are told of a request; a decline is told to nobody but who declined."""
    ann, bob = member('Ann'), member('Bob')
    hers, his = Stream(ann), Stream(bob)
    asked = ask(ann, bob)
    for stream in (hers, his):
        number, name, data = stream.next()
        assert (name, data) == ('introduction', {'id': number, 'kind': 'introduction', 'ref': asked['id']})
    act(bob, 'decline', asked)
    assert his.next()[2]['ref'] == asked['id']
    second = member('Cem')
    other = ask(ann, second)
    assert hers.next()[2]['ref'] == other['id'], 'the decline was told to the asker'
    hers.close()
    his.close()


def test_missed_events_are_replayed(member):
    """Last-Event-ID brings what was missed, in order; an unknown one resets."""
    ann, bob = member('Ann'), member('Bob')
    stream = Stream(ann)
    first = ask(ann, bob)
    last = stream.next()[0]
    stream.close()
    act(ann, 'withdraw', first)
    second = ask(ann, member('Cem'))
    stream = Stream(ann, last, stream.seen)
    assert [stream.next()[2]['ref'] for _ in range(2)] == [first['id'], second['id']]
    stream.close()
    stream = Stream(ann, 10 ** 15)
    assert stream.next()[1] == 'reset'
    stream.close()


def test_the_admin_sees_what_failed_and_tries_again(instance, member):
    """Kinds, tries and problems, nothing of what is in a row."""
    admin, ann = instance.person('Adam', 'admin'), member('Ann')
    made = instance.sql("select agora.outbox_add('mail', 'test', '{\"to\": \"secret-address\"}')")[0][0]
    row = wait_for(lambda: next((i for i in admin.get('admin/outbox')['items'] if i['id'] == made), None), why='the row to fail')
    assert row['kind'] == 'mail' and row['attempts'] == 1 and row['last_error'] == 'the row has no address, subject or text'
    assert 'secret-address' not in admin.expect(200, 'GET', 'admin/outbox').text
    admin.expect(204, 'POST', f'admin/outbox/{made}/retry')
    wait_for(lambda: next((i for i in admin.get('admin/outbox')['items'] if i['id'] == made), None), why='the row to fail again')
    assert admin.request('POST', f'admin/outbox/{uuid.uuid4()}/retry').status == 404
    for client, status in ((ann, 403), (instance.anyone(), 401)):
        assert client.request('GET', 'admin/outbox').status == status
        assert client.request('POST', f'admin/outbox/{made}/retry').status == status


def test_a_request_expires_by_itself(instance, member):
    """Both see that it did not go ahead once its time is up."""
    ann, bob = member('Ann'), member('Bob')
    asked = ask(ann, bob)
    instance.sql("update agora.introduction set created_at = created_at - interval '21 days', expires_at = expires_at - interval '21 days' "
                 "where id = $1::uuid", asked['id'])
    assert see(ann, asked)['state'] == see(bob, asked)['state'] == 'not_ahead'
    act(bob, 'accept', asked, 409)
    assert ann.get('introductions', box='past')['items'][0]['id'] == asked['id']
