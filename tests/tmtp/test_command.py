"""The command `tmtp` against a real tmtpd with the policy `open`: no contact is needed, and no sign-in.
What it posts passes check_inner."""
import json
import subprocess

import pytest

from patience import fair_time
from tmtp_person import Person
from tmtpd import Tmtpd


@pytest.fixture(scope='module')
def server(cluster):
    """Takes anybody, and lets anybody write to anybody."""
    with Tmtpd(cluster, 'command', {'server': {'policy': 'open', 'check_inner': 'yes'}}) as tmtpd:
        yield tmtpd


@pytest.fixture
def alice(server):
    return Person(server, 'Alice')


@pytest.fixture
def bob(server):
    return Person(server, 'Bob')


def test_a_ping_makes_its_sender_a_contact(alice, bob):
    alice.ok('ping', bob.alias, 'hé, it is me')
    [ping] = bob.read('--count', 1, '--wait', 10)
    assert (ping['op'], ping['alias'], ping['body'], ping['from']) == ('ping', alice.alias, 'hé, it is me', alice.uid)
    assert bob.contacts()[alice.alias]['uid'] == alice.uid and not alice.contacts()


def test_a_thread_and_its_reply_go_both_ways(alice, bob):
    alice.ok('ping', bob.alias, 'hello')
    bob.read('--count', 1, '--wait', 10)
    text = 'First line\n\n* a point\n' * 2000
    thread = json.loads(bob.ok('post', '--json', '--to', alice.alias, '--subject', 'Jøints', '-', input=text))['thread']
    [first] = alice.read('--count', 1, '--wait', 10)
    assert (first['id'], first['thread'], first['subject'], first['body']) == (thread, thread, 'Jøints', text)
    assert alice.contacts()[bob.alias]['uid'] == bob.uid
    alice.ok('post', '--thread', thread, 'a reply')
    [reply] = bob.read('--count', 1, '--wait', 10)
    assert (reply['thread'], reply['body'], reply['alias']) == (thread, 'a reply', alice.alias)


def test_a_thread_introduces_those_in_it(server, alice, bob):
    between = Person(server, 'Agora')
    alice.ok('ping', between.alias, 'code')
    bob.ok('ping', between.alias, 'code')
    between.read('--count', 2, '--wait', 10)
    between.ok('post', '--to', alice.alias, '--to', bob.alias, '--subject', 'An introduction', 'Meet!')
    for one, other in ((alice, bob), (bob, alice)):
        one.read('--count', 1, '--wait', 10)
        assert one.contacts()[other.alias] == {'alias': other.alias, 'uid': other.uid, 'via': between.alias}
    alice.ok('post', '--to', bob.alias, 'directly')
    assert bob.read('--count', 1, '--wait', 10)[0]['body'] == 'directly'


def test_what_was_read_does_not_come_again(alice, bob):
    for n in range(3):
        alice.ok('ping', bob.alias, f'number {n}')
    assert [m['body'] for m in bob.read('--count', 2, '--wait', 10)] == ['number 0', 'number 1']
    assert [m['body'] for m in bob.read('--count', 1, '--wait', 10)] == ['number 2']
    assert bob.read('--wait', 1) == []


def test_a_wait_ends_when_a_message_comes(server, alice, bob):
    words = [server.bin / 'tmtp', 'read', '--json', '--count', 1, '--wait', 60, '--credentials', bob.path]
    begun = fair_time()
    with subprocess.Popen([str(w) for w in words], text=True, stdout=subprocess.PIPE) as waiting:
        alice.ok('ping', bob.alias, 'wake up')
        assert json.loads(waiting.stdout.readline())['body'] == 'wake up'
    assert fair_time() - begun < 30 and waiting.returncode == 0


def test_nothing_to_read_is_no_failure(alice):
    assert alice.run('read', '--wait', 0).returncode == 0


def test_login_checks_the_credentials(server, alice, bob):
    assert alice.alias in alice.ok('login')
    mixed = json.loads(alice.path.read_text()) | {'node': json.loads(bob.path.read_text())['node']}
    alice.path.write_text(json.dumps(mixed), encoding='utf8')
    done = alice.run('login')
    assert done.returncode == 5 and 'login failed' in done.stderr


def test_a_node_is_free_after_every_run(alice):
    for _ in range(5):
        alice.ok('login')


def test_a_refusal_of_the_server_is_status_4(alice):
    done = alice.run('ping', 'Nobody Of This Name', 'hello')
    assert done.returncode == 4 and done.stderr.startswith('tmtp: ')


def test_a_ping_too_long_is_told(alice, bob):
    done = alice.run('ping', bob.alias, 'x' * 141)
    assert done.returncode == 1 and 'too long' in done.stderr
    alice.ok('ping', bob.alias, 'x' * 140)


def test_a_text_beyond_16_mib_is_told_before_anything_is_sent(alice):
    done = alice.run('post', '--to', 'anybody', '--subject', 's', '-', input='x' * ((16 << 20) + 1))
    assert done.returncode == 1 and 'longer than 16 MiB' in done.stderr


def test_a_taken_alias_leaves_an_account_that_can_take_another(server, alice):
    path = server.var / 'second.json'
    words = ['--credentials', path]
    done = server.run('tmtp', 'register', '--server', server.tmtp_server, '--alias', alice.alias, *words, check=False)
    assert done.returncode == 4 and 'tmtp alias' in done.stderr
    server.run('tmtp', 'alias', 'A Free Alias', *words)
    server.run('tmtp', 'ping', alice.alias, 'hello', *words)
    assert alice.read('--count', 1, '--wait', 10)[0]['alias'] == 'A Free Alias'
