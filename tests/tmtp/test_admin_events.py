"""The durable log of events: every type, pages, waiting, and a reader who follows through kill -9."""
import threading
import time

from admin import contact, events_after, latest, user
from tmtpd import wait_until

GRANTERS, KILLS, EVENTS = 4, 6, 1000


def test_events_tell_everything_once_in_order(tmtpd):
    start = latest(tmtpd)
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    new = alice.alias + ' new'
    for header in ({'newalias': new}, {'newalias': new}, {'newnode': 'phone'}):
        alice.send({'op': 3, 'id': 'x', **header}).find('ack')
    for _ in range(2):
        tmtpd.introduce(alice, bobby, ref='why')
    for _ in range(2):
        tmtpd.part(alice, bobby)
    for state in ('suspended', 'suspended', 'active'):
        tmtpd.admin('PATCH', user(bobby), {'state': state})
    phone = tmtpd.admin('GET', user(alice))[1]['nodes'][1]['n']
    for _ in range(2):
        tmtpd.admin('DELETE', user(alice, f'/nodes/{phone}'))

    page = tmtpd.admin('GET', f'/v1/events?after={start}')[1]

    assert [(e['n'], e['type']) for e in page['events']] == [(start + 1 + i, t) for i, t in enumerate(
        ['registered', 'registered', 'alias', 'node', 'contact', 'contact_ended', 'suspended', 'resumed', 'node'])]
    first, _, alias, node, granted, ended, *_, removed = page['events']
    assert (first['uid'], first['alias'], alias['alias']) == (alice.uid, alice.alias, new)
    assert [(e['label'], e['act'], e['node']) for e in (node, removed)] == [('phone', 'added', phone), ('phone', 'removed', phone)]
    assert (granted['uids'], granted['ref']) == ([alice.uid, bobby.uid], 'why')
    assert ended['ref'] == 'why' and 'until' not in ended
    assert page['next'] == start + 9


def test_events_come_in_pages(tmtpd):
    start = latest(tmtpd)
    for name in ('alice', 'bobby', 'carol'):
        tmtpd.register(name)
    seen, after = [], start
    while len(seen) < 3:
        page = tmtpd.admin('GET', f'/v1/events?after={after}&limit=1')[1]
        seen += [e['n'] for e in page['events']]
        after = page['next']
    assert seen == [start + 1, start + 2, start + 3]


def test_a_wait_ends_with_the_event(tmtpd):
    start, answers = latest(tmtpd), []
    threads = [threading.Thread(target=lambda: answers.append(tmtpd.admin('GET', f'/v1/events?after={start}&wait=60')))
               for _ in range(3)]
    for t in threads:
        t.start()
    alice = tmtpd.register('alice')
    for t in threads:
        t.join(20)
    assert [[e['uid'] for e in a[1]['events']] for a in answers] == [[alice.uid]] * 3


def test_a_wait_in_vain_ends_empty(tmtpd):
    start = latest(tmtpd)
    begun = time.monotonic()
    assert tmtpd.admin('GET', f'/v1/events?after={start}&wait=1') == (200, {'events': [], 'next': start})
    assert time.monotonic() - begun >= 1


def test_an_account_made_by_the_operator_is_an_event_too(tmtpd):
    start, answers = latest(tmtpd), []
    waiting = threading.Thread(target=lambda: answers.append(tmtpd.admin('GET', f'/v1/events?after={start}&wait=60')))
    waiting.start()
    tmtpd.run('tmtpd', '--config', tmtpd.tmtpd_conf, '--add-service', 'Second service', '--credentials',
              tmtpd.var / 'second.json')
    waiting.join(20)
    assert [e['alias'] for e in answers[0][1]['events']] == ['Second service']


def test_a_wait_goes_on_when_the_connection_for_reading_was_lost(tmtpd):
    start, answers = latest(tmtpd), []
    waiting = threading.Thread(target=lambda: answers.append(tmtpd.admin('GET', f'/v1/events?after={start}&wait=60')))
    waiting.start()
    before = len(tmtpd.logs('database_ready'))
    tmtpd.cluster.psql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity "
                       f"where datname = '{tmtpd.tmtpd_db}' and usename = 'tmtpd_app'")
    wait_until(lambda: len(tmtpd.logs('database_ready')) >= before + 2)
    alice = tmtpd.register('alice')
    waiting.join(20)
    assert [e['uid'] for e in answers[0][1]['events']] == [alice.uid]


def test_events_are_there_after_kill(tmtpd):
    start = latest(tmtpd)
    alice = tmtpd.register('alice')
    tmtpd.tmtpd.kill()
    tmtpd.start()
    assert [e['uid'] for e in events_after(tmtpd, start)] == [alice.uid]


class Granter(threading.Thread):
    """Grants and ends contacts by turns, through everything, and counts what was answered."""

    def __init__(self, tmtpd, a, b):
        super().__init__(daemon=True)
        self.tmtpd, self.path = tmtpd, contact(a, b)
        self.done, self.answered = threading.Event(), 0

    def run(self):
        while not self.done.is_set():
            method = 'DELETE' if self.answered % 2 else 'PUT'
            try:
                if self.tmtpd.admin(method, self.path)[0] in (200, 201, 204):
                    self.answered += 1
            except OSError:
                pass  # killed in the middle: done or not, it is asked again


class Reader(threading.Thread):
    """Follows the log from an event on."""

    def __init__(self, tmtpd, after):
        super().__init__(daemon=True)
        self.tmtpd, self.after = tmtpd, after
        self.done, self.seen = threading.Event(), []

    def run(self):
        while not self.done.is_set():
            try:
                status, page = self.tmtpd.admin('GET', f'/v1/events?after={self.after}&wait=1&limit=37')
            except OSError:
                continue
            if status == 200:
                self.seen += page['events']
                self.after = page['next']


def test_a_reader_sees_each_event_once_in_order_through_kills(tmtpd):
    start = latest(tmtpd)
    pairs = [(tmtpd.register('alice'), tmtpd.register('bobby')) for _ in range(GRANTERS)]
    people, begun = 2 * GRANTERS, latest(tmtpd)
    reader, granters = Reader(tmtpd, start), [Granter(tmtpd, *p) for p in pairs]
    for thread in (reader, *granters):
        thread.start()
    for kill in range(1, KILLS + 1):
        wait_until(lambda goal=begun + kill * EVENTS // KILLS: latest(tmtpd) >= goal, 60)
        tmtpd.tmtpd.kill()
        tmtpd.start()
    wait_until(lambda: latest(tmtpd) >= begun + EVENTS, 60)
    for granter in granters:
        granter.done.set()
    for granter in granters:
        granter.join()
    last = latest(tmtpd)
    wait_until(lambda: reader.after >= last)
    reader.done.set()
    reader.join()

    assert [e['n'] for e in reader.seen] == list(range(start + 1, last + 1)) and last - begun >= EVENTS
    for a, b in pairs:  # of each pair by turns, and no answered change without its event
        told = [e['type'] for e in reader.seen if set(e.get('uids', ())) == {a.uid, b.uid}]
        assert told == ['contact', 'contact_ended'] * (len(told) // 2) + ['contact'] * (len(told) % 2)
    told = [e for e in reader.seen if 'uids' in e]
    assert len(told) == len(reader.seen) - people >= sum(g.answered for g in granters)
