"""The worker on a real TMTP server: permissions follow what members decide, through every failure."""
import json
import pathlib
import re
import urllib.parse

import pytest
from client import wait_for
from member import TmtpMember
from stack import Daemon
from tmtpd import Link
from unix_http import ask as ask_unix

WHY = 'Your *work* on joints: see [1] & <2>, it is what our frames need.'
PATIENCE = 40


class Member:
    """A verified member with a browser and, once registered, a TMTP client."""

    def __init__(self, instance, name, register=True):
        self.instance, self.name = instance, name
        self.browser = instance.person(name, level=2)
        instance.sql("update agora.account set created_at = now() - interval '1 year' where id = $1::uuid", self.browser.account)
        self.alias = f'{name} {self.browser.email.split(".")[1].split("@")[0]} Example'
        self.tmtp = TmtpMember(instance, self.alias)
        if register:
            self.register()

    def register(self):
        """At the TMTP server, by the pages of the provider; then wait to be linked."""
        assert self.tmtp.register(self.browser, self.alias) is None
        wait_for(lambda: self.browser.get('me/tmtp')['state'] == 'linked', why='being linked')

    @property
    def uid(self):
        """The secret that must show nowhere."""
        return json.loads(self.tmtp.credentials.read_text())['uid']

    def ask(self, other):
        """Ask to be introduced; gives the id."""
        return self.browser.expect(201, 'POST', 'introductions', {
            'to': other.browser.handle, 'ask': 'collaboration', 'why': WHY}).json['id']

    def act(self, what, introduction):
        """Accept or end."""
        return self.browser.expect(200, 'POST', f'introductions/{introduction}/{what}', {}).json

    def see(self, introduction):
        """The introduction as this member sees it."""
        return self.browser.get(f'introductions/{introduction}')

    def connected(self, introduction, seconds=PATIENCE):
        """Wait until it is; gives the introduction."""
        return wait_for(lambda: (i := self.see(introduction))['state'] == 'connected' and i, seconds, why='being connected')

    def threads(self, count=1):
        """The introducing threads that have come."""
        return [m for m in self.tmtp.read(count=count) if m['op'] == 'delivery' and (m.get('datahead') or {}).get('cc')]


def introduce(one, other):
    """Ask and accept; gives the id."""
    introduction = one.ask(other)
    other.act('accept', introduction)
    return introduction


def admin(instance, method, path, body=None):
    """A request to the TMTP server's admin interface; gives the status."""
    token = instance.admin_token.read_text().strip()
    return ask_unix(instance.admin_socket, method, path, body, {'Authorization': f'Bearer {token}'})[0]


def contact_path(one, other):
    """The path of their contact there."""
    return '/v1/contacts/' + '/'.join(urllib.parse.quote(m.uid, safe='') for m in (one, other))


def settled(instance):
    """Wait until nothing is left to do."""
    wait_for(lambda: instance.sql("select count(*) from agora.outbox where state in ('waiting', 'running')")[0][0] == 0, PATIENCE,
             why='the outbox to be empty')


@pytest.fixture(name='tmtpd_running')
def tmtpd_comes_back(instance):
    """Whatever a test does to tmtpd, the next one finds it running."""
    yield instance.tmtpd
    if not instance.tmtpd.alive():
        instance.tmtpd.start()
        instance.wait_ready()


