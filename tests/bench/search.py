#!/usr/bin/env python3
"""Search over 20,000 example members: requests a second and p99 by wrk, beside pgbench running the same statements.

usage: tests/bench/search.py [MEMBERS]

What agorad sends to PostgreSQL for each search is read back from PostgreSQL's log, so that pgbench runs exactly
that. Both have eight connections to the database; wrk has 32 to agorad.
"""
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from client import Client  # noqa: E402
from cluster import BIN, throwaway  # noqa: E402
from figure import figure  # noqa: E402
from stack import Stack  # noqa: E402

SECONDS = int(os.environ.get('BENCH_SECONDS', '8'))
# Kind of search: what is asked for. The rare ones match a handful, the broad ones thousands.
SEARCHES = {
    'rare': [{'q': '"Signe Ødegård"'}, {'q': 'Jabłoński Kraków'}, {'q': 'about:quantum seeks:"machine learning"'}],
    'mid': [{'q': 'seismic'}, {'q': 'professor Lund'}, {'q': 'laboratory', 'country': 'CH', 'level': 2}],
    'broad': [{'q': 'engineer'}, {'q': 'level:2'}, {'q': 'university OR institute'}],
    'topic': [{'topic': 'T10038'}, {'q': 'skill:"artificial intelligence"'}, {'q': 'consultant', 'topic': 'T11993', 'level': 1}],
}
MIXED = [s for kind in SEARCHES.values() for s in kind]


def paths(searches):
    """Addresses of searches."""
    return ['/api/v1/members?' + urllib.parse.urlencode(s) for s in searches]


class Bench:
    """An instance full of members, and ways to load it."""

    def __init__(self, members):
        self.cluster = throwaway()
        self.stack = Stack(self.cluster.folder / 'var', self.cluster,
                           settings={'agorad': {'http': {'workers': 8}}})
        self.members = members

    def prepare(self):
        """Members, statistics, a session."""
        self.stack.prepare()
        begun = time.monotonic()
        self.stack.ctl('example', 'load', '--members', self.members)
        # Whoever measures sees more people in a day than a member may.
        self.stack.cluster.psql(self.stack.agora_db, "update agora.policy set value = '0' where key like 'search.people_a_day%'")
        figure('example_members_loaded', self.members / (time.monotonic() - begun), 'members/s', '>=', 400)
        self.stack.account('searcher@example.org', 'Sam', 'Searcher', 'a long enough password')
        self.cluster.psql(self.stack.agora_db, 'vacuum analyze')
        self.stack.start()
        self.client = Client(self.stack.url)
        self.client.sign_in('searcher@example.org', 'a long enough password')

    def wrk(self, searches, signed_in=False):
        """Load agorad with these in turn; gives (requests a second, p99 in ms)."""
        script = self.cluster.folder / 'wrk.lua'
        cookie = '; '.join(f'{k}={v}' for k, v in self.client.cookies.items()) if signed_in else ''
        script.write_text('local paths = {%s}\nlocal n = 0\nrequest = function()\n  n = n %% #paths + 1\n'
                          '  return wrk.format("GET", paths[n], {Cookie = "%s"})\nend\n'
                          % (', '.join(f'"{p}"' for p in paths(searches)), cookie), encoding='utf8')
        out = subprocess.run(['wrk', '-c', '32', '-t', '2', '-d', f'{SECONDS}s', '--latency', '-s', script, self.stack.url],
                             check=True, text=True, capture_output=True).stdout
        if 'Non-2xx' in out:
            raise RuntimeError(f'not all answers were good:\n{out}')
        rate = float(re.search(r'Requests/sec:\s+([\d.]+)', out).group(1))
        value, unit = re.search(r'99%\s+([\d.]+)(us|ms|s)', out).groups()
        return rate, float(value) * {'us': 0.001, 'ms': 1, 's': 1000}[unit]

    def statements(self, searches):
        """What agorad sends for these, with its parameters, from PostgreSQL's log."""
        self.cluster.psql('postgres', 'alter role agora_app set log_min_duration_statement = 0')
        self.stack.agorad.stop()
        self.stack.agorad.start()
        self.stack.wait_ready()
        before = self.cluster.log.stat().st_size
        for path in paths(searches):
            Client(self.stack.url).expect(200, 'GET', path)
        self.cluster.psql('postgres', 'alter role agora_app reset log_min_duration_statement')
        self.stack.agorad.stop()
        with open(self.cluster.log, encoding='utf8') as log:
            log.seek(before)
            text = log.read()
        self.stack.agorad.start()
        self.stack.wait_ready()
        found = re.findall(r'execute [^:\n]*: (select page, wait from agora\.search_answer\(.*?\))\s*\n[^\n]*DETAIL:  parameters: (.*?)(?=\n\S+ \S+ \S+ \[|\Z)',
                           text, re.S)
        return [self.with_values(*f) for f in found]

    @staticmethod
    def with_values(statement, parameters):
        """The statement with its parameters written out, without a colon: pgbench would take it for a variable's."""
        values = dict(re.findall(r"\$(\d+) = (NULL|'(?:[^']|'')*')", parameters))

        def literal(match):
            value = values[match.group(1)]
            return value if value == 'NULL' else 'E' + value.replace('\\', '\\\\').replace(':', '\\072').replace('\001', '\\001')
        return re.sub(r'\$(\d+)', literal, statement)

    def pgbench(self, statements, clients=8):
        """The same statements by pgbench, prepared; gives (a second, mean ms)."""
        files = []
        for i, statement in enumerate(statements):
            file = self.cluster.folder / f'search{i}.sql'
            file.write_text(statement + ';\n', encoding='utf8')
            files += ['-f', file]
        out = subprocess.run([BIN / 'pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '2' if clients > 1 else '1',
                              '-T', str(SECONDS), '-h', self.cluster.socket, '-U', 'agora_app', *files, self.stack.agora_db],
                             check=True, text=True, capture_output=True).stdout
        return float(re.search(r'tps = ([\d.]+)', out).group(1)), float(re.search(r'latency average = ([\d.]+)', out).group(1))


def main():
    """Measure and print the figures."""
    bench = Bench(int(sys.argv[1]) if len(sys.argv) > 1 else 20000)
    try:
        bench.prepare()
        statements = bench.statements(MIXED)
        if len(statements) != len(MIXED):
            raise RuntimeError(f'{len(statements)} statements in the log for {len(MIXED)} searches')
        bench.wrk(MIXED)
        rate, p99 = bench.wrk(MIXED)
        bare, _ = bench.pgbench(statements)
        figure('search_requests', rate, '/s', '>=', 500)
        figure('search_p99', p99, 'ms', '<=', 100)
        figure('search_of_pgbench', rate / bare, 'x', '>=', 0.6)
        member_rate, member_p99 = bench.wrk(MIXED, signed_in=True)
        figure('search_by_members_requests', member_rate, '/s', '>=', 400)
        figure('search_by_members_p99', member_p99, 'ms', '<=', 100)
        for kind, searches in SEARCHES.items():
            first = MIXED.index(searches[0])
            _, mean = bench.pgbench(statements[first:first + len(searches)], clients=1)
            figure(f'search_{kind}_statement', mean, 'ms', '<=', 3)
        bench.stack.stop()
    finally:
        bench.cluster.remove()


main()
