"""Users by the admin interface: look-up and listing, suspension, devices that are barred; and the server's own figures."""
import threading
import urllib.parse

import pytest

from admin import NOBODY, contact, events_after, latest, problem, user
from tmtpd import escape, wait_until


def node_of(tmtpd, person, label='laptop'):
    """Number of a user's device."""
    return next(n['n'] for n in tmtpd.admin('GET', user(person))[1]['nodes'] if n['label'] == label)


def second_node(tmtpd, person, label='phone'):
    """A further device of a user, logged in, with all read that this makes known."""
    person.send({'op': 3, 'id': 'n', 'newnode': label}).find('ack')
    link = tmtpd.link().rev().login(person.uid, person.take('user')['nodeid'])
    link.alias = person.alias
    link.expect('info')
    for op in ('user', 'login'):
        link.take(op)
    person.take('login')
    return link


def read_until(link, data):
    """Acknowledge what comes until a delivery has this data."""
    while frame := link.receive():
        link.ack(frame[0])
        if frame[1] == data:
            return True
    return False


# -- look-up ---------------------------------------------------------------------------------------

def test_a_user_shows_aliases_nodes_and_presence(tmtpd):
    alice = tmtpd.register('alice')
    found = tmtpd.admin('GET', user(alice))[1]
    assert (found['uid'], found['state'], found['online'], found['aliases']) == (alice.uid, 'active', True, [alice.alias])
    assert [(n['label'], n['online']) for n in found['nodes']] == [('laptop', True)]
    assert alice.node not in str(found)
    alice.quit()
    wait_until(lambda: not tmtpd.admin('GET', user(alice))[1]['online'])


def test_users_are_listed_in_pages_and_found_by_alias(tmtpd):
    for name in ('alice', 'bobby', 'carol'):
        person = tmtpd.register(name)
    found = tmtpd.admin('GET', '/v1/users?alias=' + urllib.parse.quote(person.alias))[1]['users']
    assert [u['uid'] for u in found] == [person.uid]
    everybody = [u['uid'] for u in tmtpd.admin('GET', '/v1/users?limit=1000')[1]['users']]
    pages, after = [], ''
    while after is not None:
        page = tmtpd.admin('GET', '/v1/users?limit=2' + (f'&after={escape(after)}' if after else ''))[1]
        pages += [u['uid'] for u in page['users']]
        after = page.get('next')
    assert pages == everybody == sorted(everybody)


