"""Agora with a stock TMTP server: no admin interface, no sign-in; members are linked by a ping with a code."""
import json
import pathlib
import urllib.parse

import pytest
from client import wait_for
from member import TmtpMember
from stack import STOCK, Daemon, write_secret

SETTINGS = STOCK
PATIENCE = 40
INTRODUCER = STOCK['agorad']['tmtp']['introducer_alias']
WHY = 'Your work on joints is just what our frames need.'


class Member:
    """A verified member with a browser and a TMTP client, not linked."""

    def __init__(self, instance, name, level=2):
        self.instance = instance
        self.browser = instance.person(name, level=level)
        instance.sql("update agora.account set created_at = now() - interval '1 year' where id = $1::uuid", self.browser.account)
        self.alias = f'{name} {self.browser.email.split(".")[1].split("@")[0]} Example'
        self.tmtp = TmtpMember(instance, self.alias)
        self.tmtp.register_freely(self.alias)

    @property
    def uid(self):
        """The secret that must show nowhere."""
        return json.loads(self.tmtp.credentials.read_text())['uid']

    def code(self):
        """A code from the member's page."""
        return self.browser.expect(201, 'POST', 'me/tmtp/code').json['code']

    def state(self):
        """Where their TMTP account stands."""
        return self.browser.get('me/tmtp')

    def linked(self):
        """Wait until it is linked; gives its state."""
        return wait_for(lambda: (s := self.state())['state'] == 'linked' and s, PATIENCE, why=f'{self.alias} being linked')

    def link(self):
        """Ping the introducer with a code of one's own."""
        self.tmtp.ping(INTRODUCER, self.code())
        self.linked()
        return self

    def see(self, introduction):
        """The introduction as this member sees it."""
        return self.browser.get(f'introductions/{introduction}')

    def connected(self, introduction):
        """Wait until it is."""
        return wait_for(lambda: (i := self.see(introduction))['state'] == 'connected' and i, PATIENCE, why='being connected')

    def threads(self, count=1):
        """The introducing threads that have come."""
        return [m for m in self.tmtp.read(count=count) if m['op'] == 'delivery' and (m.get('datahead') or {}).get('cc')]


def introduce(one, other):
    """Ask and accept; gives the id."""
    made = one.browser.expect(201, 'POST', 'introductions', {'to': other.browser.handle, 'ask': 'advice', 'why': WHY}).json['id']
    other.browser.expect(200, 'POST', f'introductions/{made}/accept')
    return made


def settled(instance):
    """Wait until nothing is left to do."""
    wait_for(lambda: instance.sql("select count(*) from agora.outbox where state in ('waiting', 'running')")[0][0] == 0, PATIENCE,
             why='the outbox to be empty')


def heard(instance, event, least=1):
    """Wait until the log has this event so often; gives its lines."""
    def lines():
        found = [line for line in map(json.loads, filter(lambda text: text.startswith('{'), pathlib.Path(instance.agorad.log).read_text().splitlines()))
                 if line['event'] == event]
        return found if len(found) >= least else None
    return wait_for(lines, PATIENCE, why=f'{event} in the log')


def refusals(instance):
    """How many pings have linked nobody."""
    text = pathlib.Path(instance.agorad.log).read_text()
    return text.count('"tmtp_ping_refused"')


@pytest.fixture(name='tmtpd_running')
def tmtpd_comes_back(instance):
    """Whatever a test does to tmtpd, the next one finds it running."""
    yield instance.tmtpd
    if not instance.tmtpd.alive():
        instance.tmtpd.start()
        instance.wait_ready()


def test_two_members_link_by_their_codes_are_introduced_and_write(instance):
    """Linked by a ping each, told in one thread with both in cc; each can write to the other."""
    ann, bob = Member(instance, 'Ann'), Member(instance, 'Bob')
    before = ann.state()
    assert before['state'] == 'not_linked' and before['introducer'] == INTRODUCER and INTRODUCER in before['missing']
    # Until they are introduced neither knows the other.
    assert ann.tmtp.post(bob.alias, 'Hello?', check=False).returncode != 0
    introduction = introduce(ann, bob)
    assert ann.see(introduction)['waiting_for'] == 'my_link'
    ann.tmtp.ping(INTRODUCER, ann.code())
    assert ann.linked()['alias'] == ann.alias
    assert ann.see(introduction)['waiting_for'] == 'other_link'
    bob.tmtp.ping(INTRODUCER, f'My code: "{bob.code().lower()}".')
    assert bob.linked()['alias'] == bob.alias
    assert ann.connected(introduction)['alias'] == bob.alias
    assert bob.connected(introduction)['alias'] == ann.alias
    for member in (ann, bob):
        thread = member.threads()[0]
        assert {c['who'] for c in thread['datahead']['cc']} == {ann.alias, bob.alias, INTRODUCER}
        assert 'Either of you can end' not in thread['body'] and 'cannot be told' in thread['body']
    for one, other in ((ann, bob), (bob, ann)):
        text = f'Good to meet you, {other.alias}.'
        one.tmtp.post(other.alias, text)
        assert wait_for(lambda o=other, t=text: [m for m in o.tmtp.read(count=1) if m.get('body') == t], why='the message')
    settled(instance)
    report = instance.ctl('check').stdout
    assert "list of contacts cannot be had" in report and 'Nothing is out of place' in report


