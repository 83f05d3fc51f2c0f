"""Inputs that end the stock server, or should: tmtpd answers as the protocol says, stays up, and loses nothing."""
import json
import os
import socket
import struct

import pytest

from tmtpd import Link

SETTINGS = {'server': {'policy': 'open', 'max_message': '1M'}}


@pytest.fixture(autouse=True)
def unharmed(tmtpd):
    """After each test the same process carries a message from one new user to another."""
    before = tmtpd.tmtpd.process.pid
    yield
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    assert 'msgid' in alice.post(bobby, data=b'still here')
    assert bobby.take()['data'] == b'still here'
    assert tmtpd.tmtpd.alive() and tmtpd.tmtpd.process.pid == before


def frame(text, data=b''):
    """A frame of any text."""
    text = text.encode() if isinstance(text, str) else text
    return b'%04x' % len(text) + text + data


# -- the killers of tmtp.md, section 8 -------------------------------------------------------------

@pytest.mark.parametrize('length', [2**63 - 1, 2**63, 2**64, 2**53, -1, -2**63, 1e3, '"5"', 'null,"x":true'])
def test_huge_or_odd_datalen_before_login(tmtpd, length):
    tmtpd.link().rev().raw(frame('{"op":7,"id":"m","for":[],"datalen":%s}' % length)).quits('invalid header')


@pytest.mark.parametrize('length', [2**53 - 1, 2**40, 1024 * 1024 + 1])
def test_huge_datalen_after_login(tmtpd, length):
    tmtpd.register('alice').send({'op': 7, 'id': 'm', 'for': [], 'datalen': length}).quits('data too long for request type')


@pytest.mark.parametrize('name', ['x' * 255, '%' * 4096, 'é' * 20000, '\x00' * 5000, '../' * 80])
def test_long_or_odd_uid_at_login(tmtpd, name):
    tmtpd.link().rev().login(name, 'LB27ML46').quits('invalid header')


@pytest.mark.parametrize('alias', ['x' * 81, '%' * 4096, 'é' * 20000, 'NUL\x00in the alias', 'line\nline line', 'del\x7f here too', 'c1\x85 control'])
def test_long_or_odd_alias(tmtpd, alias):
    link = tmtpd.link().rev().send({'op': 1, 'newnode': 'n', 'newalias': alias})
    assert link.expect('registered')['error'].startswith('newalias must be')
    link.expect('info')
    assert 'newalias must be' in link.send({'op': 3, 'id': 'a', 'newalias': alias}).find('ack')['error']
    assert 'from must' in link.send({'op': 9, 'id': 'p', 'from': alias, 'to': 'some body else'}).find('ack')['error']


@pytest.mark.parametrize('name', ['x' * 255, '%' * 4096, 'é' * 20000, 'NUL\x00in the uid', "'; drop table tmtp.queue; --"])
def test_long_or_odd_recipient(tmtpd, name):
    alice = tmtpd.register('alice')
    for kind in (1, 2, 3):
        alice.send({'op': 7, 'id': 'm', 'for': [{'id': name, 'type': kind}], 'datalen': 1}, b'x')
        assert 'msgid' not in alice.find('ack')
    alice.send({'op': 9, 'id': 'p', 'from': alice.alias, 'to': name})
    assert 'not introduced' in alice.find('ack')['error']


def test_link_closed_in_the_middle_of_a_record(tmtpd):
    for cut in (1, 3, 5, 6, 20, 100):
        alice = tmtpd.register('alice')
        captured = _record_of(alice, frame(json.dumps({'op': 7, 'id': 'm', 'for': [], 'datalen': 500}), b'x' * 500))
        os.write(alice.tcp_fd, captured[:cut])
        os.close(alice.tcp_fd)


def _record_of(link, octets):
    """What TLS would send for these octets: the link's socket is swapped for a pipe while it writes."""
    link.tcp_fd = os.dup(link.sock.fileno())
    ours, theirs = socket.socketpair()
    os.dup2(ours.fileno(), link.sock.fileno())
    link.sock.sendall(octets)
    record = theirs.recv(1 << 16)
    link.sock.close()
    return record


