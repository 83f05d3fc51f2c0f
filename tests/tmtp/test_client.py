"""The command `tmtp` against servers that are slow, rude or lie, and through an OpenID sign-in."""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import stat
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

from stack import free_port
from tmtp_peer import NODE, UID, Peer, make_certificate

TOP = pathlib.Path(__file__).resolve().parents[2]
TMTP = TOP / os.environ['AGORA_BUILD'] / 'bin/tmtp'
OTHER = 'DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD'
OK, LOCAL, USAGE, RETRY, REFUSED, AUTH, PROTOCOL, NONE = range(8)


@pytest.fixture(scope='module')
def certificate(tmp_path_factory):
    """For localhost, self-signed."""
    return make_certificate(tmp_path_factory.mktemp('certificate'))


@pytest.fixture
def credentials(tmp_path):
    """Of a client named Alice Example, for any server."""
    path = tmp_path / 'alice.json'

    def make(peer, mark='='):
        path.write_text(json.dumps({'server': mark + peer.server, 'uid': UID, 'node': NODE, 'alias': 'Alice Example',
                                    'contacts': {'Bob Example': {'uid': OTHER, 'via': ''}}}), encoding='utf8')
        path.chmod(0o600)
        return path
    return make


def tmtp(*words, stdin=None):
    """Run it to its end."""
    done = subprocess.run([str(w) for w in (TMTP, *words)], text=True, capture_output=True, timeout=60, check=False,
                          input=stdin)
    assert 'Sanitizer' not in done.stderr, done.stderr
    return done


def fails(status, words, *arguments):
    """It ends with this status, and says this."""
    done = tmtp(*arguments)
    assert (done.returncode, words in done.stderr) == (status, True), (done.returncode, done.stderr)


# -- rude servers ----------------------------------------------------------------------------------

RUDE = {
    'no_hex_length': (PROTOCOL, lambda link: link.raw(b'HTTP/1.1 400 Bad Request\r\n\r\n')),
    'length_below_eight': (PROTOCOL, lambda link: link.raw(b'0007{"op":1}....')),
    'no_json': (PROTOCOL, lambda link: link.raw(b'000cnot json at all')),
    'array': (PROTOCOL, lambda link: link.raw(b'000a["tmtprev"]'[:14] + b'')),
    'deep_json': (PROTOCOL, lambda link: link.raw(b'0100' + b'[' * 256)),
    'op_is_a_number': (PROTOCOL, lambda link: link.send(op=7)),
    'huge_datalen': (PROTOCOL, lambda link: link.raw(b'0026{"op":"x","datalen":9223372036854775807}')),
    'another_version': (PROTOCOL, lambda link: link.send(op='tmtprev', id='2')),
    'closes': (RETRY, lambda link: link.sock.close()),
    'quits': (PROTOCOL, lambda link: link.send(op='quit', error='we are\nclosed\x1b[2J')),
}


@pytest.mark.parametrize('name', RUDE)
def test_a_rude_server_ends_the_client_in_order(name, certificate, credentials):
    status, act = RUDE[name]
    with Peer(certificate, act) as peer:
        done = tmtp('login', '--credentials', credentials(peer), '--timeout', 10)
    assert done.returncode == status, done.stderr
    assert done.stderr.startswith('tmtp: ') and '\x1b' not in done.stderr and done.stderr.count('\n') == 1


def test_a_silent_server_is_given_up(certificate, credentials):
    with Peer(certificate, lambda link: None) as peer:
        fails(RETRY, 'too long', 'login', '--credentials', credentials(peer), '--timeout', 1)


def test_a_server_that_is_away_is_to_be_tried_again(credentials):
    class Nowhere:
        server = f'localhost:{free_port()}'
    fails(RETRY, "can't connect", 'login', '--credentials', credentials(Nowhere))


@pytest.mark.parametrize('text,status', [('login failed', AUTH), ('corrupt base32 value', AUTH),
                                         ('node already connected', RETRY), ('invalid header', PROTOCOL)])
def test_a_refused_login_says_why(text, status, certificate, credentials):
    def refuse(link):
        link.greet()
        link.expect(2)
        link.send(op='quit', error=text)
    with Peer(certificate, refuse) as peer:
        fails(status, text, 'login', '--credentials', credentials(peer))


# -- certificates ----------------------------------------------------------------------------------

def greet_and_quit(link):
    link.login()
    link.quit()


def test_a_certificate_is_checked_with_plus_and_not_with_equals(certificate, credentials):
    with Peer(certificate, lambda link: None, greet_and_quit, greet_and_quit) as peer:
        fails(AUTH, 'certificate', 'login', '--credentials', credentials(peer, '+'))
        assert tmtp('login', '--credentials', credentials(peer, '+'), '--ca', certificate[0]).returncode == OK
        assert tmtp('login', '--credentials', credentials(peer, '=')).returncode == OK


