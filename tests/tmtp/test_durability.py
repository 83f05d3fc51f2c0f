"""What was acknowledged is safe: kill -9 of tmtpd, connections cut, the database stopped, in the middle of posts."""
import collections
import random
import signal
import threading
import time

import psycopg2
import pytest

from cluster import throwaway
from patience import fair_time
from tmtpd import LONGEST, Tmtpd, wait_until

SETTINGS = {'server': {'policy': 'open'}}
SEED = int(time.time())
KILLS, POSTERS = 8, 3


class Poster(threading.Thread):
    """Posts numbered messages one after the other, through every loss of its link, and keeps what was acked."""

    def __init__(self, tmtpd, number, to):
        super().__init__(daemon=True)
        self.tmtpd, self.number, self.to = tmtpd, number, to
        self.link = tmtpd.register('poster')
        self.acked, self.done, self.error = [], threading.Event(), None

    def run(self):
        count = 0
        while not self.done.is_set():
            text = f'{self.number}.{count}'
            try:
                if self.link is None:
                    self.link = self.tmtpd.login(self.person)
                ack = self.link.post(self.to, data=text.encode())
                self.acked.append((ack['msgid'], text))
                count += 1
            except (OSError, AssertionError):
                self.person = self.link or self.person
                self.link = None  # the same text again: it was not acked
                self.done.wait(0.02)


def read_all(tmtpd, person):
    """Everything in the queue of a user, as (id, text), each acknowledged."""
    link, got = tmtpd.login(person), []
    mark = link.uid
    link.post(link, data=mark.encode())
    while not got or got[-1][1] != mark:
        frame = link.receive()
        header = frame[0]
        if 'from' in header:
            link.ack(header)
            if header['op'] == 'delivery':
                got.append((header['id'], frame[1].decode()))
    link.close()
    return got[:-1]


def check(posters, got):
    """Every acked message is there with its id, ids are unique, and each sender's messages are in order."""
    ids = [i for i, _ in got]
    assert len(set(ids)) == len(ids) and ids == sorted(ids), f'seed {SEED}'
    lost = [a for p in posters for a in p.acked if a not in set(got)]
    assert not lost, f'seed {SEED}: acked but not there: {lost[:3]}'
    order = collections.defaultdict(list)
    for _, text in got:
        number, count = text.split('.')
        order[number].append(int(count))
    assert all(c == sorted(c) for c in order.values()), f'seed {SEED}'


def test_kill_loses_no_acked_message_and_repeats_none_after_its_ack(tmtpd):
    dice = random.Random(SEED)
    reader = tmtpd.register('reader')
    posters = [Poster(tmtpd, i, reader.uid) for i in range(POSTERS)]
    reader.close()
    for p in posters:
        p.start()
    for _ in range(KILLS):
        target = sum(len(p.acked) for p in posters) + dice.randint(5, 60)
        wait_until(lambda: sum(len(p.acked) for p in posters) >= target)
        tmtpd.tmtpd.kill()
        tmtpd.start()
    for p in posters:
        p.done.set()
    for p in posters:
        p.join()

    got = read_all(tmtpd, reader)

    check(posters, got)
    assert read_all(tmtpd, reader) == []


def test_a_message_before_the_one_sent_is_off_the_queue(tmtpd):
    """kill -9 between deliveries: what was acknowledged before the one in flight never comes again."""
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    bobby.close()
    for i in range(20):
        alice.post(bobby, data=b'%d' % i)
    bobby = tmtpd.login(bobby)
    for i in range(20):
        message = bobby.expect('delivery')  # which means that the Ack before it is committed
        if i % 5 == 4:
            tmtpd.tmtpd.kill()
            tmtpd.start()
            bobby = tmtpd.login(bobby)
            message = bobby.expect('delivery')
        assert message['data'] == b'%d' % i
        bobby.ack(message)


