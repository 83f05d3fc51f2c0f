#!/usr/bin/env python3
"""The verifiers' queue with 100,000 open cases: a page of each view, and taking the next case.

A client of its own measures one request after the other; wrk then asks over 16 connections at once.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from client import Client  # noqa: E402
from cluster import throwaway  # noqa: E402
from figure import figure, told  # noqa: E402
from stack import Stack  # noqa: E402

OPEN = 100_000
PASSWORD = 'a long pass phrase of the bench'
VIEWS = ('waiting', 'second', 'mine', 'held', 'all', 'decided')
PAGES = 1000
CONNECTIONS = 16
SECONDS = int(os.environ.get('BENCH_SECONDS', '8'))
# 100,000 open cases of as many people, put there without their history: of 100, 84 wait, 6 are with verifiers, 4 wait for
# their members, 4 for a second person, 2 are held; 20,000 more were decided.
FILL = """
begin;
set local session_replication_role = replica;
insert into agora.account (id, person_id, email, handle, given_name, family_name, state)
select id, person, 'q' || n || '@queue.example', 'queue-' || n, 'Given ' || n %% 997, 'Family ' || n %% 4999, 'active'
  from (select agora.new_id() as id, agora.new_id() as person, n from generate_series(1, %(all)s) n) x;
insert into agora.person (id) select person_id from agora.account where handle like 'queue-%%';
insert into agora.vcase (id, account_id, person_id, level, state, assigned_to, sla_class, submitted_at, due_at, decided_at, state_at, actor)
select agora.new_id(), x.id, x.person_id, 3, x.state::agora.case_state,
       case when x.state in ('in_review', 'needs_member', 'awaiting_second', 'approved') then v.id end, 'standard',
       now() - x.n %% 200 * interval '1 hour', now() + (x.n %% 400 - 100) * interval '1 hour',
       case when x.state = 'approved' then now() - x.n %% 5000 * interval '1 minute' end, now(), x.id
  from (select a.id, a.person_id, substr(a.handle, 7)::integer as n,
               case when substr(a.handle, 7)::integer > %(open)s then 'approved'
                    else (array['held', 'held', 'awaiting_second', 'awaiting_second', 'awaiting_second', 'awaiting_second',
                                'needs_member', 'needs_member', 'needs_member', 'needs_member', 'in_review', 'in_review',
                                'in_review', 'in_review', 'in_review', 'in_review'])[1 + substr(a.handle, 7)::integer %% 100] end as known
          from agora.account a where a.handle like 'queue-%%') y
  cross join lateral (select y.*, coalesce(y.known, 'queued') as state) x
  cross join lateral (select id from agora.account where email = 'vera@queue.example') v;
insert into agora.evidence (case_id, type, subtype)
select id, 'document', 'passport' from agora.vcase;
insert into agora.claim (person_id, case_id, name, value) select person_id, id, 'family_name', 'Family' from agora.vcase;
commit;
"""


def timed(act, times):
    """Milliseconds of so many acts, least first."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)


def p99(took):
    """The time that 99 of 100 stay within."""
    return took[int(len(took) * 0.99) - 1]


def at_once(folder, url, client):
    """The first page over many connections at once: (requests a second, median and p99 in ms)."""
    script = folder / 'wrk.lua'
    cookie = '; '.join(f'{k}={v}' for k, v in client.cookies.items())
    script.write_text(f'wrk.headers["Cookie"] = "{cookie}"\n', encoding='utf8')
    out = subprocess.run(['wrk', '-c', str(CONNECTIONS), '-t', '1', '-d', f'{SECONDS}s', '--latency', '-s', script,
                          f'{url}/api/v1/cases?view=waiting'], check=True, text=True, capture_output=True).stdout
    if 'Non-2xx' in out:
        raise RuntimeError(f'not all answers were good:\n{out}')
    scale = {'us': 0.001, 'ms': 1, 's': 1000}
    median, high = (float(value) * scale[unit] for value, unit in re.findall(r'(?:50|99)%\s+([\d.]+)(us|ms|s)', out))
    return float(re.search(r'Requests/sec:\s+([\d.]+)', out).group(1)), median, high


def main():
    """Measure and print the figures."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster)
    try:
        stack.prepare(topics=False).start()
        for name in ('vera', 'victor'):
            stack.account(f'{name}@queue.example', name.title(), 'Bench', PASSWORD, 'verifier')
        cluster.psql(stack.agora_db, FILL % {'all': OPEN + 20_000, 'open': OPEN}, 'vacuum analyze', 'checkpoint')
        told(f'{OPEN} open cases, 20000 decided')
        busy, idle = Client(stack.url), Client(stack.url)
        busy.sign_in('vera@queue.example', PASSWORD)
        idle.sign_in('victor@queue.example', PASSWORD)
        for view in VIEWS:
            reader = busy if view == 'mine' else idle
            timed(lambda r=reader, v=view: r.get('cases', view=v), 40)  # each connection has made its plans
            took = timed(lambda r=reader, v=view: r.get('cases', view=v), PAGES)
            told(f'{view}: median {statistics.median(took):.2f} ms, last {took[-1]:.2f} ms')
            figure(f'queue_page_{view}_p99', p99(took), 'ms', '<=', 10)
        page = idle.get('cases', view='waiting')
        for _ in range(20):
            page = idle.get('cases', view='waiting', cursor=page['next'])
        figure('queue_page_deep_p99', p99(timed(lambda: idle.get('cases', view='waiting', cursor=page['next']), PAGES)), 'ms', '<=', 10)
        rate, median, high = at_once(cluster.folder, stack.url, idle)
        told(f'{CONNECTIONS} connections: {rate:.0f} pages a second, median {median:.2f} ms')
        figure(f'queue_page_{CONNECTIONS}_connections_p99', high, 'ms', '<=', 100)
        figure('queue_take_next_p99', p99(timed(lambda: idle.request('POST', 'cases/next'), 300)), 'ms', '<=', 50)
        stack.stop()
    finally:
        cluster.remove()


main()