def test_an_introduction_makes_two_members_write_to_each_other(instance):
    """Granted, told to both in one thread with both in cc, and an end stops the next message."""
    ann, bob = Member(instance, 'Ann'), Member(instance, 'Bob')
    introduction = introduce(ann, bob)
    assert ann.connected(introduction)['alias'] == bob.alias
    assert bob.connected(introduction)['alias'] == ann.alias
    for member, other in ((ann, bob), (bob, ann)):
        thread = member.threads()[0]
        assert {c['who'] for c in thread['datahead']['cc']} == {ann.alias, bob.alias, 'Agora introductions'}
        assert thread['datahead']['subject'] == 'Introduction: {0} and {1}'.format(
            *(m.browser.get('session')['account']['shown_name'] for m in (ann, bob)))
        assert '> Your \\*work\\* on joints: see \\[1\\] \\& \\<2\\>, it is' in thread['body']
        assert other.alias in member.tmtp.run('contacts').stdout
    ann.tmtp.post(bob.alias, 'Good to meet you.')
    assert wait_for(lambda: [m for m in bob.tmtp.read(count=1) if m.get('body') == 'Good to meet you.'], why='the message')
    kept = instance.sql("select result ->> 'thread' from agora.outbox where kind = 'tell' and payload ->> 'introduction' = $1", introduction)
    assert re.fullmatch('[0-9a-f]{16}', kept[0][0])

    bob.act('end', introduction)
    settled(instance)
    refused = ann.tmtp.post(bob.alias, 'One more thing', check=False)
    assert refused.returncode != 0 and 'not introduced' in refused.stderr
    assert bob.see(introduction)['state'] == 'ended'
    assert ann.see(introduction)['state'] == 'connected', 'an end without telling was told'


def test_a_grant_waits_for_both_to_register(instance):
    """Each sees what it waits for; the last registration lets it go on."""
    ann, bob = Member(instance, 'Ann', register=False), Member(instance, 'Bob', register=False)
    introduction = introduce(ann, bob)
    assert ann.see(introduction)['waiting_for'] == bob.see(introduction)['waiting_for'] == 'my_link'
    ann.register()
    assert ann.see(introduction)['waiting_for'] == 'other_link'
    assert bob.see(introduction)['waiting_for'] == 'my_link'
    bob.register()
    ann.connected(introduction)
    assert len(ann.threads()) == len(bob.threads()) == 1


def test_with_the_tmtp_server_away_nothing_is_lost(instance, tmtpd_running):
    """Connecting while it is away, connected soon after it is back, told once; an end waits likewise."""
    ann, bob, cem = (Member(instance, n) for n in ('Ann', 'Bob', 'Cem'))
    ended = introduce(ann, cem)
    ann.connected(ended)
    assert len(ann.threads()) == 1
    settled(instance)
    tmtpd_running.kill()
    introduction = introduce(ann, bob)
    cem.act('end', ended)
    operator = instance.person('Adam', 'admin')
    rows = wait_for(lambda: (r := [i for i in operator.get('admin/outbox', state='waiting')['items'] if i.get('last_error')]) and
                    len(r) >= 2 and r, PATIENCE, why='the rows to be tried')
    assert {'grant', 'end'} <= {r['kind'] for r in rows}
    assert ann.see(introduction)['state'] == 'connecting' and ann.see(introduction)['waiting_for'] == 'server'
    tmtpd_running.start()
    ann.connected(introduction)
    settled(instance)
    assert len(ann.threads()) == len(bob.threads()) == 1
    assert admin(instance, 'GET', contact_path(ann, bob)) == 200
    assert admin(instance, 'GET', contact_path(ann, cem)) == 404
    assert 'Nothing is out of place' in instance.ctl('check').stdout


def test_a_crash_between_act_and_settle_is_harmless(instance):
    """A row that a dead worker has carried out and not settled is carried out once more, and counts once."""
    ann, bob = Member(instance, 'Ann'), Member(instance, 'Bob')
    instance.agorad.stop()
    introduction = json.loads(instance.sql("select agora.introduction_ask($1::uuid, $2, 'advice', null, $3, null, null)",
                                           ann.browser.account, bob.browser.handle, WHY)[0][0])['id']
    instance.sql('select agora.introduction_accept($1::uuid, $2::uuid)', bob.browser.account, introduction)
    claimed = instance.sql("select id from agora.outbox_claim('{grant}', 2)")[0][0]
    assert admin(instance, 'PUT', contact_path(ann, bob), {'ref': introduction, 'until': None, 'first': None}) == 201
    instance.agorad.start()
    instance.wait_ready()
    ann.connected(introduction)
    settled(instance)
    assert instance.sql('select state, attempts from agora.outbox where id = $1::uuid', claimed) == [('done', 2)]
    assert len(ann.threads()) == len(bob.threads()) == 1


