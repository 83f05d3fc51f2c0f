"""What agorad makes of the answers of agora-imager, agora-fetch and clamd, by `agoractl try`, which makes the same calls
with the same configuration. A program that crashes, lies, babbles or cannot close itself in does no harm."""
import json
import os
import pathlib
import subprocess
import time

import pytest

import hostile_files
from patience import fair_time
from scanner import PROGRAM, SIGNATURE, Scanner
from web_trap import Authority, Names, Site, give

TOP = pathlib.Path(__file__).resolve().parents[3]


class Operator:
    """agoractl with a configuration of its own; no database is needed."""

    def __init__(self, folder, **sections):
        self.folder, self.conf = folder, folder / 'agorad.conf'
        sections = {'agora': {'base_url': 'http://localhost:9', **sections.pop('agora', {})}, **sections}
        self.conf.write_text('\n'.join(
            f'[{name}]\n' + ''.join(f'{k} = {v}\n' for k, v in keys.items()) for name, keys in sections.items()))

    def run(self, *arguments):
        """Run it; (exit status, standard output, standard error)."""
        done = subprocess.run([TOP / os.environ['AGORA_BUILD'] / 'bin/agoractl', '--config', self.conf, *arguments],
                              capture_output=True, text=True, errors='replace', check=False)
        return done.returncode, done.stdout, done.stderr

    def file(self, data, *more):
        """Have a file looked at."""
        path = self.folder / 'upload'
        path.write_bytes(data)
        return self.run('try', 'file', path, *more)


def logged(text, event):
    """The log's line of an event."""
    return next(json.loads(line) for line in text.splitlines() if line.startswith('{') and f'"{event}"' in line)


# -- files ---------------------------------------------------------------------------------------------

def test_a_picture_and_a_pdf_give_their_type_and_pages(tmp_path):
    operator = Operator(tmp_path)
    status, out, _ = operator.file(hostile_files.jpeg(), tmp_path)
    assert status == 0 and out.splitlines()[0] == 'image/jpeg' and '64 x 48' in out
    assert (tmp_path / 'page-01.jpg').read_bytes().startswith(b'\xff\xd8')
    status, out, _ = operator.file(hostile_files.pages(3))
    assert status == 0 and out.splitlines()[0] == 'application/pdf' and len(out.splitlines()) == 4


@pytest.mark.parametrize('data, sentence', [
    (b'', 'This file is empty'), (b'<svg/>', 'Only pictures'), (hostile_files.jpeg()[:-60], 'could not be read as a picture'),
    (b'\x00\x00\x00\x18ftypheic', 'Most Compatible'), (hostile_files.pages(21), 'more than 20 pages'),
], ids=['empty', 'svg', 'cut', 'heic', 'pages'])
def test_a_refusal_is_a_sentence_that_says_what_to_do(tmp_path, data, sentence):
    status, out, err = Operator(tmp_path).file(data)
    assert status == 1 and out == '' and sentence in err


# Programs that stand in the imager's place after it was taken over by a file, or broke.
BROKEN = {
    'crashes': 'kill -SEGV $$',
    'is killed by its sandbox': 'kill -SYS $$',
    'ends without a word': 'exit 0',
    'fails': 'exit 1',
    'writes garbage': 'head -c 5000 /dev/urandom',
    'never stops writing': 'exec cat /dev/zero',
    'stops in the middle': r'printf "T\0\0\0\012image/jpegP\0\0\0\200abc"',
    'says no last word': r'printf "T\0\0\0\012image/jpegP\0\0\0\013\0\0\0\01\0\0\0\01\377\330\377"',
    'says something behind its last word': r'printf "T\0\0\0\012image/jpegP\0\0\0\013\0\0\0\01\0\0\0\01\377\330\377E\0\0\0\0x"',
    'gives a type that is none': r'printf "T\0\0\0\011text/htmlP\0\0\0\013\0\0\0\01\0\0\0\01\377\330\377E\0\0\0\0"',
    'gives a page without a type': r'printf "P\0\0\0\013\0\0\0\01\0\0\0\01\377\330\377E\0\0\0\0"',
    'gives a page that is no picture': r'printf "T\0\0\0\012image/jpegP\0\0\0\013\0\0\0\01\0\0\0\01<htE\0\0\0\0"',
    'gives a page of no size': r'printf "T\0\0\0\012image/jpegP\0\0\0\013\0\0\0\0\0\0\0\01\377\330\377E\0\0\0\0"',
    'gives a page that is too large': r'printf "T\0\0\0\012image/jpegP\0\0\0\013\0\0\377\0\0\0\0\01\377\330\377E\0\0\0\0"',
    'refuses by a word of its own': r'printf "R\0\0\0\010<script>E\0\0\0\0"',
    'gives a type and no page': r'printf "T\0\0\0\012image/jpegE\0\0\0\0"',
    'gives too many pages': r'''printf "T\0\0\0\012image/jpeg"; for i in $(seq 21); do printf "P\0\0\0\013\0\0\0\01\0\0\0\01\377\330\377"; done
printf "E\0\0\0\0"''',
}


