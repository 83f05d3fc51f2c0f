"""Who may use the admin interface: every route by every kind of access, tokens that change, TLS, client certificates."""
import concurrent.futures
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time

import pytest

from admin import certificates, problem, routes
from patience import fair_time
from stack import free_port, write_secret
from tmtpd import Tmtpd, wait_until

SECOND = 'the second token, valid as well'


def run(*command):
    """Run a command that must succeed."""
    subprocess.run([str(c) for c in command], check=True, capture_output=True)


def reload(tmtpd, event):
    """SIGHUP, until the log tells of it."""
    before = len(tmtpd.logs(event))
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(tmtpd.logs(event)) > before)


# -- tokens ----------------------------------------------------------------------------------------

@pytest.mark.parametrize('token,status', [('', 401), ('not the right token', 403), ('x' * 5000, 403)])
def test_no_route_is_open_without_a_valid_token(tmtpd, token, status):
    before = len(tmtpd.logs('admin_refused'))
    begun = time.monotonic()
    everything = routes() + [('GET', '/nothing'), ('FOO', '/v1/server')]
    with concurrent.futures.ThreadPoolExecutor(len(everything)) as pool:
        for answer in pool.map(lambda r: tmtpd.call(*r, token=token), everything):
            assert problem((answer.status, answer.json), status)
            assert answer.headers['connection'].lower() == 'close'
            assert (answer.headers.get('www-authenticate') == 'Bearer') == (status == 401)
    assert time.monotonic() - begun >= 1, 'a refusal takes its time'
    said = tmtpd.logs('admin_refused')[before:]
    assert len(said) == len(everything) and all(line['peer'] == 'unix socket' for line in said)


def test_a_refused_call_changes_nothing_and_is_not_read(tmtpd, pair):
    path = '/v1/contacts:batch'
    body = {'put': [{'uids': [p.uid for p in pair]}]}
    assert problem(tmtpd.admin('POST', path, body, token='not the right token'), 403)
    assert problem(tmtpd.admin('POST', path, b'x' * 100_000, token='not the right token'), 403)
    assert tmtpd.sql('select count(*) from tmtp.contact') == '0'


@pytest.mark.parametrize('header', ['Basic abc', 'Bearer', 'bearer', ''])
def test_what_is_no_bearer_token_is_none(tmtpd, header):
    assert problem(tmtpd.admin('GET', '/v1/server', token='', headers={'Authorization': header}), 401)


def test_both_tokens_open_every_route(tmtpd):
    first = tmtpd.admin_token.read_text().splitlines()[0]
    write_secret(tmtpd.admin_token, f'{first}\n{SECOND}\n')
    reload(tmtpd, 'tokens_read')
    for token in (first, SECOND):
        for method, path in routes():
            answer = tmtpd.call(method, path, token=token)
            assert answer.status not in (401, 403, 405), (method, path, answer.status)


def test_tokens_change_without_a_gap(tmtpd):
    old = tmtpd.admin_token.read_text().splitlines()[0]
    write_secret(tmtpd.admin_token, f'{old}\n{SECOND}\n')
    reload(tmtpd, 'tokens_read')
    assert tmtpd.admin('GET', '/v1/server', token=old)[0] == 200
    assert tmtpd.admin('GET', '/v1/server', token=SECOND)[0] == 200

    write_secret(tmtpd.admin_token, SECOND + '\n')
    reload(tmtpd, 'tokens_read')
    assert tmtpd.admin('GET', '/v1/server', token=old)[0] == 403
    assert tmtpd.admin('GET', '/v1/server')[0] == 200


def test_a_token_file_that_others_may_read_is_not_taken(tmtpd):
    tmtpd.admin_token.chmod(0o644)
    reload(tmtpd, 'tokens_unusable')
    tmtpd.admin_token.chmod(0o600)
    assert tmtpd.admin('GET', '/v1/server')[0] == 200  # those before stay


def test_one_who_drips_is_cut_off(tmtpd):
    """Ten seconds after it has begun, whatever comes meanwhile."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(tmtpd.admin_socket)
        s.settimeout(1)
        begun, fairly = time.monotonic(), fair_time()
        s.sendall(b'GET /v1/server HTTP/1.1\r\n')
        ended = False
        while not ended and fair_time() - fairly < 20:
            try:
                s.sendall(b'X-A: b\r\n')
                ended = s.recv(1) == b''
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                ended = True
        assert ended and time.monotonic() - begun > 9 and fair_time() - fairly < 15


# -- TLS -------------------------------------------------------------------------------------------

class TlsTmtpd(Tmtpd):
    """One whose admin interface is on TCP, by TLS."""

    def __init__(self, cluster, name, **admin):
        self.port = free_port()
        self.folder = cluster.folder / name
        super().__init__(cluster, name, {'admin': {'listen': f'0.0.0.0:{self.port}', 'tls_cert': self.folder / 'tmtpd.crt',
                                                   'tls_key': self.folder / 'tmtpd.key', **admin}})
        self.caller = None  # certificate and key
        self.version = ssl.TLSVersion.TLSv1_3

    def admin_connection(self, timeout=30):
        """By TLS, with the caller's certificate if there is one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self.folder / 'tmtpd.crt')
        context.minimum_version = context.maximum_version = self.version
        if self.caller:
            context.load_cert_chain(*self.caller)
        return http.client.HTTPSConnection('127.0.0.1', self.port, timeout=timeout, context=context)