def test_reset_while_posting(tmtpd):
    alice = tmtpd.register('alice')
    alice.raw(frame(json.dumps({'op': 7, 'id': 'm', 'for': [], 'datalen': 900000}), b'x' * 300000))
    alice.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    alice.close()


# -- frames ----------------------------------------------------------------------------------------

@pytest.mark.parametrize('octets,text', [
    (b'0007{"op":1}', 'invalid header length'), (b'0000{"op":11}', 'invalid header length'),
    (b'-001{"op":11}', 'invalid header length'), (b'0x0a{"op":11}', 'invalid header length'),
    (b'\x00\x00\x00\x0a{"op":11}', 'invalid header length'), (b' 00a{"op":11}', 'invalid header length'),
    (frame('{"op":11'), 'invalid header'), (frame('[{"op":11}]'), 'invalid header'), (frame('{"op":11}{}'), 'invalid header'),
    (frame('{"op":"11"}'), 'invalid header'), (frame('{"op":-1}'), 'invalid header'), (frame('{"op":1.0}'), 'invalid header'),
    (frame('{"op":13}'), 'invalid header'), (frame('{"op":256}'), 'invalid header'), (frame('{"id":"x"}'), 'invalid header'),
    (frame(b'{"op":11,"x":"\xff\xfe"}'), 'invalid header'), (frame(b'{"op":11,"x":"\xed\xa0\x80"}'), 'invalid header'),
    (frame('{"op":11,"x":' + '[' * 5000 + ']' * 5000 + '}'), 'invalid header'),
    (frame('{"op":11,"x":' + '{"a":' * 5000 + '1' + '}' * 5000 + '}'), 'invalid header'),
    (frame('{"op":10,"id":"","type":"ok"}'), 'invalid header'), (frame('{"op":10,"id":7,"type":"ok"}'), 'invalid header'),
    (frame('{"op":12,"datalen":1}', b'x'), 'invalid header'), (frame('{"op":7,"id":"m","datalen":1}', b'x'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":[],"datalen":0}'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":[],"datalen":1,"datahead":2}', b'x'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":{},"datalen":1}', b'x'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":[1],"datalen":1}', b'x'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":[{"id":"","type":1}],"datalen":1}', b'x'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":[{"id":"x","type":0}],"datalen":1}', b'x'), 'invalid header'),
    (frame('{"op":7,"id":"m","for":[{"id":"x","type":300}],"datalen":1}', b'x'), 'invalid header'),
    (frame('{"op":3,"id":"x","newalias":"some alias","newnode":"some node"}'), 'invalid header'),
    (frame('{"op":3,"id":"x","newnode":"%s"}' % ('x' * 256)), 'invalid header'),
    (frame('{"op":7,"id":"%s","for":[],"datalen":1}' % ('x' * 8193), b'x'), 'invalid header'),
    (frame('{"op":0,"id":"1"}'), 'disallowed op repetition'),
    (frame('{"op":1,"newnode":"n","newalias":"_"}'), 'disallowed op on connected link'),
    (frame('{"op":2,"uid":"n","node":"_"}'), 'disallowed op on connected link'),
])
def test_bad_frame_gets_its_quit(tmtpd, octets, text):
    tmtpd.register('alice').raw(octets).quits(text)


def test_bad_frame_before_tmtprev_only_closes(tmtpd):
    tmtpd.link().raw(b'zzzz{"op":11}').closed()
    tmtpd.link().raw(frame('{"op":11}')).closed()


def test_header_of_64_kib_in_single_octets_and_many_in_one(tmtpd):
    alice = tmtpd.register('alice')
    head = json.dumps({'op': 11, 'x': 'y' * 65516})
    assert len(head) == 65535
    whole = frame(head)
    for i in range(0, 300):
        alice.raw(whole[i:i + 1])
    alice.raw(whole[300:] + frame('{"op":11}') * 500 + whole)
    assert 'msgid' in alice.post(data=b'after')


