#!/usr/bin/env python3
"""Files of evidence sent over loopback to encrypted storage: octets a second, and agorad's memory meanwhile.

Eight members send files of 10 MiB in parts of 1 MiB over one connection each, as a browser would on a fast line; the
storage is a durable PostgreSQL. The worker, whose process has the imager at work, runs apart.

Beside it: what PostgreSQL alone makes of as many octets in as large pieces on as many connections, into a bare table of
the same cluster (bytea.c). Both find the write-ahead log of a database that has been in use, whose segments are written
again and not made anew.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from client import Client  # noqa: E402
from cluster import throwaway  # noqa: E402
from evidence import PART, Files  # noqa: E402
from figure import figure, told  # noqa: E402
from stack import Stack  # noqa: E402

SENDERS, FILES, LENGTH, SEAL = 8, 11, 10 * 1024 * 1024, 41
PASSWORD = 'a long enough password'


def sender(stack, number):
    """A member with a draft."""
    email = f'sender{number}@example.org'
    stack.account(email, 'Sender', f'Number{number}', PASSWORD)
    client = Client(stack.url)
    client.sign_in(email, PASSWORD)
    return Files(client)


def send_all(files, data):
    """Every file of one member but its last octet, so that no imager competes for the processor."""
    for _ in range(FILES):
        file = files.announce(LENGTH)
        for at in range(0, LENGTH, PART):
            part = data[at:at + PART] if at + PART < LENGTH else data[at:LENGTH - 1]
            answer = files.part(file, at, part)
            assert answer.status == 204, answer.text


class Memory(threading.Thread):
    """Looks at a process's resident memory until it is told to stop."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.over = f'/proc/{pid}/status', threading.Event()
        self.before = self.most = self.now()

    def now(self):
        """MiB."""
        text = pathlib.Path(self.path).read_text(encoding='ascii')
        return int(text.split('VmRSS:')[1].split()[0]) / 1024

    def run(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, self.now())


def processor(pids):
    """Seconds of processor time that processes and those they have waited for took; one that has ended meanwhile counts with its parent."""
    total = 0
    for pid in pids:
        try:
            fields = pathlib.Path(f'/proc/{pid}/stat').read_text(encoding='utf8').rsplit(')', 1)[1].split()
        except FileNotFoundError:
            continue
        total += sum(int(t) for t in fields[11:15])
    return total / os.sysconf('SC_CLK_TCK')


def spent(stack):
    """Processor time by name."""
    cluster = stack.cluster
    return {'agorad': processor([stack.agorad.process.pid]), 'the senders': processor([os.getpid()]),
            'PostgreSQL': processor([cluster.postmaster()] + [p.pid for p in cluster.processes()])}


class Bare:
    """PostgreSQL alone, in the same cluster."""

    def __init__(self, cluster):
        self.cluster = cluster
        subprocess.run(['make', '-s', 'build/release/bench/bytea'], cwd=TOP, check=True)
        cluster.psql('postgres', 'create table piece (id bigint generated always as identity primary key, sealed bytea not null)',
                     'alter table piece alter column sealed set storage external')

    def speed(self):
        """MB/s of what the senders send."""
        command = [TOP / 'build/release/bench/bytea', self.cluster.dsn('postgres', self.cluster.superuser), SENDERS,
                   FILES * LENGTH // PART, PART + SEAL]
        return float(subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout)


def main():
    """Measure and print the figures."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster, settings={'agorad': {'agora': {'role': 'web'}, 'http': {'queue_age': 60000}}})
    try:
        stack.prepare(topics=False)
        stack.start()
        senders = [sender(stack, n) for n in range(SENDERS)]
        data = os.urandom(LENGTH)
        alone = Bare(cluster)
        alone.speed()  # makes the segments of the log
        cluster.psql('postgres', 'checkpoint')
        bare = alone.speed()
        cluster.psql('postgres', 'checkpoint')
        memory = Memory(stack.agorad.process.pid)
        memory.start()
        before = spent(stack)
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(lambda s: send_all(s, data), senders))
        taken = time.monotonic() - begun
        after = spent(stack)
        memory.over.set()
        stored = int(cluster.psql(stack.agora_db, 'select sum(octets) from agora.evidence_piece'))
        told(f'{SENDERS * FILES} files of {LENGTH} octets in {taken:.1f} s; resident before: {memory.before:.0f} MiB')
        told('processor seconds: ' + ', '.join(f'{name} {seconds - before[name]:.1f}' for name, seconds in after.items()))
        figure('upload_to_encrypted_storage', stored / taken / 1e6, 'MB/s', '>=', 100)
        figure('upload_share_of_bare_inserts', stored / taken / 1e6 / bare, f'x_of_{bare:.0f}_MB/s', '>=', 0.4)
        figure('upload_agorad_memory', memory.most - memory.before, 'MiB_more', '<=', 64)
        stack.stop()
    finally:
        cluster.remove()


main()