@pytest.fixture(name='tls', scope='module')
def server_with_tls(cluster):
    """TLS without client certificates."""
    with TlsTmtpd(cluster, 'admin_tls') as server:
        yield server


@pytest.fixture(name='mutual', scope='module')
def server_with_client_certificates(cluster):
    """TLS with client certificates; gives the server and {name: certificate and key}."""
    folder = cluster.folder / 'admin_mutual'
    folder.mkdir(mode=0o700)
    made = certificates(folder, run)
    server = TlsTmtpd(cluster, 'admin_mutual', client_ca=made['ca'][0])
    server.caller = made['good']
    with server:
        yield server, made


def test_tls_serves_on_any_address_by_1_3_only(tls):
    assert tls.admin('GET', '/v1/server')[0] == 200
    tls.version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        tls.admin('GET', '/v1/server')
    tls.version = ssl.TLSVersion.TLSv1_3


def test_a_refusal_by_tls_is_logged_with_the_address(tls):
    assert problem(tls.admin('GET', '/v1/server', token='not the right token'), 403)
    assert problem(tls.admin('GET', '/v1/server', token=''), 401)
    said = tls.logs('admin_refused')
    assert {line['why'] for line in said if line['peer'] == '127.0.0.1'} >= {'no token', 'wrong token'}


def test_a_large_request_and_a_wait_work_by_tls(tls):
    people = [tls.register('alice'), tls.register('bobby')]
    changes = [{'uids': [p.uid for p in people], 'ref': 'x' * 900}] * 1000
    assert tls.admin('POST', '/v1/contacts:batch', {'put': changes})[0] == 200
    after = tls.admin('GET', '/v1/events?limit=1000')[1]['next']
    assert tls.admin('GET', f'/v1/events?after={after}&wait=1')[1]['events'] == []


def test_a_new_certificate_counts_from_the_next_connection_on(tls):
    kept = tls.admin_connection()
    kept.connect()
    before = kept.sock.getpeercert(True)
    os.remove(tls.folder / 'tmtpd.crt')
    tls._certificate()  # pylint: disable=protected-access
    reload(tls, 'admin_certificate_read')
    fresh = tls.admin_connection()
    fresh.connect()
    assert fresh.sock.getpeercert(True) != before
    kept.request('GET', '/v1/server', headers={'Authorization': f'Bearer {tls.admin_token.read_text().strip()}'})
    assert kept.getresponse().status == 200
    for connection in (kept, fresh):
        connection.close()


def test_a_certificate_that_cannot_be_used_leaves_the_one_before(tls):
    text = (tls.folder / 'tmtpd.crt').read_text()
    (tls.folder / 'tmtpd.crt').write_text('nothing')
    reload(tls, 'admin_certificate_unusable')
    (tls.folder / 'tmtpd.crt').write_text(text)
    assert tls.admin('GET', '/v1/server')[0] == 200


def test_the_right_client_certificate_opens_every_route(mutual):
    server, _ = mutual
    for method, path in routes():
        assert server.call(method, path).status not in (401, 403, 405)
    assert problem(server.admin('GET', '/v1/server', token='not the right token'), 403)


@pytest.mark.parametrize('name', ['none', 'server', 'stranger'])
def test_no_route_is_open_without_the_right_client_certificate(mutual, name):
    """None, one for servers, one of another authority: no HTTP at all, and a line in the log."""
    server, made = mutual
    server.caller = made.get(name)
    before = len(server.logs('admin_refused'))
    for method, path in routes():
        with pytest.raises((ssl.SSLError, ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)):
            server.call(method, path)
    server.caller = made['good']
    wait_until(lambda: len(server.logs('admin_refused')) >= before + len(routes()))
    assert all(line['peer'] == '127.0.0.1' for line in server.logs('admin_refused')[before:])
    assert server.admin('GET', '/v1/server')[0] == 200


# -- configuration ---------------------------------------------------------------------------------

@pytest.fixture(name='unstarted', scope='module')
def prepared_server(cluster):
    """A tmtpd that was never started."""
    return Tmtpd(cluster, 'admin_wrong').prepare()


def checked(server, lines, *more):
    """What tmtpd says of a configuration whose [admin] has other lines."""
    text = server.tmtpd_conf.read_text()
    for name in lines:
        text = re.sub(rf'(?ms)(^\[admin\].*?)^{name} = .*?$\n', r'\1', text)
    changed = server.var / 'changed.conf'
    changed.write_text(text.replace('[admin]\n', '[admin]\n' + ''.join(f'{k} = {v}\n' for k, v in lines.items())))
    return server.run('tmtpd', '--config', changed, *more, check=False)


@pytest.mark.parametrize('lines,words', [
    ({'tls_cert': 'x'}, 'tls_key'), ({'tls_key': 'x'}, 'tls_cert'), ({'client_ca': 'x'}, 'client_ca'),
    ({'tls_cert': '/nonexistent', 'tls_key': '/nonexistent'}, '/nonexistent'),
])
def test_a_wrong_configuration_is_told(unstarted, lines, words):
    done = checked(unstarted, lines, '--check-config')
    assert done.returncode != 0 and words in done.stdout + done.stderr


def test_without_a_certificate_only_a_local_address_is_listened_on(unstarted):
    done = checked(unstarted, {'listen': f'0.0.0.0:{free_port()}'})
    assert done.returncode != 0 and 'certificate' in done.stderr
