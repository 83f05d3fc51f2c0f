"""`tmtp presence`: who is online, as it changes."""
import json

import pytest

from tmtp_person import Person
from tmtpd import Tmtpd


@pytest.fixture(scope='module')
def server(cluster):
    """Takes anybody, and lets anybody write to anybody."""
    with Tmtpd(cluster, 'command_presence', {'server': {'policy': 'open'}}) as tmtpd:
        yield tmtpd


@pytest.fixture(scope='module')
def pair(server):
    """Two who know each other."""
    alice, bob = Person(server, 'Alice'), Person(server, 'Bob')
    alice.know(bob)
    return alice, bob


def test_who_comes_and_goes_is_told(pair):
    alice, bob = pair
    with alice.start('presence', '--watch', '--count', 2, '--wait', 30, bob.alias) as watching:
        assert watching.stdout.readline() == f'{bob.alias} is offline\n'
        with bob.start('presence', '--watch', '--count', 1, '--wait', 1, alice.alias) as other:
            assert other.stdout.readline() == f'{alice.alias} is online\n'
            assert watching.stdout.readline() == f'{bob.alias} is online\n'
        assert watching.stdout.readline() == f'{bob.alias} is offline\n'
    assert watching.returncode == other.returncode == 0


def test_scripts_get_objects(pair):
    alice, bob = pair
    with alice.start('presence', '--watch', '--json', '--count', 1, '--wait', 30, bob.alias) as watching:
        assert json.loads(watching.stdout.readline()) == {'uid': bob.uid, 'alias': bob.alias, 'online': False}
        bob.ok('presence', '--watch', '--wait', 0, alice.alias)
        assert json.loads(watching.stdout.readline())['online'] is True


def test_messages_stay_unread(pair):
    alice, bob = pair
    with alice.start('presence', '--watch', '--count', 1, '--wait', 30, bob.alias) as watching:
        watching.stdout.readline()
        bob.ok('ping', alice.alias, 'for later')
        bob.ok('presence', '--watch', '--wait', 0, alice.alias)
        assert watching.stdout.readline() == f'{bob.alias} is online\n'
    assert alice.take()['body'] == 'for later'


def test_wrong_use_is_told(pair):
    alice, _ = pair
    assert alice.run('presence').returncode == 1
    assert alice.run('presence', '--watch', 'Nobody Known').returncode == 1
