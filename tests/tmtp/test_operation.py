"""What an operator does: options, configuration, certificates, signals, and two servers where one may be."""
import datetime
import json
import pathlib
import re
import signal
import socket
import ssl
import stat
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from patience import fair_time
from stack import TOP, write_secret
from tmtpd import Tmtpd, wait_until


def run(tmtpd, *words):
    """tmtpd with these options; its exit status and what it said."""
    done = subprocess.run([str(tmtpd.bin / 'tmtpd'), *map(str, words)], text=True, capture_output=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


def spoil(tmtpd, old, new):
    """A copy of the configuration with something changed."""
    path = tmtpd.var / 'spoilt.conf'
    path.write_text(tmtpd.tmtpd_conf.read_text(encoding='utf8').replace(old, new), encoding='utf8')
    return path


def certificate(tmtpd, **versions):
    """What the server shows, as DER."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name, value in versions.items():
        setattr(context, name, value)
    with socket.create_connection(('127.0.0.1', tmtpd.tmtp_port)) as s, context.wrap_socket(s) as t:
        return t.version(), t.getpeercert(True)


@pytest.mark.parametrize('words', [[], ['--config'], ['--nonsense'], ['--config', 'x', 'more'], ['--config', 'x', '--migrate', '--check-config'],
                                   ['--config', 'x', '--add-service', 'y'], ['--config', 'x', '--credentials', 'y'], ['--migrate']])
def test_a_command_line_that_makes_no_sense_exits_2(tmtpd, words):
    status, said = run(tmtpd, *words)
    assert status == 2
    assert 'usage' in said or 'tmtpd.conf' in said or 'No such file' in said


def test_help_and_version(tmtpd):
    assert run(tmtpd, '--help')[0] == 0
    assert run(tmtpd, '--version')[1].startswith('tmtpd ')


@pytest.mark.parametrize('old,new', [('[server]', '[server]\ncolour = red'), ('[server]', '[server]\npolicy = closed'),
                                     ('listen = 127', 'lissen = 127'), ('[admin]', '[nimda]')])
def test_a_wrong_configuration_is_told_with_its_line(tmtpd, old, new):
    conf = spoil(tmtpd, old, new)
    assert run(tmtpd, '--config', conf)[0] == 2
    status, said = run(tmtpd, '--config', conf, '--check-config')
    assert status == 1
    assert 'spoilt.conf:' in json.loads(said)['why']


@pytest.mark.parametrize('file', ['tmtpd.crt', 'tmtpd.key', 'admin.token'])
def test_a_missing_file_is_found_by_check_config(tmtpd, file):
    assert run(tmtpd, '--config', tmtpd.tmtpd_conf, '--check-config')[0] == 0
    status, said = run(tmtpd, '--config', spoil(tmtpd, file, 'nowhere'), '--check-config')
    assert (status, 'nowhere' in said) == (1, True)


PROVIDER = """
[oidc Example]
issuer = https://id.example
audience = tmtp
jwks_url = https://id.example/keys
login_url = https://id.example/authorize
login_params = a=b
token_url = https://id.example/token
token_params = a=b
"""


def faults(tmtpd, text):
    """What --check-config says of a configuration; it exits 1 when it says something, else 0."""
    path = tmtpd.var / 'checked.conf'
    path.write_text(text, encoding='utf8')
    status, said = run(tmtpd, '--config', path, '--check-config')
    lines = [json.loads(line) for line in said.splitlines()]
    assert status == (1 if lines else 0)
    assert all(line['level'] == 'error' and line['event'] in ('configuration_unusable', 'certificate_unusable') for line in lines)
    return [line.get('why', line.get('detail')) for line in lines]


def line_of(text, key):
    """Number of the line at which a key stands."""
    return [line.split(' = ')[0] for line in text.splitlines()].index(key) + 1


@pytest.mark.parametrize('section,key,value,why', [
    ('server', 'listen', '127.0.0.1', 'neither ADDRESS:PORT'), ('server', 'listen', 'localhost:7443', 'neither ADDRESS:PORT'),
    ('server', 'listen', '127.0.0.1:99999999999', 'neither ADDRESS:PORT'), ('server', 'listen', '127.0.0.1:port', 'neither ADDRESS:PORT'),
    ('database', 'connection', 'host=x colour=red', 'invalid connection option'), ('database', 'connection', 'dbname', 'missing "="'),
    ('database', 'owner_connection', 'port', 'missing "="'),
    ('oidc Example', 'jwks_url', 'id.example/keys?x y', 'is not an address'), ('oidc Example', 'jwks_url', 'ftp://id.example/keys', 'neither https nor http'),
    ('oidc Example', 'jwks_url', 'https://', 'is not an address'), ('oidc Example', 'jwks_url', '/keys', 'is not an address'),
    ('oidc Example', 'jwks_url', 'https://id.example:port/keys', 'is not an address'), ('oidc Example', 'jwks_url', 'file:///etc/passwd', 'not'),
    ('oidc Example', 'login_url', 'javascript:alert(1)', 'not'), ('oidc Example', 'token_url', 'https://user:secret@id.example/', "user's name"),
    ('oidc Example', 'login_url', 'https://id.example/#there', '#fragment'), ('oidc Example', 'jwks_url', 'https://id.example/\x01', 'is not an address'),
])
def test_check_config_names_line_and_key_of_what_can_not_be_used(tmtpd, section, key, value, why):
    good = tmtpd.tmtpd_conf.read_text(encoding='utf8') + PROVIDER
    assert faults(tmtpd, good) == []
    said, = faults(tmtpd, re.sub(rf'(?m)^{key} = .*$', lambda _: f'{key} = {value}', good, count=1))
    assert said.startswith(f'{tmtpd.var}/checked.conf:{line_of(good, key)}: [{section}] {key}: ')
    assert why in said and 'secret' not in said


def test_check_config_tells_every_fault(tmtpd):
    good = tmtpd.tmtpd_conf.read_text(encoding='utf8') + PROVIDER
    said = faults(tmtpd, good.replace('/authorize', '/#x').replace('https://id.example/keys', 'keys://x').replace('tmtpd.key', 'nowhere'))
    assert [s.split('] ')[1].split(':')[0] for s in said] == ['tls_key', 'jwks_url', 'login_url']


def test_check_config_finds_two_providers_that_are_one(tmtpd):
    good = tmtpd.tmtpd_conf.read_text(encoding='utf8') + PROVIDER
    said, = faults(tmtpd, good + PROVIDER.replace('Example]', 'Again]'))
    assert '[oidc Again] audience: another provider' in said


@pytest.mark.parametrize('text,why', [('', 'no token'), ('short\n', 'at least 16'), (('x' * 20 + '\n') * 3, 'at most two'), ('\n\n', 'no token')])
def test_check_config_reads_the_tokens(tmtpd, text, why):
    path = tmtpd.var / 'checked.token'
    path.write_text(text, encoding='utf8')
    path.chmod(0o600)
    said, = faults(tmtpd, tmtpd.tmtpd_conf.read_text(encoding='utf8').replace('admin.token', 'checked.token'))
    assert '[admin] token_file: ' in said and 'checked.token' in said and why in said


def test_check_config_refuses_a_token_file_that_others_may_read(tmtpd):
    path = tmtpd.var / 'open.token'
    path.write_text('x' * 20, encoding='utf8')
    path.chmod(0o644)
    said, = faults(tmtpd, tmtpd.tmtpd_conf.read_text(encoding='utf8').replace('admin.token', 'open.token'))
    assert 'others may read' in said


def make_pair(folder, name, *how, key=('ec', '-pkeyopt', 'ec_paramgen_curve:P-256')):
    """A certificate and key of that name."""
    subprocess.run(['openssl', 'req', '-x509', '-newkey', *key, '-nodes', '-keyout', folder / f'{name}.key', '-out', folder / f'{name}.crt',
                    '-subj', '/CN=localhost', *how], check=True, capture_output=True)


def test_check_config_finds_a_key_that_is_not_the_certificates(tmtpd):
    make_pair(tmtpd.var, 'other')
    text = tmtpd.tmtpd_conf.read_text(encoding='utf8')
    said, = faults(tmtpd, text.replace('tmtpd.key', 'other.key'))
    assert f':{line_of(text, "tls_key")}: [server] tls_key: ' in said and 'not that of the certificate' in said
    assert run(tmtpd, '--config', tmtpd.var / 'checked.conf')[0] == 1  # and it does not start


@pytest.mark.parametrize('begin,end,why', [(-9, -1, 'has expired'), (1, 9, 'not valid yet')])
def test_check_config_finds_a_certificate_at_the_wrong_time(tmtpd, begin, end, why):
    today, name = datetime.datetime.now(datetime.timezone.utc), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'localhost')])
    key = load_pem_private_key((tmtpd.var / 'tmtpd.key').read_bytes(), None)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, today + datetime.timedelta(begin), today + datetime.timedelta(end)).sign(key, SHA256())
    (tmtpd.var / 'timed.crt').write_bytes(made.public_bytes(Encoding.PEM))
    said, = faults(tmtpd, tmtpd.tmtpd_conf.read_text(encoding='utf8').replace('tmtpd.crt', 'timed.crt'))
    assert '[server] tls_cert: ' in said and 'timed.crt' in said and why in said


@pytest.mark.parametrize('file,why', [('tmtpd.crt', 'no certificate'), ('tmtpd.key', 'no private key')])
def test_check_config_finds_a_file_that_is_not_what_it_should_be(tmtpd, file, why):
    (tmtpd.var / 'garbage.pem').write_text('garbage', encoding='utf8')
    said, = faults(tmtpd, tmtpd.tmtpd_conf.read_text(encoding='utf8').replace(file, 'garbage.pem'))
    assert 'garbage.pem' in said and why in said


def test_check_config_finds_a_key_with_a_passphrase_and_does_not_ask_for_it(tmtpd):
    subprocess.run(['openssl', 'pkey', '-in', tmtpd.var / 'tmtpd.key', '-out', tmtpd.var / 'locked.key', '-aes256', '-passout', 'pass:x'], check=True)
    said, = faults(tmtpd, tmtpd.tmtpd_conf.read_text(encoding='utf8').replace('tmtpd.key', 'locked.key'))
    assert 'without passphrase' in said


def test_check_config_finds_a_key_that_is_too_short(tmtpd):
    make_pair(tmtpd.var, 'weak', key=('rsa:512',))
    said, = faults(tmtpd, tmtpd.tmtpd_conf.read_text(encoding='utf8').replace('tmtpd.crt', 'weak.crt').replace('tmtpd.key', 'weak.key'))
    assert 'too small' in said


def test_a_missing_or_unreadable_configuration_is_named(tmtpd):
    status, said = run(tmtpd, '--config', tmtpd.var / 'nowhere.conf', '--check-config')
    assert (status, 'nowhere.conf: No such file' in said) == (1, True)
    status, said = run(tmtpd, '--config', tmtpd.var, '--check-config')
    assert (status, str(tmtpd.var) in said) == (1, True)


def test_an_admin_interface_is_local(tmtpd):
    conf = spoil(tmtpd, f'unix:{tmtpd.admin_socket}', '0.0.0.0:0')
    status, said = run(tmtpd, '--config', conf)
    assert (status, 'loopback' in said) == (1, True)


def test_sighup_takes_a_new_certificate_for_new_links(tmtpd):
    alice, before = tmtpd.register('alice'), certificate(tmtpd)
    for file in ('tmtpd.crt', 'tmtpd.key'):
        (tmtpd.var / file).unlink()
    tmtpd._certificate()
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: tmtpd.logs('certificate_read'))
    assert certificate(tmtpd)[1] != before[1]
    assert 'msgid' in alice.post(data=b'x')  # the old link goes on


def test_sighup_with_a_broken_certificate_keeps_the_old_one(tmtpd):
    before, key = certificate(tmtpd), (tmtpd.var / 'tmtpd.key').read_text(encoding='utf8')
    (tmtpd.var / 'tmtpd.key').write_text('broken', encoding='utf8')
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: tmtpd.logs('certificate_unusable'))
    assert certificate(tmtpd) == before
    (tmtpd.var / 'tmtpd.key').write_text(key, encoding='utf8')


def test_sighup_takes_new_tokens_and_forgets_the_old(tmtpd):
    path, old = tmtpd.admin_token, tmtpd.admin_token.read_text(encoding='utf8').strip()
    first, second = 'first ' * 4, 'second ' * 4
    read = len(tmtpd.logs('tokens_read'))
    path.write_text(f'{first.strip()}\n{second.strip()}\n', encoding='utf8')
    assert tmtpd.admin('GET', '/v1/server', token=old)[0] == 200  # until it is told
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(tmtpd.logs('tokens_read')) > read)
    assert [tmtpd.admin('GET', '/v1/server', token=t.strip())[0] for t in (first, second, old)] == [200, 200, 403]
    path.write_text(f'{old}\n', encoding='utf8')
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(tmtpd.logs('tokens_read')) > read + 1)
    assert [tmtpd.admin('GET', '/v1/server', token=t.strip())[0] for t in (first, old)] == [403, 200]


@pytest.mark.parametrize('text,mode', [('short', 0o600), ('', 0o600), ('x' * 30, 0o644), (None, 0)])
def test_sighup_with_a_broken_token_file_keeps_the_old_ones(tmtpd, text, mode):
    path, old = tmtpd.admin_token, tmtpd.admin_token.read_text(encoding='utf8')
    told = len(tmtpd.logs('tokens_unusable'))
    path.unlink()
    if text is not None:
        path.write_text(text, encoding='utf8')
        path.chmod(mode)
    tmtpd.tmtpd.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(tmtpd.logs('tokens_unusable')) > told)
    assert tmtpd.admin('GET', '/v1/server', token=old.strip())[0] == 200
    path.unlink(missing_ok=True)
    write_secret(path, old)


def test_every_line_of_the_log_is_json_and_those_of_a_node_bear_its_number(tmtpd):
    alice = tmtpd.register('alice')
    n = tmtpd.sql(f"select max(n.id) from tmtp.node n join tmtp.account a on a.id = n.account where a.uid = '{alice.uid}'")
    alice.quit()
    alice = tmtpd.login(alice)
    alice.close()
    wait_until(lambda: any(line.get('node') == n for line in tmtpd.logs('link_closed')))
    lines = [json.loads(line) for line in tmtpd.tmtpd.log_text().splitlines()]
    assert all({'time', 'level', 'event'} <= line.keys() for line in lines)
    assert [line['event'] for line in lines if line.get('node') == n] == ['login', 'quit', 'login', 'link_closed']
    assert all(line.get('node') for line in lines if line['event'] == 'login')


class Systemd:
    """The other end of sd_notify: a socket, and what came through it."""

    def __init__(self, tmtpd, **environment):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(tmtpd.var / 'notify'))
        self.socket.settimeout(20)
        self.told = []
        tmtpd.tmtpd.env = {'NOTIFY_SOCKET': str(tmtpd.var / 'notify'), **environment}

    def wait(self, text):
        """Until the service says that; what it said before is forgotten."""
        end = fair_time() + 20
        while not self.told or self.told.pop(0) != text:
            assert fair_time() < end, text
            self.told = self.told or self.socket.recv(4096).decode().splitlines()

    def silent(self, seconds):
        """Whether nothing comes for so long, once all that has come is read."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv(4096)
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(20)


@pytest.fixture(name='watched')
def server_under_systemd(cluster, request):
    """A tmtpd that has to beat every 100 ms or so, and what it tells."""
    tmtpd = Tmtpd(cluster, f'watched_{request.node.name}'[:40].lower()).prepare()
    systemd = Systemd(tmtpd, WATCHDOG_USEC='300000')
    tmtpd.start()
    yield tmtpd, systemd
    tmtpd.tmtpd.process.send_signal(signal.SIGCONT)
    tmtpd.stop()


def test_readiness_is_told_when_the_database_is_there_and_stopping_when_it_stops(watched):
    tmtpd, systemd = watched
    systemd.wait('READY=1')
    systemd.wait('STATUS=serving')
    tmtpd.cluster.psql('postgres', f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{tmtpd.tmtpd_db}' and usename = 'tmtpd_app'")
    systemd.wait('STATUS=the database is away')
    systemd.wait('STATUS=serving')
    tmtpd.stop()
    systemd.wait('STOPPING=1')


def test_the_watchdog_hears_of_a_loop_that_turns_and_of_none_that_hangs(watched):
    tmtpd, systemd = watched
    for _ in range(5):
        systemd.wait('WATCHDOG=1')
    tmtpd.tmtpd.process.send_signal(signal.SIGSTOP)
    while not systemd.silent(0.05):
        pass
    assert systemd.silent(0.6)
    tmtpd.tmtpd.process.send_signal(signal.SIGCONT)
    systemd.wait('WATCHDOG=1')


def test_without_a_watchdog_nothing_beats(cluster):
    with Tmtpd(cluster, 'unwatched') as tmtpd:
        tmtpd.stop()
        systemd = Systemd(tmtpd)
        tmtpd.start()
        systemd.wait('STATUS=serving')
        assert systemd.silent(0.5)


def test_the_unit_is_hardened():
    """systemd's own figure, from 0 (locked up) to 10."""
    unit = TOP / 'docs/systemd/tmtpd.service'
    said = subprocess.run(['systemd-analyze', 'security', '--offline=true', unit], text=True, capture_output=True, check=True).stdout
    assert float(re.search(r'Overall exposure level for tmtpd.service: ([\d.]+)', said).group(1)) <= 2.0
    text = unit.read_text(encoding='utf8')
    assert 'Type=notify' in text and re.search(r'(?m)^WatchdogSec=\d+', text)


def test_tls_is_1_3_or_1_2_and_nothing_older(tmtpd):
    assert certificate(tmtpd)[0] == 'TLSv1.3'
    assert certificate(tmtpd, maximum_version=ssl.TLSVersion.TLSv1_2)[0] == 'TLSv1.2'
    old = subprocess.run(['openssl', 's_client', '-connect', f'127.0.0.1:{tmtpd.tmtp_port}', '-tls1_1', '-cipher', 'ALL@SECLEVEL=0'],
                         stdin=subprocess.DEVNULL, text=True, capture_output=True, check=False)
    assert 'alert protocol version' in old.stderr  # the server's refusal, not the client's


def test_a_free_port_is_told(cluster):
    with Tmtpd(cluster, 'free_port', {'server': {'listen': '127.0.0.1:0', 'port_file': cluster.folder / 'port'}}) as tmtpd:
        port = int((cluster.folder / 'port').read_text())
        assert tmtpd.logs('ready')[0]['port'] == str(port)
        tmtpd.tmtp_port = port
        assert tmtpd.register('alice').take is not None


def test_the_admin_socket_is_for_owner_and_group(tmtpd):
    assert stat.S_IMODE(pathlib.Path(tmtpd.admin_socket).stat().st_mode) == 0o660


def test_a_second_server_on_the_same_database_waits_for_its_turn(cluster, tmtpd):
    second = Tmtpd(cluster, 'second')
    second.tmtpd_db = tmtpd.tmtpd_db
    second.var.mkdir(mode=0o700)
    second._certificate()
    second.admin_token.write_text(tmtpd.admin_token.read_text(encoding='utf8'), encoding='utf8')
    second.admin_token.chmod(0o600)
    second._write_configuration()
    second.tmtpd.start()
    wait_until(lambda: any('another tmtpd' in e.get('detail', '') for e in second.logs('database_lost')))
    assert second.admin('GET', '/v1/server')[0] == 503
    assert 'msgid' in tmtpd.register('alice').post(data=b'x')

    tmtpd.stop()

    wait_until(lambda: second.admin('GET', '/v1/server')[0] == 200)
    second.stop()
    tmtpd.start()


def test_a_second_server_does_not_take_the_socket(tmtpd):
    conf = spoil(tmtpd, f'127.0.0.1:{tmtpd.tmtp_port}', '127.0.0.1:0')
    status, said = run(tmtpd, '--config', conf)
    assert (status, 'another server' in said) == (1, True)
    assert tmtpd.admin('GET', '/v1/server')[0] == 200


def test_migrating_again_changes_nothing_and_a_newer_database_is_refused(tmtpd):
    status, said = run(tmtpd, '--config', tmtpd.tmtpd_conf, '--migrate')
    assert (status, json.loads(said)['new']) == (0, '0')
    tmtpd.sql("insert into tmtp.migration (name) values ('9999_from_the_future')")
    try:
        status, said = run(tmtpd, '--config', tmtpd.tmtpd_conf, '--migrate')
        assert (status, 'newer' in said) == (1, True)
    finally:
        tmtpd.sql("delete from tmtp.migration where name = '9999_from_the_future'")


def test_credentials_are_private_and_never_overwritten(tmtpd):
    path = tmtpd.var / 'robot.json'
    words = ('--config', tmtpd.tmtpd_conf, '--add-service', 'Robot service', '--credentials', path)
    assert run(tmtpd, *words)[0] == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = json.loads(path.read_text(encoding='utf8'))
    assert run(tmtpd, *words)[0] == 1
    assert json.loads(path.read_text(encoding='utf8')) == made
    link = tmtpd.link().rev().login(made['uid'], made['node'])
    link.expect('info')
    assert made['alias'] == 'Robot service' and made['server'].startswith('=')


def test_a_service_is_not_made_by_a_members_alias_and_leaves_no_file(tmtpd):
    alice, path = tmtpd.register('alice'), tmtpd.var / 'thief.json'
    assert run(tmtpd, '--config', tmtpd.tmtpd_conf, '--add-service', alice.alias, '--credentials', path)[0] == 1
    assert not path.exists()


def test_no_secret_and_no_name_is_in_the_log(tmtpd):
    alice = tmtpd.register('alice')
    alice.send({'op': 3, 'id': 'n', 'newnode': 'phone'}).find('ack')
    made = alice.take('user')
    alice.ping('somebody else')
    alice.quit()
    text = pathlib.Path(tmtpd.tmtpd.log).read_text(encoding='utf8')
    for secret in (alice.uid, alice.node, alice.alias, made['nodeid'], tmtpd.admin_token.read_text().strip(), 'somebody else'):
        assert secret not in text
