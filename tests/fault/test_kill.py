"""kill -9 of agorad, tmtpd and PostgreSQL in the middle of 50 introductions: nothing lost, nothing double."""
import collections
import concurrent.futures
import os
import random
import threading
import time

import pytest
from client import wait_for
from cluster import throwaway
from crowd import Crowd, accept, ask, connected
from stack import Stack

INTRODUCTIONS = 50
SEED = int(os.environ.get('SEED', '0')) or int(time.time())


@pytest.fixture(name='stack')
def own_stack():
    """A cluster and an instance of their own, since the postmaster is killed too."""
    cluster = throwaway()
    stack = Stack(cluster.folder / 'var', cluster)
    stack.prepare(topics=False).start()
    yield stack
    try:
        stack.stop()
    finally:
        cluster.remove()


class Killer(threading.Thread):
    """Kills one part after the other at random moments and starts it again, until told to stop."""

    def __init__(self, stack):
        super().__init__(daemon=True)
        self.stack, self.done, self.random = stack, threading.Event(), random.Random(SEED)
        self.kills, self.error = collections.Counter(), None

    def run(self):
        try:
            while not self.done.wait(self.random.uniform(0.05, 0.8)):
                victim = self.random.choice(['agorad', 'tmtpd', 'postgresql'])
                if victim == 'postgresql':
                    self.stack.cluster.kill()
                    self._restart_cluster()
                else:
                    daemon = getattr(self.stack, victim)
                    daemon.kill()
                    daemon.start()
                self.kills[victim] += 1
                # A part that never comes up again between two kills would show nothing.
                self.stack.wait_ready(60)
        except Exception as e:  # shown by the test, which otherwise would wait in vain
            self.error = e

    def _restart_cluster(self):
        def start():
            try:
                return self.stack.cluster.start()
            except RuntimeError:  # backends of the killed postmaster still hold its shared memory
                return None
        wait_for(start, 30, pause=0.2, why='PostgreSQL to come back')


def test_every_accepted_introduction_survives_kills(stack):
    """Each is granted once and told to both; the auditor finds nothing between states."""
    crowd = Crowd(stack, 11)
    pairs = crowd.pairs()[:INTRODUCTIONS]
    killer = Killer(stack)
    killer.start()

    def introduce(pair):
        introduction = ask(crowd, *pair)
        accept(crowd, pair[1], introduction)
        return introduction
    try:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            introductions = list(pool.map(introduce, pairs))
        while sum(killer.kills.values()) < 9 and killer.is_alive():
            time.sleep(0.1)
    finally:
        killer.done.set()
        killer.join(90)
    assert killer.error is None, f'seed {SEED}: {killer.error}'
    print(f'seed {SEED}, kills: {dict(killer.kills)}')

    for pair, introduction in zip(pairs, introductions):
        connected(crowd, pair[0], introduction, 120)
    wait_for(lambda: stack.cluster.psql(stack.agora_db, "select count(*) from agora.outbox where state in ('waiting', 'running')")
             == '0', 120, why='the outbox to be empty')
    assert len(set(introductions)) == INTRODUCTIONS
    assert len(crowd.contacts()) == INTRODUCTIONS, 'a contact on the TMTP server is missing or double'

    told = crowd.threads()
    for one, other in pairs:
        for member, about in ((one, other), (other, one)):
            alias = f'Crowd Member {about.name.removeprefix("crowd")}'
            copies = told[member.name].count(alias)
            assert 1 <= copies <= 2, f'seed {SEED}: {member.name} was told {copies} times of {alias}'
    assert stack.ctl('check').returncode == 0
    assert stack.ctl('audit', 'verify').returncode == 0
