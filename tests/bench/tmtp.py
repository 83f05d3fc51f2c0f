#!/usr/bin/env python3
"""tmtpd under load: messages, latency, processor time, memory, links and registrations, by `tmtp bench`.

usage: tests/bench/tmtp.py [--policy open|introduced] [--perf] [PART…]

PARTs are register, load, steady and links; all unless named. tmtpd and PostgreSQL are its own, on this machine,
with every commit on disk (fsync and synchronous_commit on). What is only told, with no goal, stands in a line
that begins with #. With --perf, the functions in which tmtpd spends its time. BENCH_SECONDS is the time of
each load (10).
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from cluster import BIN, throwaway  # noqa: E402
from figure import figure, told  # noqa: E402
from tmtpd import Tmtpd  # noqa: E402
from watch import Watch  # noqa: E402

SECONDS = int(os.environ.get('BENCH_SECONDS', '10'))
LINKS = 10000
PERF_ROWS = {'dso': 12, 'symbol,dso': 25}


class Trial:
    """A tmtpd of its own and what is measured of it."""

    def __init__(self, policy, perf):
        self.policy, self.perf = policy, perf
        self.cluster = throwaway(durable=True)
        self.server = Tmtpd(self.cluster, 'bench', {'server': {'policy': policy, 'max_links': LINKS + 2000}})
        self.lost = 0

    def __enter__(self):
        self.server.prepare()
        return self

    def __exit__(self, *failed):
        self.cluster.remove()

    # -- loads ---------------------------------------------------------------------------------------

    def bench(self, *options):
        """`tmtp bench` on a fresh tmtpd; gives (its figures, Watch, when the load began)."""
        options = ['--seconds', str(SECONDS), *map(str, options)]
        if self.policy == 'introduced' and '--clients' in options and '--register' not in options:
            options += ['--admin', self.server.admin_socket, '--token-file', str(self.server.admin_token)]
        print(f'# tmtp bench 127.0.0.1:PORT {" ".join(o for o in options if "/" not in o)}', flush=True)
        self.server.start()
        try:
            with Watch(self.server) as watch, self.perf_record() if self.perf else contextlib.nullcontext() as report:
                begun = time.monotonic()
                done = subprocess.run([self.server.bin / 'tmtp', 'bench', f'127.0.0.1:{self.server.tmtp_port}', '--json', *options],
                                      text=True, capture_output=True, check=False)
        finally:
            self.server.stop()
        if done.returncode:
            told(f'tmtp bench ended with status {done.returncode}: {done.stderr.strip()}')
        got = json.loads(done.stdout) if done.stdout else {}
        begun += got.get('register_time', 0) + (got['registered'] / got['grant_rate'] if got.get('grant_rate') else 0)
        self.lost += got.get('lost', 0) + got.get('out_of_order', 0)
        if report and 'delivered' in got:
            report(begun, begun + SECONDS)
        return got, watch, begun

    @contextlib.contextmanager
    def perf_record(self):
        """Samples of tmtpd while entered; gives the function that prints them for a span of time."""
        data = str(self.cluster.folder / 'perf.data')
        command = ['perf', 'record', '-q', '-F', '997', '-k', 'CLOCK_MONOTONIC', '-p', str(self.server.tmtpd.process.pid), '-o', data]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as perf:
            yield lambda begin, end: [self._perf_report(data, begin, end, by, rows) for by, rows in PERF_ROWS.items()]
            perf.send_signal(signal.SIGINT)

    @staticmethod
    def _perf_report(data, begin, end, by, rows):
        done = subprocess.run(['perf', 'report', '-i', data, '--stdio', '-q', '--no-children', '--sort', by, '--time',
                               f'{begin:.6f},{end:.6f}'], check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for line in [r for r in done.stdout.splitlines() if r.strip()][:rows]:
            told(f'perf: {line.rstrip(" -")}')

    def pgbench(self):
        """Small inserts a second by one client of the same cluster, each committed: what one fsync at a time gives."""
        self.cluster.psql('postgres', 'create table if not exists small (id bigint generated always as identity, text text)')
        script = self.cluster.folder / 'insert.sql'
        script.write_text("insert into small (text) values ('a small row');\n")
        out = subprocess.run([BIN / 'pgbench', '-n', '-M', 'prepared', '-c', '1', '-T', str(max(SECONDS // 2, 2)), '-f', script,
                              '-h', self.cluster.socket, '-U', self.cluster.superuser, 'postgres'],
                             check=True, text=True, capture_output=True).stdout
        return float(re.search(r'tps = ([\d.]+)', out).group(1))

    # -- parts ---------------------------------------------------------------------------------------

    def register(self):
        """New users."""
        got, watch, _ = self.bench('--register', '--clients', 2000)
        figure('registrations', got['register_rate'], '/s', '>=', 300)
        told(f'registration_p99 {got["register_p99"]:.4g} ms')
        used = watch.used(0, time.monotonic())
        told(f'registration_cpu {used[0] / got["registered"] * 1e3:.3g} ms, of PostgreSQL {used[1] / got["registered"] * 1e3:.3g} ms')

    def load(self):
        """As fast as it goes, with 100 and with 1,000 clients, each with one post unacked."""
        inserts = [self.pgbench()]
        rates = {}
        for clients in (100, 1000):
            got, watch, begun = self.bench('--clients', clients)
            rates[clients] = got['delivered']
            figure(f'delivered_{clients}_clients', got['delivered'], 'msg/s', '>=', 18000)
            told(f'latency_{clients}_clients p50 {got["latency_p50"]:.4g} ms, p99 {got["latency_p99"]:.4g} ms')
            server, database = (s * 1000 / (got['delivered'] * SECONDS) for s in watch.used(begun, begun + SECONDS))
            figure(f'cpu_{clients}_clients', server, 's/1000msg', '<=', 0.05)
            told(f'postgresql_cpu_{clients}_clients {database:.3g} s/1000msg, of the load generator {got["own_cpu"]:.3g}')
        figure('latency_p99_1000_clients', got['latency_p99'], 'ms', '<=', 150)
        figure('resident_1000_clients', watch.resident() / 1e6, 'MB', '<=', 30)
        inserts.append(self.pgbench())
        told(f'pgbench -c 1, one small insert a commit: {inserts[0]:.0f} and {inserts[1]:.0f}/s')
        for clients, rate in rates.items():
            figure(f'delivered_of_pgbench_{clients}_clients', rate / (sum(inserts) / 2), 'x', '>=', 10)

    def steady(self):
        """A rate that it should carry without effort."""
        got, _, _ = self.bench('--clients', 100, '--rate', 1500)
        figure('steady_1500_p50', got['latency_p50'], 'ms', '<=', 2)
        figure('steady_1500_p99', got['latency_p99'], 'ms', '<=', 10)
        told(f'steady_1500_delivered {got["delivered"]:.0f} msg/s')

    def links(self):
        """Ten thousand links, and what each costs beyond OpenSSL's own memory."""
        few = self.bench('--idle', 1000)[1].resident(files=1000)
        got, watch, _ = self.bench('--idle', LINKS)
        figure('resident_1000_links', few / 1e6, 'MB', '<=', 30)
        figure('links_10000_connected', got['register_time'], 's', '<=', 60)
        figure('links_10000_held', got['links_held'], 'links', '>=', LINKS)
        openssl = float(subprocess.run([self.server.bin.parent / 'bench/server_tls', self.server.var / 'tmtpd.crt',
                                        self.server.var / 'tmtpd.key', '4000'], check=True, text=True, capture_output=True).stdout)
        link = (watch.resident(files=LINKS) - few) / (LINKS - 1000)
        told(f'resident_10000_links {watch.resident(files=LINKS) / 1e6:.4g} MB: {link / 1e3:.3g} kB a further link, '
             f'{openssl / 1e3:.3g} kB of it OpenSSL')
        figure('idle_link_beyond_openssl', (link - openssl) / 1e3, 'kB', '<=', 6)


PARTS = {'register': Trial.register, 'load': Trial.load, 'steady': Trial.steady, 'links': Trial.links}


def main():
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--policy', choices=['open', 'introduced'], default='introduced')
    parser.add_argument('--perf', action='store_true')
    parser.add_argument('parts', nargs='*', metavar='PART')
    options = parser.parse_args()
    subprocess.run(['make', '-s', 'build/release/bin/tmtpd', 'build/release/bin/tmtp', 'build/release/bench/server_tls'],
                   cwd=TOP, check=True)
    print(f'# policy {options.policy}, load before {os.getloadavg()[0]:.1f}', flush=True)
    with Trial(options.policy, options.perf) as trial:
        for name in options.parts or PARTS:
            try:
                PARTS[name](trial)
            except (KeyError, RuntimeError, TimeoutError) as e:  # one part that fails says so; the others go on
                told(f'{name} could not be measured: {e!r}')
        figure('messages_lost_or_out_of_order', trial.lost, 'messages', '<=', 0)


if __name__ == '__main__':
    main()
