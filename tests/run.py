#!/usr/bin/env python3
"""Runs the test suites and counts what they say.

usage: tests/run.py all|SUITE...

Every suite builds what it needs with AddressSanitizer and UBSan (build/asan) and starts its own cluster and
daemons. Each ends with a line `SUITE: N passed, N failed`; the last line is `N passed, N failed` over
all, after the names of what failed, and the exit status is 1 when anything failed, also when a suite ran no test.
Environment: PYTEST (more arguments for pytest), FUZZ_SECONDS (12 a target).
"""
import os
import pathlib
import re
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / 'scripts'))
sys.path.insert(0, str(TOP / 'tests/lib'))
BUILD = 'build/asan'
WIRE_UNITS = ['base32_test', 'crc32c_test', 'form_test', 'frame_test', 'header_test', 'inner_test']
SENT_UNITS = ['csv_test', 'html_link_test', 'address_test', 'jose_verify_test', 'evidence_seal_test', 'receipt_test']
JOBS = str(os.cpu_count() or 2)
# How each tool names what failed: pytest, cmocka, pgTAP, Playwright and the first line of why, Vitest; our lint and fuzz.
NAMED = re.compile(r'(FAILED|ERROR) tests/|\[  FAILED  \] \D|#\s+Failed test|\s+\d+\) \S+\.spec\.ts|\s+\w*Error: |\s*FAIL |(lint|fuzz): \w+: failed')
named = []


def make(*targets, variant='asan'):
    """Build, with the sanitizers unless said otherwise; the output shows only what went wrong."""
    done = subprocess.run(['make', '-s', f'-j{JOBS}', f'VARIANT={variant}', *targets], cwd=TOP, text=True,
                          capture_output=True, check=False)
    if done.returncode:
        sys.exit(f'the build failed:\n{done.stdout}{done.stderr}')


def watch(command, env=None):
    """Run a command, show its output as it comes; gives (status, output)."""
    lines = []
    with subprocess.Popen([str(c) for c in command], cwd=TOP, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, 'AGORA_BUILD': BUILD, **(env or {})}) as p:
        for line in p.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
            if NAMED.match(line):
                named.append(line.strip()[:300])
    return p.returncode, ''.join(lines)


def number(pattern, text):
    """Sum of the numbers that a pattern finds."""
    return sum(int(n) for n in re.findall(pattern, text, re.M))


def unit(folder=''):
    """cmocka programs, one a module; db_test has a migrated database to spoil, admin_live_test a tmtpd."""
    from cluster import throwaway
    from database import migrated
    os.environ['AGORA_BUILD'] = BUILD
    from tmtpd import Tmtpd
    make('units', f'{BUILD}/bin/agoractl', f'{BUILD}/bin/tmtpd')
    passed = failed = 0
    cluster = throwaway()
    try:
        migrated(cluster, TOP / BUILD / 'bin')
        with Tmtpd(cluster, 'unit') as server:
            people = [server.register(name).uid for name in ('alice', 'bobby')]
            env = {'AGORA_TEST_DATABASE': cluster.dsn('agora', 'agora_owner'),
                   'AGORA_TEST_ADMIN': server.admin_socket, 'AGORA_TEST_ADMIN_TOKEN': str(server.admin_token),
                   'AGORA_TEST_ADMIN_ONE': people[0], 'AGORA_TEST_ADMIN_OTHER': people[1]}
            for program in sorted((TOP / BUILD / 'unit' / folder).rglob('*_test')):
                status, text = watch([program], env)
                ok, bad = number(r'\[  PASSED  \] (\d+) test', text), number(r'\[  FAILED  \] (\d+) test', text)
                passed, failed = passed + ok, failed + bad + (1 if status and not bad else 0)
    finally:
        cluster.remove()
    return passed, failed


def prove(cluster, database, files):
    """pgTAP files, each in a transaction of its own; those that run at once have a database each, for a test may
    change what all of a database share. Gives (status, output)."""
    for extension in ('pgtap', 'plpgsql_check'):
        cluster.psql(database, f'create extension if not exists {extension} with schema public')
    names = [database] + [f'{database}_{n}' for n in range(2, int(JOBS) + 1)]
    for name in names[1:]:
        cluster.make_databases(name, template=database)
        # Who may do what in a database is not copied with it.
        cluster.psql('postgres', f"update pg_database set datacl = (select datacl from pg_database where datname = '{database}')"
                                 f" where datname = '{name}'")
    return watch(['pg_prove', '-j', JOBS, '--timer', '-b', TOP / 'tests/lib/psql_alone.py', '-h', cluster.socket, '-U', cluster.superuser, *files],
                 {'AGORA_DATABASES': ' '.join(names), 'AGORA_LOCKS': str(cluster.folder)})