def granted_without_worker(instance, one, other):
    """An introduction accepted and granted while agorad is away; gives the row that has the thread posted."""
    introduction = json.loads(instance.sql("select agora.introduction_ask($1::uuid, $2, 'advice', null, $3, null, null)",
                                           one.browser.account, other.browser.handle, WHY)[0][0])['id']
    instance.sql('select agora.introduction_accept($1::uuid, $2::uuid)', other.browser.account, introduction)
    assert admin(instance, 'PUT', contact_path(one, other), {'ref': introduction, 'until': None, 'first': None}) == 201
    instance.sql("select agora.outbox_settle(id, null) from agora.outbox_claim('{grant}', 2)")
    return instance.sql("select id from agora.outbox where kind = 'tell' and payload ->> 'introduction' = $1", introduction)[0][0]


def test_a_thread_that_a_dead_worker_posted_is_not_posted_again(instance):
    """It has come back to the introducer, whose next worker learns so first. Nobody else's word counts for that."""
    ann, bob, cem = (Member(instance, n) for n in ('Ann', 'Bob', 'Cem'))
    instance.agorad.stop()
    posted, wanted = granted_without_worker(instance, ann, bob), granted_without_worker(instance, ann, cem)
    account = json.loads(instance.introducer.read_text())

    def post(alias, uid, node, ref, members):
        named = {alias: uid, account['alias']: account['uid'], **{m.alias: m.uid for m in members}}
        people = [{'who': who, 'whouid': whouid, 'by': alias, 'byuid': uid, 'date': '2026-11-24T11:52:00Z', 'note': '', 'subscribe': True}
                  for who, whouid in named.items()]
        head = json.dumps({'threadid': '', 'alias': alias, 'subject': 'Hello', 'cc': people, 'attach': [], 'ref': ref}).encode()
        link = Link(instance.tmtp_port).rev().login(uid, node)
        receipt = link.post(account['uid'], *(m.uid for m in members), data=head + b'Hello', datahead=len(head))
        link.close()
        return receipt['msgid']

    secret = json.loads(ann.tmtp.credentials.read_text())
    post(ann.alias, secret['uid'], secret['node'], wanted, [])
    thread = post(account['alias'], account['uid'], account['node'], posted, [ann, bob])
    # As the worker left it: claimed, and its lease has run out.
    instance.sql("update agora.outbox set state = 'running', lease_until = now() where id = $1::uuid", posted)
    instance.agorad.start()
    instance.wait_ready()
    settled(instance)
    result = "select state, result ->> 'thread' from agora.outbox where id = $1::uuid"
    assert instance.sql(result, posted) == [('done', thread)]
    assert [m['id'] for m in bob.threads()] == [thread]
    told = [m['id'] for m in cem.threads()]
    assert instance.sql(result, wanted) == [('done', told[0])]
    assert sorted(m['id'] for m in ann.threads(count=2)) == sorted([thread, *told])
    assert all(m.tmtp.read(count=1, wait=1) == [] for m in (ann, bob, cem)), 'a thread came twice'


def test_several_workers_share_the_work(instance):
    """Ten introductions, three workers: each granted once and told once."""
    hub = Member(instance, 'Hub')
    others = [Member(instance, f'Spoke{n}') for n in range(5)]
    workers = [Daemon(f'worker{n}', [instance.bin / 'agorad', '--config', instance.agorad_conf, '--role', 'worker'],
                      instance.var / f'worker{n}.log').start() for n in range(2)]
    try:
        introductions = [introduce(other, hub) for other in others]
        for other, introduction in zip(others, introductions):
            other.connected(introduction)
        settled(instance)
    finally:
        ends = [w.stop() for w in workers]
    assert ends == [0, 0], '\n'.join(w.tail() for w in workers)
    assert all(len(o.threads()) == 1 for o in others)
    assert len(hub.threads(count=5)) == 5
    assert hub.tmtp.read(count=1, wait=1) == [], 'a thread came twice'