def test_an_end_is_one_in_agora_alone(instance):
    """No contacts any more for Agora; the row says that the server could not be told, and promises nothing."""
    ann, bob = Member(instance, 'Ann').link(), Member(instance, 'Bob').link()
    can = instance.anyone().get('instance')['tmtp']
    assert (can['can_end'], can['can_suspend'], can['lists_contacts'], can['links_by_code']) == (False, False, False, True)
    introduction = introduce(ann, bob)
    ann.connected(introduction)
    assert len(ann.threads()) == len(bob.threads()) == 1
    bob.browser.expect(200, 'POST', f'introductions/{introduction}/end', {'tell': True})
    instance.sql('select agora.tmtp_suspend($1::uuid, true)', ann.browser.account)
    settled(instance)
    assert ann.see(introduction)['state'] == bob.see(introduction)['state'] == 'ended'
    assert instance.sql("select kind::text, result from agora.outbox where kind in ('end', 'suspend') order by kind") == [
        ('end', {'told': False}), ('suspend', {'told': False})]
    assert instance.sql("select detail from agora.audit_event where action = 'contact.end'") == [({'server_told': False},)]
    ann.tmtp.post(bob.alias, 'They still can.')
    assert instance.ctl('check').returncode == 0


def test_a_wrong_code_and_one_used_twice_link_nobody_and_tell_nothing(instance):
    """Nothing comes back to who sends them, and nothing changes for anybody."""
    ann, bob, cem = (Member(instance, n) for n in ('Ann', 'Bob', 'Cem'))
    begun = refusals(instance)
    bob.tmtp.ping(INTRODUCER, '0000-0000-0000')
    bob.tmtp.ping(INTRODUCER, 'Hello, who are you?')
    former = ann.code()
    code = ann.code()
    bob.tmtp.ping(INTRODUCER, former)
    ann.tmtp.ping(INTRODUCER, code)
    ann.linked()
    cem.tmtp.ping(INTRODUCER, code)
    wait_for(lambda: refusals(instance) == begun + 4, PATIENCE, why='four refusals')
    assert bob.state()['state'] == cem.state()['state'] == 'not_linked'
    assert ann.state()['alias'] == ann.alias
    for stranger in (bob, cem):
        assert [m for m in stranger.tmtp.read(count=1, wait=1) if m['op'] in ('ping', 'delivery')] == []
    assert ann.browser.request('POST', 'me/tmtp/code').status == 409
    bob.link()


def test_only_a_verified_member_gets_a_code(instance):
    """As for the scope tmtp of the OpenID provider."""
    new = instance.person('New')
    answer = new.request('POST', 'me/tmtp/code')
    assert answer.status == 403 and 'identity checked' in answer.json['detail']
    assert instance.anyone().request('POST', 'me/tmtp/code').status == 401


def test_the_account_of_another_person_is_an_alarm_and_changes_nothing(instance):
    """Ann's TMTP account with Bob's code: both stay as they are, and the operator learns of it."""
    ann, bob = Member(instance, 'Ann').link(), Member(instance, 'Bob')
    code = bob.code()
    ann.tmtp.ping(INTRODUCER, code)
    heard(instance, 'tmtp_ping_of_another_person')
    assert bob.state()['state'] == 'not_linked' and ann.state()['alias'] == ann.alias
    assert instance.sql("select subject::text, detail ->> 'linked_to' from agora.audit_event where action = 'tmtp.link_refused'") == [
        (bob.browser.account, ann.browser.account)]
    bob.tmtp.ping(INTRODUCER, code)
    assert bob.linked()['alias'] == bob.alias


def test_whoever_tries_many_codes_is_ignored_for_a_while(instance):
    """By TMTP user: others are not held up."""
    ann, bob = Member(instance, 'Ann'), Member(instance, 'Bob')
    begun = refusals(instance)
    free = int(instance.sql("select agora.policy_int('tmtp.free_pings')")[0][0])
    for n in range(free + 5):
        bob.tmtp.ping(INTRODUCER, f'0000-0000-{n:04}')
    code = bob.code()
    instance.sql("update agora.attempt set last_at = now() + interval '1 hour' where key = agora.tmtp_ping_key($1)", bob.uid)
    bob.tmtp.ping(INTRODUCER, code)
    ann.link()  # pinged after, so that all of it has been heard
    assert free < refusals(instance) - begun <= free + 5
    assert bob.state()['state'] == 'not_linked'
    instance.sql('delete from agora.attempt where key = agora.tmtp_ping_key($1)', bob.uid)
    bob.tmtp.ping(INTRODUCER, code)
    bob.linked()