def stand_in(folder, script, name='agora-imager'):
    """A program in the place of one of ours."""
    program = folder / name
    program.write_text(f'#!/bin/bash\n{script}\n')
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize('what', BROKEN)
def test_a_file_of_which_the_program_breaks_is_refused(tmp_path, what):
    operator = Operator(tmp_path, agora={'libexec_dir': stand_in(tmp_path, BROKEN[what])})
    status, out, err = operator.file(hostile_files.jpeg())
    assert status == 1 and out == '' and 'This file could not be read as a picture' in err
    if 'word of its own' not in what:
        assert logged(err, 'imager_failed')


def test_a_program_that_cannot_close_itself_in_is_not_the_files_fault(tmp_path):
    operator = Operator(tmp_path, agora={'libexec_dir': stand_in(tmp_path, 'echo "no seccomp" >&2; exit 69')})
    status, _, err = operator.file(hostile_files.jpeg())
    assert status == 1 and 'not available' in err and 'no seccomp' in err


def test_a_program_that_is_missing_is_not_the_files_fault(tmp_path):
    operator = Operator(tmp_path, agora={'libexec_dir': tmp_path / 'nowhere'})
    status, _, err = operator.file(hostile_files.jpeg())
    assert status == 1 and 'not available' in err


# -- clamd ---------------------------------------------------------------------------------------------

@pytest.fixture(scope='module')
def scanner():
    """A running clamd."""
    if not os.path.exists(PROGRAM):
        pytest.skip('clamav-daemon is not installed')
    made = Scanner()
    try:
        yield made.start()
    finally:
        made.remove()


def test_what_clamd_knows_is_refused_and_logged(tmp_path, scanner):
    operator = Operator(tmp_path, evidence={'clamd_socket': scanner.socket})
    status, out, err = operator.file(hostile_files.jpeg() + SIGNATURE)
    assert status == 1 and out == '' and 'A virus scanner knows this file as harmful' in err
    assert logged(err, 'clamd_found')['signature'] == 'Agora.Test.Harmful.UNOFFICIAL'


def test_what_clamd_does_not_know_goes_on(tmp_path, scanner):
    operator = Operator(tmp_path, evidence={'clamd_socket': scanner.socket})
    assert operator.file(hostile_files.jpeg())[0] == 0
    assert 'Only pictures' in operator.file(b'MZ')[2]
    assert operator.file(hostile_files.jpeg() + bytes(900_000))[0] == 0


def test_a_file_that_clamd_will_not_look_at_is_not_taken(tmp_path, scanner):
    """Longer than its limit: it hangs up in the middle, and says why."""
    for required, taken in (('yes', 1), ('no', 0)):
        operator = Operator(tmp_path, evidence={'clamd_socket': scanner.socket, 'clamd_required': required})
        status, _, err = operator.file(hostile_files.jpeg() + bytes(3_000_000))
        assert status == taken and 'clamd_away' in err
        assert 'not available' in err or not taken


def test_while_clamd_is_away_the_configuration_decides(tmp_path):
    nowhere = tmp_path / 'nowhere.sock'
    status, _, err = Operator(tmp_path, evidence={'clamd_socket': nowhere}).file(hostile_files.jpeg())
    assert status == 1 and 'not available' in err and logged(err, 'clamd_away')
    status, out, err = Operator(tmp_path, evidence={'clamd_socket': nowhere, 'clamd_required': 'no'}).file(hostile_files.jpeg())
    assert status == 0 and 'image/jpeg' in out and logged(err, 'clamd_away')


# -- pages and names -----------------------------------------------------------------------------------

@pytest.fixture(scope='module')
def web(tmp_path_factory):
    """A site, its names, its authority."""
    names, authority = Names(), Authority(tmp_path_factory.mktemp('authority'))
    site = Site(authority.context('good.example.test', 'register.example.test'))
    site.pages['/'] = lambda h: give(h, b'<a rel=me>', kind='text/html')
    names.zone['good.example.test'] = names.zone['register.example.test'] = [('A', '127.0.0.1')]
    names.zone['_agora.example.test'] = [('TXT', [b'agora=', b'1\x1b[31m'])]
    yield names, authority, site
    site.close()
    names.close()


