"""HTTP itself, by bare sockets: what two readers could understand differently is refused, what does not end is cut off."""
import os
import re
import socket

import pytest
from client import wait_for
from patience import fair_time

HEAD = b'Host: localhost\r\n'


@pytest.fixture(scope='module', name='member')
def one_member(instance):
    """Somebody with a session."""
    return instance.person('Wilma', level=2)


@pytest.fixture(name='connect')
def a_connect(instance):
    """Opens bare connections, closed at the end."""
    made = []

    def connect():
        made.append(socket.create_connection(('localhost', instance.http_port), timeout=30))
        return made[-1]
    yield connect
    for s in made:
        s.close()


def read_all(s):
    """Everything until the server closes."""
    data = b''
    try:
        while piece := s.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


def read_answer(s, head=False):
    """(status, headers, body) of one answer that has a Content-Length; status 0 when the connection is closed."""
    data = b''
    while b'\r\n\r\n' not in data:
        piece = s.recv(1)
        if not piece:
            return 0, {}, data
        data += piece
    lines = data.decode('latin1').split('\r\n')
    headers = {k.lower(): v.strip() for k, v in (line.split(':', 1) for line in lines[1:] if ':' in line)}
    left = 0 if head else int(headers.get('content-length', 0))
    body = b''
    while len(body) < left:
        body += s.recv(left - len(body))
    return int(lines[0].split()[1]), headers, body


def statuses(data):
    """The status of each answer in what was received (bodies are JSON and hold no such line)."""
    return [int(m) for m in re.findall(rb'(?:^|\n|\})HTTP/1\.1 (\d{3}) ', data)]


def exchange(connect, text):
    """Send everything and read until the server closes, or waits for more."""
    s = connect()
    s.settimeout(2)
    data = b''
    try:
        s.sendall(text)
        while piece := s.recv(65536):
            data += piece
    except (BrokenPipeError, ConnectionResetError, TimeoutError):
        pass
    return data


# Answered with 404, and the last on its connection.
SMUGGLED = b'GET /smuggled HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'


@pytest.mark.parametrize('name,headers,body', [
    ('both', b'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', b'0\r\n\r\n' + SMUGGLED),
    ('both, the other way', b'Transfer-Encoding: chunked\r\nContent-Length: %d\r\n' % (5 + len(SMUGGLED)), b'0\r\n\r\n' + SMUGGLED),
    ('two lengths', b'Content-Length: 0\r\nContent-Length: %d\r\n' % len(SMUGGLED), SMUGGLED),
    ('two lengths, the other way', b'Content-Length: %d\r\nContent-Length: 0\r\n' % len(SMUGGLED), SMUGGLED),
    ('list of lengths', b'Content-Length: 0, %d\r\n' % len(SMUGGLED), SMUGGLED),
    ('signed', b'Content-Length: +2\r\n', b'{}'), ('negative', b'Content-Length: -1\r\n', b''), ('hexadecimal', b'Content-Length: 0x2\r\n', b'{}'),
    ('empty', b'Content-Length:\r\n', b'{}'), ('no number', b'Content-Length: two\r\n', b'{}'),
    ('beyond all numbers', b'Content-Length: 99999999999999999999999\r\n', b'{}'),
    ('unknown coding', b'Transfer-Encoding: gzip\r\n', b'{}'), ('two codings', b'Transfer-Encoding: gzip, chunked\r\n', b'0\r\n\r\n'),
    ('chunked twice', b'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', b'0\r\n\r\n' + SMUGGLED),
    ('disguised', b'Transfer-Encoding: xchunked\r\n', b'0\r\n\r\n' + SMUGGLED), ('space before the colon', b'Transfer-Encoding : chunked\r\n', b'0\r\n\r\n'),
    ('bad size of a chunk', b'Transfer-Encoding: chunked\r\n', b'zz\r\n\r\n'), ('negative chunk', b'Transfer-Encoding: chunked\r\n', b'-1\r\n\r\n')])
def test_what_can_be_read_in_two_ways_is_refused(connect, name, headers, body):
    """400 (413 for an impossible length), the connection ends, and what follows is never taken for another request."""
    data = exchange(connect, b'POST /api/v1/nothing HTTP/1.1\r\n' + HEAD + b'Content-Type: application/json\r\n' + headers + b'\r\n' + body)
    assert set(statuses(data)) in ({400}, {413}), (name, statuses(data), data[:600])


@pytest.mark.parametrize('header', [b'Host: evil.example', b'X-A', b'X A: b', b'X-A : b', b'X-A: \xff\xfe', b'X\x01A: b', b'X\xe9: b'])
def test_a_head_with_a_wrong_line_is_refused(connect, header):
    """A second Host, no colon, no name, a name that is none, text that is not UTF-8."""
    for text, status in ((b'X-A: b', 200), (header, 400)):
        data = exchange(connect, b'GET /healthz HTTP/1.1\r\n' + HEAD + text + b'\r\nConnection: close\r\n\r\n')
        assert statuses(data) == [status], (text, data[:300])


