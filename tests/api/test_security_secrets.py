"""Secrets of a whole run, looked for in everything that leaves the programs: answers, logs, messages, command lines."""
import base64
import json
import pathlib
import re
import urllib.parse

import pytest
from client import Client, wait_for
from conftest import PASSWORD
from contract import check, operations
from meet import connect, link

SETTINGS = {'agorad': {'agora': {'log_level': 'debug'}}}


@pytest.fixture(scope='module', name='run')
def a_whole_run(instance):
    """Two members join by mail, are linked, introduced, write to each other and part; everything that was answered is kept."""
    answers = []

    def keep(answer):
        check(answer)
        answers.append((answer.method, answer.path, answer.status, str(answer.headers), answer.text))
    people = [instance.person('Astrid', level=2), instance.person('Bernd', level=2), instance.person('Vera', 'verifier'),
              instance.person('Adam', 'admin')]
    for p in people:
        p.observe = keep
        p.sign_in(p.email, p.password)
    clients = [link(instance, people[0], 'Astrid Example'), link(instance, people[1], 'Bernd Example')]
    made = connect(people[0], people[1])
    clients[0].read(count=1)
    clients[0].post('Bernd Example', 'A word between us.')
    assert wait_for(lambda: any('A word between us.' in m.get('body', '') for m in clients[1].read(count=1, wait=5)), why='the message')
    for method, path, _ in operations():
        if method == 'GET' and not path.endswith('/events'):
            for p in people:
                p.request('GET', path.replace('{id}', made).replace('{handle}', people[0].handle))
    anyone = Client(instance.url, observe=keep)
    anyone.expect(202, 'POST', 'applications', {'email': 'cecil@example.org', 'password': 'quite a secret of mine', 'given_name': 'Cecil', 'family_name': 'E',
                                                'terms': True})
    anyone.request('POST', 'password-resets', {'email': people[0].email})
    wait_for(lambda: len(list(instance.mail.glob('*.eml'))) >= 2, why='the messages')
    for name in ('/healthz', '/readyz', '/metrics', '/oauth2/jwks', '/oauth2/jwks/tmtp', '/.well-known/openid-configuration', '/nothing'):
        anyone.raw('GET', name)
    people[1].expect(200, 'POST', f'introductions/{made}/end', {})
    return answers, people, clients


def leaving(instance, answers):
    """(where, text) of all that left: answers, logs, messages, the audit log and the events."""
    for method, path, status, headers, text in answers:
        yield f'{method} {path} {status}', path + headers + text
    for log in (instance.agorad.log, instance.tmtpd.log):
        yield str(log), log.read_text(errors='replace')
    for mail in instance.mail.glob('*.eml'):
        yield mail.name, mail.read_text(errors='replace')
    yield 'audit', str(instance.sql('select e::text from agora.audit_event e'))
    yield 'events', str(instance.sql('select e::text from agora.event e'))
    for daemon in (instance.agorad, instance.tmtpd):
        command = pathlib.Path(f'/proc/{daemon.process.pid}/cmdline').read_text(encoding='utf8')
        yield f'{daemon.name} command line', command + pathlib.Path(f'/proc/{daemon.process.pid}/environ').read_text(errors='replace')


def forms(secret):
    """A secret as it could appear: itself, percent-encoded, base64."""
    return {secret, urllib.parse.quote(secret, safe=''), base64.b64encode(secret.encode()).decode().rstrip('='),
            base64.urlsafe_b64encode(secret.encode()).decode().rstrip('=')}


def test_no_uid_and_no_node_password_leaves_the_programs(instance, run):
    """A uid is the right to write; the introducer's are the organisation's."""
    answers, _, clients = run
    uids = [r[0] for r in instance.sql('select uid from agora.tmtp_account')]
    assert len(uids) == 2 and {c for u in uids for c in u} <= set('%+123456789BCDFGHJKLMNPQRSTVWXYZ')
    secrets = set(uids)
    for path in [c.credentials for c in clients] + [instance.introducer]:
        kept = json.loads(path.read_text())
        assert path.stat().st_mode & 0o077 == 0
        secrets |= {v for v in kept.values() if isinstance(v, str) and len(v) >= 25 and not re.search(r'[ :/.]', v)}
    assert len(secrets) >= 6, [sorted(json.loads(c.credentials.read_text())) for c in clients]
    looked = 0
    for where, text in leaving(instance, answers):
        looked += 1
        for secret in secrets:
            assert not [f for f in forms(secret) if f in text], where
    assert looked > 100


def test_no_password_token_or_code_leaves_either(instance, run):
    """Passwords, sessions, the admin's token, keys; a code stands in the message to its owner and nowhere else."""
    answers, people, _ = run
    tokens = [p.cookies['agora'] for p in people]
    secrets = [PASSWORD, 'quite a secret of mine', instance.admin_token.read_text().strip(), 'BEGIN PRIVATE KEY', 'argon2id', *tokens]
    codes = re.findall(r'^\s+([0-9A-Z]{4,}(?:-[0-9A-Z]{4,})+)\s*$', ''.join(m.read_text() for m in instance.mail.glob('*.eml')), re.M)
    assert len(codes) >= 2
    for where, text in leaving(instance, answers):
        if where.startswith('POST /api/v1/session'):
            text = re.sub(r'agora=[\w-]{43}; Path', '', text)
        for secret in secrets + (codes if not where.endswith('.eml') else []):
            assert secret not in text, (where, secret[:6])


def test_logs_hold_no_personal_data(instance, run):
    """No address, name or text of a member above the level debug: ids only."""
    _, people, _ = run
    for line in instance.agorad.log.read_text().splitlines():
        if json.loads(line)['level'] != 'debug':
            assert not re.search(r'@example\.org|Astrid|Bernd|Your work on joints', line), line
    assert not re.search(r'@example\.org|A word between us|Your work on joints', instance.tmtpd.log.read_text())


def test_what_is_kept_on_disk_is_for_the_service_alone(instance, run):
    """Keys, tokens, credentials and messages: no group, no others."""
    for path in [*(instance.var / 'keys').iterdir(), instance.admin_token, instance.introducer, *instance.mail.glob('*.eml')]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_fault_says_nothing_of_the_inside(instance, run):
    """What goes wrong is told in our words: no SQL, no paths, no addresses of memory."""
    answers, _, _ = run
    for method, path, status, _, text in answers:
        if status >= 400:
            assert not re.search(r'select |PL/pgSQL|pg_|/tmp/|/work|0x[0-9a-f]{6}|\.c:\d|libpq|violates', text), (method, path, text)
