"""kill -9 of tmtpd and of its database, a hundred times and more, while several users post and read.

What an ack has promised is kept: no message is lost, none comes again once its Ack is safe, each node
gets them in the order of their ids, and ids rise for ever. See tmtp_trial.py for the rules and for which Acks
count as safe (one that was sent just before the kill may not be: then the message comes again, as it must).
"""
import collections
import os
import random
import signal
import time

import pytest

from cluster import throwaway
from tmtp_trial import Client, Ledger, User, drain
from tmtpd import Tmtpd, wait_until

SEED = int(os.environ.get('SEED', '0')) or int(time.time())
PART = 50  # messages in a part of the log, so that parts are begun and emptied all the time
# A backend of PostgreSQL that is killed makes it recover from its log as well, which is quicker than a new postmaster.
VICTIMS = ['tmtpd'] * 66 + ['backend'] * 26 + ['postmaster'] * 6 + ['both'] * 4


@pytest.fixture(name='tmtpd')
def server_with_its_own_cluster():
    """A tmtpd whose PostgreSQL may be killed."""
    cluster = throwaway()
    server = Tmtpd(cluster, 'killed', {'server': {'policy': 'open'}, 'database': {'log_part': PART}}).prepare().start()
    yield server
    try:
        wait_until(lambda: server.admin('GET', '/v1/server')[0] == 200, 30)
        server.stop()
    finally:
        cluster.remove()


class Killer:
    """Strikes at random moments and brings back what it struck. It works in the main thread: a daemon ends with
    the thread that started it."""

    def __init__(self, tmtpd, ledger, dice):
        self.tmtpd, self.ledger, self.dice, self.kills = tmtpd, ledger, dice, collections.Counter()

    def strike(self, victim):
        """Kill it and start it again; the next strike waits for so many acks, or for none: then it hits the start."""
        self.ledger.wait_for_acks(self.dice.choice([0, 1, 1, 2, 4, 8]))
        time.sleep(self.dice.uniform(0, 0.05))  # to strike anywhere in a batch, not only behind an ack
        getattr(self, f'_{victim}')()
        self.kills[victim] += 1

    def _tmtpd(self):
        self.tmtpd.tmtpd.kill()
        self.tmtpd.tmtpd.start()

    def _backend(self):
        backends = [p for p in self.tmtpd.cluster.processes() if self.tmtpd.tmtpd_db in p.title]
        if backends:  # none while tmtpd connects
            os.kill(self.dice.choice(backends).pid, signal.SIGKILL)

    def _postmaster(self):
        self.tmtpd.cluster.kill()
        self.tmtpd.cluster.revive()

    def _both(self):
        self.tmtpd.tmtpd.kill()
        self._postmaster()
        self.tmtpd.tmtpd.start()


def test_a_hundred_kills_lose_nothing_acked_and_repeat_nothing_after_its_ack(tmtpd):
    dice, ledger = random.Random(SEED), Ledger()
    users = [User(tmtpd, ledger, 0, nodes=2), User(tmtpd, ledger, 1), User(tmtpd, ledger, 2),
             User(tmtpd, ledger, 3, absent=True), User(tmtpd, ledger, 4, nodes=2, absent=True)]
    nodes = [n for u in users for n in u.nodes]
    clients = [Client(tmtpd, n, users, SEED) for n in nodes]
    for c in clients:
        c.start()

    killer, begun = Killer(tmtpd, ledger, dice), time.monotonic()
    try:
        for victim in dice.sample(VICTIMS, len(VICTIMS)):
            killer.strike(victim)
        ledger.wait_for_acks(1)
    finally:
        print(f'SEED={SEED}: {dict(killer.kills)} in {time.monotonic() - begun:.0f} s, '
              f'{ledger.acks} acks, {ledger.deliveries} deliveries')
        ledger.done.set()
        for c in clients:
            c.join(30)

    closer = tmtpd.register('closer')
    closer.post(*users, data=b'the end')
    for n in nodes:
        drain(tmtpd, n, b'the end')
    faults = ledger.verdict()
    assert not faults, f'SEED={SEED}: {len(faults)} faults: {faults[:5]}'
    assert sum(killer.kills.values()) >= 100 and ledger.acks > 200
