"""`tmtp post --attach` and `tmtp read --save`: files of any size and name, and folders that stay as they are."""
import hashlib
import json
import os
import stat
import subprocess

import pytest

from tmtp_peer import NODE, UID, Peer, make_certificate
from tmtp_person import Person
from tmtpd import Tmtpd

MIB = 1 << 20


@pytest.fixture(scope='module')
def server(cluster):
    """Takes anybody, and lets anybody write to anybody."""
    with Tmtpd(cluster, 'attach', {'server': {'policy': 'open'}}) as tmtpd:
        yield tmtpd


@pytest.fixture(scope='module')
def pair(server):
    """Two who know each other."""
    alice, bob = Person(server, 'Alice'), Person(server, 'Bob')
    alice.know(bob)
    return alice, bob


def saved(message):
    """The octets of each file that was stored."""
    contents = []
    for path in message['saved']:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        with open(path, 'rb') as f:
            contents.append(f.read())
    return contents


def test_files_arrive_as_they_were_and_the_text_without_them(pair, tmp_path):
    alice, bob = pair
    contents = [os.urandom(300000), b'', b'three\n']
    names = ['notes.bin', 'empty', 'Übersicht Q3.txt']
    for name, content in zip(names, contents):
        (tmp_path / name).write_bytes(content)
    words = [word for name in names for word in ('--attach', tmp_path / name)]
    alice.ok('post', '--to', bob.alias, '--subject', 'files', *words, 'See the files.')
    got = bob.read('--count', 1, '--wait', 15, '--save', tmp_path / 'in')[0]
    assert got['body'] == 'See the files.'
    assert [(a['name'], a['size']) for a in got['datahead']['attach']] == \
        [('u:' + name, len(content)) for name, content in zip(names, contents)]
    assert saved(got) == contents
    assert got['saved'] == [f'{tmp_path}/in/{name}' for name in names]
    assert stat.S_IMODE((tmp_path / 'in').stat().st_mode) == 0o700


def test_without_save_nothing_is_stored_and_files_are_named(pair, tmp_path):
    alice, bob = pair
    (tmp_path / 'a.txt').write_bytes(b'x' * 7)
    alice.ok('post', '--to', bob.alias, '--attach', tmp_path / 'a.txt', 'look')
    before = sorted(os.listdir())
    printed = bob.ok('read', '--count', 1, '--wait', 15)
    assert 'Attached: a.txt (7 octets)\n' in printed and printed.endswith('look\n\n')
    assert sorted(os.listdir()) == before


def test_a_name_that_is_taken_gets_a_number(pair, tmp_path):
    alice, bob = pair
    (tmp_path / 'plan.tar.gz').write_bytes(b'new')
    folder = tmp_path / 'in'
    folder.mkdir()
    (folder / 'plan.tar.gz').write_bytes(b'old')
    (folder / 'plan.tar (1).gz').symlink_to('/nonexistent')
    alice.ok('post', '--to', bob.alias, '--attach', tmp_path / 'plan.tar.gz', 'look')
    got = bob.read('--count', 1, '--wait', 15, '--save', folder)[0]
    assert got['saved'] == [f'{folder}/plan.tar (2).gz'] and saved(got) == [b'new']
    assert (folder / 'plan.tar.gz').read_bytes() == b'old'


def test_a_message_that_could_not_be_saved_comes_again(pair, tmp_path):
    alice, bob = pair
    (tmp_path / 'a').write_bytes(b'content')
    (tmp_path / 'file').write_bytes(b'')
    alice.ok('post', '--to', bob.alias, '--attach', tmp_path / 'a', 'once')
    done = bob.run('read', '--count', 1, '--wait', 15, '--save', tmp_path / 'file')
    assert done.returncode == 1 and done.stdout == '' and 'file' in done.stderr
    assert saved(bob.read('--count', 1, '--wait', 15, '--save', tmp_path)[0]) == [b'content']


def memory_of_post(alice, bob, path):
    """Post a file; the octets that the process had at most."""
    command = [alice.server.bin / 'tmtp', 'post', '--credentials', alice.path, '--to', bob.alias, '--attach', path, '']
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024


