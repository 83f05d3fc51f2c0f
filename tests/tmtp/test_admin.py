"""The admin interface: who may call, every request and its answers, and the durable log of events."""
import signal
import threading

import pytest

from stack import write_secret
from tmtpd import escape, wait_until

NOBODY = escape('%' * 32)


@pytest.fixture(name='pair')
def two_users(tmtpd):
    """Two users who don't know each other."""
    return tmtpd.register('alice'), tmtpd.register('bobby')


def contact(a, b):
    """Path of the contact of two users."""
    return f'/v1/contacts/{escape(a.uid)}/{escape(b.uid)}'


def latest(tmtpd):
    """Number of the newest event."""
    return int(tmtpd.sql('select coalesce(max(n), 0) from tmtp.event'))


def problem(answer, status):
    """An error as RFC 9457 has it."""
    assert answer[0] == status
    assert answer[1]['status'] == status and answer[1]['title'] and answer[1]['detail']
    return True


# -- access ----------------------------------------------------------------------------------------

@pytest.mark.parametrize('method,path', [
    ('GET', '/v1/server'), ('GET', '/v1/users'), ('GET', '/v1/events'), ('GET', f'/v1/users/{NOBODY}'),
    ('PATCH', f'/v1/users/{NOBODY}'), ('GET', f'/v1/contacts/{NOBODY}/{NOBODY}'), ('PUT', f'/v1/contacts/{NOBODY}/{NOBODY}'),
    ('DELETE', f'/v1/contacts/{NOBODY}/{NOBODY}'), ('GET', '/nothing'),
])
def test_nothing_without_a_token(tmtpd, method, path):
    assert problem(tmtpd.admin(method, path, token=''), 401)


def test_a_wrong_token_is_forbidden_and_logged(tmtpd):
    before = len(tmtpd.logs('admin_refused'))
    assert problem(tmtpd.admin('GET', '/v1/server', token='not the right token'), 403)
    assert len(tmtpd.logs('admin_refused')) == before + 1


def test_two_tokens_change_without_a_gap(tmtpd):
    old = tmtpd.admin_token.read_text().strip()
    write_secret(tmtpd.admin_token, old + '\n' + 'the new token of the next quarter\n')
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(tmtpd.logs('tokens_read')) == 1)
    assert tmtpd.admin('GET', '/v1/server', token=old)[0] == 200
    assert tmtpd.admin('GET', '/v1/server', token='the new token of the next quarter')[0] == 200

    write_secret(tmtpd.admin_token, 'the new token of the next quarter\n')
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(tmtpd.logs('tokens_read')) == 2)
    assert tmtpd.admin('GET', '/v1/server', token=old)[0] == 403
    assert tmtpd.admin('GET', '/v1/server')[0] == 200


def test_a_token_file_that_others_may_read_is_not_taken(tmtpd):
    tmtpd.admin_token.chmod(0o644)
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: tmtpd.logs('tokens_unusable'))
    tmtpd.admin_token.chmod(0o600)
    assert tmtpd.admin('GET', '/v1/server')[0] == 200  # those before stay


# -- wrong requests --------------------------------------------------------------------------------

@pytest.mark.parametrize('method,path,status', [
    ('GET', '/', 404), ('GET', '/v1', 404), ('GET', '/v1/server/', 404), ('GET', '/v1/contacts/x/y', 404),
    ('GET', f'/v1/users/{NOBODY}x', 404), ('GET', f'/v1/users/{NOBODY}', 404), ('DELETE', '/v1/server', 405),
    ('POST', '/v1/events', 405), ('GET', '/v1/users?colour=red', 400), ('GET', '/v1/users?limit=0', 400),
    ('GET', '/v1/users?limit=x', 400), ('GET', '/v1/events?wait=61', 400), ('GET', '/v1/events?after=-1', 400),
    ('GET', '/v1/users?alias=%ff', 400), ('GET', '/v1/server?x=1', 400),
])
def test_wrong_address_is_refused(tmtpd, method, path, status):
    assert problem(tmtpd.admin(method, path), status)


@pytest.mark.parametrize('body', [
    '[]', '{', '"text"', {'colour': 'red'}, {'ref': 1}, {'until': 'soon'}, {'until': '2027-02-30'}, {'until': 'infinity'},
    {'first': NOBODY}, {'ref': 'x' * 1001}, '{"ref":"a","ref":"b"}', b'{"ref":"\xff"}',
])
def test_wrong_body_is_refused_and_grants_nothing(tmtpd, pair, body):
    assert problem(tmtpd.admin('PUT', contact(*pair), body), 400)
    assert tmtpd.admin('GET', contact(*pair))[0] == 404


def test_more_than_a_megabyte_is_too_large(tmtpd, pair):
    assert problem(tmtpd.admin('PUT', contact(*pair), b' ' * ((1 << 20) + 1)), 413)


# -- contacts --------------------------------------------------------------------------------------

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


# -- users and the server --------------------------------------------------------------------------

