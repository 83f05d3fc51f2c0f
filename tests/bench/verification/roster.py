#!/usr/bin/env python3
"""A list of 100,000 members imported by the command: the dry run, the import, the next one with a hundred thousand
entries to compare with, and the comparison of 1,000 members who are in it."""
import pathlib
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from client import wait_for  # noqa: E402
from cluster import throwaway  # noqa: E402
from figure import figure, told  # noqa: E402
from stack import Stack  # noqa: E402

ROWS = 100_000
WATCHED = 1_000
# Members who were found in the list before, so that every import has them compared anew.
FILL = """
begin;
set local session_replication_role = replica;
insert into agora.account (id, person_id, email, handle, given_name, family_name, state)
select agora.new_id(), agora.new_id(), 'r' || n || '@roster.example', 'roster-' || n, 'Given' || n %% 997, 'Family' || n, 'active'
  from generate_series(1, %(watched)s) n;
insert into agora.person (id) select person_id from agora.account where handle like 'roster-%%';
insert into agora.register_watch (connector_id, person_id, account_id, target, claims, state, result, checked_at, passed_at, next_at)
select c.id, a.person_id, a.id, 'M' || substr(a.handle, 8),
       jsonb_build_object('given_name', a.given_name, 'family_name', a.family_name, 'birthdate', '1970-01-01'),
       'good', 'passed', now() - interval '1 day', now() - interval '1 day', now() + interval '20 days'
  from agora.account a, agora.connector c where a.handle like 'roster-%%' and c.kind = 'roster' and c.subject = 'membership';
commit;
analyze agora.register_watch;
"""


def write(path, rows, grade):
    """A list as a members' office exports it."""
    with open(path, 'w', encoding='utf8') as out:
        out.write('Member No,Surname,First name,Date of birth,Status,Grade,Member since,Valid until\n')
        for n in range(1, rows + 1):
            out.write(f'M-{n},Family{n},Given{n % 997},1970-01-01,Active,{grade},2001-02-03,2099-12-31\n')


def timed(stack, *arguments):
    """Seconds that a command takes."""
    begun = time.perf_counter()
    stack.ctl('roster', 'import', *arguments)
    return time.perf_counter() - begun


def main():
    """Measure and print the figures."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster)
    try:
        stack.prepare(topics=False).start()
        cluster.psql(stack.agora_db, FILL % {'watched': WATCHED})
        with tempfile.TemporaryDirectory(prefix='agora-roster-') as folder:
            path = pathlib.Path(folder) / 'members.csv'
            write(path, ROWS, 'Member')
            told(f'{ROWS} entries, {path.stat().st_size / 1048576:.1f} MiB')
            figure('roster_dry_run', timed(stack, '--dry-run', path), 's', '<=', 10)
            figure('roster_import', timed(stack, path), 's', '<=', 10)
            write(path, ROWS, 'Fellow')
            figure('roster_import_over', timed(stack, path), 's', '<=', 10)
        begun = time.perf_counter()
        left = "select count(*) from agora.register_watch where next_at <= now()"
        wait_for(lambda: cluster.psql(stack.agora_db, left) == '0', seconds=300, why='the worker to compare')
        figure('roster_compare_thousand', time.perf_counter() - begun, 's', '<=', 10)
        stack.stop()
    finally:
        cluster.remove()


main()
