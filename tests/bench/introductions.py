#!/usr/bin/env python3
"""100 introductions accepted at once: all granted once, all threads delivered, the time to the last."""
import concurrent.futures
import pathlib
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from cluster import throwaway  # noqa: E402
from crowd import Crowd, accept, ask, connected  # noqa: E402
from figure import figure  # noqa: E402
from stack import Stack  # noqa: E402

COUNT = 100


def main():
    """Measure and print the figures."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster)
    try:
        stack.prepare(topics=False).start()
        crowd = Crowd(stack, 15)
        pairs = crowd.pairs()[:COUNT]
        asked = [(pair, ask(crowd, *pair)) for pair in pairs]
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda a: accept(crowd, a[0][1], a[1]), asked))
        accepted = time.monotonic() - begun
        for pair, introduction in asked:
            connected(crowd, pair[0], introduction)
        granted = time.monotonic() - begun
        while stack.cluster.psql(stack.agora_db, "select count(*) from agora.outbox where state in ('waiting', 'running')") != '0':
            time.sleep(0.02)
        told = time.monotonic() - begun
        threads = crowd.threads()
        copies = [threads[one.name].count(f'Crowd Member {other.name.removeprefix("crowd")}')
                  for pair in pairs for one, other in (pair, pair[::-1])]
        figure('introductions_granted_once', len(crowd.contacts()), 'of_100', '>=', COUNT)
        figure('threads_delivered', sum(1 for c in copies if c == 1), 'of_200', '>=', 2 * COUNT)
        figure('introductions_last_accepted', accepted, 's', '<=', 5)
        figure('introductions_last_granted', granted, 's', '<=', 10)
        figure('introductions_last_told', told, 's', '<=', 10)
        stack.stop()
    finally:
        cluster.remove()


main()
