"""agorad by itself, without a database: addresses, TLS, proxies, limits, start and stop."""
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import time

import pytest
from client import wait_for
from patience import fair_time
from stack import TOP, Daemon, free_port

AGORAD = TOP / os.environ['AGORA_BUILD'] / 'bin/agorad'


class Alone:
    """An agorad with its own configuration; `where` is its port or Unix socket."""

    def __init__(self, folder, **http_keys):
        self.folder = folder
        self.where = str(http_keys.pop('listen', None) or f'127.0.0.1:{free_port()}')
        self.config = folder / 'agorad.conf'
        keys = {'listen': self.where, 'static_dir': '', 'workers': 2, **http_keys}
        self.config.write_text('[http]\n' + ''.join(f'{k} = {v}\n' for k, v in keys.items())
                               + f'[database]\nconnection = host={folder} dbname=nobody\n')
        self.daemon = Daemon('agorad', [AGORAD, '--config', self.config], folder / 'log')

    def start(self, tls=None):
        """Start it and wait until it answers."""
        self.daemon.start()
        wait_for(lambda: self.get('/healthz', tls=tls)[0] == 200 or not self.daemon.alive(), why='agorad')
        return self

    def connect(self):
        """A bare connection."""
        if '/' in self.where:
            s = socket.socket(socket.AF_UNIX)
            s.connect(self.where)
        else:
            s = socket.create_connection(self.where.split(':'), timeout=30)
        return s

    def get(self, path, headers=None, tls=None):
        """(status, headers, body) of a GET; status 0 when there is no answer."""
        try:
            s = self.connect()
            connection = http.client.HTTPConnection('localhost', timeout=30)
            connection.sock = tls.wrap_socket(s, server_hostname='localhost') if tls else s
            connection.request('GET', path, headers={'Connection': 'close', **(headers or {})})
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, b''


@pytest.fixture(name='alone')
def one_alone(tmp_path):
    """Starts an agorad with the given keys; its end must be clean."""
    made = []

    def start(tls=None, **keys):
        made.append(Alone(tmp_path, **keys))
        return made[-1].start(tls)
    yield start
    for a in made:
        assert a.daemon.stop() == 0, a.daemon.tail()


def certificate(folder, name):
    """A self-signed certificate and its key, as files cert and key."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', folder / 'key',
                    '-out', folder / 'cert', '-subj', f'/CN={name}', '-addext', 'subjectAltName=DNS:localhost'], check=True, capture_output=True)


def any_certificate():
    """A TLS context that checks nothing: the test looks at the certificate itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_without_a_database_it_is_healthy_but_not_ready(alone):
    """What needs no database is served; readiness says what is missing, and when to ask again."""
    a = alone()
    assert a.get('/healthz')[0] == 200
    status, headers, body = a.get('/readyz')
    assert status == 503 and int(headers['retry-after']) > 0
    assert json.loads(body)['type'] == '/errors/unavailable'
    assert json.loads(body)['instance'] == headers['x-request-id']


def test_answers_carry_the_headers_that_protect_them(alone):
    """On every answer, problems included."""
    a = alone()
    for path in ('/healthz', '/nothing'):
        headers = a.get(path)[1]
        assert headers['x-content-type-options'] == 'nosniff'
        assert "default-src 'none'" in headers['content-security-policy'] and "frame-ancestors 'none'" in headers['content-security-policy']
        assert headers['referrer-policy'] == 'same-origin'
        assert headers['cache-control'] == 'no-store'
        assert 'strict-transport-security' not in headers


def test_a_certificate_is_replaced_while_it_runs(alone, tmp_path):
    """SIGHUP reads the files again; what cannot be used is not used."""
    certificate(tmp_path, 'first')
    a = alone(tls=any_certificate(), tls_cert=tmp_path / 'cert', tls_key=tmp_path / 'key')
    assert 'strict-transport-security' in a.get('/healthz', tls=any_certificate())[1]

    def served():
        with any_certificate().wrap_socket(a.connect(), server_hostname='localhost') as s:
            return ssl.DER_cert_to_PEM_cert(s.getpeercert(True))
    first = served()
    assert first.strip() == (tmp_path / 'cert').read_text().strip()
    certificate(tmp_path, 'second')
    a.daemon.process.send_signal(signal.SIGHUP)
    wait_for(lambda: served() != first, why='the new certificate')
    second = served()
    (tmp_path / 'key').write_text('no key')
    a.daemon.process.send_signal(signal.SIGHUP)
    wait_for(lambda: 'reload_failed' in a.daemon.tail(), why='a line in the log')
    assert served() == second


