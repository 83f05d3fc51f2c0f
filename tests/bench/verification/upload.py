#!/usr/bin/env python3
"""Files of evidence sent over loopback to encrypted storage: octets a second, and agorad's memory meanwhile.

Eight members send files of 10 MiB in parts of 1 MiB over one connection each, as a browser would on a fast line; the
storage is a durable PostgreSQL. The worker, whose process has the imager at work, runs apart.
"""
import concurrent.futures
import os
import pathlib
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

SENDERS, FILES, LENGTH = 8, 11, 10 * 1024 * 1024
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
    """Seconds of processor time that processes and those they have waited for took."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f'/proc/{pid}/stat').read_text(encoding='utf8').rsplit(')', 1)[1].split()
        total += sum(int(t) for t in fields[11:15])
    return total / os.sysconf('SC_CLK_TCK')


def main():
    """Measure and print the figures."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster, settings={'agorad': {'agora': {'role': 'web'}, 'http': {'queue_age': 60000}}})
    try:
        stack.prepare(topics=False)
        stack.start()
        senders = [sender(stack, n) for n in range(SENDERS)]
        data = os.urandom(LENGTH)
        memory = Memory(stack.agorad.process.pid)
        memory.start()
        servers = {'agorad': [stack.agorad.process.pid], 'PostgreSQL': [p.pid for p in cluster.processes()], 'the senders': [os.getpid()]}
        spent = {name: processor(pids) for name, pids in servers.items()}
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(lambda s: send_all(s, data), senders))
        taken = time.monotonic() - begun
        memory.over.set()
        stored = int(cluster.psql(stack.agora_db, 'select sum(octets) from agora.evidence_piece'))
        told(f'{SENDERS * FILES} files of {LENGTH} octets in {taken:.1f} s; resident before: {memory.before:.0f} MiB')
        told('processor seconds: ' + ', '.join(f'{name} {processor(pids) - spent[name]:.1f}' for name, pids in servers.items()))
        figure('upload_to_encrypted_storage', stored / taken / 1e6, 'MB/s', '>=', 100)
        figure('upload_agorad_memory', memory.most - memory.before, 'MiB_more', '<=', 64)
        stack.stop()
    finally:
        cluster.remove()


main()