def sql(folders=('tests/sql', 'tests/sql/verification', 'tests/sql/search', 'tests/sql/tmtpd')):
    """pgTAP files on a migrated database."""
    from cluster import throwaway
    from stack import Stack
    make('programs')
    os.environ['AGORA_BUILD'] = BUILD
    cluster = throwaway()
    try:
        stack = Stack(cluster.folder / 'var', cluster)
        stack.prepare()
        failed = passed = 0
        for folder in folders:
            files = sorted((TOP / folder).glob('*.sql'))
            if not files:
                continue
            status, text = prove(cluster, stack.tmtpd_db if folder.endswith('tmtpd') else stack.agora_db, files)
            bad = number(r'Failed(?: test)?s?:? (\d+)/\d+ subtests', text)
            passed += number(r'Tests=(\d+)', text) - bad
            failed += bad + (1 if status and not bad else 0)
        return passed, failed
    finally:
        cluster.remove()


def pytest_suite(folder, *more):
    """Tests over the wire, in Python, with the programs and what else they want."""
    def run():
        make('programs', *more)
        status, text = watch(['/usr/bin/python3', '-m', 'pytest', '-q', '-o', f'cache_dir={TOP}/build/pytest-{folder.replace("/", "-")}',
                              f'tests/{folder}', *os.environ.get('PYTEST', '').split()])
        bad = number(r'(\d+) failed', text) + number(r'(\d+) error', text)
        return number(r'(\d+) passed', text), bad + (1 if status and not bad else 0)
    return run


def e2e():
    """A real browser; the app is built first."""
    make('programs', 'web')
    status, text = watch(['scripts/web.sh', 'e2e'])
    bad = number(r'^\s+(\d+) failed', text)
    return number(r'^\s+(\d+) passed', text), bad + (1 if status and not bad else 0)


def valgrind():
    """Memcheck on what reads what strangers send. It wants programs without the sanitizers."""
    names = [f'build/release/unit/{n}' for n in WIRE_UNITS]
    names += [f'build/release/unit/verification/{n}' for n in SENT_UNITS]
    names += [f'build/release/unit/server/{p.stem}' for p in (TOP / 'tests/unit/server').glob('*_test.c')]
    make('build/release/bin/tmtpd', *names, variant='release')
    status, text = watch(['/usr/bin/python3', '-m', 'pytest', '-q', 'tests/valgrind'],
                         {'AGORA_BUILD': 'build/release', 'AGORA_UNITS': ' '.join(names)})
    bad = number(r'(\d+) failed', text) + number(r'(\d+) error', text)
    return number(r'(\d+) passed', text), bad + (1 if status and not bad else 0)


def web():
    """The browser app's own checks: types, units, budget."""
    make('web')
    status, text = watch(['scripts/web.sh', 'check'])
    bad = number(r'Tests .*?(\d+) failed', text)
    return number(r'Tests .*?(\d+) passed', text), bad + (1 if status and not bad else 0)


def fuzz(*names):
    """Each target, or those named, for FUZZ_SECONDS from its corpus; a finding fails it."""
    status, text = watch(['tests/fuzz/run.sh', os.environ.get('FUZZ_SECONDS', '12'), *names])
    bad = number(r'^fuzz: .*?, (\d+) failed', text)
    return number(r'^fuzz: (\d+) passed', text), bad + (1 if status and not bad else 0)


def verification():
    """All that is about verification, of the suites that it is part of."""
    results = unit('verification'), sql(['tests/sql/verification']), pytest_suite('api/verification', 'web')()
    return tuple(sum(column) for column in zip(*results))


def search():
    """All that is about search, of the suites that it is part of: the folders named search, and the query language on any text."""
    parts = [lambda: unit('search'), lambda: sql(['tests/sql/search']), pytest_suite('api/search', 'web'), lambda: fuzz('search')]
    return tuple(sum(column) for column in zip(*(part() for part in parts)))


def lint():
    """Layout, banned calls, include rules, static analysis."""
    status, text = watch(['make', '-s', 'lint'])
    bad = number(r'^lint: .*?, (\d+) failed', text)
    return number(r'^lint: (\d+) passed', text), bad + (1 if status and not bad else 0)


SUITES = {'lint': lint, 'unit': unit, 'sql': sql, 'tmtp': pytest_suite('tmtp'), 'api': pytest_suite('api', 'web'),
          'web': web, 'e2e': e2e, 'fault': pytest_suite('fault'), 'valgrind': valgrind, 'fuzz': fuzz}
PARTS = {'verification': verification, 'search': search}  # by name only: of the suites above


def main():
    """Run the suites that are named."""
    wanted = sys.argv[1:] or ['all']
    if wanted == ['all']:
        wanted = list(SUITES)
    suites = SUITES | PARTS
    unknown = [w for w in wanted if w not in suites]
    if unknown:
        sys.exit(f'no suite {", ".join(unknown)}; there are: {" ".join(suites)}')
    results = []
    for name in wanted:
        print(f'== {name}', flush=True)
        begun = time.monotonic()
        passed, failed = suites[name]()
        if passed + failed == 0:
            failed = 1
        results.append((name, passed, failed, time.monotonic() - begun))
        print(f'{name}: {passed} passed, {failed} failed', flush=True)
    print()
    for name, passed, failed, seconds in results:
        print(f'  {name:12} {passed:6} passed {failed:4} failed {seconds:8.1f} s')
    failed = sum(r[2] for r in results)
    if failed:
        print('', *named[:40], '', sep='\n')
    print(f'{sum(r[1] for r in results)} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