def test_cut_connections_to_the_database_lose_nothing(tmtpd):
    dice = random.Random(SEED)
    reader = tmtpd.register('reader')
    reader.close()
    posters = [Poster(tmtpd, i, reader.uid) for i in range(POSTERS)]
    for p in posters:
        p.start()
    for _ in range(KILLS):
        target = sum(len(p.acked) for p in posters) + dice.randint(5, 60)
        wait_until(lambda: sum(len(p.acked) for p in posters) >= target)
        tmtpd.cluster.psql('postgres', 'select pg_terminate_backend(pid) from pg_stat_activity '
                           f"where datname = '{tmtpd.tmtpd_db}' and usename = 'tmtpd_app'")
    for p in posters:
        p.done.set()
    for p in posters:
        p.join()

    got = read_all(tmtpd, reader)

    check(posters, got)
    texts = [t for _, t in got]
    assert len(set(texts)) == len(texts), 'a message was stored twice although its sender never had to repeat it'


def test_a_message_that_the_database_refuses_harms_no_other(tmtpd):
    tmtpd.sql("create function tmtp.refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;"
              "create trigger refuse before insert on tmtp.message for each row when (new.data = 'poison') execute function tmtp.refuse();"
              "create trigger refuse before insert on tmtp.log for each row when (new.data = 'poison') execute function tmtp.refuse()")
    people = [tmtpd.register('poster') for _ in range(6)]
    reader = tmtpd.register('reader')
    for _ in range(3):
        for i, p in enumerate(people):  # most of them in one batch
            text = b'poison' if i == 3 else b'%d' % i
            p.send({'op': 7, 'id': 'm', 'for': [{'id': reader.uid, 'type': 1}], 'datalen': len(text)}, text)
        acks = [p.find('ack') for p in people]
        assert ['error' in a for a in acks] == [i == 3 for i in range(6)]
        assert sorted(reader.take()['data'] for _ in range(5)) == [b'0', b'1', b'2', b'4', b'5']
    tmtpd.sql('drop function tmtp.refuse cascade')


@pytest.fixture(name='alone')
def server_with_its_own_cluster():
    """A tmtpd whose PostgreSQL may be stopped."""
    cluster = throwaway()
    server = Tmtpd(cluster, 'alone', SETTINGS).prepare().start()
    yield server
    try:
        server.stop()
    finally:
        cluster.remove()