@pytest.mark.parametrize('line', [b'GET / HTTP/1.1 x', b'GET /', b'GET', b' GET / HTTP/1.1', b'GET / HTTP/9.9', b'GET / HTTP/1', b'GET  /nothing HTTP/1.1', b'\x16\x03\x01',
                                  b'GET /nothing\x00 HTTP/1.1', b'GET /\xff HTTP/1.1', b'G\x01T / HTTP/1.1', b'GET index HTTP/1.1', b'GET * HTTP/1.1',
                                  b'PRI * HTTP/2.0', b'A' * 5000 + b' / HTTP/1.1', b'CONNECT a.example:443 HTTP/1.1'])
def test_a_line_that_is_no_request_gets_no_page(instance, connect, line):
    """Refused or cut off; never 200, never 500, never a crash. Two spaces count as one (RFC 9112 3 allows it), and a NUL ends the path."""
    data = exchange(connect, line + b'\r\n' + HEAD + b'Connection: close\r\n\r\n')
    assert not set(statuses(data)) & {200, 201, 204, 500}, data[:300]
    assert instance.get_status('/healthz') == 200


def test_a_head_that_is_too_long_is_refused(instance, connect):
    """16 KiB for line and headers, 100 headers; below that it works."""
    for text, most in ((b'X-A: ' + b'a' * 15000 + b'\r\n', 200), (b'X-A: ' + b'a' * 17000 + b'\r\n', 431), (b'X-A: b\r\n' * 120, 431),
                       (b'X-A: b\r\n' * 60, 200), (b'X-A: ' + b'a' * 100_000 + b'\r\n', 431)):
        seen = statuses(exchange(connect, b'GET /healthz HTTP/1.1\r\nConnection: close\r\n' + HEAD + text + b'\r\n'))
        assert seen == [most], (len(text), seen)
    for length, most in ((8000, {422}), (17000, {431}), (60000, {414, 431})):
        seen = statuses(exchange(connect, b'GET /api/v1/topics?q=' + b'a' * length + b' HTTP/1.1\r\nConnection: close\r\n' + HEAD + b'\r\n'))
        assert set(seen) <= most and len(seen) == 1, (length, seen)
    assert instance.get_status('/healthz') == 200


def body_of(connect, length, sent, chunked=False, expect=b''):
    """The answer to a body of so many octets, of which some are sent."""
    s = connect()
    s.sendall(b'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json\r\n' + HEAD + expect
              + (b'Transfer-Encoding: chunked\r\n\r\n' if chunked else b'Content-Length: %d\r\n\r\n' % length))
    try:
        for at in range(0, sent, 8192):
            piece = b' ' * min(8192, sent - at)
            s.sendall(b'%x\r\n%s\r\n' % (len(piece), piece) if chunked else piece)
        if chunked:
            s.sendall(b'0\r\n\r\n')
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        return read_answer(s)
    except ConnectionResetError:
        return 0, {}, b''


def test_a_body_that_is_too_long_is_not_read(connect):
    """413 as soon as the length is told or passed; a client that waits for 100 is told without sending anything."""
    assert body_of(connect, 300_000, 300_000)[0] == 413
    assert body_of(connect, 300_000, 300_000, chunked=True)[0] == 413
    begun = fair_time()
    assert body_of(connect, 10_000_000_000, 0)[0] == 413
    assert body_of(connect, 300_000, 0, expect=b'Expect: 100-continue\r\n')[0] == 413
    assert body_of(connect, 50_000_000, 50_000_000, chunked=True)[0] in (413, 0)
    assert fair_time() - begun < 10


def test_a_body_where_none_belongs_is_refused(connect, member):
    """GET with a body changes nothing and confuses nobody: what follows is answered by itself."""
    cookie = b'Cookie: agora=' + member.cookies['agora'].encode() + b'\r\n'
    for method, path in ((b'GET', b'/api/v1/session'), (b'DELETE', b'/api/v1/sessions/' + b'0' * 8), (b'GET', b'/healthz')):
        s = connect()
        s.sendall(method + b' ' + path + b' HTTP/1.1\r\n' + HEAD + cookie + b'Content-Length: %d\r\n\r\n' % len(SMUGGLED) + SMUGGLED)
        status, _, _ = read_answer(s)
        assert status in (400, 403, 404, 413), (method, path, status)
        s.sendall(b'GET /healthz HTTP/1.1\r\nConnection: close\r\n' + HEAD + b'\r\n')
        assert b'/smuggled' not in read_all(s)


