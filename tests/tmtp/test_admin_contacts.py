"""Contacts by the admin interface: grants and ends one by one and in batches, dates, and a user's list."""
import concurrent.futures
import datetime

import pytest

from admin import NOBODY, contact, events_after, latest, problem, user
from patience import fair_time
from tmtpd import escape, wait_until

BATCH = '/v1/contacts:batch'


def soon(seconds):
    """A date so many seconds from now."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


def uids(*pair):
    """The two as an item has them."""
    return [p.uid for p in pair]


# -- one by one ------------------------------------------------------------------------------------

def test_put_is_new_once_and_then_updates(tmtpd, pair):
    alice, bobby = pair
    assert tmtpd.admin('PUT', contact(alice, bobby), {'ref': 'one', 'until': None, 'first': None})[0] == 201
    status, body = tmtpd.admin('PUT', contact(bobby, alice), {'ref': 'two', 'until': '2099-01-31T12:00:00Z'})
    assert (status, body['ref'], body['until']) == (200, 'two', '2099-01-31T12:00:00.000Z')
    assert sorted(body['uids']) == sorted([alice.uid, bobby.uid])
    assert tmtpd.admin('GET', contact(alice, bobby)) == (200, body)


def test_delete_may_be_repeated(tmtpd, pair):
    tmtpd.introduce(*pair)
    assert [tmtpd.admin('DELETE', contact(*pair)) for _ in range(2)] == [(204, None)] * 2
    assert problem(tmtpd.admin('GET', contact(*pair)), 404)


def test_contact_with_nobody_or_oneself_is_refused(tmtpd, pair):
    alice, _ = pair
    assert problem(tmtpd.admin('PUT', f'/v1/contacts/{escape(alice.uid)}/{NOBODY}', {}), 404)
    assert problem(tmtpd.admin('PUT', contact(alice, alice), {}), 400)
    assert problem(tmtpd.admin('GET', f'/v1/contacts/{escape(alice.uid)}/{NOBODY}'), 404)
    assert tmtpd.admin('DELETE', f'/v1/contacts/{escape(alice.uid)}/{NOBODY}')[0] == 204


def test_a_suspended_user_gets_no_contacts(tmtpd, pair):
    tmtpd.admin('PATCH', user(pair[1]), {'state': 'suspended'})
    assert problem(tmtpd.admin('PUT', contact(*pair), {}), 409)


def test_many_at_once_have_each_its_own_answer(tmtpd):
    people = [tmtpd.register('crowd') for _ in range(7)]
    pairs = [(a, b) for i, a in enumerate(people) for b in people[i + 1:]]
    start = latest(tmtpd)
    with concurrent.futures.ThreadPoolExecutor(len(pairs)) as pool:
        answers = list(pool.map(lambda p: tmtpd.admin('PUT', contact(*p), {'ref': p[0].uid + p[1].uid}), pairs * 2))
    assert [sorted((answers[i][0], answers[i + len(pairs)][0])) for i in range(len(pairs))] == [[200, 201]] * len(pairs)
    for (a, b), (_, body) in zip(pairs * 2, answers):
        assert body['ref'] == a.uid + b.uid and sorted(body['uids']) == sorted([a.uid, b.uid])
    assert sorted(e['ref'] for e in events_after(tmtpd, start)) == sorted(a.uid + b.uid for a, b in pairs)
    with concurrent.futures.ThreadPoolExecutor(len(pairs)) as pool:
        assert set(pool.map(lambda p: tmtpd.part(*p), pairs * 2)) == {204}
    assert len(events_after(tmtpd, start, 'contact_ended')) == len(pairs)


# -- dates -----------------------------------------------------------------------------------------

def test_the_end_of_a_date_is_told_once_when_it_comes(tmtpd, pair):
    start = latest(tmtpd)
    until = soon(1.5)
    assert tmtpd.admin('PUT', contact(*pair), {'ref': 'for a while', 'until': until})[0] == 201
    told = tmtpd.admin('GET', f'/v1/events?after={start + 1}&wait=20')[1]['events']
    assert [(e['type'], e['ref'], sorted(e['uids'])) for e in told] == [('contact_ended', 'for a while', sorted(uids(*pair)))]
    assert told[0]['at'] >= told[0]['until'] and told[0]['until'][:19] == until[:19]
    assert problem(tmtpd.admin('GET', contact(*pair)), 404)
    assert pair[0].post(pair[1])['error'].startswith('not introduced')
    assert tmtpd.part(*pair) == 204 and tmtpd.admin('PUT', contact(*pair), {})[0] == 201
    assert [e['type'] for e in events_after(tmtpd, start)] == ['contact', 'contact_ended', 'contact']


def test_an_end_that_was_put_off_or_taken_away_does_not_come(tmtpd, pair):
    start = latest(tmtpd)
    tmtpd.introduce(*pair, until=soon(1))
    assert tmtpd.introduce(*pair, until=None) == 200
    other = tmtpd.register('carol')
    tmtpd.introduce(pair[0], other, until=soon(1.5))
    wait_until(lambda: events_after(tmtpd, start, 'contact_ended'))
    assert [sorted(e['uids']) for e in events_after(tmtpd, start, 'contact_ended')] == [sorted(uids(pair[0], other))]
    assert tmtpd.admin('GET', contact(*pair))[0] == 200


def test_an_end_that_came_while_the_server_was_away_is_told_at_its_start(tmtpd, pair):
    start = latest(tmtpd)
    tmtpd.introduce(*pair, until=soon(1))
    tmtpd.tmtpd.kill()
    wait_until(lambda: tmtpd.sql("select count(*) from tmtp.contact where until < now()") == '1')
    tmtpd.start()
    told = tmtpd.admin('GET', f'/v1/events?after={start + 1}&wait=20')[1]['events']
    assert [e['type'] for e in told] == ['contact_ended']


# -- batches ---------------------------------------------------------------------------------------

def test_a_batch_has_the_outcome_of_each_call_by_itself(tmtpd, pair):
    alice, bobby = pair
    carol, david, erica = (tmtpd.register(n) for n in ('carol', 'david', 'erica'))
    tmtpd.admin('PATCH', user(david), {'state': 'suspended'})
    tmtpd.introduce(alice, carol, ref='before')
    tmtpd.introduce(alice, erica, ref='ends')
    start = latest(tmtpd)

    status, body = tmtpd.admin('POST', BATCH, {
        'put': [{'uids': uids(alice, bobby), 'ref': 'new', 'first': alice.uid}, {'uids': uids(carol, alice), 'ref': 'after'},
                {'uids': uids(alice, david)}, {'uids': [alice.uid, '%' * 32]}, {'uids': uids(alice, alice)},
                {'uids': uids(bobby, carol), 'until': 'soon'}, {'uids': uids(bobby, carol), 'first': alice.uid},
                {'uids': uids(bobby, alice), 'ref': 'again', 'until': '2099-01-01'}],
        'delete': [{'uids': uids(erica, alice)}, {'uids': uids(alice, erica)}, {'uids': ['%' * 32, alice.uid]}]})

    assert status == 200
    assert [o['status'] for o in body['put']] == [201, 200, 409, 404, 400, 400, 400, 200]
    assert all(('detail' in o) == (o['status'] >= 400) for o in body['put'])
    assert [o['status'] for o in body['delete']] == [204, 204, 204]
    told = [(e['type'], e['ref']) for e in events_after(tmtpd, start)]
    assert told == [('contact', 'new'), ('contact_ended', 'ends')]
    made = tmtpd.admin('GET', contact(alice, bobby))[1]
    assert (made['ref'], made['first'], made['until']) == ('again', alice.uid, '2099-01-01T00:00:00.000Z')
    assert tmtpd.admin('GET', contact(alice, carol))[1]['ref'] == 'after'


def test_a_pair_may_come_and_go_in_one_batch(tmtpd, pair):
    start = latest(tmtpd)
    items = [{'uids': uids(*pair), 'ref': str(i), 'until': '2000-01-01' if i == 1 else None} for i in range(4)]
    status, body = tmtpd.admin('POST', BATCH, {'put': items, 'delete': [{'uids': uids(*pair)}]})
    assert (status, [o['status'] for o in body['put']]) == (200, [201, 200, 201, 200])
    assert [(e['type'], e['ref']) for e in events_after(tmtpd, start)] == [
        ('contact', '0'), ('contact_ended', '1'), ('contact', '2'), ('contact_ended', '3')]


def test_a_batch_counts_for_a_post_that_comes_after_it(tmtpd, pair):
    tmtpd.admin('POST', BATCH, {'put': [{'uids': uids(*pair)}]})
    assert 'error' not in pair[0].post(pair[1])
    tmtpd.admin('POST', BATCH, {'delete': [{'uids': uids(*pair)}]})
    assert pair[0].post(pair[1])['error'].startswith('not introduced')


def test_a_date_in_a_batch_ends_by_itself_too(tmtpd, pair):
    start = latest(tmtpd)
    tmtpd.admin('POST', BATCH, {'put': [{'uids': uids(*pair), 'until': soon(1)}]})
    assert [e['type'] for e in tmtpd.admin('GET', f'/v1/events?after={start + 1}&wait=20')[1]['events']] == ['contact_ended']


def test_an_empty_batch_does_nothing(tmtpd):
    assert tmtpd.admin('POST', BATCH, {}) == (200, {'put': [], 'delete': []})
    assert tmtpd.admin('POST', BATCH) == (200, {'put': [], 'delete': []})


GOOD = {'uids': ['B' * 32, 'C' * 32]}


@pytest.mark.parametrize('body', [
    [], {'puts': []}, {'put': {}}, {'put': [1]}, {'put': [{}]}, {'put': [{'uids': []}]}, {'put': [{'uids': ['B' * 32]}]},
    {'put': [{'uids': ['B' * 32] * 3}]}, {'put': [{'uids': ['B' * 31, 'C' * 32]}]}, {'put': [{'uids': ['A' * 32, 'C' * 32]}]},
    {'put': [{'uids': 'x'}]}, {'put': [{**GOOD, 'colour': 1}]}, {'put': [{**GOOD, 'ref': 1}]}, {'put': [{**GOOD, 'ref': 'x' * 1001}]},
    {'put': [{**GOOD, 'until': 5}]}, {'put': [{**GOOD, 'first': []}]}, {'delete': [{**GOOD, 'ref': 'x'}]}, {'put': [GOOD] * 1001},
    {'put': [GOOD] * 600, 'delete': [GOOD] * 401},
])
def test_a_batch_of_a_wrong_shape_is_refused_whole(tmtpd, pair, body):
    before = latest(tmtpd)
    if isinstance(body, dict) and isinstance(body.get('put'), list) and len(body['put']) < 600:
        body = {**body, 'put': [{'uids': uids(*pair)}] + body['put']}
    assert problem(tmtpd.admin('POST', BATCH, body), 400)
    assert latest(tmtpd) == before


def test_a_key_does_it_once_also_after_kill(tmtpd, pair):
    start = latest(tmtpd)
    body, headers = {'put': [{'uids': uids(*pair), 'ref': 'once'}], 'delete': []}, {'Idempotency-Key': 'key-of-the-first'}
    first = tmtpd.admin('POST', BATCH, body, headers=headers)
    tmtpd.part(*pair)
    tmtpd.tmtpd.kill()
    tmtpd.start()
    assert tmtpd.admin('POST', BATCH, body, headers=headers) == first == (200, {'put': [{'status': 201}], 'delete': []})
    assert problem(tmtpd.admin('GET', contact(*pair)), 404)
    assert [e['type'] for e in events_after(tmtpd, start, 'contact', 'contact_ended')] == ['contact', 'contact_ended']


def test_a_key_of_another_request_is_refused_and_does_nothing(tmtpd, pair):
    headers = {'Idempotency-Key': 'key-of-another'}
    assert tmtpd.admin('POST', BATCH, {'put': []}, headers=headers)[0] == 200
    assert problem(tmtpd.admin('POST', BATCH, {'put': [{'uids': uids(*pair)}]}, headers=headers), 422)
    assert problem(tmtpd.admin('GET', contact(*pair)), 404)


def test_a_key_is_forgotten_after_a_day(tmtpd, pair):
    body, headers = {'put': [{'uids': uids(*pair)}]}, {'Idempotency-Key': 'key-of-yesterday'}
    assert tmtpd.admin('POST', BATCH, body, headers=headers)[1]['put'][0]['status'] == 201
    tmtpd.sql("update tmtp.idempotency set at = at - interval '24 hours 1 minute' where key = 'key-of-yesterday'")
    assert tmtpd.admin('POST', BATCH, body, headers=headers)[1]['put'][0]['status'] == 200


@pytest.mark.parametrize('key', ['', 'x' * 256, 'with space', 'caf\xe9'])
def test_a_key_is_visible_ascii(tmtpd, key):
    assert problem(tmtpd.admin('POST', BATCH, {}, headers={'Idempotency-Key': key}), 400)


# -- a user's list ---------------------------------------------------------------------------------

def test_a_user_s_contacts_are_listed_in_pages(tmtpd):
    alice, *others = [tmtpd.register('member') for _ in range(8)]
    tmtpd.introduce(others[0], others[1])
    for i, other in enumerate(others):
        tmtpd.introduce(*((alice, other) if i % 2 else (other, alice)), ref=f'introduction {i}', first=other.uid if i == 3 else None,
                        until='2099-01-01' if i == 4 else None)
    tmtpd.introduce(alice, others[0], until='2000-01-01')
    seen, after = [], ''
    while after is not None:
        page = tmtpd.admin('GET', user(alice, f'/contacts?limit=2&after={escape(after)}'))[1]
        assert len(page['contacts']) <= 2
        seen += page['contacts']
        after = page.get('next')
    assert [c['uid'] for c in seen] == sorted(o.uid for o in others[1:])
    of = {c['uid']: c for c in seen}
    assert of[others[3].uid]['first'] == others[3].uid and of[others[4].uid]['until'] == '2099-01-01T00:00:00.000Z'
    assert all(of[o.uid]['ref'] == f'introduction {i}' for i, o in enumerate(others) if i)
    assert len(tmtpd.admin('GET', user(others[1], '/contacts'))[1]['contacts']) == 2


def test_contacts_of_nobody_are_not_found_and_of_a_loner_none(tmtpd):
    assert problem(tmtpd.admin('GET', f'/v1/users/{NOBODY}/contacts'), 404)
    assert tmtpd.admin('GET', user(tmtpd.register('loner'), '/contacts')) == (200, {'contacts': []})


def test_a_batch_of_a_thousand_is_one_moment(tmtpd):
    """Set-based: far from a thousand times a call by itself, even with the sanitizers."""
    people = [tmtpd.register('crowd').uid for _ in range(46)]
    items = [{'uids': [a, b]} for i, a in enumerate(people) for b in people[i + 1:]][:1000]
    start = latest(tmtpd)
    begun = fair_time()
    status, body = tmtpd.admin('POST', BATCH, {'put': items})
    spent = fair_time() - begun
    assert status == 200 and {o['status'] for o in body['put']} == {201} and len(body['put']) == 1000
    assert [e['n'] for e in events_after(tmtpd, start)] == list(range(start + 1, start + 1001))
    assert spent < 5, 'a call by itself takes more than a millisecond, with a commit each'
