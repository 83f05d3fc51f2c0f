#!/usr/bin/env python3
"""The scorer alone, on one core, under the policy that comes with the software: evaluations a second, shortest ways."""
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from cluster import throwaway  # noqa: E402
from figure import figure  # noqa: E402
from stack import Stack  # noqa: E402

SECONDS = os.environ.get('BENCH_SECONDS', '5')


def main():
    """Measure and print the figures."""
    subprocess.run(['make', '-s', '-C', TOP, 'VARIANT=release', 'build/release/bench/score'], check=True)
    cluster = throwaway()
    try:
        stack = Stack(cluster.folder / 'var', cluster)
        stack.prepare(topics=False)
        policy = cluster.folder / 'policy.json'
        policy.write_text(cluster.psql(stack.agora_db, 'select agora.policy_published()'), encoding='utf8')
        out = subprocess.run([TOP / 'build/release/bench/score', policy, SECONDS], check=True, text=True, capture_output=True).stdout
        found = dict(line.split() for line in out.splitlines())
        figure('score_evaluations', float(found['evaluations_per_s']), '1/s_a_core', '>=', 100_000)
        figure('score_shortest_way', float(found['way_us']) / 1000, 'ms', '<=', 20)
    finally:
        cluster.remove()


main()
