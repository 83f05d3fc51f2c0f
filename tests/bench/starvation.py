#!/usr/bin/env python3
"""Slow statements beside sixteen steady clients: none may be starved. See starvation.c.

usage: tests/bench/starvation.py
"""
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / 'scripts'))
from cluster import throwaway  # noqa: E402


def main():
    """A cluster of its own, migrated; then the program."""
    subprocess.run(['make', '-s', 'build/release/bench/starvation', 'build/release/bin/agoractl'], cwd=TOP, check=True)
    cluster = throwaway()
    try:
        cluster.make_databases('agora')
        for extension in ('pg_trgm', 'unaccent'):
            cluster.psql('agora', f'create extension if not exists {extension} with schema public')
        config = pathlib.Path(cluster.folder) / 'agorad.conf'
        config.write_text(f'[http]\nlisten = {cluster.folder}/http.sock\nstatic_dir =\nconnections_per_address = 1000\n'
                          f'[database]\nconnection = {cluster.dsn("agora", "agora_app")}\n'
                          f'owner_connection = {cluster.dsn("agora", "agora_owner")}\n')
        subprocess.run([TOP / 'build/release/bin/agoractl', '--config', config, 'migrate'], check=True, stdout=subprocess.DEVNULL)
        return subprocess.run([TOP / 'build/release/bench/starvation', config], check=False).returncode
    finally:
        cluster.remove()


if __name__ == '__main__':
    sys.exit(main())
