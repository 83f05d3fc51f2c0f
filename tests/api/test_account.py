"""Accounts over the interface: joining, signing in and out, new passwords, guessing, the operator's commands."""
import http.client
import itertools
import re
import subprocess

import pytest
from client import Client, mail_code, wait_for
from effort import Effort
from stack import write_secret

PASSWORD = 'a long enough password'
SETTINGS = {'agorad': {'http': {'trusted_proxies': '127.0.0.1'}}}
COUNT = itertools.count(1)


@pytest.fixture(autouse=True)
def forget_guesses(instance):
    """No test waits for the guesses of another."""
    instance.sql('delete from agora.attempt')


def at(instance, address):
    """A Client whose requests come from this network address (behind a proxy that is trusted)."""
    client = instance.anyone()
    plain = client.raw
    client.raw = lambda method, path, body=None, headers=None: plain(method, path, body, {'X-Forwarded-For': address, **(headers or {})})
    return client


def fresh(name='new'):
    """An address nobody used yet."""
    return f'{name}{next(COUNT)}@joining.test'


def application(email, **other):
    """What the app sends to apply."""
    return {'email': email, 'password': PASSWORD, 'given_name': 'Nova', 'family_name': 'Member', 'terms': True, **other}


def mails(instance, email):
    """The messages to an address, oldest first."""
    files = sorted(instance.mail.glob('*.eml'), key=lambda p: p.stat().st_mtime)
    texts = [p.read_text(encoding='utf8') for p in files]
    return [t for t in texts if re.search(rf'^To: {re.escape(email)}\r?$', t, re.M)]


def wait_mail(instance, email, n=1):
    """Wait until the n-th message to an address is there."""
    return wait_for(lambda: len(mails(instance, email)) >= n and mails(instance, email)[n - 1], why=f'message {n} to {email}')


def join(instance, email, **other):
    """Apply and confirm; gives a signed-in Client."""
    client = instance.anyone()
    client.expect(202, 'POST', 'applications', application(email, **other))
    client.expect(204, 'POST', 'applications/confirm', {'email': email, 'code': mail_code(instance.mail, email)})
    client.sign_in(email, other.get('password', PASSWORD))
    return client


def without_instance(problem):
    """A problem apart from the id of its request."""
    return {k: v for k, v in problem.items() if k != 'instance'}


# -- joining -------------------------------------------------------------------------------------------

def test_who_applies_and_confirms_can_sign_in(instance):
    """The whole way: apply, a message with a code, confirm, sign in."""
    email = fresh()
    client = instance.anyone()
    assert client.expect(202, 'POST', 'applications', application(email)).json == {'sent_to': email}
    assert client.request('POST', 'session', {'email': email, 'password': PASSWORD}).status == 401
    text = wait_mail(instance, email)
    assert 'Auto-Submitted: auto-generated' in text and 'Nova Member' in text
    client.expect(204, 'POST', 'applications/confirm', {'email': email, 'code': mail_code(instance.mail, email)})
    account = client.sign_in(email, PASSWORD)['account']
    assert account['shown_name'] == 'Nova Member' and account['roles'] == ['member'] and account['level'] == 0
    assert account['handle'].startswith('nova-member')


def test_a_code_works_once_and_in_any_spelling(instance):
    """Lower case and no hyphens will do; a second time will not."""
    email = fresh()
    client = instance.anyone()
    client.expect(202, 'POST', 'applications', application(email))
    code = mail_code(instance.mail, email)
    wrong = client.request('POST', 'applications/confirm', {'email': email, 'code': 'AAAA-BBBB-CCCC'})
    assert wrong.status == 422 and wrong.json['errors'][0]['pointer'] == '/code'
    client.expect(204, 'POST', 'applications/confirm', {'email': email.upper(), 'code': f' {code.lower().replace("-", "")} '})
    again = client.request('POST', 'applications/confirm', {'email': email, 'code': code})
    assert without_instance(again.json) == without_instance(wrong.json)


def test_an_application_never_tells_whether_the_address_is_known(instance):
    """The same answer for both; the member is told by mail, without a code."""
    known = fresh()
    join(instance, known)
    stranger = instance.anyone()
    unknown = fresh('unknown')
    answers = [stranger.expect(202, 'POST', 'applications', application(e, family_name='Stranger')) for e in (known, unknown)]
    assert [a.json for a in answers] == [{'sent_to': known}, {'sent_to': unknown}]
    assert {k: v for k, v in answers[0].headers.items() if k not in ('date', 'x-request-id', 'content-length', 'ratelimit')} == \
           {k: v for k, v in answers[1].headers.items() if k not in ('date', 'x-request-id', 'content-length', 'ratelimit')}
    told = wait_mail(instance, known, 2)
    assert 'you have an account there already' in told and not re.search(r'^\s*[0-9A-Z]{4}-[0-9A-Z]{4}', told, re.M)


