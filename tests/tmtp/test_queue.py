"""Queues: order, one message at a time, priority, copies for new nodes, timers."""
import pytest

from tmtpd import wait_until

SETTINGS = {'server': {'policy': 'open', 'ack_timeout': '400ms', 'pulse_timeout': '1500ms', 'login_timeout': '700ms'}}


def test_the_next_message_waits_for_the_ack(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    for i in range(3):
        alice.post(bobby, data=b'%d' % i)

    first = bobby.expect('delivery')
    again = bobby.expect('delivery')  # nothing but the same, after ack_timeout
    assert (first, first['data']) == (again, b'0')
    bobby.ack(again)

    assert [bobby.take()['data'] for _ in range(2)] == [b'1', b'2']


def test_an_ack_of_another_message_is_ignored(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    alice.post(bobby, data=b'one')
    second = alice.post(bobby, data=b'two')

    first = bobby.expect('delivery')
    bobby.ack({'id': second['msgid']})

    assert bobby.expect('delivery')['id'] == first['id']
    bobby.ack(first)
    assert bobby.take()['data'] == b'two'


def test_user_messages_go_before_the_rest(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    alice.post(bobby, data=b'one')
    alice.post(bobby, data=b'two')
    bobby.expect('delivery')

    bobby.send({'op': 3, 'id': 'a', 'newalias': bobby.alias + ' too'}).find('ack')
    bobby.close()

    bobby = tmtpd.login(bobby)
    assert bobby.take('user')['newalias'] == bobby.alias + ' too'
    assert [bobby.take()['data'] for _ in range(2)] == [b'one', b'two']


def test_ids_rise_over_a_restart(tmtpd):
    alice = tmtpd.register('alice')
    before = alice.post(data=b'x')['msgid']
    alice.close()
    tmtpd.stop()
    tmtpd.start()
    alice = tmtpd.login(alice)
    assert alice.post(data=b'x')['msgid'] > before


def test_a_new_node_begins_with_a_copy_of_the_queue(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    alice.post(bobby, data=b'one')
    bobby.send({'op': 3, 'id': 'n', 'newnode': 'phone'}).find('ack')
    bobby.ack(bobby.expect('delivery'))
    made = bobby.take('user')

    phone = tmtpd.link().rev().login(bobby.uid, made['nodeid'])
    phone.expect('info')

    assert phone.take('user')['newnode'] == 'phone'
    assert phone.take()['data'] == b'one'


def test_a_post_goes_to_the_senders_other_nodes(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    alice.send({'op': 3, 'id': 'n', 'newnode': 'phone'}).find('ack')
    made = alice.take('user')
    phone = tmtpd.link().rev().login(alice.uid, made['nodeid'])
    phone.expect('info')
    phone.take('user')
    phone.take('login')
    alice.take('login')

    alice.post(bobby, data=b'to bobby')
    assert phone.take()['data'] == bobby.take()['data'] == b'to bobby'
    alice.post(alice, data=b'to me')  # named: to this node too
    assert alice.take()['data'] == phone.take()['data'] == b'to me'


def test_at_most_a_hundred_nodes(tmtpd):
    alice = tmtpd.register('alice')
    for i in range(99):
        alice.send({'op': 3, 'id': str(i), 'newnode': f'node {i}'})
        assert 'error' not in alice.find('ack')
    alice.send({'op': 3, 'id': 'over', 'newnode': 'one more'})
    assert '100' in alice.find('ack')['error']


def test_messages_leave_the_database_with_their_last_ack(tmtpd):
    alice, bobby, carol = (tmtpd.register(n) for n in ('alice', 'bobby', 'carol'))
    ident = int(alice.post(bobby, carol)['msgid'], 16)
    bobby.take()
    wait_until(lambda: tmtpd.sql(f'select count(*) from tmtp.queue where message = {ident}') == '1')
    assert tmtpd.sql(f'select count(*) from tmtp.message where id = {ident}') == '1'
    carol.take()
    wait_until(lambda: tmtpd.sql(f'select count(*) from tmtp.message where id = {ident}') == '0')


def test_many_posts_in_hand_are_answered_and_delivered_in_order(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    text = b''
    for i in range(200):
        head = b'{"op":7,"id":"%d","for":[{"id":"%s","type":1}],"datalen":3}' % (i, bobby.uid.encode())
        text += b'%04x' % len(head) + head + b'%03d' % i
    alice.raw(text)
    assert [alice.find('ack')['id'] for _ in range(200)] == [str(i) for i in range(200)]
    came = []
    while len(came) < 200:
        data = bobby.take()['data']
        if [data] != came[-1:]:  # the first is sent anew when Bobby, who waits for Alice here, is slow to ack it
            came.append(data)
    assert came == [b'%03d' % i for i in range(200)]


def test_requests_of_different_kinds_are_answered_in_order(tmtpd):
    alice = tmtpd.register('alice')
    new = alice.alias + ' new'
    for ident, header in enumerate((
            {'op': 7, 'for': [], 'datalen': 1}, {'op': 3, 'newalias': new},
            {'op': 9, 'from': new, 'to': new, 'datalen': 1}, {'op': 7, 'for': [], 'datalen': 1}, {'op': 12})):
        alice.send({'id': str(ident), **header}, b'x' if header.get('datalen') else b'')
    acks = [alice.find('ack') for _ in range(4)]
    assert [a['id'] for a in acks] == ['0', '1', '2', '3']
    assert not any('error' in a for a in acks)  # the ping's alias is there because the edit went before it
    alice.quits('logout ok')


@pytest.mark.parametrize('silence', ['before tmtprev', 'before login'])
def test_no_login_in_time_closes_without_a_word(tmtpd, silence):
    link = tmtpd.link()
    if silence == 'before login':
        link.rev()
    link.closed()


def test_a_silent_client_is_dropped_and_its_node_free(tmtpd):
    alice = tmtpd.register('alice')
    alice.closed()
    assert tmtpd.login(alice).take('login')


def test_pulses_keep_a_link(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    for _ in range(6):
        alice.post(bobby, data=b'tick')
        bobby.send({'op': 11})
        message = bobby.expect('delivery')
        assert bobby.expect('delivery')['id'] == message['id']  # one ack_timeout later
        bobby.ack(message)
    alice.quit()
    bobby.quit()
