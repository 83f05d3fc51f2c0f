"""More than can be done at once, and an end in the middle of it: a bounded queue, an honest 503, every accepted request answered."""
import contextlib
import resource
import select
import signal
import socket
import subprocess
import threading
import time

import psycopg2
import pytest
from client import wait_for
from conftest import make_instance
from patience import fair_time

AGE_MS = 4000  # how long a request may wait for a thread
SETTINGS = {'agorad': {'http': {'workers': 4, 'connections_per_address': 2000, 'queue_age': AGE_MS}, 'database': {'statement_timeout': 60_000}}}
QUEUE = 256


@pytest.fixture(scope='module', autouse=True)
def room_for_sockets():
    """A few hundred connections of our own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Many:
    """Connections that each have asked something already, so that the server has accepted them."""

    def __init__(self, stack, count, cookie):
        self.sockets = [socket.create_connection(('localhost', stack.http_port), timeout=30) for _ in range(count)]
        self.text = f'GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nCookie: agora={cookie}\r\n\r\n'.encode()
        for s in self.sockets:
            s.sendall(b'GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n')
        assert {a[0] for a in map(read_answer, self.sockets)} == {404}

    def ask(self):
        """Send one request on each; comes back when the HTTP thread has gone past them."""
        for s in self.sockets:
            s.sendall(self.text)
        peer = self.sockets[0].getpeername()
        for _ in range(3):
            with socket.create_connection(peer[:2], timeout=30) as probe:
                probe.sendall(b'GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n')
                assert read_answer(probe)[0] == 404

    def answers(self):
        """(status, headers) of each, in the order of the sockets."""
        out = [None] * len(self.sockets)

        def one(n):
            out[n] = read_answer(self.sockets[n])
        threads = [threading.Thread(target=one, args=(n,)) for n in range(len(out))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        return out

    def close(self):
        """All of them."""
        for s in self.sockets:
            s.close()


def read_answer(s):
    """(status, headers) of one answer, its body read; status 0 when the connection ends without one."""
    data = b''
    try:
        while b'\r\n\r\n' not in data:
            piece = s.recv(4096)
            if not piece:
                return 0, {}
            data += piece
        head, body = data.split(b'\r\n\r\n', 1)
        lines = head.decode('latin1').split('\r\n')
        headers = {k.lower(): v.strip() for k, v in (line.split(':', 1) for line in lines[1:])}
        left = int(headers.get('content-length', 0)) - len(body)
        while left > 0:
            left -= len(s.recv(left))
        return int(lines[0].split()[1]), headers
    except (ConnectionResetError, TimeoutError):
        return 0, {}


@contextlib.contextmanager
def stuck(stack):
    """Nobody gets at the sessions: each request that looks for one holds a worker until this ends."""
    with contextlib.closing(psycopg2.connect(stack.cluster.dsn(stack.agora_db, 'agora_owner'))) as connection:
        with connection.cursor() as cursor:
            cursor.execute('lock table agora.session in access exclusive mode')

            def waiting():
                cursor.execute('select count(*) from pg_locks where not granted')
                return cursor.fetchone()[0]
            yield waiting
        connection.rollback()


def test_every_request_in_hand_is_answered_when_it_stops(cluster, template):
    """SIGTERM with fifty requests in hand: all of them are answered, new ones are not taken, exit 0 within ten seconds."""
    stack = make_instance(cluster, template, 'stopping', {'agorad': {**SETTINGS['agorad'], 'http': {**SETTINGS['agorad']['http'], 'queue_age': 120_000}}})
    many = None
    try:
        person = stack.person('Stella')
        many = Many(stack, 50, person.cookies['agora'])
        with stuck(stack) as waiting:
            many.ask()
            wait_for(lambda: waiting() == 4, why='four workers at it')
            begun = fair_time()
            stack.agorad.process.send_signal(signal.SIGTERM)
            wait_for(lambda: stack.get_status('/healthz') == 0, why='the end of listening')
            assert stack.agorad.alive()
        answers = many.answers()
        assert [a[0] for a in answers] == [200] * 50
        assert all(a[1].get('connection') == 'close' for a in answers)
        assert stack.agorad.process.wait(120) == 0 and fair_time() - begun < 10
    finally:
        if many:
            many.close()
        stack.stop()


def test_a_request_that_does_not_end_does_not_hold_the_end_up(cluster, template):
    """A client in the middle of a body, another that does not read, an open stream of events: still within ten seconds."""
    stack = make_instance(cluster, template, 'lingering', SETTINGS)
    try:
        person = stack.person('Linda')
        cookie = f'Cookie: agora={person.cookies["agora"]}\r\n'.encode()
        texts = (b'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
                 b'GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n' + cookie + b'\r\n', b'GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n' * 40)
        sockets = [socket.create_connection(('localhost', stack.http_port)) for _ in texts]
        for s, text in zip(sockets, texts):
            s.sendall(text)
        assert stack.get_status('/readyz') == 200
        begun = fair_time()
        stack.agorad.process.send_signal(signal.SIGTERM)
        try:
            assert stack.agorad.process.wait(120) == 0
        except subprocess.TimeoutExpired:
            stack.agorad.kill()
            raise
        assert fair_time() - begun < 10
        for s in sockets:
            s.close()
    finally:
        stack.stop()


def test_what_does_not_fit_the_queue_is_told_at_once(instance):
    """Four at work, 256 waiting: whoever comes then gets 503 and Retry-After without waiting; health and files go on."""
    person = instance.person('Quentin')
    many = Many(instance, QUEUE + 4 + 30, person.cookies['agora'])
    try:
        with stuck(instance) as waiting:
            many.ask()
            wait_for(lambda: waiting() == 4, why='four workers at it')
            told = wait_for(lambda: len(t := select.select(many.sockets, [], [], 0)[0]) >= 30 and t, why='thirty refusals')
            refused = list(map(read_answer, told))
            assert [a[0] for a in refused] == [503] * 30
            assert all(int(a[1]['retry-after']) >= 1 and a[1]['content-type'] == 'application/problem+json' for a in refused)
            many.sockets = [s for s in many.sockets if s not in told]
        statuses = [a[0] for a in many.answers()]
        assert instance.get_status('/readyz') == 200
        assert set(statuses) <= {200, 503} and statuses.count(200) >= 4
    finally:
        many.close()


def test_who_has_waited_too_long_is_told_without_work(instance):
    """After its time in the queue: 503 without touching the database, so that a jam ends quickly."""
    person = instance.person('Ludmila')
    many = Many(instance, 60, person.cookies['agora'])
    try:
        with stuck(instance) as waiting:
            many.ask()
            wait_for(lambda: waiting() == 4, why='four workers at it')
            begun = time.monotonic()
            wait_for(lambda: time.monotonic() - begun > AGE_MS / 1000 + 0.3, why='the queue to be old')
        begun = fair_time()
        answers = many.answers()
        assert sorted(a[0] for a in answers) == [200] * 4 + [503] * 56
        assert all('retry-after' in a[1] for a in answers if a[0] == 503) and fair_time() - begun < 2
        assert person.request('GET', 'session').status == 200
    finally:
        many.close()