def test_users_are_found_by_the_subject_they_registered_with(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    tmtpd.sql(f"update tmtp.account set issuer = 'https://a.example', subject = 'subject & 1' where uid = '{alice.uid}';"
              f"update tmtp.account set issuer = 'https://b.example', subject = 'subject & 1' where uid = '{bobby.uid}'")
    found = tmtpd.admin('GET', '/v1/users?subject=' + urllib.parse.quote('subject & 1'))[1]['users']
    assert {(u['uid'], u['issuer'], u['subject']) for u in found} == {
        (alice.uid, 'https://a.example', 'subject & 1'), (bobby.uid, 'https://b.example', 'subject & 1')}
    assert tmtpd.admin('GET', '/v1/users?subject=nobody') == (200, {'users': []})
    assert tmtpd.admin('GET', f'/v1/users?subject=subject%20%26%201&alias={urllib.parse.quote(bobby.alias)}')[1]['users'][0]['uid'] == bobby.uid


# -- suspension ------------------------------------------------------------------------------------

def test_a_suspended_user_is_logged_out_everywhere_and_cannot_log_in(tmtpd, pair):
    alice, bobby = pair
    phone = second_node(tmtpd, bobby)
    tmtpd.introduce(*pair)
    status, body = tmtpd.admin('PATCH', user(bobby), {'state': 'suspended'})
    assert (status, body['state']) == (200, 'suspended')
    for link in (bobby, phone):
        link.kept = []
        while link.receive() is not None:
            pass
    tmtpd.link().rev().login(bobby.uid, bobby.node).quits('login failed')
    assert 'error' not in alice.post(bobby, data=b'kept for you')
    wait_until(lambda: not tmtpd.admin('GET', user(bobby))[1]['online'])

    assert tmtpd.admin('PATCH', user(bobby), {'state': 'active'})[1]['state'] == 'active'
    back = tmtpd.login(bobby)
    assert read_until(back, b'kept for you')


@pytest.mark.parametrize('body', [None, {}, {'state': 'gone'}, {'state': None}, {'state': 'active', 'x': 1}, '[]'])
def test_a_state_that_is_none_is_refused(tmtpd, pair, body):
    assert problem(tmtpd.admin('PATCH', user(pair[0]), body), 400)


def test_nobody_cannot_be_suspended(tmtpd):
    start = latest(tmtpd)
    assert problem(tmtpd.admin('PATCH', f'/v1/users/{NOBODY}', {'state': 'suspended'}), 404)
    assert latest(tmtpd) == start


# -- devices ---------------------------------------------------------------------------------------

def test_a_barred_device_is_out_at_once_and_the_others_stay(tmtpd, pair):
    alice, bobby = pair
    phone = second_node(tmtpd, bobby)
    tmtpd.introduce(*pair)
    start, lost = latest(tmtpd), node_of(tmtpd, bobby)

    assert tmtpd.admin('DELETE', user(bobby, f'/nodes/{lost}')) == (204, None)

    bobby.kept = []
    while bobby.receive() is not None:
        pass
    tmtpd.link().rev().login(bobby.uid, bobby.node).quits('login failed')
    assert [n['label'] for n in tmtpd.admin('GET', user(bobby))[1]['nodes']] == ['phone']
    assert 'error' not in alice.post(bobby, data=b'to the phone')
    assert read_until(phone, b'to the phone')
    assert tmtpd.admin('DELETE', user(bobby, f'/nodes/{lost}')) == (204, None)
    assert [(e['type'], e['uid'], e['node'], e['label'], e['act']) for e in events_after(tmtpd, start, 'node')] == [
        ('node', bobby.uid, lost, 'laptop', 'removed')]


def test_the_queue_of_a_barred_device_goes_with_it(tmtpd, pair):
    alice, bobby = pair
    tmtpd.introduce(*pair)
    bobby.close()
    wait_until(lambda: not tmtpd.admin('GET', user(bobby))[1]['online'])
    before = tmtpd.admin('GET', '/v1/server')[1]['queued']
    for text in (b'short', b'x' * 200_000):
        alice.post(bobby, data=text)
    assert tmtpd.admin('GET', '/v1/server')[1]['queued'] == before + 2
    tmtpd.admin('DELETE', user(bobby, f'/nodes/{node_of(tmtpd, bobby)}'))
    assert tmtpd.admin('GET', '/v1/server')[1]['queued'] == before
    assert tmtpd.sql("select count(*) from tmtp.message m where octet_length(m.data) >= 100000") == '0'


def test_a_device_is_barred_only_by_the_name_of_its_user(tmtpd, pair):
    alice, bobby = pair
    assert tmtpd.admin('DELETE', user(alice, f'/nodes/{node_of(tmtpd, bobby)}')) == (204, None)
    assert problem(tmtpd.admin('DELETE', f'/v1/users/{NOBODY}/nodes/{node_of(tmtpd, bobby)}'), 404)
    assert node_of(tmtpd, bobby)


# -- the server ------------------------------------------------------------------------------------

def test_the_server_tells_its_figures(tmtpd, pair):
    before = tmtpd.admin('GET', '/v1/server')[1]
    tmtpd.introduce(*pair)
    pair[0].post(pair[1])
    after = tmtpd.admin('GET', '/v1/server')[1]
    assert after['policy'] == 'introduced'
    assert after['contacts'] == before['contacts'] + 1
    assert after['queued'] == before['queued'] + 1
    assert after['online'] >= 2 and after['links'] >= after['online'] and after['users'] >= 2
    assert after['uptime'] >= 0 and after['version'] and after['name'] == 'Example Society of Engineers'


def test_a_contact_whose_time_has_passed_does_not_count(tmtpd, pair):
    before = tmtpd.admin('GET', '/v1/server')[1]['contacts']
    tmtpd.admin('PUT', contact(*pair), {'until': '2000-01-01'})
    assert tmtpd.admin('GET', '/v1/server')[1]['contacts'] == before


def test_slow_figures_hold_no_message_up(tmtpd, pair):
    """Counting may take long: posts go on meanwhile, and so do changes."""
    alice, bobby = pair
    count = tmtpd.sql("select pg_get_functiondef('tmtp.queued_count'::regproc)")
    tmtpd.sql('create or replace function tmtp.queued_count() returns bigint language sql volatile set search_path = \'\' as '
              "$$ select 7 from pg_catalog.pg_sleep(4) $$")
    answers = []
    slow = threading.Thread(target=lambda: answers.append(tmtpd.admin('GET', '/v1/server')[1]))
    slow.start()
    wait_until(lambda: tmtpd.sql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == '1')
    try:
        assert tmtpd.introduce(*pair) == 201
        for _ in range(20):
            assert 'error' not in alice.post(bobby)
            bobby.take()
        assert not answers, 'the count was not under way any more'
    finally:
        slow.join()
        tmtpd.sql(count)
    assert answers[0]['queued'] == 7