@pytest.mark.parametrize('change,pointer', [
    ({'password': 'short'}, '/password'), ({'password': 'password123456'}, '/password'), ({'password': 'x' * 257}, '/password'),
    ({'password': 'qwertyuiopasdfgh' * 2}, '/password'), ({'email': 'nobody'}, '/email'), ({'email': 'a@b c'}, '/email'),
    ({'given_name': ''}, '/given_name'), ({'family_name': 'x' * 101}, '/family_name'), ({'terms': False}, '/terms'),
    ({'given_name': 'A\r\nBcc: eve@evil.example'}, '/given_name'), ({'email': 'a@b\r\nBcc: eve@evil.example'}, '/email'),
    ({'roles': ['admin']}, '/roles'), ({'state': 'active'}, '/state')])
def test_what_is_wrong_with_an_application_is_named(instance, change, pointer):
    """422 with the field; nothing that is not asked for is taken."""
    answer = instance.anyone().request('POST', 'applications', application(**{'email': fresh(), **change}))
    assert answer.status == 422, answer.text
    assert answer.json['errors'][0]['pointer'] == pointer


def test_a_stranger_gets_no_account_with_somebodys_address(instance):
    """Applications for one address stand side by side, each with its own password and code."""
    email = fresh('eva')
    client = instance.anyone()
    client.expect(202, 'POST', 'applications', application(email, password='the stranger one', family_name='Stranger'))
    client.expect(202, 'POST', 'applications', application(email, password='the owner herself', family_name='Owner'))
    client.expect(202, 'POST', 'applications', application(email, password='the stranger two', family_name='Stranger'))
    wait_mail(instance, email, 3)
    owners = next(m for m in mails(instance, email) if 'Nova Owner' in m)
    code = re.search(r'^\s+([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})', owners, re.M).group(1)
    client.expect(204, 'POST', 'applications/confirm', {'email': email, 'code': code})
    assert client.request('POST', 'session', {'email': email, 'password': 'the stranger two'}).status == 401
    client.sign_in(email, 'the owner herself')


# -- sessions ------------------------------------------------------------------------------------------

def test_the_cookie_is_closed_to_scripts_and_other_sites(instance):
    """HttpOnly, SameSite, host only; the secret is in no body, and in the database as a hash only."""
    person = instance.person('Cookie')
    answer = person.expect(201, 'POST', 'session', {'email': person.email, 'password': PASSWORD})
    cookie = answer.cookies[0]
    assert '; HttpOnly' in cookie and '; SameSite=Lax' in cookie and '; Path=/' in cookie and 'domain' not in cookie.lower()
    token = person.cookies['agora']
    assert len(token) == 43 and token not in answer.text
    rows = instance.sql('select s::text from agora.session s')
    assert rows and not [r for r in rows if token in r[0]]


def test_signing_in_anew_gives_a_new_secret_and_ends_the_old(instance):
    """A secret that somebody planted is of no use afterwards."""
    person = instance.person('Anew')
    former = instance.anyone()
    former.cookies = dict(person.cookies)
    person.sign_in(person.email, PASSWORD)
    assert person.cookies != former.cookies
    assert former.request('GET', 'session').status == 401
    assert person.request('GET', 'session').status == 200


def test_signing_out_ends_the_session_for_the_secret_too(instance):
    """Not only the browser forgets it."""
    person = instance.person('Out')
    kept = instance.anyone()
    kept.cookies = dict(person.cookies)
    person.expect(204, 'DELETE', 'session')
    assert not person.cookies
    assert kept.request('GET', 'session').status == 401


