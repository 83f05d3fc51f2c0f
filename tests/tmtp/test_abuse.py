"""Some 250 hostile inputs: frames, lengths, JSON, UTF-8, numbers, order, links cut and records broken.

While each is put to tmtpd, two bystanders write to each other: the server is the same process, what it answers is
what the protocol says, and nothing of theirs is lost or late. The inputs with one answer are in lib/hostile.py.
"""
import os
import signal
import socket
import ssl
import struct

import pytest

from bystanders import Bystanders
from hostile import ALIVE, BEFORE_LOGIN, BEFORE_REV, LOGGED_IN, frame, named

SETTINGS = {'server': {'policy': 'open', 'max_message': '4M'}}


@pytest.fixture(scope='module', name='bystanders')
def bystanders_everywhere(tmtpd):
    """For the whole module; at its end nothing of theirs was lost."""
    made = Bystanders(tmtpd)
    yield made
    made.nothing_was_lost()


@pytest.fixture(autouse=True)
def others_notice_nothing(bystanders):
    """After each test."""
    yield
    bystanders.write()


def goes_on(link):
    """The link still does what it should, after the errors it was told of."""
    ack = link.post(data=b'to myself', ident='alive')
    while ack['id'] != 'alive':
        assert 'error' in ack
        ack = link.find('ack')
    assert 'msgid' in ack
    link.close()


def answers(link, octets_, outcome):
    """Send, and see what comes of it."""
    link.raw(octets_)
    if outcome == ALIVE:
        goes_on(link)
    else:
        link.quits(outcome)


# -- hostile inputs by table -----------------------------------------------------------------------

@named(BEFORE_REV)
def test_before_tmtprev(tmtpd, case):
    tmtpd.link().raw(case).closed()


@named(BEFORE_LOGIN)
def test_before_login(tmtpd, case):
    answers(tmtpd.link().rev(), *case)


@named(LOGGED_IN)
def test_logged_in(tmtpd, case):
    answers(tmtpd.register('mallory'), *case)


# -- closing in the middle of each thing -----------------------------------------------------------

def cut_after_connect(server):
    """A socket that says nothing."""
    return socket.create_connection(('127.0.0.1', server.tmtp_port))


def cut_in_hello(count):
    """Some octets of a ClientHello."""
    def make(server):
        sock = cut_after_connect(server)
        sock.sendall(client_hello()[:count])
        return sock
    return make


