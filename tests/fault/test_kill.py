"""kill -9 of agorad, tmtpd and PostgreSQL in the middle of 50 introductions: nothing lost, nothing double."""
import collections
import concurrent.futures
import os
import random
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


class Killer:
    """Kills one part after the other at random moments and starts it again. It works in the main thread: a
    daemon ends with the thread that started it."""

    def __init__(self, stack):
        self.stack, self.random, self.kills = stack, random.Random(SEED), collections.Counter()

    def strike(self):
        """Let a moment pass, kill a part, start it, wait until all serve again."""
        time.sleep(self.random.uniform(0.02, 0.5))
        victim = self.random.choice(['agorad', 'tmtpd', 'postgresql'])
        if victim == 'postgresql':
            self.stack.cluster.kill()
            self.stack.cluster.revive()
        else:
            daemon = getattr(self.stack, victim)
            daemon.kill()
            daemon.start()
        self.kills[victim] += 1
        self.stack.wait_ready(60)


def test_every_accepted_introduction_survives_kills(stack):
    """Each is granted once and told to both once; the auditor finds nothing between states."""
    crowd = Crowd(stack, 11)
    pairs = crowd.pairs()[:INTRODUCTIONS]
    killer = Killer(stack)

    def introduce(pair):
        introduction = ask(crowd, *pair)
        accept(crowd, pair[1], introduction)
        return introduction
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(introduce, pair) for pair in pairs]
        while not all(f.done() for f in futures):
            killer.strike()
            for failed in (f for f in futures if f.done() and f.exception()):
                pool.shutdown(cancel_futures=True)
                raise failed.exception()
        introductions = [f.result() for f in futures]
    # The worker may still have some to grant and tell: it is struck a few times more.
    for _ in range(6):
        killer.strike()
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
            assert copies == 1, f'seed {SEED}: {member.name} was told {copies} times of {alias}'
    assert stack.ctl('check').returncode == 0
    assert stack.ctl('audit', 'verify').returncode == 0