def test_a_member_ends_sessions_of_their_own_only(instance):
    """The list shows them; another's is not there."""
    person, other = instance.person('Lister'), instance.person('Other')
    second = instance.anyone()
    second.raw('POST', '/api/v1/session', f'{{"email": "{person.email}", "password": "{PASSWORD}"}}'.encode(),
               {'Content-Type': 'application/json', 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'})
    items = person.get('sessions')['items']
    assert sorted((i['device'], i['current']) for i in items) == [('Another program', True), ('Firefox on Linux', False)]
    there = next(i['id'] for i in items if not i['current'])
    assert other.request('DELETE', f'sessions/{there}').status == 404
    assert second.request('GET', 'session').status == 200
    person.expect(204, 'DELETE', f'sessions/{there}')
    assert second.request('GET', 'session').status == 401
    assert person.request('DELETE', f'sessions/{there}').status == 404


@pytest.mark.parametrize('token', ['', 'x', 'A' * 43, 'A' * 5000, 'é', "' or 1=1 --"])
def test_a_secret_that_is_none_is_nobody(instance, token):
    """Whatever stands in the cookie."""
    answer = Client(instance.url).raw('GET', '/api/v1/session', headers={'Cookie': f'agora={token}'.encode('utf8').decode('latin1')})
    assert answer.status == 401


def test_other_sites_cannot_sign_somebody_in(instance):
    """Nobody is put into a stranger's account by a page of theirs."""
    person = instance.person('Csrf')
    body = f'{{"email": "{person.email}", "password": "{PASSWORD}"}}'.encode()
    for headers in ({'Origin': 'https://evil.example'}, {'Sec-Fetch-Site': 'cross-site'}, {'Origin': 'null'}):
        answer = instance.anyone().raw('POST', '/api/v1/session', body, {'Content-Type': 'application/json', **headers})
        assert answer.status == 403 and not answer.cookies


# -- guessing ------------------------------------------------------------------------------------------

def test_unknown_wrong_and_suspended_look_the_same(instance):
    """The same problem, word for word."""
    person, gone = instance.person('Same'), instance.person('Gone')
    instance.sql("update agora.account set state = 'suspended' where email = $1", gone.email)
    tries = [(person.email, 'wrong password here'), (fresh('nobody'), PASSWORD), (gone.email, PASSWORD)]
    answers = [instance.anyone().request('POST', 'session', {'email': e, 'password': p}) for e, p in tries]
    assert [a.status for a in answers] == [401] * 3
    assert without_instance(answers[0].json) == without_instance(answers[1].json) == without_instance(answers[2].json)


def test_unknown_and_wrong_take_as_long(instance):
    """The work for one is within half of that for the other."""
    instance.sql("update agora.policy set value = '1000' where key like 'sign_in.free%'")
    person, client = instance.person('Clock'), instance.anyone()

    def guess(email):
        assert client.request('POST', 'session', {'email': email, 'password': 'wrong password here'}).status == 401
    known, unknown = Effort(instance).medians(lambda: guess(person.email), lambda: guess('nobody.at.all@joining.test'))
    instance.sql("update agora.policy set value = '5' where key = 'sign_in.free_account'")
    instance.sql("update agora.policy set value = '30' where key = 'sign_in.free_address'")
    assert 0.5 < known / unknown < 2, (known, unknown)


def test_guesses_cost_a_wait_for_known_and_unknown_alike(instance):
    """After a few, 429 with Retry-After, also for the right password; then it goes on."""
    person = instance.person('Guess')
    instance.sql('delete from agora.known_place')
    for email in (person.email, fresh('nobody')):
        instance.sql('delete from agora.attempt')
        client = at(instance, '198.51.100.7')
        statuses = [client.request('POST', 'session', {'email': email, 'password': f'wrong {n}'}).status for n in range(6)]
        assert statuses == [401] * 6
        answer = client.request('POST', 'session', {'email': email, 'password': PASSWORD})
        assert answer.status == 429 and answer.json['type'].endswith('/too-many')
        assert 1 <= int(answer.headers['retry-after']) <= 2
    instance.sql("update agora.attempt set last_at = last_at - interval '3 seconds'")
    assert at(instance, '198.51.100.7').request('POST', 'session', {'email': person.email, 'password': PASSWORD}).status == 201


def test_a_stranger_cannot_lock_a_member_out(instance):
    """Where the member has signed in before, guesses from elsewhere do not count."""
    person = instance.person('Victim')
    home, stranger = at(instance, '203.0.113.5'), at(instance, '198.51.100.8')
    home.sign_in(person.email, PASSWORD)
    for n in range(12):
        stranger.request('POST', 'session', {'email': person.email, 'password': f'wrong {n}'})
    assert stranger.request('POST', 'session', {'email': person.email, 'password': 'wrong'}).status == 429
    home.cookies.clear()
    home.sign_in(person.email, PASSWORD)


def test_one_network_that_tries_many_accounts_waits(instance):
    """Counted by address, IPv6 by /64, whatever is tried."""
    instance.sql("update agora.policy set value = '3' where key = 'sign_in.free_address'")
    statuses = [at(instance, f'2001:db8:7:7::{n}').request('POST', 'session', {'email': fresh('many'), 'password': 'wrong'}).status
                for n in range(1, 6)]
    other = at(instance, '2001:db8:7:8::1').request('POST', 'session', {'email': fresh('many'), 'password': 'wrong'})
    instance.sql("update agora.policy set value = '30' where key = 'sign_in.free_address'")
    assert statuses == [401, 401, 401, 401, 429] and other.status == 401


# -- new passwords -------------------------------------------------------------------------------------

def test_a_new_password_by_mail_ends_every_session(instance):
    """Ask, a code, set; the old one is refused, the member is told."""
    person = instance.person('Forgot')
    stranger = instance.anyone()
    assert stranger.expect(202, 'POST', 'password-resets', {'email': person.email}).json == {'sent_to': person.email}
    code = mail_code(instance.mail, person.email)
    weak = stranger.request('POST', 'password-resets/confirm', {'email': person.email, 'code': code, 'password': 'iloveyou1234'})
    assert weak.status == 422 and weak.json['errors'][0]['pointer'] == '/password'
    wrong = stranger.request('POST', 'password-resets/confirm', {'email': person.email, 'code': '0000-0000-0000', 'password': 'quite another one'})
    assert wrong.status == 422 and wrong.json['errors'][0]['pointer'] == '/code'
    assert person.request('GET', 'session').status == 200
    stranger.expect(204, 'POST', 'password-resets/confirm', {'email': person.email, 'code': code, 'password': 'quite another one'})
    assert person.request('GET', 'session').status == 401
    assert stranger.request('POST', 'session', {'email': person.email, 'password': PASSWORD}).status == 401
    stranger.sign_in(person.email, 'quite another one')
    assert 'was changed' in wait_mail(instance, person.email, 2)
    again = instance.anyone().request('POST', 'password-resets/confirm', {'email': person.email, 'code': code, 'password': 'and a third one'})
    assert without_instance(again.json) == without_instance(wrong.json)


def test_asking_for_a_password_never_tells_whether_the_address_is_known(instance):
    """The same answer, and no message to nobody."""
    email = fresh('nobody')
    assert instance.anyone().expect(202, 'POST', 'password-resets', {'email': email}).json == {'sent_to': email}
    assert not mails(instance, email)
    code = instance.anyone().request('POST', 'password-resets/confirm', {'email': email, 'code': '0000-0000-0000', 'password': PASSWORD})
    assert code.status == 422 and code.json['errors'][0]['pointer'] == '/code'


def test_a_verifier_needs_a_longer_password(instance):
    """Fifteen characters instead of twelve."""
    person = instance.person('Longer', 'verifier')
    client = instance.anyone()
    client.expect(202, 'POST', 'password-resets', {'email': person.email})
    confirm = {'email': person.email, 'code': mail_code(instance.mail, person.email)}
    assert client.request('POST', 'password-resets/confirm', {**confirm, 'password': 'fourteen chars'}).status == 422
    client.expect(204, 'POST', 'password-resets/confirm', {**confirm, 'password': 'fifteen letters'})


# -- the operator --------------------------------------------------------------------------------------

def operator(instance, *arguments, password=None):
    """agoractl; gives (status, what it said)."""
    if password:
        secret = instance.var / 'operator.password'
        write_secret(secret, password + '\n')
        arguments = (*arguments, '--password-file', secret)
    done = instance.ctl(*arguments, check=False, stdin=subprocess.DEVNULL, start_new_session=True)
    return done.returncode, done.stdout + done.stderr


def test_the_first_admin_is_made_by_the_operator(instance):
    """Active at once, with the role."""
    email = fresh('root')
    assert operator(instance, 'admin', 'add', email.upper(), '--name', 'Rosa van Root', password='fifteen letters')[0] == 0
    account = instance.anyone().sign_in(email, 'fifteen letters')['account']
    assert account['roles'] == ['member', 'admin'] and account['shown_name'] == 'Rosa van Root'


def test_a_member_becomes_admin_with_their_own_password(instance):
    """No password is asked for; their sessions end, since rights have changed."""
    person = instance.person('Raised')
    assert operator(instance, 'admin', 'add', person.email, '--name', 'Any Name')[0] == 0
    assert person.request('GET', 'session').status == 401
    assert person.sign_in(person.email, PASSWORD)['account']['roles'] == ['member', 'admin']


@pytest.mark.parametrize('arguments,password,status,says', [
    (('admin', 'add', 'x@y.test', '--name', 'Only'), 'fifteen letters', 64, 'usage'),
    (('admin', 'add', 'x@y.test', '--name', 'X Y'), 'fourteen chars', 1, 'at least 15'),
    (('admin', 'add', 'x@y.test', '--name', 'X Y'), 'passwordpassword', 1, 'Many people'),
    (('admin', 'add', 'x@y.test', '--name', 'X Y'), None, 1, '--password-file'),
    (('admin', 'add', 'x@y.test', 'fifteen letters', '--name', 'X Y'), None, 64, 'usage'),
    (('account', 'add', 'x@y.test', '--given', 'X'), 'fifteen letters', 64, 'usage'),
    (('account', 'add', 'xy', '--given', 'X', '--family', 'Y'), 'fifteen letters', 1, 'no e-mail address'),
    (('account', 'add', 'x@y.test', '--given', 'X', '--family', 'Y', '--role', 'king'), 'fifteen letters', 1, 'no role king'),
    (('role', 'grant', 'nobody@y.test', 'verifier'), None, 1, 'no account'),
    (('role', 'grant', 'nobody@y.test'), None, 64, 'usage')])
def test_the_operator_is_told_what_is_wrong(instance, arguments, password, status, says):
    """Nothing is half done, and no password goes by the command line."""
    got, said = operator(instance, *arguments, password=password)
    assert got == status and says in said, said
    assert instance.sql("select count(*) from agora.account where email = 'x@y.test'")[0][0] == 0


def test_the_last_admin_stays(instance):
    """Whoever it is."""
    instance.sql("update agora.account set roles = array_remove(roles, 'admin')")
    person = instance.person('Last', 'admin')
    status, said = operator(instance, 'role', 'revoke', person.email, 'admin')
    assert status == 1 and 'last admin' in said
    other = instance.person('Another', 'admin')
    assert operator(instance, 'role', 'revoke', person.email, 'admin')[0] == 0
    assert operator(instance, 'role', 'revoke', other.email, 'admin')[0] == 1


def test_a_scripted_setup_may_be_repeated(instance):
    """account add of what is there sets it to what is said."""
    email = fresh('again')
    command = ('account', 'add', email, '--given', 'Ag', '--family', 'Ain')
    assert operator(instance, *command, password='the first password')[1].startswith('made')
    assert operator(instance, *command, '--role', 'verifier', password='the second password')[1].startswith('changed')
    assert instance.anyone().sign_in(email, 'the second password')['account']['roles'] == ['member', 'verifier']
    assert operator(instance, 'audit', 'verify')[0] == 0


# -- what goes out -------------------------------------------------------------------------------------

def test_the_instance_says_what_it_is(instance):
    """For the app, before anybody is signed in."""
    assert instance.anyone().get('instance') == {
        'organisation': 'Example Society of Engineers', 'version': '0.1.0',
        'tmtp': {'server': instance.tmtp_server, 'can_end': True, 'can_suspend': True, 'lists_contacts': True, 'links_by_code': False}}


def test_no_secret_is_in_the_log_or_stays_in_the_outbox(instance):
    """Passwords, codes and session secrets; a message's text goes when it is sent."""
    email = fresh('quiet')
    client = join(instance, email, password='quiet as a mouse 7')
    code = mail_code(instance.mail, email)
    log = (instance.var / 'agorad.log').read_text(encoding='utf8')
    for secret in ('quiet as a mouse 7', code, code.replace('-', ''), client.cookies['agora'], email):
        assert secret not in log
    rows = wait_for(lambda: instance.sql("select payload::text from agora.outbox where payload ->> 'to' = $1 and state = 'done'", email))
    assert code not in rows[0][0]
    assert not instance.sql('select 1 from agora.credential where password like $1', '%quiet%')


def test_a_request_cut_short_does_no_harm(instance):
    """A client that leaves in the middle of signing in leaves nothing behind."""
    connection = http.client.HTTPConnection('127.0.0.1', instance.http_port)
    connection.putrequest('POST', '/api/v1/session')
    connection.putheader('Content-Type', 'application/json')
    connection.putheader('Content-Length', '100')
    connection.endheaders(b'{"email": "x@')
    connection.close()
    assert Client(instance.url).request('GET', 'instance').status == 200
