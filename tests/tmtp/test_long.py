"""Long messages: stored and sent in pieces, so that neither side of a link is held in memory."""
import hashlib
import json
import os
import threading

import pytest

from tmtpd import wait_until

SETTINGS = {'server': {'policy': 'open'}}
MAX = 32 << 20


def parts(tmtpd):
    """Pieces in the database."""
    return int(tmtpd.sql('select count(*) from tmtp.part'))


@pytest.mark.parametrize('size', [65535, 65536, 65537, 196608, 196609, 3000000])
def test_what_arrives_is_what_was_sent(tmtpd, size):
    alice, bobby, before = tmtpd.register('alice'), tmtpd.register('bobby'), parts(tmtpd)
    data = os.urandom(size)
    alice.post(bobby, data=data, datahead=10)
    message = bobby.take()
    assert (message['data'] == data, message['datalen'], message['datahead']) == (True, size, 10)
    wait_until(lambda: parts(tmtpd) == before)


def test_the_longest_message_and_its_memory(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    data = os.urandom(1 << 20) * 32
    before = tmtpd.resident()
    assert 'msgid' in alice.post(bobby, data=data)
    message = bobby.take()
    assert hashlib.sha256(message['data']).digest() == hashlib.sha256(data).digest()
    if 'asan' not in str(tmtpd.bin):  # whose memory is its own
        assert tmtpd.resident() - before < 12 << 20
    alice.send({'op': 7, 'id': 'm', 'for': [], 'datalen': MAX + 1}).quits('data too long for request type')


def test_answers_do_not_come_between_the_pieces(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    data = os.urandom(4 << 20)
    alice.post(bobby, data=data)
    bobby.send({'op': 7, 'id': 'between', 'for': [], 'datalen': 1}, b'x')  # nothing of the message is read yet
    assert bobby.expect('delivery')['data'] == data
    assert bobby.expect('ack')['id'] == 'between'


def test_an_ack_before_the_end_of_a_message_is_ignored(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    data = os.urandom(4 << 20)
    ident = alice.post(bobby, data=data)['msgid']
    bobby.ack({'id': ident})
    assert bobby.expect('delivery')['data'] == data
    bobby.close()
    bobby = tmtpd.login(bobby)
    assert bobby.take()['data'] == data


def test_a_slow_reader_does_not_hold_back_others(tmtpd):
    alice, bobby, carol = (tmtpd.register(n) for n in ('alice', 'bobby', 'carol'))
    alice.post(bobby, carol, data=os.urandom(8 << 20))
    assert carol.take()['datalen'] == 8 << 20  # bobby has read nothing
    alice.post(carol, data=b'next')
    assert carol.take()['data'] == b'next'
    assert bobby.take()['datalen'] == 8 << 20


def test_an_upload_that_breaks_off_leaves_nothing(tmtpd):
    alice, before = tmtpd.register('alice'), parts(tmtpd)
    head = json.dumps({'op': 7, 'id': 'm', 'for': [], 'datalen': 1 << 20}).encode()
    alice.raw(b'%04x' % len(head) + head + b'x' * 600000)
    wait_until(lambda: parts(tmtpd) > before)
    alice.close()
    wait_until(lambda: parts(tmtpd) == before)


def test_an_upload_to_nobody_leaves_nothing(tmtpd):
    alice, before = tmtpd.register('alice'), parts(tmtpd)
    assert 'error' in alice.post('%' * 32, data=b'x' * (1 << 20))
    assert 'msgid' in alice.post(data=b'x' * (1 << 20))  # no other node has it
    wait_until(lambda: parts(tmtpd) == before)


def test_an_upload_broken_off_by_kill_is_cleared_at_the_next_start(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    data = os.urandom(1 << 20)
    alice.post(bobby, data=data)
    before = parts(tmtpd)
    head = json.dumps({'op': 7, 'id': 'm', 'for': [], 'datalen': 1 << 20}).encode()
    alice.raw(b'%04x' % len(head) + head + b'x' * 600000)
    wait_until(lambda: parts(tmtpd) > before)
    tmtpd.tmtpd.kill()
    tmtpd.start()
    assert parts(tmtpd) == before
    assert tmtpd.login(bobby).take()['data'] == data


def test_uploads_side_by_side(tmtpd):
    bobby = tmtpd.register('bobby')
    bodies = [os.urandom(1500000) for _ in range(6)]
    people = [tmtpd.register('alice') for _ in bodies]
    threads = [threading.Thread(target=p.post, args=(bobby,), kwargs={'data': d}) for p, d in zip(people, bodies)]
    for t in threads:
        t.start()
    got = [bobby.take()['data'] for _ in bodies]
    for t in threads:
        t.join()
    assert sorted(map(hash, got)) == sorted(map(hash, bodies))