def test_a_user_shows_aliases_nodes_and_presence(tmtpd):
    alice = tmtpd.register('alice')
    path = f'/v1/users/{escape(alice.uid)}'
    user = tmtpd.admin('GET', path)[1]
    assert (user['uid'], user['state'], user['online'], user['aliases']) == (alice.uid, 'active', True, [alice.alias])
    assert [n['label'] for n in user['nodes']] == ['laptop']
    assert alice.node not in str(user)
    alice.quit()
    wait_until(lambda: not tmtpd.admin('GET', path)[1]['online'])


def test_users_are_listed_in_pages_and_found_by_alias(tmtpd):
    for name in ('alice', 'bobby', 'carol'):
        person = tmtpd.register(name)
    found = tmtpd.admin('GET', '/v1/users?alias=' + person.alias.replace(' ', '%20'))[1]['users']
    assert [u['uid'] for u in found] == [person.uid]
    everybody = [u['uid'] for u in tmtpd.admin('GET', '/v1/users?limit=1000')[1]['users']]
    pages, after = [], ''
    while after is not None:
        page = tmtpd.admin('GET', '/v1/users?limit=2' + (f'&after={escape(after)}' if after else ''))[1]
        pages += [u['uid'] for u in page['users']]
        after = page.get('next')
    assert pages == everybody == sorted(everybody)


def test_the_server_tells_its_figures(tmtpd, pair):
    before = tmtpd.admin('GET', '/v1/server')[1]
    tmtpd.introduce(*pair)
    pair[0].post(pair[1])
    after = tmtpd.admin('GET', '/v1/server')[1]
    assert after['policy'] == 'introduced'
    assert after['contacts'] == before['contacts'] + 1
    assert after['queued'] == before['queued'] + 1
    assert after['online'] >= 2 and after['users'] >= 2 and after['uptime'] >= 0 and after['version']


# -- events ----------------------------------------------------------------------------------------

def test_events_tell_everything_once_in_order(tmtpd):
    start = latest(tmtpd)
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    new = alice.alias + ' new'
    for header in ({'newalias': new}, {'newalias': new}, {'newnode': 'phone'}):
        alice.send({'op': 3, 'id': 'x', **header}).find('ack')
    for _ in range(2):
        tmtpd.introduce(alice, bobby, ref='why')
    for _ in range(2):
        tmtpd.part(alice, bobby)
    for state in ('suspended', 'suspended', 'active'):
        tmtpd.admin('PATCH', f'/v1/users/{escape(bobby.uid)}', {'state': state})

    page = tmtpd.admin('GET', f'/v1/events?after={start}')[1]

    assert [(e['n'], e['type']) for e in page['events']] == [(start + 1 + i, t) for i, t in enumerate(
        ['registered', 'registered', 'alias', 'node', 'contact', 'contact_ended', 'suspended', 'resumed'])]
    first, _, alias, node, granted, *_ = page['events']
    assert (first['uid'], first['alias'], alias['alias'], node['label']) == (alice.uid, alice.alias, new, 'phone')
    assert (granted['uids'], granted['ref']) == ([alice.uid, bobby.uid], 'why')
    assert page['next'] == start + 8


def test_events_come_in_pages(tmtpd):
    start = latest(tmtpd)
    for name in ('alice', 'bobby', 'carol'):
        tmtpd.register(name)
    seen, after = [], start
    while len(seen) < 3:
        page = tmtpd.admin('GET', f'/v1/events?after={after}&limit=1')[1]
        seen += [e['n'] for e in page['events']]
        after = page['next']
    assert seen == [start + 1, start + 2, start + 3]


def test_a_wait_ends_with_the_event(tmtpd):
    start, answers = latest(tmtpd), []
    threads = [threading.Thread(target=lambda: answers.append(tmtpd.admin('GET', f'/v1/events?after={start}&wait=60')))
               for _ in range(3)]
    for t in threads:
        t.start()
    alice = tmtpd.register('alice')
    for t in threads:
        t.join(20)
    assert [[e['uid'] for e in a[1]['events']] for a in answers] == [[alice.uid]] * 3


def test_a_wait_in_vain_ends_empty(tmtpd):
    start = latest(tmtpd)
    assert tmtpd.admin('GET', f'/v1/events?after={start}&wait=1') == (200, {'events': [], 'next': start})


def test_an_account_made_by_the_operator_is_an_event_too(tmtpd):
    start, answers = latest(tmtpd), []
    waiting = threading.Thread(target=lambda: answers.append(tmtpd.admin('GET', f'/v1/events?after={start}&wait=60')))
    waiting.start()
    tmtpd.run('tmtpd', '--config', tmtpd.tmtpd_conf, '--add-service', 'Second service', '--credentials',
              tmtpd.var / 'second.json')
    waiting.join(20)
    assert [e['alias'] for e in answers[0][1]['events']] == ['Second service']


def test_events_are_there_after_kill(tmtpd):
    start = latest(tmtpd)
    alice = tmtpd.register('alice')
    tmtpd.tmtpd.kill()
    tmtpd.start()
    assert [e['uid'] for e in tmtpd.admin('GET', f'/v1/events?after={start}')[1]['events']] == [alice.uid]
