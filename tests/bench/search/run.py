#!/usr/bin/env python3
"""Search at so many members, by class of query, beside pgbench, the naive design and a Node server.

usage: tests/bench/search/run.py [MEMBERS...]

Environment: MEMBERS ("100000 1000000"), BENCH_SECONDS (5 a measurement), BENCH_KEEP (a folder in which the instances
stay, so that the next run need not make their members again).
"""
import os
import pathlib
import random
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib'), str(pathlib.Path(__file__).resolve().parent)]
import changes  # noqa: E402
import classes  # noqa: E402
import load  # noqa: E402
import rivals  # noqa: E402
from figure import figure, told  # noqa: E402
from instance import EMAIL, WORKERS, Instance  # noqa: E402

SIZES = 'select coalesce(sum(pg_indexes_size(c.oid)), 0) from pg_class c where c.relnamespace = \'agora\'::regnamespace and c.relname ~ \'^search_(public|members)_\''
NAIVE_SECONDS = 12  # its broad words take two each
SERVER_P50, SERVER_P99, COMPLETION_P99, GROWTH = 1, 8, 3, 2.5


def name_of(kind):
    """A class as part of a figure's name."""
    return kind.replace(' ', '_').replace('-', '_')


def by_class(at, instance, found, sent):
    """In the server, one client: p50 and p99 of each class; gives the p50s."""
    middle = {}
    for kind, paths in found.items():
        if not paths:
            told(f'{at}_{name_of(kind)}: no such query among these members')
            continue
        texts = [load.with_values(sent[p]) for p in paths]
        _, p50, p99 = load.pgbench(instance, texts)
        told(f'{at}_{name_of(kind)}_processor {load.processor(instance, texts):.2f} ms')
        figure(f'{at}_{name_of(kind)}_p50', p50, 'ms', '<=', SERVER_P50)
        figure(f'{at}_{name_of(kind)}_p99', p99, 'ms', '<=', COMPLETION_P99 if kind == 'completion' else SERVER_P99)
        middle[kind] = p50
    return middle


def over_http(at, instance, paths, sent):
    """Requests a second on 1, 16 and 64 connections, beside pgbench with the same statements and the Node server."""
    texts = [load.with_values(sent[p]) for p in paths]
    bare, _, _ = load.pgbench(instance, texts, clients=WORKERS)
    told(f'{at}_pgbench {bare:.0f} /s with {WORKERS} clients')
    load.wrk(instance.stack.url, paths, 16)
    ours = {c: load.wrk(instance.stack.url, paths, c) for c in (1, 16, 64)}
    for c, (rate, _, p99) in ours.items():
        told(f'{at}_http_{c} {rate:.0f} /s, p99 {p99:.1f} ms')
    figure(f'{at}_http_of_pgbench', ours[16][0] / bare, 'x', '>=', 0.7)
    resident, share = load.memory(instance.stack.agorad.process.pid)
    figure(f'{at}_agorad_memory', resident, 'MB', '<=', 40)
    with rivals.node(instance, sent) as (url, pid):
        load.wrk(url, paths, 16)
        theirs = {c: load.wrk(url, paths, c) for c in (1, 16, 64)}
        memory = sum(load.memory(p)[1] for p in rivals.family(pid))
    for c, (rate, _, p99) in theirs.items():
        told(f'{at}_fastify_{c} {rate:.0f} /s, p99 {p99:.1f} ms')
    told(f'{at}_fastify_memory {memory:.0f} MB in all, shared pages divided; agorad {share:.0f} MB')
    figure(f'{at}_http_of_fastify', ours[16][0] / theirs[16][0], 'x', '>=', 3)
    figure(f'{at}_memory_of_fastify', share / memory, 'x', '<=', 0.2)


def beside_naive(at, instance, found, sent):
    """The naive design on the same words, of all members, as one who is signed in searches them."""
    rivals.make_naive(instance)
    viewer = instance.psql(f"select id from agora.account where email = '{EMAIL}'").strip()
    for kind, goal in (('broad word', 1000), ('rare word', 1)):
        asked = [sent[p] for p in found[kind][:4]]
        if not asked:
            continue
        _, naive, _ = load.pgbench(instance, [rivals.naive(one) for one in asked], seconds=NAIVE_SECONDS)
        _, page, _ = load.pgbench(instance, [load.with_values(rivals.signed_in(one, viewer)) for one in asked])
        _, best, _ = load.pgbench(instance, [rivals.best(one, viewer) for one in asked], user=instance.cluster.superuser)
        told(f'{at}_naive_{name_of(kind)} {naive:.2f} ms, our page {page:.2f} ms')
        figure(f'{at}_{name_of(kind)}_page_faster_than_naive', naive / page, 'x', '>=', goal)
        figure(f'{at}_{name_of(kind)}_found_faster_than_naive', naive / best, 'x', '>=', goal)
    instance.psql('drop table bench.wide')


def under_change(at, instance, paths):
    """Changes: what they cost, how soon they are found, what searches feel of them."""
    p50, p99 = changes.cost(instance)
    told(f'{at}_change p99 {p99:.1f} ms')
    figure(f'{at}_change_p50', p50, 'ms', '<=', 5)
    figure(f'{at}_change_found_after', changes.until_found(instance), 's', '<=', 2)
    told(f'{at}_changes_alone {changes.alone(instance):.0f} /s')
    rate, quiet, busy = changes.beside(instance, paths)
    figure(f'{at}_changes_beside_searches', rate, '/s', '>=', changes.RATE)
    figure(f'{at}_search_p99_beside_changes', busy / quiet, 'x', '<=', 2)
    seconds, served = changes.rebuild(instance, paths)
    told(f'{at}_rebuild {seconds:.0f} s, {instance.members / seconds:.0f} members/s, beside {served:.0f} searches/s')


def measure(members):
    """One size; gives the p50 of each class."""
    at = f'search_{members}'
    instance = Instance(members)
    try:
        instance.start()
        if instance.loaded:
            figure(f'{at}_members_loaded', instance.loaded, '/s', '>=', 1667)
        found = classes.classes(instance)
        sent = load.statements(instance, [p for paths in found.values() for p in paths])
        mixed = classes.searches(found)
        random.Random(1).shuffle(mixed)
        told(f'{at}_index {int(instance.psql(SIZES)) / 1e6:.0f} MB')
        middle = by_class(at, instance, found, sent)
        over_http(at, instance, mixed, {p: sent[p] for p in mixed})
        beside_naive(at, instance, found, sent)
        under_change(at, instance, mixed)
        return middle
    finally:
        instance.stop()


def main():
    """Every size, then how they compare."""
    sizes = [int(n) for n in sys.argv[1:] or os.environ.get('MEMBERS', '').split() or ('100000', '1000000')]
    middles = [measure(n) for n in sizes]
    for kind in middles[0] if len(sizes) > 1 else ():
        if kind in middles[-1]:
            figure(f'search_{sizes[-1]}_of_{sizes[0]}_{name_of(kind)}', middles[-1][kind] / middles[0][kind], 'x', '<=', GROWTH)


main()
