"""What agorad is measured against: the design that everyone writes first, and a Node server."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

from client import Client
from load import literal
from stack import TOP, free_port

HERE = pathlib.Path(__file__).resolve().parent

# One wide row a member, a GIN index on a tsvector with positions and weights, the best by ts_rank.
NAIVE = ('create schema if not exists bench',
         'drop table if exists bench.wide',
         '''create table bench.wide as
            select p.*, a.handle, a.created_at, s.card, s.topics, s.quality, s.terms as words
              from agora.search s join agora.profile p using (account_id) join agora.account a on a.id = s.account_id
             where s.tier = 'members' ''',
         'create index on bench.wide using gin (words)', 'vacuum analyze bench.wide',
         'grant usage on schema bench to agora_app', 'grant select on bench.wide to agora_app')


def pages_of(sent):
    """The parameters of those of a request's statements that make a page."""
    return [values for statement, values in sent if 'search_answer' in statement]


def make_naive(instance):
    """The wide table."""
    instance.psql(*NAIVE)


def signed_in(sent, viewer):
    """What a request sends when this member asks."""
    return [(statement, {**values, 1: viewer, 2: None}) for statement, values in sent]


def best(sent, viewer):
    """Of what a page is, only what the naive design does for it: the best are found and weighed. For the superuser."""
    query, clues = (literal(pages_of(sent)[0][i]) for i in (3, 4))
    return (f"select agora.search_hits('members', agora.search_expanded('members', {query}), '{{}}', '{{}}', "
            f"agora.search_wish('members', agora.search_queries({clues}), {literal(viewer)}, 0), 65536, null, 100)")


def naive(sent):
    """The same search on it: 20 cards by ts_rank."""
    query = re.sub('\001', "'", pages_of(sent)[0][3])
    return (f"select string_agg(w.card, ',') from (select card from bench.wide where words @@ {literal(query)}::tsquery "
            f'order by ts_rank(words, {literal(query)}::tsquery) desc limit 20) w')


@contextlib.contextmanager
def node(instance, sent):
    """fastify and pg in two processes; gives (url, process id of the first)."""
    folder = HERE / 'node'
    built = TOP / 'build/bench-node'
    built.mkdir(parents=True, exist_ok=True)
    for name in ('package.json', 'package-lock.json', 'server.mjs'):
        shutil.copy(folder / name, built / name)
    if not (built / 'node_modules/fastify').exists():
        subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd=built, check=True)
    given = built / 'parameters.json'
    given.write_text(json.dumps({path: [pages_of(one)[0].get(i) for i in range(1, 12)] for path, one in sent.items()}), encoding='utf8')
    port = free_port()
    with subprocess.Popen(['node', 'server.mjs'], cwd=built, env={
            **os.environ, 'NODE_ENV': 'production', 'BENCH_PORT': str(port), 'BENCH_PARAMETERS': str(given),
            'BENCH_SOCKET': instance.cluster.socket, 'BENCH_DATABASE': instance.stack.agora_db}) as process:
        url = f'http://localhost:{port}'
        try:
            path = next(iter(sent))
            for _ in range(600):
                with contextlib.suppress(OSError):
                    same = Client(url).request('GET', path).json == Client(instance.stack.url).request('GET', path).json
                    break
                time.sleep(0.1)
            else:
                raise RuntimeError('the Node server does not answer')
            if not same:
                raise RuntimeError(f'the Node server answers {path} otherwise')
            yield url, process.pid
        finally:
            process.terminate()


def family(pid):
    """A process and its children."""
    children = pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='utf8').split()
    return [pid] + [int(c) for c in children]