def test_the_certificate_must_be_the_hosts(tmp_path, credentials):
    other = make_certificate(tmp_path, 'other.example')
    with Peer(other, lambda link: None) as peer:
        fails(AUTH, 'certificate', 'login', '--credentials', credentials(peer, '+'), '--ca', other[0])


# -- messages --------------------------------------------------------------------------------------

def deliver(link, data, head=0, **more):
    """Send one message and take its ack; messages are acked one by one."""
    link.send(data, op='delivery', id='0000000000000001', datalen=len(data), datahead=head,
              posted='2026-11-24T11:52:00.000Z', **{'from': OTHER, **more})
    header, _ = link.expect(10)
    assert header['id'] == '0000000000000001'


def test_every_message_is_acked_however_strange(certificate, credentials):
    strange = [(b'', 0), (b'no head', 0), (b'null', 4), (b'{}', 2), (b'{"alias":5}body', 11), (b'[[[[', 4),
               (b'{"threadid":"../../x","alias":"B"}', 34), (b'\xff\xfe', 0), (b'{"attach":[{"size":999}]}x', 25),
               (b'{"cc":[null,5,{}]}', 18), (b'{"attach":[{"size":-5},{"size":9007199254740991}]}x', 50)]

    def serve(link):
        link.login()
        link.send(op='ohi', **{'from': OTHER}, status=1)
        for data, head in strange:
            deliver(link, data, head)
        link.quit()
    with Peer(certificate, serve) as peer:
        done = tmtp('read', '--json', '--count', len(strange), '--credentials', credentials(peer))
    assert done.returncode == OK, done.stderr
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(messages) == len(strange)
    assert messages[1]['body'] == 'no head' and 'body' not in messages[7]


def test_what_a_terminal_would_obey_is_not_printed(certificate, credentials):
    head = json.dumps({'threadid': '', 'alias': 'Bob\x1b[31m Example', 'subject': 'a\x07b'}).encode()

    def serve(link):
        link.login()
        deliver(link, head + 'line\nnext\x1b]0;x\x07\u009b2J'.encode(), len(head))
        link.quit()
    with Peer(certificate, serve) as peer:
        done = tmtp('read', '--count', 1, '--credentials', credentials(peer))
    assert done.returncode == OK
    assert not set(done.stdout) & {'\x1b', '\x07', '\u009b'} and 'line\nnext' in done.stdout


