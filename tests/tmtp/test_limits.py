"""Limits: each with its edge, its answer and its line in the log, and that nobody else feels it."""
import socket
import time

import pytest

from patience import fair_time
from tmtpd import Link, Tmtpd, wait_until

SETTINGS = {'server': {
    'policy': 'open', 'limit_loopback': 'yes', 'pings_per_day': 5, 'failed_pings_per_day': 3, 'links_per_user': 2, 'frames_per_second': 200,
    'links_per_address': 30, 'registrations_per_address': 'none', 'failed_logins_per_address': 'none'}}


def said(tmtpd, limit):
    """The log's lines about a limit."""
    return [line for line in tmtpd.logs('limit_reached') if line['limit'] == limit]


@pytest.fixture(autouse=True)
def others_are_not_held_back(tmtpd):
    """After each test two new users write to each other."""
    yield
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    assert 'msgid' in alice.post(bobby, data=b'still here')
    assert bobby.take()['data'] == b'still here'
    alice.quit()
    bobby.quit()


# -- pings -----------------------------------------------------------------------------------------

def test_the_fifth_ping_of_a_day_is_the_last(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    for _ in range(5):
        assert 'msgid' in alice.ping(bobby.alias)
    ack = alice.ping(bobby.alias)
    assert ack['error'] == '5 pings and invitations a day are the most: try again tomorrow'
    assert 'msgid' not in ack and ack['id'] == 'p'
    assert 'msgid' in alice.post(bobby, data=b'after')  # a post is no ping
    for _ in range(5):
        bobby.take('ping')
    assert bobby.take()['data'] == b'after'  # the sixth came to nobody
    wait_until(lambda: said(tmtpd, 'pings_per_day'))
    assert 'msgid' in bobby.ping(alice.alias)  # each user has their own


def test_a_new_link_does_not_begin_the_day_anew(tmtpd):
    alice = tmtpd.register('alice')
    for _ in range(5):
        alice.ping(alice.alias)
        alice.take('ping')
    alice.quit()
    alice = tmtpd.login(alice)
    alice.take('login')
    assert 'try again tomorrow' in alice.ping(alice.alias)['error']


def test_the_third_failed_ping_of_a_day_is_the_last(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    assert 'msgid' in alice.ping(bobby.alias)
    for name in ('Nobody at all', 'x', bobby.alias + 'x'):
        assert 'not introduced' in alice.ping(name)['error']
    assert 'nobody you may write to' in alice.ping(bobby.alias)['error']  # not even a good one
    assert 'nobody you may write to' in alice.ping('Nobody at all')['error']
    wait_until(lambda: said(tmtpd, 'failed_pings_per_day'))
    assert 'msgid' in bobby.ping(alice.alias)


def test_invitations_count_as_pings(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    for i in range(3):
        assert 'not introduced' in alice.invite(f'A group of {alice.alias}', f'Nobody {i}')['error']
    assert 'nobody you may write to' in alice.ping(bobby.alias)['error']
    assert 'nobody you may write to' in alice.invite(f'A group of {alice.alias}', bobby.alias)['error']
    for i in range(5):
        assert 'msgid' in bobby.invite(f'Group {i} of {bobby.alias}', alice.alias)
    assert '5 pings and invitations a day' in bobby.invite(f'Group 6 of {bobby.alias}', alice.alias)['error']


def test_refused_pings_keep_their_place_among_the_answers(tmtpd):
    alice = tmtpd.register('alice')
    text = b''
    for i in range(7):
        header = b'{"op":9,"id":"%d","from":"%s","to":"%s","datalen":1}' % (i, alice.alias.encode(), alice.alias.encode())
        text += b'%04x' % len(header) + header + b'x'
    alice.raw(text)
    acks = [alice.find('ack') for _ in range(7)]
    assert [a['id'] for a in acks] == list('0123456')
    assert ['error' in a for a in acks] == [False] * 5 + [True] * 2


def test_a_restart_forgives(cluster):
    with Tmtpd(cluster, 'forgiving', {'server': {'policy': 'open', 'pings_per_day': 1}}) as server:
        alice = server.register('alice')
        assert 'msgid' in alice.ping(alice.alias)
        assert 'tomorrow' in alice.ping(alice.alias)['error']
        alice.close()
        server.stop()
        server.start()
        alice = server.login(alice)
        assert 'msgid' in alice.ping(alice.alias)


# -- links -----------------------------------------------------------------------------------------

def test_a_user_has_two_links(tmtpd):
    links, nodes = [tmtpd.register('alice')], []
    for label in ('phone', 'tablet'):
        links[0].send({'op': 3, 'id': label, 'newnode': label}).find('ack')
        nodes.append(links[0].take('user')['nodeid'])
    second = tmtpd.link().rev().login(links[0].uid, nodes[0])
    second.expect('info')
    tmtpd.link().rev().login(links[0].uid, nodes[1]).quits('login failed')
    wait_until(lambda: said(tmtpd, 'links_per_user'))
    assert tmtpd.sql(f"select count(*) from tmtp.node n join tmtp.account a on a.id = n.account where a.uid = '{links[0].uid}' "
                     'and n.online') == '2'
    second.quit()  # one leaves, another may come
    tmtpd.link().rev().login(links[0].uid, nodes[1]).expect('info')


@pytest.fixture(scope='module')
def busy(cluster):
    """A server that few links and registrations may come to from an address."""
    settings = {'policy': 'open', 'limit_loopback': 'yes', 'links_per_address': 3, 'registrations_per_address': 4}
    with Tmtpd(cluster, 'busy', {'server': settings}) as server:
        yield server


def until(make):
    """A link once there is room for it: the server learns a little later that others were closed."""
    end = fair_time() + 15
    while True:
        try:
            return make()
        except (OSError, AssertionError):
            assert fair_time() < end


def test_an_address_has_three_links(busy):
    links = [Link(busy.tmtp_port).rev() for _ in range(3)]
    with pytest.raises(OSError):  # closed without notice, before TLS
        Link(busy.tmtp_port)
    wait_until(lambda: said(busy, 'links_per_address'))
    assert said(busy, 'links_per_address')[0]['address'] == '127.0.0.1'
    with pytest.raises(OSError):
        Link(busy.tmtp_port)
    assert len(said(busy, 'links_per_address')) == 1  # the log says it once a minute
    links[0].close()
    until(lambda: Link(busy.tmtp_port).rev()).close()
    for link in links[1:]:
        link.close()


def test_links_that_say_nothing_count_too(busy):
    silent = [socket.create_connection(('127.0.0.1', busy.tmtp_port)) for _ in range(3)]

    def refused():
        try:
            Link(busy.tmtp_port).close()
        except OSError:
            return True
        return False
    wait_until(refused)
    for s in silent:
        s.close()


def test_an_address_has_four_registrations_a_day(busy):
    made = []
    for i in range(4):
        link = until(lambda i=i: busy.register(f'user{i}'))
        made.append(link)
        link.quit()
    link = until(lambda: busy.link().rev())
    link.send({'op': 1, 'newnode': 'n', 'newalias': 'One too many'}).quits('register failure')
    wait_until(lambda: said(busy, 'registrations_per_address'))
    assert busy.sql('select count(*) from tmtp.account where not service') == '4'
    link = until(lambda: busy.login(made[0]))  # who is there may log in
    link.quit()


def test_failed_logins_make_an_address_wait_but_lock_nobody_out(cluster):
    settings = {'policy': 'open', 'limit_loopback': 'yes', 'failed_logins_per_address': 3, 'login_timeout': '3s'}

    def fail():
        link = server.link().rev()
        begun = time.monotonic()
        link.login(alice.uid, 'C' * 40).quits('login failed')
        link.close()
        return time.monotonic() - begun
    with Tmtpd(cluster, 'guessed', {'server': settings}) as server:
        alice = server.register('alice')
        alice.quit()
        for _ in range(3):
            fail()
        assert not said(server, 'failed_logins_per_address')
        assert fail() >= 0.1
        for _ in range(6):
            fail()
        assert fail() >= 0.7  # a tenth of a second more each time, up to a quarter of login_timeout
        assert said(server, 'failed_logins_per_address')
        server.login(alice).quit()  # who has the password is late, but in


def test_loopback_has_no_limits_by_address_unless_asked(cluster):
    with Tmtpd(cluster, 'loopback', {'server': {'policy': 'open', 'links_per_address': 2, 'registrations_per_address': 1,
                                                'failed_logins_per_address': 1}}) as server:
        links = [server.register(f'user{i}') for i in range(5)]
        for _ in range(5):
            server.link().rev().login(links[0].uid, 'C' * 40).quits('login failed')
        assert not server.logs('limit_reached')


# -- frames ----------------------------------------------------------------------------------------

def frame(text, data=b''):
    """A frame of this header."""
    return b'%04x' % len(text) + text + data


def test_more_frames_than_in_a_second_are_read_later_and_none_is_lost(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    begun, fairly = time.monotonic(), fair_time()
    alice.raw(b''.join(frame(b'{"op":7,"id":"%d","for":[{"id":"%s","type":1}],"datalen":3}' % (i, bobby.uid.encode()), b'%03d' % i)
                       for i in range(500)))
    assert 'msgid' in bobby.post(alice, data=b'meanwhile')  # another link is not held back
    assert fair_time() - fairly < 1.4
    assert [alice.find('ack')['id'] for _ in range(500)] == [str(i) for i in range(500)]
    assert time.monotonic() - begun >= 1.4  # 200 at once, 200 in each further second
    assert [bobby.take()['data'] for _ in range(150)] == [b'%03d' % i for i in range(150)]
    wait_until(lambda: said(tmtpd, 'frames_per_second'))
    bobby.close()
    alice.close()


def test_a_second_of_frames_is_read_at_once(tmtpd):
    alice = tmtpd.register('alice')
    begun = fair_time()
    alice.raw(frame(b'{"op":11}') * 150)
    assert 'msgid' in alice.post(data=b'x')
    assert fair_time() - begun < 0.9


def test_long_headers_count_as_many(tmtpd):
    alice = tmtpd.register('alice')
    begun = time.monotonic()
    alice.raw(frame(b'{"op":11,"x":"%s"}' % (b'y' * 60000)) * 8)  # 59 each
    assert 'msgid' in alice.post(data=b'x')
    assert time.monotonic() - begun >= 1


def test_a_flood_before_login_is_held_back_too(tmtpd):
    link = tmtpd.link()
    begun = time.monotonic()
    link.raw(frame(b'{"op":0,"id":"1","x":"%s"}' % (b'y' * 60000)))
    link.expect('tmtprev')
    link.raw(frame(b'{"op":1,"newnode":"n","newalias":"_","x":"%s"}' % (b'y' * 60000)))
    link.find('info')
    link.raw(frame(b'{"op":11,"x":"%s"}' % (b'y' * 60000)) * 4)
    assert 'msgid' in link.post(data=b'x')
    assert time.monotonic() - begun >= 0.5