def test_a_refusal_shows_as_delayed_and_the_admin_can_try_again(instance):
    """A suspended TMTP account takes no contact; once it is active again the retry connects."""
    ann, bob = Member(instance, 'Ann'), Member(instance, 'Bob')
    user = f'/v1/users/{urllib.parse.quote(bob.uid, safe="")}'
    assert admin(instance, 'PATCH', user, {'state': 'suspended'}) == 200
    introduction = introduce(ann, bob)
    for member in (ann, bob):
        wait_for(lambda m=member: m.see(introduction)['state'] == 'delayed', PATIENCE, why='the refusal')
    operator = instance.person('Adam', 'admin')
    row = operator.get('admin/outbox', state='failed')['items'][-1]
    assert row['kind'] == 'grant' and row['last_error']
    assert admin(instance, 'PATCH', user, {'state': 'active'}) == 200
    operator.expect(204, 'POST', f'admin/outbox/{row["id"]}/retry')
    ann.connected(introduction)


def test_a_suspension_reaches_the_tmtp_server(instance):
    """Suspended there, and let in again, by the outbox."""
    ann = Member(instance, 'Ann')
    state = "select state from tmtp.account where uid = '{}'"
    for act, wanted in ((('suspend', ann.browser.email, 'Three members complained of it.'), 'suspended'), (('resume', ann.browser.email), 'active')):
        instance.ctl('account', *act)
        wait_for(lambda w=wanted: instance.cluster.psql(instance.tmtpd_db, state.format(ann.uid)) == w, PATIENCE, why=wanted)


def test_the_auditor_names_what_is_out_of_place(instance):
    """A contact that is missing there, one that nobody granted, an acceptance without consent."""
    ann, bob, cem = (Member(instance, n) for n in ('Ann', 'Bob', 'Cem'))
    introduction = introduce(ann, bob)
    ann.connected(introduction)
    settled(instance)
    assert instance.ctl('check').returncode == 0

    assert admin(instance, 'DELETE', contact_path(ann, bob)) == 204
    found = instance.ctl('check', check=False)
    assert found.returncode == 1 and f'granted, and missing on the TMTP server: {introduction}' in found.stdout
    assert admin(instance, 'PUT', contact_path(ann, bob), {'ref': introduction, 'until': None, 'first': None}) == 201

    assert admin(instance, 'PUT', contact_path(ann, cem), {'ref': 'nobody', 'until': None, 'first': None}) == 201
    found = instance.ctl('check', check=False)
    assert found.returncode == 1 and 'that nobody granted here' in found.stdout
    assert admin(instance, 'DELETE', contact_path(ann, cem)) == 204

    instance.sql("update agora.contact set wanted = false, confirmed = true where introduction_id = $1::uuid", introduction)
    found = instance.ctl('check', check=False)
    assert found.returncode == 1 and f'accepted, and not in the ledger of contacts: {introduction}' in found.stdout
    assert 'is not being taken back' in found.stdout
    instance.sql("update agora.contact set wanted = true where introduction_id = $1::uuid", introduction)
    assert ann.uid not in found.stdout + found.stderr
    assert instance.ctl('check').returncode == 0


