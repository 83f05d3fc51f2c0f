"""The parts of tmtpd and agorad that read what strangers send, and a session of tmtpd, under memcheck of valgrind: it sees
the use of memory that was never written, which the sanitizers of the other suites don't."""
import os
import subprocess

import pytest

from stack import TOP
from tmtpd import Tmtpd

MEMCHECK = ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full', '--errors-for-leak-kinds=definite', '--num-callers=30']
UNITS = os.environ['AGORA_UNITS'].split()  # programs


@pytest.mark.parametrize('program', UNITS, ids=os.path.basename)
def test_unit(program):
    done = subprocess.run([*MEMCHECK, TOP / program], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-5000:]


@pytest.fixture(name='tmtpd')
def server_under_valgrind(cluster):
    """A tmtpd that exits with a status other than 0 when memcheck has found anything."""
    server = Tmtpd(cluster, 'memcheck', {'server': {'policy': 'open', 'login_timeout': '60s'}}).prepare()
    server.tmtpd.command = [*MEMCHECK, *server.tmtpd.command]
    yield server.start()
    server.stop()


def test_session(tmtpd):
    """Two users, two nodes, short and long messages, what is refused, a lost database and an end in order."""
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    assert alice.ping(bobby.alias)['msgid'] == bobby.take('ping')['id']
    for data in (b'x', b'y' * 200000):
        assert 'msgid' in alice.post(bobby, data=data, datahead=1)
        assert bobby.take()['data'] == data
    assert 'error' in alice.post('%' * 32)
    assert 'error' not in bobby.send({'op': 3, 'id': 'n', 'newnode': 'phone'}).find('ack')
    made = bobby.take('user')
    bobby.node = made['nodeid']
    phone = tmtpd.login(bobby)
    assert phone.take('user')['newnode'] == 'phone'
    alice.post(bobby, data=b'to both')
    assert [bobby.take(op)['op'] for op in ('login', 'delivery')] == [phone.take(op)['op'] for op in ('login', 'delivery')]

    tmtpd.cluster.psql('postgres', f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{tmtpd.tmtpd_db}'")
    assert 'msgid' in alice.post(bobby, data=b'after that')
    assert bobby.take()['data'] == phone.take()['data'] == b'after that'

    tmtpd.introduce(alice, bobby)
    assert tmtpd.admin('GET', '/v1/events?after=0&wait=0')[0] == 200
    tmtpd.link().rev().raw(b'0009{"op":"x"').quits('invalid header')
    tmtpd.link().raw(b'zzzz{"op":11}').closed()
    phone.close()
    alice.quit()
    bobby.quit()