def test_an_impostor_is_not_shown(certificate, credentials):
    head = json.dumps({'threadid': '', 'alias': 'Bob Example', 'subject': 'secret'}).encode()

    def serve(link):
        link.login()
        deliver(link, head + b'hidden', len(head), **{'from': 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'})
        deliver(link, head + b'hidden', len(head), **{'from': 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'})
        link.quit()
    with Peer(certificate, serve, serve) as peer:
        path = credentials(peer)
        for form in ([], ['--json']):
            done = tmtp('read', '--count', 2, '--credentials', path, *form)
            assert done.returncode == OK and 'hidden' not in done.stdout and 'secret' not in done.stdout
            assert done.stdout


def test_a_message_is_acked_only_when_it_is_out(certificate, credentials):
    acked = []

    def serve(link):
        link.login()
        link.send(b'x', op='delivery', id='0000000000000001', datalen=1, posted='', **{'from': OTHER})
        acked.append(link.receive()[0]['op'])
        link.send(op='quit', error='logout ok')
    with Peer(certificate, serve) as peer:
        with open('/dev/full', 'w', encoding='utf8') as full:
            done = subprocess.run([str(TMTP), 'read', '--count', '1', '--credentials', str(credentials(peer))],
                                  stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == LOCAL and "can't write" in done.stderr
    assert acked == [12], 'it was acked, or the client went without quitting'


def test_a_post_carries_cc_for_all_and_a_reply_goes_to_all(certificate, credentials):
    posts = []

    def serve(link):
        link.login()
        header, data = link.expect(7)
        posts.append((header, data))
        # a message in between is kept, and is not taken for the answer
        link.send(b'm', op='delivery', id='0000000000000009', datalen=1, posted='', **{'from': OTHER})
        link.send(op='ack', id=header['id'], msgid='0000000000000002', posted='2026-11-24T11:52:00.000Z')
        link.quit()
    with Peer(certificate, serve, serve) as peer:
        path = credentials(peer)
        done = tmtp('post', '--json', '--to', 'Bob Example', '--subject', 'Hé', '-', '--credentials', path, stdin='the text')
        assert done.returncode == OK, done.stderr
        assert json.loads(done.stdout) == {'msgid': '0000000000000002', 'posted': '2026-11-24T11:52:00.000Z',
                                           'thread': '0000000000000002'}
        assert tmtp('post', '--thread', '0000000000000002', 'again', '--credentials', path).returncode == OK
    (first, data), (second, reply) = posts
    head = json.loads(data[:first['datahead']])
    assert data[first['datahead']:] == b'the text' and head['subject'] == 'Hé' and head['threadid'] == ''
    assert [(c['who'], c['whouid'], c['by'], c['byuid'], c['subscribe']) for c in head['cc']] == [
        ('Alice Example', UID, 'Alice Example', UID, True), ('Bob Example', OTHER, 'Alice Example', UID, True)]
    assert json.loads(reply[:second['datahead']])['threadid'] == '0000000000000002'
    assert first['for'] == second['for'] == [{'id': OTHER, 'type': 1}]


def test_a_refused_post_is_told(certificate, credentials):
    def serve(link):
        link.login()
        link.send(op='ack', id=link.expect(7)[0]['id'], error=f'not introduced to {OTHER}')
        link.quit()
    with Peer(certificate, serve) as peer:
        fails(REFUSED, 'not introduced', 'post', '--to', OTHER, 'x', '--credentials', credentials(peer))


def test_somebody_unknown_is_not_written_to(certificate, credentials):
    with Peer(certificate, greet_and_quit) as peer:
        fails(LOCAL, 'not among the contacts', 'post', '--to', 'Nobody Known', 'x', '--credentials', credentials(peer))


# -- use -------------------------------------------------------------------------------------------

@pytest.mark.parametrize('words', [[], ['other'], ['read', 'x'], ['ping', 'a'], ['post', '--wait', '1', 'x'],
                                   ['read', '--wait', 'x'], ['read', '--count', '-1'], ['read', '--nothing']])
def test_wrong_use_is_told(words):
    done = tmtp(*words)
    assert done.returncode == USAGE and 'usage' in done.stderr and not done.stdout


def test_help_and_version_are_printed():
    assert tmtp('--help').stdout.startswith('usage:') and tmtp('--version').stdout.startswith('tmtp ')


# -- registration ----------------------------------------------------------------------------------

class Provider(http.server.ThreadingHTTPServer):
    """An OpenID provider's token endpoint that remembers what it was asked."""

    def __init__(self, answer, status=200):
        self.forms, self.answer, self.status = [], answer, status
        super().__init__(('127.0.0.1', 0), Handler)
        self.address = f'http://localhost:{self.server_address[1]}'
        self.redirect = f'http://localhost:{free_port()}/u'
        common = f'client_id=tmtp&redirect_uri={urllib.parse.quote(self.redirect, safe="")}'
        self.authby = [{'label': 'Example', 'login': [self.address + '/authorize', f'response_type=code&{common}&scope=openid%20tmtp'],
                        'token': [self.address + '/token', f'grant_type=authorization_code&{common}']}]

    def __enter__(self):
        threading.Thread(target=self.serve_forever).start()
        return self

    def __exit__(self, *failed):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """POST /token."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
        self.server.forms.append({k: v[0] for k, v in urllib.parse.parse_qs(body, strict_parsing=True).items()})
        text = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


TOKEN = {'token_type': 'Bearer', 'expires_in': 300, 'scope': 'openid tmtp', 'access_token': 'a', 'id_token': 'x.y.z'}


def visit(url):
    """What a browser would do; gives the status."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as e:
        return e.code


def start_register(peer, path, *more):
    """Start it and read the sign-in address; gives (process, its parameters)."""
    process = subprocess.Popen([str(w) for w in (TMTP, 'register', '--server', '=' + peer.server, '--alias', 'Alice Example',
                                                 '--credentials', path, '--json', '--wait', 20, *more)],
                               text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    url = json.loads(process.stdout.readline())['url']
    return process, {k: v[0] for k, v in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).items()}


def end(process):
    """Its output and status."""
    out, err = process.communicate(timeout=30)
    assert 'Sanitizer' not in err, err
    return process.returncode, out, err


def take_registration(seen, error=None):
    """A script that registers anybody."""
    def script(link):
        link.greet()
        header, _ = link.expect(1)
        seen.append(header)
        link.send(op='registered', uid=UID, nodeid=NODE, **({'error': error} if error else {}))
        link.send(op='info', info='login ok')
        link.quit()
    return script


@pytest.mark.parametrize('port', [None, 'another'])
def test_a_sign_in_gives_the_token_to_the_server(port, certificate, tmp_path):
    seen, path = [], tmp_path / 'folder' / 'alice.json'
    with Provider(TOKEN | {'more': 'dropped'}) as provider:
        with Peer(certificate, lambda link: link.greet(auth=1, authby=provider.authby), take_registration(seen)) as peer:
            back = provider.redirect if port is None else f'http://localhost:{free_port()}/u'
            more = [] if port is None else ['--redirect-port', back.split(':')[2].split('/')[0]]
            process, parameters = start_register(peer, path, *more)
            assert parameters['redirect_uri'] == back and parameters['code_challenge_method'] == 'S256'
            state = urllib.parse.quote(parameters['state'])
            assert visit(back.replace('/u', '/favicon.ico')) == 404
            assert visit(back + '?code=stolen&state=Awrong') == 400
            assert visit(f'{back}/?code=c-0.d_e&state={state}') == 200
            status, out, err = end(process)
    assert status == OK, err
    [form] = provider.forms
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form['code_verifier'].encode()).digest()).rstrip(b'=').decode()
    assert challenge == parameters['code_challenge'] and len(form['code_verifier']) == 43
    assert (form['code'], form['redirect_uri'], form['grant_type']) == ('c-0.d_e', back, 'authorization_code')
    assert seen[0]['oidc'] == TOKEN and seen[0]['newalias'] == 'Alice Example'
    assert json.loads(out)['uid'] == UID and NODE not in out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and json.loads(path.read_text())['node'] == NODE


def test_a_refused_sign_in_is_told(certificate, tmp_path):
    with Provider(TOKEN) as provider, Peer(certificate, lambda link: link.greet(auth=1, authby=provider.authby)) as peer:
        process, parameters = start_register(peer, tmp_path / 'a.json')
        assert visit(f'{provider.redirect}?error=access_denied&error_description=not+verified&state={parameters["state"]}') == 200
        status, _, err = end(process)
    assert status == REFUSED and 'not verified' in err and not (tmp_path / 'a.json').exists()


@pytest.mark.parametrize('answer,http_status,status', [
    ({**TOKEN, 'scope': ''}, 200, PROTOCOL), ({k: v for k, v in TOKEN.items() if k != 'scope'}, 200, PROTOCOL),
    ({**TOKEN, 'expires_in': '300'}, 200, PROTOCOL), ([], 200, PROTOCOL),
    ({'error': 'invalid_grant', 'error_description': 'code used'}, 400, REFUSED), ({}, 503, RETRY)])
def test_a_bad_token_answer_is_told(answer, http_status, status, certificate, tmp_path):
    with Provider(answer, http_status) as provider, Peer(certificate, lambda link: link.greet(authby=provider.authby)) as peer:
        process, parameters = start_register(peer, tmp_path / 'a.json')
        visit(f'{provider.redirect}?code=c&state={parameters["state"]}')
        assert end(process)[0] == status


@pytest.mark.parametrize('change,words', [
    (lambda a: a[0]['login'].__setitem__(1, 'response_type=code&client_id=x&scope=openid'), 'redirect_uri'),
    (lambda a: a[0]['login'].__setitem__(1, a[0]['login'][1].replace('scope=', 'scpe=')), 'scope'),
    (lambda a: a[0]['login'].__setitem__(1, a[0]['login'][1].replace('localhost', 'evil.example')), 'redirect_uri'),
    (lambda a: a[0]['token'].__setitem__(0, 'http://evil.example/token'), 'https')])
def test_a_sign_in_that_is_not_safe_is_not_begun(change, words, certificate, tmp_path):
    with Provider(TOKEN) as provider:
        change(provider.authby)
        with Peer(certificate, lambda link: link.greet(authby=provider.authby)) as peer:
            fails(PROTOCOL, words, 'register', '--server', '=' + peer.server, '--alias', 'Alice Example', '--print-url',
                  '--credentials', tmp_path / 'a.json')


def test_a_refused_alias_keeps_the_account(certificate, tmp_path):
    seen, path = [], tmp_path / 'a.json'

    def take_alias(link):
        link.login()
        header, _ = link.expect(3)
        seen.append(header['newalias'])
        link.send(op='ack', id=header['id'])
        link.quit()
    with Peer(certificate, lambda link: link.greet(), take_registration(seen, 'alias taken'), take_alias) as peer:
        fails(REFUSED, 'alias taken', 'register', '--server', '=' + peer.server, '--alias', 'Taken Alias', '--credentials', path)
        assert json.loads(path.read_text())['alias'] == ''
        assert tmtp('alias', 'Another Alias', '--credentials', path).returncode == OK
    assert json.loads(path.read_text())['alias'] == 'Another Alias' and seen[1] == 'Another Alias'


def test_credentials_are_not_overwritten(certificate, credentials):
    with Peer(certificate) as peer:
        path = credentials(peer)
        before = path.read_text()
        fails(LOCAL, 'already', 'register', '--server', '=' + peer.server, '--alias', 'Alice Example', '--credentials', path)
    assert path.read_text() == before