def fetch_keys(web):
    """[fetch] for the site."""
    names, authority, site = web
    return {'dns_servers': names.address, 'allow_loopback_for_tests': 'yes', 'test_ports': site.port, 'test_ca_file': authority.file}


def patient(operator, *arguments):
    """Again where a busy machine was late."""
    for _ in range(4):
        result = operator.run(*arguments)
        if 'five seconds' not in result[2] and 'could not be reached' not in result[2] and 'no answer' not in result[2]:
            break
    return result


def test_a_page_and_txt_records_are_brought(tmp_path, web):
    operator = Operator(tmp_path, fetch=fetch_keys(web))
    url = f'https://good.example.test:{web[2].port}/'
    status, out, _ = patient(operator, 'try', 'url', url)
    assert status == 0 and out.splitlines() == [f'200 {url}', 'from 127.0.0.1', 'text/html', '10 octets', '', '<a rel=me>']
    assert patient(operator, 'try', 'txt', '_agora.example.test')[:2] == (0, 'agora=1?[31m\n')
    assert patient(operator, 'try', 'txt', 'good.example.test')[:2] == (0, '')


def test_a_refusal_of_an_address_is_a_sentence(tmp_path, web):
    operator = Operator(tmp_path, fetch={'dns_servers': web[0].address})
    for url, sentence in (('https://good.example.test/', 'not on the public internet'), ('http://good.example.test/', 'must begin with https'),
                          ('https://nobody.example.test/', 'no host of this name'), ('https://a.test/\nloopback yes', 'must begin with https'),
                          ('', 'must begin with https'), ('https://a.test/' + 'a' * 2000, 'must begin with https')):
        status, out, err = patient(operator, 'try', 'url', url)
        assert status == 1 and out == '' and sentence in err
    status, _, err = operator.run('try', 'txt', 'a.test\nloopback yes')
    assert status == 1 and 'not the name of a domain' in err


def test_a_register_is_asked_only_where_it_was_named(tmp_path, web):
    port = web[2].port
    url = f'https://register.example.test:{port}/'
    none = Operator(tmp_path, fetch=fetch_keys(web))
    assert 'not one of those' in none.run('try', 'url', '--register', url)[2]
    named = Operator(tmp_path, fetch={**fetch_keys(web), 'register_hosts': f'other.example.test register.example.test:{port}'})
    assert patient(named, 'try', 'url', '--register', url)[0] == 0
    assert 'not one of those' in named.run('try', 'url', '--register', f'https://good.example.test:{port}/')[2]


@pytest.mark.parametrize('script', ['kill -SEGV $$', 'exit 0', 'head -c 3000 /dev/urandom', 'exec cat /dev/zero', 'echo no sandbox >&2; exit 69',
                                    r'printf "S\0\0\0\04\0\0\0\310E\0\0\0\0"', r'printf "R\0\0\0\02hiE\0\0\0\0"'])
def test_a_fetcher_that_breaks_is_unavailable(tmp_path, script):
    operator = Operator(tmp_path, agora={'libexec_dir': stand_in(tmp_path, script, 'agora-fetch')})
    for what in (('url', 'https://a.test/'), ('txt', 'a.test')):
        status, out, err = operator.run('try', *what)
        if what[0] == 'txt' and 'hi' not in script and status == 0:
            pytest.fail('a broken answer was taken for a whole one')
        assert status == 1 and out == '' and 'not available' in err


@pytest.mark.parametrize('base_url, keys, sentence', [
    ('https://members.example.org', {'allow_loopback_for_tests': 'yes'}, 'which others can reach'),
    ('http://members.example.org', {'allow_loopback_for_tests': 'yes'}, 'which others can reach'),
    ('http://127.0.0.1.example.org', {'allow_loopback_for_tests': 'yes'}, 'which others can reach'),
    ('http://localhost.example.org', {'allow_loopback_for_tests': 'yes'}, 'which others can reach'),
    ('http://localhost:9', {'test_ports': '8443'}, 'for tests alone'), ('http://localhost:9', {'test_ca_file': '/x'}, 'for tests alone'),
])
def test_what_is_for_tests_is_refused_elsewhere(tmp_path, base_url, keys, sentence):
    operator = Operator(tmp_path, agora={'base_url': base_url}, fetch=keys)
    status, _, err = operator.run('try', 'txt', 'a.test')
    assert status == 78 and sentence in err
    agorad = subprocess.run([TOP / os.environ['AGORA_BUILD'] / 'bin/agorad', '--config', operator.conf], capture_output=True, text=True,
                            check=False)
    assert agorad.returncode == 78 and sentence in agorad.stderr