def test_ids_come_back_as_they_were(tmtpd):
    alice = tmtpd.register('alice')
    for ident in ('\x00a\x00', 'é\u2028"\\/', '\x7f\x1f', '𝄞', 'x' * 8192, '\x00' * 8192):
        alice.send({'op': 7, 'id': ident, 'for': [], 'datalen': 1}, b'x')
        assert alice.find('ack')['id'] == ident


def test_a_post_for_very_many(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    items = [{'id': bobby.uid, 'type': 1}] * 1200
    alice.send({'op': 7, 'id': 'm', 'for': items, 'datalen': 4}, b'once')
    assert 'msgid' in alice.find('ack')
    assert bobby.take()['data'] == b'once'
    bobby.send({'op': 7, 'id': 's', 'for': [], 'datalen': 1}, b'x').find('ack')
    assert bobby.kept == []  # not a second time


@pytest.mark.parametrize('text,error', [
    (b'x' * 421, 'data too long for request type'), ('€'.encode() * 141, 'data too long for request type'),
    ('𝄞'.encode() * 71, 'data too long for request type'), (b'\xc3', 'data not valid UTF8'),
    (b'\xed\xa0\x80', 'data not valid UTF8'), (b'\xf4\x90\x80\x80', 'data not valid UTF8'), (b'\xc0\x80', 'data not valid UTF8'),
])
def test_ping_text_that_is_too_long_or_no_text(tmtpd, text, error):
    alice = tmtpd.register('alice')
    alice.send({'op': 9, 'id': 'p', 'from': alice.alias, 'to': alice.alias, 'datalen': len(text)}, text).quits(error)


# -- the transport ---------------------------------------------------------------------------------

@pytest.mark.parametrize('octets', [b'', b'GET / HTTP/1.0\r\n\r\n', b'\x16\x03\x01\xff\xff' + b'\x00' * 100, os.urandom(500)])
def test_what_is_no_tls(tmtpd, octets):
    with socket.create_connection(('127.0.0.1', tmtpd.tmtp_port)) as s:
        s.sendall(octets)


def test_a_client_that_never_reads_holds_nobody_back(tmtpd):
    lazy = tmtpd.register('lazy')
    flood = b''.join(frame('{"op":7,"id":"%s","for":[],"datalen":1}' % ('i' * 4000), b'x') for _ in range(50))
    lazy.sock.settimeout(0.5)
    with pytest.raises(TimeoutError):
        while True:  # ends when tmtpd reads no more, since its answers are not read
            lazy.sock.send(flood)
    assert _resident(tmtpd) < 400 << 20
    alice = tmtpd.register('alice')
    assert 'msgid' in alice.post(data=b'x')
    lazy.close()


def _resident(tmtpd):
    with open(f'/proc/{tmtpd.tmtpd.process.pid}/statm', encoding='utf8') as f:
        return int(f.read().split()[1]) * 4096


def test_many_links_that_say_nothing(tmtpd):
    links = [socket.create_connection(('127.0.0.1', tmtpd.tmtp_port)) for _ in range(300)]
    assert 'msgid' in tmtpd.register('alice').post(data=b'x')
    for s in links:
        s.close()


def test_what_the_admin_interface_must_bear(tmtpd):
    for octets in (b'\x00' * 5000, b'GET ' + b'/x' * 40000 + b' HTTP/1.1\r\n\r\n', b'PUT /v1/contacts/a/b HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n'):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(tmtpd.admin_socket)
            s.sendall(octets)
    assert tmtpd.admin('GET', '/v1/server')[0] == 200


def test_a_link_reads_frames_after_its_peer_was_cut(tmtpd):
    a, b = Link(tmtpd.tmtp_port).rev(), Link(tmtpd.tmtp_port)
    b.close()
    a.register('alice')
