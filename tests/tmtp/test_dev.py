"""`make tmtpd-dev`: a throwaway server in the foreground that leaves nothing behind."""
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import tempfile

import pytest

from stack import TOP, free_port
from tmtpd import Link, wait_until
from unix_http import ask


class Dev:
    """The command, running."""

    def __init__(self, folder, **variables):
        self.port = free_port()
        self.temporary = folder / 'tmp'  # where throwaway clusters go
        self.temporary.mkdir(mode=0o711)
        words = [f'{k}={v}' for k, v in {'VARIANT': 'asan', 'PORT': self.port, **variables}.items()]
        self.process = subprocess.Popen(['make', '-s', 'tmtpd-dev', *words], cwd=TOP, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        start_new_session=True, env={**os.environ, 'TMPDIR': str(self.temporary)})
        self.said = []

    def wait_ready(self):
        """Until it says so."""
        for line in self.process.stdout:
            self.said.append(line.rstrip('\n'))
            if self.said[-1] == f'tmtpd is ready on 127.0.0.1:{self.port}':
                return self
        raise AssertionError(self.said)

    def stop(self, how=signal.SIGINT, group=True):
        """As Ctrl-C does it, or with the signal for make alone; gives what it said last."""
        (os.killpg if group else os.kill)(self.process.pid, how)
        said = self.process.communicate(timeout=30)[0]
        return said

    def left(self):
        """What it left behind: files, and processes of its session or on its folder."""
        running = subprocess.run(['pgrep', '-f', str(self.temporary)], text=True, capture_output=True, check=False).stdout.split()
        return list(self.temporary.iterdir()) + running


@pytest.fixture(name='start')
def starter():
    """Starts it; what a test that failed leaves running ends with the test, and what it said is shown."""
    started = []

    def start(folder, **variables):
        started.append(Dev(folder, **variables))
        return started[-1]

    yield start
    for dev in started:
        if dev.process.poll() is None:
            print(dev.stop(signal.SIGTERM))
        elif not dev.process.stdout.closed:
            print(f'it had ended, status {dev.process.returncode}:', *dev.said, *dev.process.stdout)


@pytest.fixture(name='folder')
def reachable_folder():
    """A folder that the user postgres can get at too; pytest closes its own to others again and again."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o711)
        yield pathlib.Path(made)


def sql(dev, statement):
    """Ask its cluster."""
    cluster, = dev.temporary.iterdir()
    return subprocess.run(['psql', '-X', '-t', '-A', '-d', f'host={cluster} dbname=tmtpd user=postgres' if os.geteuid() == 0 else f'host={cluster} dbname=tmtpd',
                           '-c', statement], text=True, capture_output=True, check=True).stdout.strip()


def test_it_serves_safely_as_stock_tmtp_and_ctrl_c_removes_all(folder, start):
    dev = start(folder).wait_ready()
    alice, bobby = Link(dev.port).rev().register('alice'), Link(dev.port).rev().register('bobby')
    assert 'msgid' in alice.post(bobby, data=b'hello')
    assert bobby.take()['data'] == b'hello'
    assert [sql(dev, f'show {name}') for name in ('fsync', 'synchronous_commit', 'full_page_writes')] == ['on'] * 3
    conf = next(dev.temporary.glob('*/var/tmtpd.conf')).read_text(encoding='utf8')
    assert '[admin]' not in conf and '[oidc' not in conf
    said = dev.stop()
    assert 'Traceback' not in said and dev.left() == []
    with pytest.raises(OSError):
        Link(dev.port)


def test_policy_introduced_and_an_admin_socket_where_it_is_wanted(folder, start):
    admin = folder / 'admin.sock'
    dev = start(folder, POLICY='introduced', ADMIN=admin).wait_ready()
    token = folder / 'admin.sock.token'
    assert f'The admin interface is at unix:{admin}, its token in {token}' in dev.said
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    headers = {'Authorization': f'Bearer {token.read_text().strip()}'}
    assert ask(str(admin), 'GET', '/v1/server', headers=headers)[1]['policy'] == 'introduced'
    alice, bobby = Link(dev.port).rev().register('alice'), Link(dev.port).rev().register('bobby')
    assert 'not introduced' in alice.ping(bobby.alias)['error']
    dev.stop()
    assert dev.left() == [] and not admin.exists() and not token.exists()


@pytest.mark.parametrize('how', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_make_alone_ends_it_too(folder, start, how):
    dev = start(folder).wait_ready()
    dev.stop(how, group=False)
    wait_until(lambda: dev.left() == [])


def test_interrupted_while_it_starts_it_removes_all(folder, start):
    dev = start(folder)
    wait_until(lambda: any(dev.temporary.glob('*/data/*')), 60)
    dev.stop()
    wait_until(lambda: dev.left() == [])


def test_a_wrong_policy_or_a_taken_port_is_said_and_leaves_nothing(folder, start):
    dev = start(folder, POLICY='closed')
    assert 'POLICY is open or introduced' in dev.process.communicate(timeout=60)[0]
    assert dev.process.returncode != 0 and dev.left() == []
    (folder / 'two').mkdir()
    (folder / 'two').chmod(0o711)
    with socket.create_server(('127.0.0.1', 0)) as taken:
        dev = start(folder / 'two', PORT=taken.getsockname()[1])
        said = dev.process.communicate(timeout=60)[0]
    assert re.search('cannot_listen|in use', said)
    assert dev.process.returncode != 0 and dev.left() == []
