#!/usr/bin/env python3
"""How good the order of results is (nDCG@10 of the judged set), and how evenly members are shown (Gini of exposure).

usage: tests/bench/search/ranking.py [MEMBERS]
"""
import pathlib
import shutil
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib'), str(TOP / 'tests/search/judged')]
import judged  # noqa: E402
import psycopg2  # noqa: E402
from client import Client  # noqa: E402
from cluster import Cluster  # noqa: E402
from figure import figure, told  # noqa: E402
from stack import Stack  # noqa: E402

MEMBERS, ROUNDS = 5000, 7
OVER = "select day = (now() at time zone 'UTC')::date and after is null from agora.search_daily"
EMAIL, PASSWORD = 'searcher@example.org', 'a long enough password'
SEEK = """with gone as (delete from agora.profile_topic t using agora.account a
                         where a.id = t.account_id and a.email = %s and t.kind = 'seeking' and t.concept_id <> all (%s::text[]))
          insert into agora.profile_topic (account_id, kind, place, concept_id)
          select a.id, 'seeking', t.place, t.id from agora.account a, unnest(%s::text[]) with ordinality t (id, place) where a.email = %s
          on conflict do nothing"""


class Viewer:
    """Somebody who searches, and a connection for what no interface shows."""

    def __init__(self, stack, connection):
        self.connection = connection
        stack.account(EMAIL, 'Sam', 'Searcher', PASSWORD)
        self.client = Client(stack.url)
        self.client.sign_in(EMAIL, PASSWORD)
        # One viewer asks for everything here: nobody is shown enough people.
        self.rows("update agora.policy set value = '0' where key in ('search.people_a_day', 'search.people_a_day_network')")

    def rows(self, statement, *values):
        """Run a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def seek(self, topics):
        """Look for these topics."""
        self.rows(SEEK, EMAIL, list(topics), list(topics), EMAIL)

    def ask(self, searches):
        """The first ten of each."""
        return judged.answers(searches, self.client, self.seek)

    def end_day(self, shown):
        """Ten people have seen what was shown; the daily pass."""
        self.rows('select agora.search_exposed(%s, %s)', list(shown), [n * 10 for n in shown.values()])
        self.rows("update agora.search_daily set day = '2000-01-01'")
        while not self.rows(OVER)[0][0]:
            self.rows('select agora.search_daily(500)')


def measure(viewer, members):
    """Print the figures."""
    made = judged.Judged(viewer.rows)
    searches = made.searches()
    got = judged.by_kind(searches, viewer.ask(searches))
    for kind in judged.KINDS:
        told(f'search_ndcg_{kind} {got[kind]:.3f}')
    told(f'{len(searches)} judged searches among {members} members')
    figure('search_ndcg_at_10', got['all'], '', '>=', 0.8)
    once, often = judged.exposure(made.broad(), ROUNDS, viewer.ask, viewer.end_day)
    told(f'search_exposure_gini of one day {once:.3f}')
    figure('search_exposure_gini', often, '', '<=', 0.6)


def main():
    """A throwaway instance with example members."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    folder = pathlib.Path(tempfile.mkdtemp(prefix='agora-bench-'))
    folder.chmod(0o755)
    cluster = Cluster(folder / 'postgresql', durable=False).start()
    stack = Stack(folder / 'var', cluster)
    try:
        stack.prepare()
        stack.ctl('example', 'load', '--members', members)
        stack.start()
        connection = psycopg2.connect(cluster.dsn(stack.agora_db, 'agora_owner'))
        connection.autocommit = True
        measure(Viewer(stack, connection), members)
    finally:
        stack.stop()
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


main()
