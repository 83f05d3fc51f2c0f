"""HTTP of the admin interface: what is no request, asks for what is not there, or is too long, gets a problem."""
import json
import re
import socket

import pytest

from admin import NOBODY, contact, problem
from contract import TMTPD


def raw(tmtpd, text, patience=5):
    """Send octets as they are: (status, headers, body) of the one answer, status 0 when the connection just ends."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(patience)
        s.connect(tmtpd.admin_socket)
        data = b''
        try:
            s.sendall(text)
            s.shutdown(socket.SHUT_WR)
            while piece := s.recv(65536):
                data += piece
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert len(re.findall(rb'(?:^|\}|\n)HTTP/1\.\d \d{3}', data)) <= 1, data
    head, _, body = data.partition(b'\r\n\r\n')
    lines = head.decode('latin1').split('\r\n')
    headers = {k.lower(): v.strip() for k, v in (line.split(':', 1) for line in lines[1:])}
    return (int(lines[0].split()[1]), headers, body) if data else (0, {}, b'')


def request(tmtpd, line='GET /v1/server HTTP/1.1', headers='', body=b''):
    """A request with the token."""
    token = tmtpd.admin_token.read_text().strip()
    return f'{line}\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{headers}\r\n'.encode('latin1') + body


# -- addresses -------------------------------------------------------------------------------------

@pytest.mark.parametrize('method,path,status', [
    ('GET', '/', 404), ('GET', '/v1', 404), ('GET', '/v1/server/', 404), ('GET', '/v1/contacts/x/y', 404), ('GET', '/v1/contacts', 404),
    ('GET', f'/v1/users/{NOBODY}x', 404), ('GET', f'/v1/users/{NOBODY}', 404), ('GET', f'/v1/users/{NOBODY}/contacts', 404),
    ('GET', f'/v1/users/{NOBODY}/nodes', 404), ('DELETE', f'/v1/users/{NOBODY}/nodes/', 404), ('DELETE', f'/v1/users/{NOBODY}/nodes/x', 404),
    ('DELETE', f'/v1/users/{NOBODY}/nodes/-1', 404), ('DELETE', f'/v1/users/{NOBODY}/nodes/{"9" * 19}', 404),
    ('DELETE', f'/v1/users/{NOBODY}/nodes/1/', 404), ('DELETE', f'/v1/users/{NOBODY}/nodes/1', 404),
    ('GET', '/v1/users?colour=red', 400), ('GET', '/v1/users?limit=0', 400), ('GET', '/v1/users?limit=1001', 400), ('GET', '/v1/users?limit=+5', 400),
    ('GET', '/v1/users?limit=x', 400), ('GET', '/v1/users?limit=', 400), ('GET', '/v1/users?limit', 400), ('GET', '/v1/users?limit=1&limit=1', 400),
    ('GET', '/v1/events?wait=61', 400), ('GET', '/v1/events?after=-1', 400), ('GET', f'/v1/events?after={"9" * 20}', 400),
    ('GET', '/v1/users?alias=%ff', 400), ('GET', '/v1/server?x=1', 400), ('GET', '/metrics?x=1', 400),
    ('GET', f'/v1/users/{NOBODY}/contacts?limit=0', 400), ('PATCH', f'/v1/users/{NOBODY}?x=1', 400),
])
def test_wrong_address_is_refused(tmtpd, method, path, status):
    assert problem(tmtpd.admin(method, path), status)


@pytest.mark.parametrize('path,allowed', [
    ('/v1/server', {'GET'}), ('/v1/events', {'GET'}), ('/v1/users', {'GET'}), ('/metrics', {'GET'}), ('/v1/contacts:batch', {'POST'}),
    (f'/v1/users/{NOBODY}', {'GET', 'PATCH'}), (f'/v1/contacts/{NOBODY}/{NOBODY}', {'GET', 'PUT', 'DELETE'}),
    (f'/v1/users/{NOBODY}/contacts', {'GET'}), (f'/v1/users/{NOBODY}/nodes/1', {'DELETE'}),
])
def test_a_method_that_an_address_does_not_know_is_405_with_those_it_knows(tmtpd, path, allowed):
    for method in {'GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'FOO'} - allowed:
        answer = tmtpd.call(method, path)
        assert problem((answer.status, answer.json), 405)
        assert set(answer.headers['allow'].split(', ')) == allowed


# -- bodies ----------------------------------------------------------------------------------------

@pytest.mark.parametrize('body', [
    '[]', '{', '"text"', {'colour': 'red'}, {'ref': 1}, {'until': 'soon'}, {'until': '2027-02-30'}, {'until': 'infinity'},
    {'first': NOBODY}, {'ref': 'x' * 1001}, '{"ref":"a","ref":"b"}', b'{"ref":"\xff"}', '{"ref":"\\u0000"}', '{} {}', ' ',
])
def test_wrong_body_is_refused_and_grants_nothing(tmtpd, pair, body):
    assert problem(tmtpd.admin('PUT', contact(*pair), body), 400)
    assert tmtpd.admin('GET', contact(*pair))[0] == 404


@pytest.mark.parametrize('method,path', [('GET', '/v1/server'), ('GET', '/metrics'), ('DELETE', f'/v1/contacts/{NOBODY}/{NOBODY}')])
def test_a_body_where_none_belongs_is_refused(tmtpd, method, path):
    assert problem(tmtpd.admin(method, path, '{}'), 400)


def test_a_mebibyte_is_read_and_more_is_too_large(tmtpd, pair):
    assert tmtpd.admin('PUT', contact(*pair), b'{}' + b' ' * ((1 << 20) - 2))[0] == 201
    assert problem(tmtpd.admin('PUT', contact(*pair), b' ' * ((1 << 20) + 1)), 413)


def test_more_than_a_mebibyte_in_chunks_is_too_large(tmtpd, pair):
    chunk = b'10000\r\n' + b' ' * 65536 + b'\r\n'
    line = f'PUT {contact(*pair)} HTTP/1.1'
    assert raw(tmtpd, request(tmtpd, line, 'Transfer-Encoding: chunked\r\n', chunk * 16 + b'2\r\n{}\r\n0\r\n\r\n'))[0] == 413
    assert raw(tmtpd, request(tmtpd, line, 'Transfer-Encoding: chunked\r\n', b'2\r\n{}\r\n' + chunk * 15 + b'0\r\n\r\n'))[0] == 201


def test_who_announces_too_much_is_told_before_sending_it(tmtpd):
    for headers in ('Content-Length: 10000000000\r\n', 'Content-Length: 1048577\r\nExpect: 100-continue\r\n'):
        status, headers, body = raw(tmtpd, request(tmtpd, 'POST /v1/contacts:batch HTTP/1.1', headers))
        assert status == 413 and headers['connection'].lower() == 'close' and json.loads(body)['status'] == 413


# -- what is not HTTP ------------------------------------------------------------------------------

@pytest.mark.parametrize('text,statuses', [
    (b'\x16\x03\x01\x02\x00\x01\r\n\r\n', {0, 400}), (b'GET\r\n\r\n', {0, 400}), (b'GET /v1/server HTTP/9.9\r\n\r\n', {400, 505}),
    (b'GET /v1/server HTTP/1.1\r\nno colon\r\n\r\n', {400, 401}), (b'POST /v1/x HTTP/1.1\r\nContent-Length: two\r\n\r\n', {400}),
    (b'POST /v1/x HTTP/1.1\r\nContent-Length: -2\r\n\r\n', {400}), (b'POST /v1/x HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n', {413}),
    (b'POST /v1/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n', {400, 401}),
    (b'GET /' + b'a' * 100_000 + b' HTTP/1.1\r\n\r\n', {414, 431}), (b'GET / HTTP/1.1\r\nX-A: ' + b'a' * 100_000 + b'\r\n\r\n', {431}),
])
def test_errors_that_the_http_library_finds_are_problems_too(tmtpd, text, statuses):
    status, headers, body = raw(tmtpd, text)
    assert status in statuses, (status, body[:200])
    if status:
        assert headers['content-type'] == 'application/problem+json'
        problem_said = json.loads(body)
        assert problem_said['status'] == status and re.fullmatch(r'[^<>]+', problem_said['detail'])
    assert tmtpd.admin('GET', '/v1/server')[0] == 200


def test_the_description_names_every_route_of_the_program(tmtpd):
    """What is described is there: nothing of it is an unknown address or method."""
    for method, path, _ in TMTPD.operations():
        at = re.sub(r'\{(uid|other)\}', NOBODY, path).replace('{n}', '1')
        status, body = tmtpd.call(method, at).status, None
        assert status not in (405, 501), (method, path, status, body)
        answer = tmtpd.call('FOO', at)
        assert answer.status == 405 and method in answer.headers['allow'].split(', ')
