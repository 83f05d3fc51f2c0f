#!/usr/bin/env python3
"""Slow statements beside sixteen steady clients: none may be starved. See starvation.c.

usage: tests/bench/starvation.py
"""
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / 'scripts'))
sys.path.insert(0, str(TOP / 'tests/lib'))
from cluster import throwaway  # noqa: E402
from database import migrated  # noqa: E402


def main():
    """A cluster of its own, migrated; then the program."""
    subprocess.run(['make', '-s', 'build/release/bench/starvation', 'build/release/bin/agoractl'], cwd=TOP, check=True)
    cluster = throwaway()
    try:
        config = migrated(cluster, TOP / 'build/release/bin',
                          f'listen = {cluster.folder}/http.sock\nconnections_per_address = 1000\n')
        return subprocess.run([TOP / 'build/release/bench/starvation', config], check=False).returncode
    finally:
        cluster.remove()


if __name__ == '__main__':
    sys.exit(main())
