"""`tmtp node add`: a further device of the same user."""
import json
import stat

import pytest

from tmtp_person import Person
from tmtpd import Tmtpd


@pytest.fixture(scope='module')
def server(cluster):
    """Takes anybody, and lets anybody write to anybody."""
    with Tmtpd(cluster, 'nodes', {'server': {'policy': 'open'}}) as tmtpd:
        yield tmtpd


@pytest.fixture
def alice(server):
    """Somebody with one node."""
    return Person(server, 'Alice')


def add(person, label, path):
    """Add a node; the same person on it."""
    person.ok('node', 'add', label, '--new-credentials', path)
    return person.like(path)


def test_both_nodes_get_what_is_sent(server, alice, tmp_path):
    bob = Person(server, 'Bob')
    phone = add(alice, 'phone', tmp_path / 'phone.json')
    assert stat.S_IMODE(phone.path.stat().st_mode) == 0o600
    bob.ok('ping', alice.alias, 'to both')
    assert alice.take()['body'] == phone.take()['body'] == 'to both'


def test_the_new_node_knows_whom_the_old_one_knew(server, alice, tmp_path):
    bob = Person(server, 'Bob')
    alice.know(bob)
    phone = add(alice, 'phone', tmp_path / 'phone.json')
    assert phone.contacts() == alice.contacts()
    assert {'new_node', 'new_nodeid'}.isdisjoint(json.loads(alice.path.read_text()))
    phone.ok('post', '--to', bob.alias, 'from the phone')
    assert bob.take()['body'] == 'from the phone'
    assert alice.take()['body'] == 'from the phone'  # the user's other node sees what was sent


def test_unread_messages_come_first(server, alice, tmp_path):
    bob = Person(server, 'Bob')
    bob.ok('ping', alice.alias, 'unread')
    words = ['node', 'add', 'phone', '--new-credentials', tmp_path / 'phone.json']
    done = alice.run(*words)
    assert done.returncode == 1 and 'tmtp read' in done.stderr and not (tmp_path / 'phone.json').exists()
    assert alice.take()['body'] == 'unread'
    alice.ok(*words)
    alice.like(tmp_path / 'phone.json').ok('login')


def test_a_password_that_read_met_is_handed_over(server, alice, tmp_path):
    """As when the first run was killed after it had asked."""
    made = json.loads(alice.path.read_text()) | {'new_node': 'phone'}
    alice.path.write_text(json.dumps(made), encoding='utf8')
    link = server.link().rev().login(made['uid'], made['node'])
    link.expect('info')
    link.send({'op': 3, 'id': 'n', 'newnode': 'phone'}).find('ack')
    link.quit()
    assert alice.read() == []
    done = alice.run('node', 'add', 'tablet', '--new-credentials', tmp_path / 'tablet.json')
    assert done.returncode == 1 and "'phone' was begun before" in done.stderr
    add(alice, 'phone', tmp_path / 'phone.json').ok('login')
    assert server.sql("select count(*) from tmtp.node where label = 'phone' and account = "
                      f"(select account from tmtp.alias where name = '{alice.alias}')") == '1'


def test_a_file_that_is_there_is_not_overwritten(alice, tmp_path):
    (tmp_path / 'kept').write_text('mine')
    done = alice.run('node', 'add', 'phone', '--new-credentials', tmp_path / 'kept')
    assert done.returncode == 1 and (tmp_path / 'kept').read_text() == 'mine'
    assert alice.run('node', 'add', 'phone').returncode == 1
    assert alice.run('node', 'phone').returncode == 2


def test_a_further_alias_is_added(server, alice):
    alice.ok('alias', 'add', alice.alias + ' II')
    assert alice.alias + ' II' in alice.ok('login')