# -- the unit ------------------------------------------------------------------------------------------

def test_agorads_unit_leaves_its_programs_what_they_need_to_close_themselves_in():
    """What the unit's filter forbids, its children cannot do either."""
    unit = (TOP / 'docs/systemd/agorad.service').read_text().splitlines()
    allowed, denied = set(), set()
    listed = subprocess.run(['systemd-analyze', 'syscall-filter'], capture_output=True, text=True, check=False).stdout
    sets, current = {}, None
    for line in listed.splitlines():
        if line.startswith('@'):
            current = sets.setdefault(line.strip(), set())
        elif line.startswith(' ') and '#' not in line:
            current.add(line.strip())

    def whole(name):
        return set().union(*(whole(n) if n.startswith('@') else {n} for n in sets[name]))
    for line in unit:
        if line.startswith('SystemCallFilter='):
            words = line.split('=', 1)[1]
            target = denied if words.startswith('~') else allowed
            for name in words.lstrip('~').split():
                target |= whole(name) if name.startswith('@') else {name}
    needed = {'landlock_create_ruleset', 'landlock_add_rule', 'landlock_restrict_self', 'seccomp', 'prctl', 'prlimit64', 'execve', 'clone',
              'vfork', 'pidfd_open', 'memfd_create', 'close_range', 'dup2', 'pipe2', 'setpgid', 'chdir', 'wait4', 'kill', 'poll'}
    assert listed and needed <= allowed - denied


# -- while they run ------------------------------------------------------------------------------------

def status_of(pid):
    """/proc/PID/status as a dictionary; empty when it is gone."""
    try:
        return dict(line.split(':\t', 1) for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines() if ':\t' in line)
    except OSError:
        return {}


def is_closed_in(pid):
    """A filter of system calls is loaded, privileges cannot be gained, and root is nobody."""
    status = status_of(pid)
    return (status.get('Seccomp') == '2' and status.get('NoNewPrivs') == '1'
            and int(status.get('CapEff', '1'), 16) == 0 and not status['Uid'].startswith('0\t'))


def becomes_true(condition, process):
    """Wait for it, as long as the process is there."""
    end = fair_time() + 60
    while not condition():
        assert process.poll() is None and fair_time() < end
        time.sleep(0.01)


def closed_in_with(process, helper):
    """Both the process and the program of this name that it starts are closed in, and end together."""
    children = pathlib.Path(f'/proc/{process.pid}/task/{process.pid}/children')
    try:
        becomes_true(lambda: is_closed_in(process.pid), process)
        becomes_true(lambda: any(status_of(c).get('Name') == helper and is_closed_in(c) for c in children.read_text().split()), process)
        child = children.read_text().split()[0]
        process.kill()
        process.wait()
        end = fair_time() + 60
        while status_of(child).get('State', 'Z')[0] != 'Z':
            assert fair_time() < end, f'{helper} outlived what had started it'
            time.sleep(0.01)
    finally:
        process.kill()


def test_the_imager_and_what_draws_its_pages_are_closed_in(tmp_path):
    """Seen from outside, while a PDF that never ends is drawn."""
    path = tmp_path / 'upload'
    path.write_bytes(hostile_files.FILES['pdf_that_draws_a_billion_times'][1]())
    program = TOP / os.environ['AGORA_BUILD'] / 'bin/agora-imager'
    with path.open('rb') as file, subprocess.Popen([program], stdin=file, stdout=subprocess.PIPE) as p:
        closed_in_with(p, 'pdftoppm')


def test_the_reader_of_taxonomies_and_what_parses_for_it_are_closed_in():
    """Seen from outside, while the file goes on and on."""
    program = TOP / os.environ['AGORA_BUILD'] / 'bin/agora-skos'
    with subprocess.Popen([program, 'ntriples'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        closed_in_with(p, 'rapper')


def test_the_fetcher_is_closed_in():
    """Seen from outside, while it waits for a server that says nothing."""
    program = TOP / os.environ['AGORA_BUILD'] / 'bin/agora-fetch'
    names = Names()
    names.zone['silent.example.test'] = 'silent'
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        try:
            p.stdin.write(f'get https://silent.example.test/\ndns {names.address}\n'.encode())
            p.stdin.close()
            becomes_true(lambda: is_closed_in(p.pid), p)
        finally:
            p.kill()
            names.close()