def test_a_server_that_was_killed_is_found_again(instance, tmtpd_running):
    """Introduced while it is away, a ping after it is back: nothing is lost, and told once."""
    ann, bob, cem = Member(instance, 'Ann').link(), Member(instance, 'Bob').link(), Member(instance, 'Cem')
    listened = len(heard(instance, 'tmtp_introducer_listens'))
    tmtpd_running.kill()
    introduction = introduce(ann, bob)
    heard(instance, 'tmtp_introducer_away')
    assert ann.see(introduction)['state'] == 'connecting' and ann.see(introduction)['waiting_for'] == 'server'
    tmtpd_running.start()
    instance.wait_ready()
    heard(instance, 'tmtp_introducer_listens', listened + 1)
    ann.connected(introduction)
    cem.link()
    settled(instance)
    assert len(ann.threads()) == len(bob.threads()) == 1


def test_a_second_worker_waits_and_takes_over(instance):
    """The introducer can be logged in once: whoever has it does all, and the next one follows."""
    ann, bob, cem = Member(instance, 'Ann').link(), Member(instance, 'Bob').link(), Member(instance, 'Cem').link()
    second = Daemon('worker', [instance.bin / 'agorad', '--config', instance.agorad_conf, '--role', 'worker'],
                    instance.var / 'worker.log').start()
    try:
        first = introduce(ann, bob)
        ann.connected(first)
        instance.agorad.stop()
        wait_for(lambda: '"tmtp_introducer_listens"' in pathlib.Path(second.log).read_text(), PATIENCE, why='the second worker')
        instance.agorad.command = [*instance.agorad.command, '--role', 'web']
        instance.agorad.start()
        instance.wait_ready()
        ann.connected(introduce(ann, cem))
        settled(instance)
        assert len(ann.threads(2)) == 2 and len(bob.threads()) == len(cem.threads()) == 1
    finally:
        ended = second.stop()
        instance.agorad.stop()
        instance.agorad.command = instance.agorad.command[:-2] if 'web' in instance.agorad.command else instance.agorad.command
        instance.agorad.start()
        instance.wait_ready()
    assert ended == 0, second.tail()


def test_no_uid_shows_anywhere(instance):
    """In no log, no answer, no audit row, no event, no counter."""
    uids = [r[0] for r in instance.sql('select uid from agora.tmtp_account')]
    uids.append(json.loads(instance.introducer.read_text())['uid'])
    assert len(uids) > 2
    ann = Member(instance, 'Ann').link()
    uids.append(ann.uid)
    texts = {'log': pathlib.Path(instance.agorad.log).read_text(errors='replace')}
    for path in ('me/tmtp', 'instance', 'session', 'introductions?box=connected'):
        texts[path] = ann.browser.expect(200, 'GET', path).text
    for table in ('audit_event', 'event', 'outbox', 'attempt', 'tmtp_code'):
        texts[table] = str(instance.sql(f'select t::text from agora.{table} t'))
    for where, text in texts.items():
        for uid in uids:
            assert uid not in text and urllib.parse.quote(uid, safe='') not in text, f'a uid shows in {where}'


def test_the_introducers_account_is_made_once_and_can_take_another_name(instance):
    """By agoractl, for its owner alone; a worker refuses to be called otherwise than the page says."""
    assert instance.introducer.stat().st_mode & 0o777 == 0o600
    before = json.loads(instance.introducer.read_text())
    assert 'is the introducer' in instance.ctl('introducer', 'register').stdout
    assert json.loads(instance.introducer.read_text()) == before
    conf = instance.agorad_conf.read_text()
    other = instance.var / 'other.conf'
    other.write_text(conf.replace(f'introducer_alias = {INTRODUCER}', 'introducer_alias = Another name'))
    worker = Daemon('worker', [instance.bin / 'agorad', '--config', other, '--role', 'worker'], instance.var / 'other.log').start()
    wait_for(lambda: 'not by introducer_alias' in pathlib.Path(worker.log).read_text(), PATIENCE, why='the refusal')
    assert worker.stop() == 0
    instance.agorad.stop()
    try:
        instance.run('agoractl', '--config', other, 'introducer', 'register')
        after = json.loads(instance.introducer.read_text())
        assert after == {**before, 'alias': 'Another name'}
        assert instance.introducer.stat().st_mode & 0o777 == 0o600
    finally:
        write_secret(instance.introducer, json.dumps(before))
        instance.agorad.start()
        instance.wait_ready()
    admin = instance.var / 'admin.conf'
    admin.write_text(conf.replace('kind = stock', 'kind = admin'))
    assert 'tmtpd --add-service' in instance.run('agoractl', '--config', admin, 'introducer', 'register', check=False).stderr
    admin.write_text(conf.replace('kind = stock', 'kind = mnm'))
    assert 'kind: must be admin or stock' in instance.run('agoractl', '--config', admin, 'check-config', check=False).stderr
