#!/usr/bin/env python3
"""Saved searches: what one sweep of them costs, what the note of a change costs, and how little a day's people take.

Example members (BENCH_MEMBERS, 20,000), saved searches of them (BENCH_SAVED, 5,000; rare, mid and broad words alike), and
a day's changes (BENCH_CHANGES, 2,000) to titles of 200 trades. A search by a word that all these changes brought, which
tells of as many people as an alert may, is measured apart. Times are those of one connection, as the worker sweeps.
"""
import os
import pathlib
import statistics
import sys
import time

import psycopg2

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from cluster import throwaway  # noqa: E402
from figure import figure, told  # noqa: E402
from stack import Stack  # noqa: E402

MEMBERS = int(os.environ.get('BENCH_MEMBERS', '20000'))
SAVED = int(os.environ.get('BENCH_SAVED', '5000'))
CHANGES = int(os.environ.get('BENCH_CHANGES', '2000'))
WORDS = ["'vf:2'", "'a:work'", "'engineer'", "'x:D1'", "'vf:3' & 'cc:ch'", "'seismic':*", "'zyx':*", "'cc:de' & !'vf:3'",
         "'trade{}'", "'trade{}' & 'cc:de'", "'trade{}' | 'zyx'", "'vf:2' & !'trade{}'"]
BROAD = ["'maker'"]
TRADES = 200  # titles, of which a change brings one
SAVE = """
insert into agora.saved_search (account_id, name, q, every, due_at)
select a.id, 'Search ' || n, '', 'daily', now() + interval '1 day'
  from generate_series(1, %s) n
 cross join lateral (select id from agora.account where state = 'active' order by id offset n %% 100 limit 1) a
on conflict do nothing"""
CHANGE = """
update agora.profile p set title = 'Maker of trade%s', title_tier = 'members'
 where p.account_id = (select account_id from agora.profile order by account_id offset %s limit 1)
returning p.account_id"""


def timed(act):
    """Milliseconds of an act."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def p99(took):
    """The time that 99 of 100 stay within."""
    return sorted(took)[int(len(took) * 0.99) - 1]


def change_all(connection, first):
    """So many members change; milliseconds of each search_touch."""
    took = []
    with connection.cursor() as cursor:
        for n in range(CHANGES):
            cursor.execute(CHANGE, (n % TRADES, first + n))
            account, = cursor.fetchone()
            took.append(timed(lambda who=account: cursor.execute('select agora.search_touch(%s)', (who,))))
            connection.commit()
    return took


def sweep(connection, words, most):
    """So many saved searches for these words, due now: (milliseconds of each, people told of)."""
    took, people = [], 0
    with connection.cursor() as cursor:
        cursor.execute('delete from agora.saved_search_told')
        cursor.execute("update agora.saved_search set due_at = now(), mark = now() - interval '1 hour', created_at = now() - interval '1 hour'")
        cursor.execute('analyze agora.search_change, agora.saved_search')
        connection.commit()
        cursor.execute('select id from agora.saved_search order by id limit %s', (most,))
        for n, (search,) in enumerate(cursor.fetchall()):
            query = words[n % len(words)].format(n % TRADES).replace("'", '\x01')
            took.append(timed(lambda s=search, q=query: cursor.execute("select agora.saved_sweep(%s, %s, 'https://agora.example')", (s, q))))
            people += cursor.fetchone()[0]
            connection.commit()
    return took, people


def pages(connection):
    """Pages of people for one viewer: (milliseconds of one with new people, of one without, octets of the row)."""
    fresh, same = [], []
    with connection.cursor() as cursor:
        cursor.execute("update agora.policy set value = '100000' where key = 'search.people_a_day'")
        cursor.execute("select id from agora.account where state = 'active' limit 1")
        viewer, = cursor.fetchone()
        connection.commit()
        spend = 'select agora.search_spend(%s, null, array(select %s || n from generate_series(1, 20) n))'
        for n in range(15):
            for took in (fresh, same):
                took.append(timed(lambda n=n: cursor.execute(spend, (viewer, f'member-{n}-'))))
                connection.commit()
        cursor.execute('select pg_column_size(people) from agora.search_seen where viewer = %s', (viewer,))
        return statistics.median(fresh), statistics.median(same), cursor.fetchone()[0]


def main():
    """Measure and print the figures."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster)
    try:
        stack.prepare()
        stack.ctl('example', 'load', '--members', MEMBERS)
        stack.ctl('search', 'rebuild')
        connection = psycopg2.connect(cluster.dsn(stack.agora_db, 'agora_owner'))
        quiet = change_all(connection, 0)
        with connection.cursor() as cursor:
            cursor.execute(SAVE, (SAVED,))
        connection.commit()
        noted = change_all(connection, CHANGES)
        took, people = sweep(connection, WORDS, SAVED)
        full, _ = sweep(connection, BROAD, 100)
        fresh, same, octets = pages(connection)
        told(f'{MEMBERS} members, {len(took)} saved searches, {CHANGES} changes; the sweep told of {people} members')
        figure('saved-search-sweep p50', statistics.median(took), 'ms', '<=', 1)
        figure('saved-search-sweep p99', p99(took), 'ms', '<=', 8)
        figure('saved-search-sweep rate', len(took) / sum(took) * 1000, 'searches/s', '>=', 500)
        figure('saved-search-sweep of a word that many begin to match', statistics.median(full), 'ms', '<=', 20)
        figure('saved-search note', statistics.median(noted) - statistics.median(quiet), 'ms a change', '<=', 1)
        figure('people-seen page of new people', fresh, 'ms', '<=', 2)
        figure('people-seen page of the same people', same, 'ms', '<=', 1)
        figure('people-seen row for 300 people', octets, 'octets', '<=', 1500)
        connection.close()
    finally:
        cluster.remove()


if __name__ == '__main__':
    main()