def test_methods_that_are_not_in_the_table(connect):
    """405 with Allow for an address that exists, 404 for one that does not; TRACE gives nothing back."""
    for method in (b'TRACE', b'OPTIONS', b'PUT', b'PATCH', b'FOO', b'get', b'PROPFIND', b'CONNECT'):
        s = connect()
        s.sendall(method + b' /api/v1/session HTTP/1.1\r\n' + HEAD + b'X-Secret: tell me\r\n\r\n')
        status, headers, body = read_answer(s)
        assert status in (405, 400, 501, 0), (method, status)
        assert b'tell me' not in body
        if status == 405:
            assert {m.strip() for m in headers['allow'].split(',')} >= {'GET', 'POST', 'DELETE'}


def test_head_is_get_without_the_body(connect, member):
    """The same headers, the length included, and not an octet after them."""
    for path in (b'/healthz', b'/api/v1/instance', b'/api/v1/session', b'/nothing-here'):
        answers = []
        for method in (b'GET', b'HEAD'):
            s = connect()
            s.sendall(method + b' ' + path + b' HTTP/1.1\r\nConnection: close\r\n' + HEAD + b'\r\n')
            status, headers, _ = read_answer(s, head=method == b'HEAD')
            if method == b'HEAD':
                assert read_all(s) == b''
            answers.append((status, headers.get('content-length'), headers.get('content-type'), headers['content-security-policy']))
        assert answers[0][0] == answers[1][0] and answers[0][2:] == answers[1][2:], (path, answers)


def test_requests_sent_together_are_answered_in_order(connect):
    """Pipelining on one connection: every one once, each with its own answer."""
    s = connect()
    s.sendall(b''.join(b'GET /api/v1/%s HTTP/1.1\r\n%s\r\n' % (p, HEAD) for p in (b'instance', b'session', b'nothing', b'instance', b'members') * 4))
    assert [read_answer(s)[0] for _ in range(20)] == [200, 401, 404, 200, 200] * 4


def test_one_who_drips_a_body_is_cut_off_and_others_are_served(instance, connect):
    """A hundred in the middle of a body hold nobody up; that deadlines cut, whatever comes, is in tests/unit/connections_test.c."""
    dripping = [connect() for _ in range(100)]
    for s in dripping:
        s.sendall(b'POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n' + HEAD + b'\r\n{')
    begun = fair_time()
    assert all(instance.get_status('/readyz') == 200 for _ in range(20))
    assert fair_time() - begun < 5


def test_what_a_client_says_of_its_address_counts_only_from_a_proxy(instance, connect):
    """X-Forwarded-For, Forwarded, X-Real-IP of a peer that is not trusted: never in the session, the limits or the log."""
    person = instance.anyone()
    instance.account('xff@example.org', 'Xaver', 'Example', 'a long enough password')
    headers = {'X-Forwarded-For': '198.51.100.77', 'Forwarded': 'for=198.51.100.77', 'X-Real-IP': '198.51.100.77', 'X-Forwarded-Proto': 'https',
               'X-Forwarded-Host': 'evil.example'}
    answer = person.request('POST', 'session', {'email': 'xff@example.org', 'password': 'a long enough password'}, headers=headers)
    assert answer.status == 201 and 'strict-transport-security' not in answer.headers
    rows = instance.sql("select s.address from agora.session s join agora.account a on a.id = s.account_id where a.email = 'xff@example.org'")
    assert rows == [('127.0.0.1',)] or rows == [('::1',)]
    assert '198.51.100.77' not in instance.agorad.log.read_text()
    assert 'evil.example' not in str(person.raw('GET', '/.well-known/openid-configuration', headers=headers).json)


def test_connections_that_break_off_leave_nothing_behind(instance, connect, member):
    """Two hundred that vanish in the middle of head, body and answer: descriptors and requests in hand are as before."""
    folder = f'/proc/{instance.agorad.process.pid}/fd'

    def in_hand():
        found = re.search(rb'agora_requests_in_hand (\d+)', exchange(connect, b'GET /metrics HTTP/1.1\r\nConnection: close\r\n' + HEAD + b'\r\n'))
        return int(found.group(1)) if found else None
    wait_for(lambda: in_hand() == 1, why='rest')
    before = len(os.listdir(folder))
    cookie = b'Cookie: agora=' + member.cookies['agora'].encode() + b'\r\n'
    texts = [b'GET /api', b'POST /api/v1/session HTTP/1.1\r\nContent-Length: 50\r\n' + HEAD + b'Content-Type: application/json\r\n\r\n{"a',
             b'GET /api/v1/members HTTP/1.1\r\n' + HEAD + cookie + b'\r\n', b'GET /api/v1/events HTTP/1.1\r\n' + HEAD + cookie + b'\r\n']
    for n in range(200):
        s = socket.create_connection(('localhost', instance.http_port))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\x01\0\0\0\0\0\0\0')
        s.sendall(texts[n % 4])
        s.close()
    wait_for(lambda: in_hand() == 1 and len(os.listdir(folder)) <= before + 3, seconds=40, why='everything being let go')