def test_without_its_database_nothing_is_acked_and_work_resumes_by_itself(alone):
    alice, bobby = alone.register('alice'), alone.register('bobby')
    alone.cluster.stop('immediate')
    wait_until(lambda: alone.admin('GET', '/v1/server')[0] == 503)

    alice.send({'op': 7, 'id': 'm', 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': 4}, b'wait')
    alice.sock.settimeout(0.5)
    with pytest.raises(TimeoutError):
        alice.receive()

    alone.cluster.start()
    alice.sock.settimeout(20)
    assert 'msgid' in alice.find('ack')  # the same link, nothing sent again
    assert bobby.take()['data'] == b'wait'


def test_stop_finishes_what_is_in_hand(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    bobby.close()
    for i in range(10):
        alice.send({'op': 7, 'id': str(i), 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': 1}, b'x')
    alice.find('ack')
    begun = fair_time()
    tmtpd.stop()
    assert fair_time() - begun < 10
    acked = 1 + len(answers(alice))
    tmtpd.start()
    assert len(read_all(tmtpd, bobby)) >= acked


class Lock:
    """Holds up every batch that queues a message; who waits for it is in hand."""

    def __init__(self, tmtpd):
        self.tmtpd = tmtpd
        self.holder = psycopg2.connect(tmtpd.cluster.dsn(tmtpd.tmtpd_db, tmtpd.cluster.superuser))
        self.holder.cursor().execute('lock table tmtp.queue, tmtp.log in access exclusive mode')

    def wait(self):
        """Until a batch stands before it."""
        wait_until(lambda: self.tmtpd.cluster.psql(
            self.tmtpd.tmtpd_db, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") != '0')

    def release(self):
        """Let them go on."""
        self.holder.close()


def begin_to_stop(tmtpd):
    """SIGTERM, taken notice of: nobody is let in any more."""
    tmtpd.tmtpd.process.send_signal(signal.SIGTERM)
    wait_until(lambda: tmtpd.logs('stopping'))
    with pytest.raises(OSError):
        tmtpd.link()


def answers(link):
    """All acks until the server closes."""
    found = []
    while (frame := link.receive()) is not None:
        found += [frame[0]] if frame[0]['op'] == 'ack' else []
    return found


@pytest.fixture(name='stopping')
def server_to_be_stopped(cluster, request):
    """A tmtpd for one test."""
    with Tmtpd(cluster, request.node.name[5:40], SETTINGS) as tmtpd:
        yield tmtpd


def test_stop_answers_what_is_in_hand_and_commits_acks_and_lets_nobody_in(stopping):
    alice, bobby = stopping.register('alice'), stopping.register('bobby')
    alice.post(bobby, data=b'first')
    first = bobby.expect('delivery')
    lock = Lock(stopping)
    for i in range(8):
        alice.send({'op': 7, 'id': str(i), 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': 1}, b'%d' % i)
    bobby.ack(first).send({'op': 7, 'id': 'b', 'for': [], 'datalen': 1}, b'x')
    wait_until(lambda: alice.taken() and bobby.taken())
    lock.wait()
    for link in (alice, bobby):  # read by nobody; the answers come all the same
        link.send({'op': 7, 'id': 'late', 'for': [], 'datalen': 30000}, b'l' * 30000)
    begun = time.monotonic()
    begin_to_stop(stopping)
    lock.release()

    acks = answers(alice)

    assert [a['id'] for a in acks] == [str(i) for i in range(8)] and all('msgid' in a for a in acks), \
        f'{acks} {time.monotonic() - begun:.1f} s after the signal:\n{stopping.tmtpd.tail(20)}'
    assert 'msgid' in bobby.find('ack')
    assert stopping.tmtpd.process.wait(LONGEST) == 0
    stopping.start()
    assert [text for _, text in read_all(stopping, bobby)] == [str(i) for i in range(8)]


def test_stop_leaves_in_time_when_the_database_does_not_answer(stopping):
    alice = stopping.register('alice')
    lock = Lock(stopping)
    alice.send({'op': 7, 'id': 'm', 'for': [{'id': alice.uid, 'type': 1}], 'datalen': 1}, b'x')
    lock.wait()
    begun, fairly = time.monotonic(), fair_time()
    begin_to_stop(stopping)
    assert stopping.tmtpd.process.wait(LONGEST) == 0
    assert time.monotonic() - begun > 7 and fair_time() - fairly < 10
    assert alice.receive() is None  # not acked
    lock.release()
    stopping.start()


def test_stop_does_not_wait_for_a_client_that_does_not_read(stopping):
    alice, bobby = stopping.register('alice'), stopping.register('bobby')
    alice.post(bobby, data=b'z' * (30 << 20))
    begun = fair_time()
    begin_to_stop(stopping)
    assert stopping.tmtpd.process.wait(LONGEST) == 0
    assert fair_time() - begun < 5
    stopping.start()
    assert read_all(stopping, bobby)[0][1] == 'z' * (30 << 20)


def test_stop_with_many_idle_links_is_quick_and_their_leaving_is_noted(stopping):
    people = [stopping.register('person') for _ in range(100)]
    stopping.sql("update tmtp.node set seen = now() - interval '1 day'")
    begun = fair_time()
    begin_to_stop(stopping)
    assert stopping.tmtpd.process.wait(LONGEST) == 0
    assert fair_time() - begun < 5
    assert all(p.receive() is None for p in people)
    assert stopping.sql("select count(*) from tmtp.node where online or (label = 'laptop' and seen < now() - interval '1 hour')") == '0'
    stopping.start()


def test_stop_without_a_database_is_quick_too(alone):
    alice = alone.register('alice')
    alone.cluster.stop('immediate')
    alice.send({'op': 7, 'id': 'm', 'for': [], 'datalen': 1}, b'x')
    begun = fair_time()
    alone.stop()
    assert fair_time() - begun < 10
    alone.cluster.start()
    alone.start()
