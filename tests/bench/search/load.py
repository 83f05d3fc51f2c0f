"""Load: wrk for what speaks HTTP, pgbench for statements, which are what agorad sends, read back from PostgreSQL's log."""
import os
import pathlib
import re
import subprocess
import tempfile

import psycopg2
from client import Client
from cluster import BIN

SECONDS = int(os.environ.get('BENCH_SECONDS', '5'))
STATEMENT = re.compile(r'execute [^:\n]*: (select [^\n]*agora\.(?:search_answer|search_page|search_spelling|search_complete|topic_complete|topic_find)\([^\n]*\)'
                       r'[^\n]*)\s*\n[^\n]*DETAIL:  parameters: (.*?)(?=\n\S+ \S+ \S+ \[|\Z)', re.S)


def wrk(url, paths, connections, cookies=None):
    """Load a server with these in turn; gives (requests a second, p50 and p99 in ms)."""
    cookie = '; '.join(f'{k}={v}' for k, v in (cookies or {}).items())
    with tempfile.NamedTemporaryFile('w', suffix='.lua', encoding='utf8') as script:
        script.write('local paths = {%s}\nlocal n = 0\nrequest = function()\n  n = n %% #paths + 1\n'
                     '  return wrk.format("GET", paths[n], {Cookie = "%s"})\nend\n' % (', '.join(f'"{p}"' for p in paths), cookie))
        script.flush()
        out = subprocess.run(['wrk', '-c', str(connections), '-t', '1', '-d', f'{SECONDS}s', '--latency', '-s', script.name, url],
                             check=True, text=True, capture_output=True).stdout
    if 'Non-2xx' in out:
        raise RuntimeError(f'not all answers were good:\n{out}')

    def latency(percent):
        value, unit = re.search(percent + r'%\s+([\d.]+)(us|ms|s|m)\n', out).groups()
        return float(value) * {'us': 0.001, 'ms': 1, 's': 1000, 'm': 60000}[unit]
    return float(re.search(r'Requests/sec:\s+([\d.]+)', out).group(1)), latency('50'), latency('99')


def parameters(text):
    """Number of a parameter: its value, None for null."""
    return {int(n): None if v == 'NULL' else v[1:-1].replace("''", "'")
            for n, v in re.findall(r"\$(\d+) = (NULL|'(?:[^']|'')*')", text)}


def statements(instance, paths):
    """What agorad sends for each address: its statements with their parameters."""
    instance.cluster.psql('postgres', 'alter role agora_app set log_min_duration_statement = 0')
    instance.restart_agorad()
    found = {}
    try:
        for path in paths:
            before = instance.cluster.log.stat().st_size
            Client(instance.stack.url).expect(200, 'GET', path)
            with open(instance.cluster.log, encoding='utf8') as log:
                log.seek(before)
                text = log.read()
            sent = STATEMENT.findall(text)
            if not sent:
                raise RuntimeError(f'no statement in the log for {path}:\n{text[-2000:]}')
            found[path] = [(statement, parameters(values)) for statement, values in sent]
    finally:
        instance.cluster.psql('postgres', 'alter role agora_app reset log_min_duration_statement')
        instance.restart_agorad()
    return found


def literal(value):
    """As SQL, without a colon: pgbench would take it for a variable's."""
    if value is None:
        return 'null'
    return "E'" + value.replace('\\', '\\\\').replace("'", "''").replace(':', '\\072').replace('\001', '\\001') + "'"


def with_values(sent):
    """What one request sends, its parameters written out."""
    return ';\n'.join(re.sub(r'\$(\d+)', lambda m, v=values: literal(v[int(m.group(1))]), statement) for statement, values in sent)


def percentile(sorted_values, share):
    """Of values in order."""
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


def pgbench(instance, texts, clients=1, seconds=None, rate=None, user='agora_app'):
    """Statements by pgbench, prepared, each as often as the others; gives (a second, p50 and p99 in ms).

    The first fifth of the time does not count: there the fresh connections make their plans.
    """
    seconds = seconds or SECONDS
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, text in enumerate(texts):
            file = pathlib.Path(folder) / f'{i}.sql'
            file.write_text(text.rstrip(';') + ';\n', encoding='utf8')
            files += ['-f', file]
        more = ['-R', str(rate)] if rate else []
        done = subprocess.run([BIN / 'pgbench', '-n', '-M', 'prepared', '-c', str(clients), '-j', '1', '-T', str(seconds), '-l', *more,
                               '-h', instance.cluster.socket, '-U', user, *files, instance.stack.agora_db],
                              check=False, text=True, capture_output=True, cwd=folder)
        if done.returncode:
            raise RuntimeError(done.stderr)
        lines = [line.split() for log in pathlib.Path(folder).glob('pgbench_log.*') for line in log.read_text(encoding='utf8').splitlines()]
    ends = [(int(at[4]) + int(at[5]) / 1e6, int(at[2]) / 1000) for at in lines if at[2].isdigit()]
    begun = min(end for end, _ in ends) + seconds / 5
    times = sorted(took for end, took in ends if end > begun)
    return len(times) / (seconds * 4 / 5), percentile(times, 0.5), percentile(times, 0.99)


def memory(pid):
    """Resident MB of a process, and its share of them (what it has in common with others is divided)."""
    text = pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text(encoding='utf8')
    return tuple(int(re.search(rf'^{what}:\s+(\d+)', text, re.M).group(1)) / 1024 for what in ('Rss', 'Pss'))


def processor(instance, texts):
    """Median of the processor's milliseconds that a statement takes in its backend: what a busy machine does not spoil."""
    spent = []
    with psycopg2.connect(instance.cluster.dsn(instance.stack.agora_db, 'agora_app')) as connection, connection.cursor() as cursor:
        cursor.execute('select pg_backend_pid()')
        used = pathlib.Path(f'/proc/{cursor.fetchone()[0]}/schedstat')
        for turn in range(5):
            for text in texts:
                before = int(used.read_text(encoding='utf8').split()[0])
                cursor.execute(text)
                if turn > 0:
                    spent.append((int(used.read_text(encoding='utf8').split()[0]) - before) / 1e6)
    return percentile(sorted(spent), 0.5)