def test_a_socket_in_use_is_not_taken_over(alone, tmp_path):
    """A second agorad on the same Unix socket ends; the first goes on. One left by a killed process is reused."""
    a = alone(listen=tmp_path / 'sock')
    second = subprocess.run([AGORAD, '--config', a.config], capture_output=True, text=True, check=False, timeout=20)
    assert second.returncode == 1 and 'in use' in second.stderr
    assert a.get('/healthz')[0] == 200
    a.daemon.kill()
    assert pathlib.Path(a.where).exists()
    assert a.start().get('/healthz')[0] == 200


def test_forwarded_addresses_count_from_trusted_proxies_only(alone):
    """/metrics is for this machine: a proxy on it must not open it to the world, nor a stranger's header close it."""
    a = alone()
    assert a.get('/metrics', {'X-Forwarded-For': '203.0.113.9'})[0] == 200
    b = alone(trusted_proxies='127.0.0.1')
    assert b.get('/metrics')[0] == 200
    assert b.get('/metrics', {'X-Forwarded-For': '203.0.113.9'})[0] == 404
    assert b.get('/metrics', {'X-Forwarded-For': '127.0.0.1, 203.0.113.9'})[0] == 404
    assert 'strict-transport-security' in b.get('/healthz', {'X-Forwarded-Proto': 'https'})[1]
    assert 'strict-transport-security' not in a.get('/healthz', {'X-Forwarded-Proto': 'https'})[1]


def test_metrics_open_from_afar_with_their_token(alone, tmp_path):
    """The token is a file's first line."""
    (tmp_path / 'token').write_text('a-long-token\n')
    a = alone(trusted_proxies='127.0.0.1', metrics_token_file=tmp_path / 'token')
    afar = {'X-Forwarded-For': '203.0.113.9'}
    assert a.get('/metrics', {**afar, 'Authorization': 'Bearer a-long-toke'})[0] == 404
    status, _, body = a.get('/metrics', {**afar, 'Authorization': 'Bearer a-long-token'})
    assert status == 200 and b'agora_queue_depth 0' in body


def test_one_address_has_its_share_of_connections(alone):
    """One over the limit is closed; when one goes, there is room again."""
    a = alone(connections_per_address=3)

    def held_one():
        """A connection that is answered and kept; None while the one that asked before is still being closed."""
        s = a.connect()
        s.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
        try:
            return s if s.recv(4096).startswith(b'HTTP/1.1 200') else None
        except ConnectionError:
            return None
    held = [wait_for(held_one, why='a connection') for _ in range(3)]
    assert a.get('/healthz')[0] == 0
    held.pop().close()
    wait_for(lambda: a.get('/healthz')[0] == 200, why='room for a connection')


def test_a_dripping_head_is_cut_off(alone):
    """libmicrohttpd's time-out is inactivity only; ours is ten seconds for a complete head."""
    a = alone()
    s = a.connect()
    began, fairly = time.monotonic(), fair_time()
    s.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\n')
    s.settimeout(0.5)
    while fair_time() - fairly < 20:
        try:
            s.sendall(b'X: y\r\n')
            if s.recv(100) == b'':
                break
        except TimeoutError:
            assert a.get('/healthz')[0] == 200
        except OSError:
            break
    assert time.monotonic() - began > 9 and fair_time() - fairly < 15


def test_a_wrong_configuration_is_named_by_line(tmp_path):
    """Exit 78, and where to look."""
    config = tmp_path / 'agorad.conf'
    config.write_text('[http]\nlisen = 127.0.0.1:1\n')
    done = subprocess.run([AGORAD, '--config', config], capture_output=True, text=True, check=False)
    assert done.returncode == 78 and f'{config}:2' in done.stderr


def test_the_configuration_it_prints_is_one_it_reads(tmp_path):
    """--print-config is the example configuration."""
    printed = subprocess.run([AGORAD, '--print-config'], capture_output=True, text=True, check=True).stdout
    config = tmp_path / 'agorad.conf'
    config.write_text(printed)
    again = subprocess.run([AGORAD, '--config', config, '--print-config'], capture_output=True, text=True, check=True).stdout
    assert again == printed
