#!/usr/bin/env python3
"""Contacts granted a second: one PUT each over a few kept connections, and by batches of 1,000.

usage: grants.py [single] [batch]; the server's database has fsync on, and all of it is on this machine.
"""
import json
import os
import pathlib
import selectors
import socket
import sys
import time
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from cluster import throwaway  # noqa: E402
from figure import figure  # noqa: E402
from tmtpd import Tmtpd  # noqa: E402

USERS = 2000
SINGLES, BATCHES, BATCH = 6000, 60, 1000
# Users as registration makes them, without the clients.
MAKE_USERS = '''
    select count(*) from generate_series(1, {count}) i, tmtp.register(translate(upper(md5(i::text)), '0AE', 'GHJ'),
        sha256(i::text::bytea), 'laptop', 'bench user ' || i, null, null, null, null, false)
'''


class Lane:
    """A kept connection with one request under way."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.received = b''

    def take(self):
        """The status of an answer, once it is whole."""
        self.received += self.socket.recv(1 << 18)
        head, mark, rest = self.received.partition(b'\r\n\r\n')
        if not mark:
            return None
        length = int(head.lower().split(b'content-length:')[1].split(b'\r\n')[0]) if b'ontent-' in head else 0
        if len(rest) < length:
            return None
        self.received = b''
        return int(head.split(b' ')[1])


def run(path, lanes, requests):
    """Answer count and seconds for requests, `lanes` at a time."""
    selector, pending, done = selectors.DefaultSelector(), iter(requests), []
    begun, busy = time.monotonic(), 0
    for _ in range(lanes):
        lane = Lane(path)
        lane.socket.sendall(next(pending))
        selector.register(lane.socket, selectors.EVENT_READ, lane)
        busy += 1
    while busy:
        for key, _ in selector.select():
            status = key.data.take()
            if status is None:
                continue
            done.append(status)
            request = next(pending, None)
            if request is None:
                selector.unregister(key.data.socket)
                key.data.socket.close()
                busy -= 1
            else:
                key.data.socket.sendall(request)
    return done, time.monotonic() - begun


def ticks(pid):
    """Processor time of a process so far, in ticks of the system."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return int(fields[11]) + int(fields[12])


class Bench:
    """Users, their pairs, and requests about them."""

    def __init__(self, server):
        self.server = server
        self.token = server.admin_token.read_text().strip()
        server.sql(MAKE_USERS.format(count=USERS))
        self.uids = server.sql("select uid from tmtp.account where not service order by id").split()
        self.pairs = ((a, b) for i, a in enumerate(self.uids) for b in self.uids[i + 1:])

    def spent(self):
        """Processor time of tmtpd and of its PostgreSQL, in seconds."""
        postmaster = (self.server.cluster.data / 'postmaster.pid').read_text().split()[0]
        children = pathlib.Path(f'/proc/{postmaster}/task/{postmaster}/children').read_text().split()
        second = os.sysconf('SC_CLK_TCK')
        return ticks(self.server.tmtpd.process.pid) / second, sum(ticks(p) for p in children) / second

    def measure(self, name, lanes, requests, each, status, goal):
        """Send requests of so many grants each, and print how many grants a second, and the processor time of a thousand."""
        before = self.spent()
        done, seconds = run(self.server.admin_socket, lanes, requests)
        assert done == [status] * len(requests), set(done)
        count = len(requests) * each
        figure(f'grants_{name}_{lanes}_connections', count / seconds, '1/s', '>=', goal)
        for who, a, b in zip(('tmtpd', 'postgresql'), before, self.spent()):
            figure(f'grants_{name}_{lanes}_connections_cpu_{who}', (b - a) / count * 1e6, 'us', '<=', 1e6 / goal)

    def request(self, method, path, body):
        """A request as octets."""
        text = json.dumps(body).encode()
        return (f'{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n'
                f'Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n').encode() + text

    def put(self):
        """One grant."""
        a, b = (urllib.parse.quote(u, safe='') for u in next(self.pairs))
        return self.request('PUT', f'/v1/contacts/{a}/{b}', {'ref': 'introduction 1', 'until': None, 'first': None})

    def batch(self):
        """Many."""
        pairs = [next(self.pairs) for _ in range(BATCH)]
        return self.request('POST', '/v1/contacts:batch', {'put': [{'uids': p, 'ref': 'introduction 1'} for p in pairs]})

    def single(self):
        """Figures of single grants by the number of connections."""
        for lanes in (1, 4, 16):
            self.measure('single', lanes, [self.put() for _ in range(SINGLES)], 1, 201, 1500)

    def batches(self):
        """Figures of batches."""
        for lanes in (1, 2):
            self.measure('batch', lanes, [self.batch() for _ in range(BATCHES)], BATCH, 200, 20000)


def main():
    """Measure and print."""
    wanted = sys.argv[1:] or ['single', 'batch']
    cluster = throwaway(durable=True)
    try:
        with Tmtpd(cluster, 'grants') as server:
            bench = Bench(server)
            if 'single' in wanted:
                bench.single()
            if 'batch' in wanted:
                bench.batches()
            events = server.sql("select count(*), max(n) from tmtp.event where type = 'contact'").split('|')
            granted = server.sql('select count(*) from tmtp.contact')
            assert events[0] == granted, (events, granted)
    finally:
        cluster.remove()


main()
