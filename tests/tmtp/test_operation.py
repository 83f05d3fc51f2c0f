"""What an operator does: options, configuration, certificates, signals, and two servers where one may be."""
import json
import pathlib
import signal
import socket
import ssl
import stat
import subprocess

import pytest

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
    status, said = run(tmtpd, '--config', spoil(tmtpd, old, new), '--check-config')
    assert status == 2
    assert 'spoilt.conf:' in json.loads(said)['why']


@pytest.mark.parametrize('file', ['tmtpd.crt', 'tmtpd.key', 'admin.token'])
def test_a_missing_file_is_found_by_check_config(tmtpd, file):
    assert run(tmtpd, '--config', tmtpd.tmtpd_conf, '--check-config')[0] == 0
    status, said = run(tmtpd, '--config', spoil(tmtpd, file, 'nowhere'), '--check-config')
    assert (status, 'nowhere' in said) == (1, True)


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