def client_hello():
    """The first record of a client, as OpenSSL makes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    out = ssl.MemoryBIO()
    tls = context.wrap_bio(ssl.MemoryBIO(), out)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return out.read()


def cut_after(*texts, login=True):
    """A link that has sent this after its login."""
    def make(server):
        link = server.register('mallory') if login else server.link()
        for text in texts:
            link.raw(text)
        return link.sock
    return make


REV = frame('{"op":0,"id":"1"}')
POST = frame('{"op":7,"id":"m","for":[],"datalen":2000000}')
CUTS = {
    'after connecting': cut_after_connect, 'in the first octet of TLS': cut_in_hello(1), 'in the head of a record': cut_in_hello(4),
    'after the head of a record': cut_in_hello(5), 'in the ClientHello': cut_in_hello(100),
    'after the handshake': cut_after(login=False), 'in the length of a frame': cut_after(b'00', login=False), 'in a header': cut_after(POST[:20]),
    'after a header': cut_after(POST), 'in data of one piece': cut_after(POST, b'x' * 1000), 'at the end of the first piece': cut_after(POST, b'x' * 65536),
    'in data of several pieces': cut_after(POST, b'x' * 300000), 'an octet before the end': cut_after(POST, b'x' * 1999999),
    'after a long post': cut_after(POST, b'x' * 2000000), 'after a short post': cut_after(frame('{"op":7,"id":"m","for":[],"datalen":1}', b'x')),
    'after 100 posts': cut_after(frame('{"op":7,"id":"m","for":[],"datalen":1}', b'x') * 100),
    'after a ping': cut_after(frame('{"op":9,"id":"m","from":"somebody","to":"another one"}')),
    'after a user edit': cut_after(frame('{"op":3,"id":"m","newnode":"phone"}')), 'after quit': cut_after(frame('{"op":12}')),
    'after a bad frame': cut_after(frame('{"op":99}')), 'after an ack in part': cut_after(frame('{"op":10,"id":"x","type":"ok"}')[:15]),
    'in a registration': cut_after(frame('{"op":0,"id":"1"}') + frame('{"op":1,"newnode":"n","newalias":"_"}'), login=False),
    'in a login': cut_after(frame('{"op":0,"id":"1"}') + frame('{"op":2,"uid":"%s","node":"%s"}' % ('B' * 32, 'B' * 40)), login=False),
}


@pytest.mark.parametrize('how', ['closed', 'reset', 'half closed'])
@pytest.mark.parametrize('make', CUTS.values(), ids=CUTS.keys())
def test_a_link_cut(tmtpd, make, how):
    sock = make(tmtpd)
    if how == 'reset':
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    if how == 'half closed':
        raw = socket.socket(fileno=os.dup(sock.fileno()))
        raw.shutdown(socket.SHUT_WR)
        raw.settimeout(15)
        while raw.recv(65536):  # until the server has closed too
            pass
        raw.close()
    sock.close()


def test_links_reset_while_they_are_told_quit(tmtpd):
    """Many bad frames are there in one turn of the server, and the resets come while it answers them."""
    server = tmtpd.tmtpd.process
    for _ in range(2):
        socks = [cut_after(REV, login=False)(tmtpd) for _ in range(40)]
        for sock in socks:
            sock.recv(100)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        server.send_signal(signal.SIGSTOP)
        for sock in socks:
            sock.sendall(frame('{"op":99}'))
        server.send_signal(signal.SIGCONT)
        for sock in reversed(socks):
            sock.close()


# -- records of TLS --------------------------------------------------------------------------------

class Tapped:
    """A link whose records go through us, so that they can be cut and changed."""

    def __init__(self, server):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.sock = socket.create_connection(('127.0.0.1', server.tmtp_port), 15)
        self.back, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.back, self.out)
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.sock.sendall(self.out.read())
                self.back.write(self.sock.recv(65536))
        self.sock.sendall(self.out.read())

    def record(self, text):
        """The record for this text."""
        self.tls.write(text)
        return self.out.read()

    def ended(self):
        """The server closes; what it says before is its alert."""
        self.sock.settimeout(15)
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionResetError:
            pass
        self.sock.close()


RECORDS = {
    'changed in its middle': lambda r: r[:20] + bytes([r[20] ^ 1]) + r[21:], 'changed in its tag': lambda r: r[:-1] + bytes([r[-1] ^ 1]),
    'sent twice': lambda r: r + r, 'longer than a record may be': lambda r: r[:3] + b'\xff\xff' + b'x' * 70000,
    'of length 0': lambda r: r[:3] + b'\x00\x00' * 40, 'of another type': lambda r: b'\x63' + r[1:], 'of SSL 2': lambda r: b'\x80\x2e\x01\x03\x01' + r,
    'a handshake in plain': lambda r: client_hello(), 'a fatal alert in plain': lambda r: b'\x15\x03\x03\x00\x02\x02\x28',
    'plain text': lambda r: REV * 20, '64 KiB of noise': lambda r: os.urandom(65536), 'change of cipher, again and again': lambda r: b'\x14\x03\x03\x00\x01\x01' * 200,
}


@named(RECORDS)
def test_a_broken_record_ends_the_link(tmtpd, case):
    link = Tapped(tmtpd)
    try:
        link.sock.sendall(case(link.record(REV)))
    except (BrokenPipeError, ConnectionResetError):
        pass
    link.sock.close() if case is RECORDS['of length 0'] else link.ended()


def test_records_in_single_octets(tmtpd):
    link = Tapped(tmtpd)
    for octet in link.record(REV):
        link.sock.sendall(bytes([octet]))
    while True:
        link.back.write(link.sock.recv(65536))
        try:
            assert b'tmtprev' in link.tls.read(65536)
            break
        except ssl.SSLWantReadError:
            pass
    link.sock.close()


def test_frames_in_four_records_each(tmtpd):
    link = tmtpd.register('mallory')
    for _ in range(300):
        link.raw(b'0')
        link.raw(b'00a')
        link.raw(b'{"op":')
        link.raw(b'11 }')
    goes_on(link)


# -- order -----------------------------------------------------------------------------------------

def test_everything_in_one_write(tmtpd):
    link = tmtpd.link().raw(frame('{"op":0,"id":"1"}') + frame('{"op":1,"newnode":"n","newalias":"_"}')
                            + frame('{"op":7,"id":"m","for":[],"datalen":2}', b'ok') * 20 + frame('{"op":12}'))
    assert [link.receive()[0]['op'] for _ in range(23)] == ['tmtprev', 'registered', 'info'] + ['ack'] * 20
    link.quits('logout ok')


def test_two_registrations_in_one_write(tmtpd):
    link = tmtpd.link().rev().raw(frame('{"op":1,"newnode":"n","newalias":"_"}') * 2)
    link.quits('disallowed op on connected link')


def test_a_login_and_a_registration_in_one_write(tmtpd):
    alice = tmtpd.register('alice')
    alice.close()
    link = tmtpd.link().rev().login(alice.uid, alice.node).raw(frame('{"op":1,"newnode":"n","newalias":"_"}'))
    link.quits('disallowed op on connected link')


def test_acks_before_and_after_their_time(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('mallory')
    ids = [alice.post(bobby, data=b'%d' % i)['msgid'] for i in range(3)]
    for ident in reversed(ids):  # of the third, the second: not theirs yet
        if ident != ids[0]:
            bobby.ack({'id': ident})
    first = bobby.expect('delivery')
    bobby.ack(first).ack(first).ack(first)
    assert [bobby.take()['data'] for _ in range(2)] == [b'1', b'2']
    alice.close()
    goes_on(bobby)


def test_an_ack_of_anothers_message_leaves_it(tmtpd):
    alice, bobby, mallory = tmtpd.register('alice'), tmtpd.register('bobby'), tmtpd.register('mallory')
    sent = alice.post(bobby, data=b'for bobby')
    bobby.expect('delivery')
    mallory.ack({'id': sent['msgid']})
    goes_on(mallory)
    bobby.close()
    bobby = tmtpd.login(bobby)
    assert bobby.take()['data'] == b'for bobby'
    alice.close()
    bobby.close()