def test_a_large_file_is_streamed(pair, tmp_path):
    alice, bob = pair
    (tmp_path / 'small').write_bytes(b'x')
    with open(tmp_path / 'large', 'wb') as f:
        for _ in range(31):
            f.write(os.urandom(MIB))
    small = memory_of_post(alice, bob, tmp_path / 'small')
    bob.take()
    assert memory_of_post(alice, bob, tmp_path / 'large') < small + 8 * MIB
    got = bob.read('--count', 1, '--wait', 60, '--save', tmp_path / 'in')[0]
    digests = []
    for path in (tmp_path / 'large', got['saved'][0]):
        with open(path, 'rb') as f:
            digests.append(hashlib.file_digest(f, 'sha256').digest() if hasattr(hashlib, 'file_digest')
                           else hashlib.sha256(f.read()).digest())
    assert digests[0] == digests[1]


def test_more_than_the_server_takes_is_refused(pair, tmp_path):
    alice, bob = pair
    with open(tmp_path / 'huge', 'wb') as f:
        f.truncate(40 * MIB)
    done = alice.run('post', '--to', bob.alias, '--attach', tmp_path / 'huge', '')
    assert done.returncode in (1, 4) and done.stderr.startswith('tmtp: ')
    alice.ok('login')


def test_what_cannot_be_sent_is_told_before_anything_is(pair, tmp_path):
    alice, bob = pair
    (tmp_path / 'one').mkdir()
    for name in ('a.txt', 'one/A.TXT', 'x' * 229, 'bad\udcff'):
        (tmp_path / name).write_bytes(b'')
    os.mkfifo(tmp_path / 'pipe')
    wrong = [['missing'], ['one'], ['pipe'], ['a.txt', 'one/A.TXT'], ['x' * 229], ['bad\udcff'], ['a.txt'] * 101]
    for names in wrong:
        words = [word for name in names for word in ('--attach', tmp_path / name)]
        done = alice.run('post', '--to', bob.alias, *words, 'text', errors='replace')
        assert done.returncode == 1, (names, done.stderr)
    assert bob.read() == []


# -- files from servers and senders that lie ----------------------------------------------------------

@pytest.fixture(scope='module')
def certificate(tmp_path_factory):
    """Of the server below."""
    return make_certificate(tmp_path_factory.mktemp('peer'))


def receive(server, certificate, tmp_path, attach, data):
    """What `read --save` makes of one message, whose text is `hello`."""
    path = tmp_path / 'eve.json'

    def serve(link):
        link.login()
        head = json.dumps({'alias': 'Mallory Example', 'threadid': '0000000000000001', 'attach': attach}).encode()
        body = head + b'hello' + data
        link.send(body, op='delivery', id='0000000000000002', datalen=len(body), datahead=len(head), **{'from': 'D' * 32})
        if link.receive()[0]['op'] == 10:
            link.quit()

    with Peer(certificate, serve) as peer:
        path.write_text(json.dumps({'server': '=' + peer.server, 'uid': UID, 'node': NODE, 'alias': 'Eve Example'}), encoding='utf8')
        path.chmod(0o600)
        done = server.run('tmtp', 'read', '--json', '--count', 1, '--wait', 15, '--save', tmp_path / 'in', '--credentials', path)
    return json.loads(done.stdout)


@pytest.mark.parametrize('name, stored', [
    ('u:../../etc/passwd', 'passwd'),
    ('/etc/cron.d/x', 'x'),
    ('u:..', '_.'),
    ('u:.bashrc', '_bashrc'),
    ('r:C:\\Windows\\win.ini', 'win.ini'),
    ('u:', 'attachment'),
    ('', 'attachment'),
    ('u:a\nb\x1b[2J\x9b', 'a_b_[2J__'),
    ('u:-rf', '_rf'),
    ('u:' + 'é' * 300 + '.pdf', 'é' * 90 + '.pdf'),
])
def test_a_name_never_leads_out_of_the_folder(server, certificate, tmp_path, name, stored):
    got = receive(server, certificate, tmp_path, [{'name': name, 'size': 4}], b'data')
    assert got['body'] == 'hello' and got['saved'] == [f'{tmp_path}/in/{stored}']
    assert os.listdir(tmp_path / 'in') == [stored]


@pytest.mark.parametrize('attach', [
    [{'name': 'u:a', 'size': 6}],
    [{'name': 'u:a', 'size': -1}],
    [{'name': 'u:a', 'size': 1 << 62}, {'name': 'u:b', 'size': 1 << 62}],
    [{'name': 'u:a', 'size': 4}, {'name': 'u:b', 'size': 4}],
    [{'name': 'u:a'}],
    [{'size': 4}],
    [7],
])
def test_sizes_that_say_nothing_store_nothing(server, certificate, tmp_path, attach):
    got = receive(server, certificate, tmp_path, attach, b'' if attach[0] != 7 else b'data')
    assert 'saved' not in got and not (tmp_path / 'in').exists() and got['body'].startswith('hello')