def test_no_uid_shows_anywhere(instance):
    """In no log, no answer to members or admins, no e-mail, no audit row: not even where the TMTP server's errors name one."""
    ann, bob, cem = (Member(instance, n) for n in ('Ann', 'Bob', 'Cem'))
    introduction = introduce(ann, bob)
    ann.connected(introduction)
    settled(instance)
    # The server does not know this one, and may say so by name.
    instance.sql("update agora.tmtp_account set uid = translate(uid, '123456789', '234567891') where account_id = $1::uuid", cem.browser.account)
    refused = introduce(ann, cem)
    wait_for(lambda: ann.see(refused)['state'] == 'delayed', PATIENCE, why='the refusal')
    uids = [r[0] for r in instance.sql('select uid from agora.tmtp_account')]
    assert ann.uid in uids and bob.uid in uids
    operator = instance.person('Adam', 'admin')
    texts = {str(p): p.read_text(errors='replace') for p in [pathlib.Path(instance.agorad.log), *instance.mail.glob('*.eml')]}
    for client in (ann.browser, bob.browser):
        for path in ('introductions?box=connected', f'introductions/{introduction}', 'me/tmtp', 'session', 'blocks'):
            texts[path] = client.expect(200, 'GET', path).text
    for state in ('failed', 'waiting'):
        texts[state] = operator.expect(200, 'GET', f'admin/outbox?state={state}').text
    texts['audit'] = str(instance.sql('select detail::text from agora.audit_event'))
    texts['events'] = str(instance.sql('select * from agora.event'))
    for where, text in texts.items():
        for uid in uids:
            assert uid not in text and urllib.parse.quote(uid, safe='') not in text, f'a uid shows in {where}'


def errors(instance, event):
    """The rows of the log about an event that should never be."""
    rows = [json.loads(line) for line in instance.agorad.log.read_text(encoding='utf8').splitlines() if f'"event":"{event}"' in line]
    assert all(row['level'] == 'error' for row in rows)
    return rows


def test_what_the_server_lost_is_granted_again(instance):
    """A worker that looks (when it starts, and each hour) finds it missing, alarms, grants it; nobody is told a second time."""
    ann, bob = Member(instance, 'Ann'), Member(instance, 'Bob')
    introduction = introduce(ann, bob)
    ann.connected(introduction)
    settled(instance)
    assert admin(instance, 'DELETE', contact_path(ann, bob)) == 204 and admin(instance, 'GET', contact_path(ann, bob)) == 404
    instance.agorad.stop()
    instance.agorad.start()
    instance.wait_ready()
    wait_for(lambda: admin(instance, 'GET', contact_path(ann, bob)) == 200, PATIENCE, why='the contact to be granted again')
    settled(instance)
    assert [row['introduction'] for row in errors(instance, 'contact_missing')][-1] == introduction
    assert ann.see(introduction)['state'] == 'connected'
    assert instance.sql("select count(*) from agora.outbox where kind = 'tell' and payload ->> 'introduction' = $1", introduction) == [(1,)]
    assert instance.ctl('check').returncode == 0 and instance.ctl('audit', 'verify').returncode == 0


def test_what_has_ended_and_is_there_again_is_ended_again(instance):
    """Somebody granted it behind our back, or an end was lost; so is a contact that nobody here knows of."""
    ann, bob, cem = (Member(instance, name) for name in ('Ann', 'Bob', 'Cem'))
    introduction = introduce(ann, bob)
    ann.connected(introduction)
    ann.act('end', introduction)
    settled(instance)
    for other, ref in ((bob, introduction), (cem, 'of-nobody')):
        assert admin(instance, 'PUT', contact_path(ann, other), {'ref': ref}) == 201
    instance.agorad.stop()
    instance.agorad.start()
    instance.wait_ready()
    wait_for(lambda: admin(instance, 'GET', contact_path(ann, bob)) == 404, PATIENCE, why='the contact to be ended again')
    assert [row['introduction'] for row in errors(instance, 'contact_not_ended')][-1] == introduction
    wait_for(lambda: admin(instance, 'GET', contact_path(ann, cem)) == 404, PATIENCE, why='the unknown contact to be ended')
    wait_for(lambda: errors(instance, 'contact_unknown_ended'), PATIENCE, why='the alarm')
    settled(instance)
    assert instance.ctl('check').returncode == 0
