"""What tmtpd and its PostgreSQL use while they are loaded: samples of /proc, a few a second."""
import bisect
import os
import pathlib
import threading
import time
import typing

PAUSE = 0.1
TICK = os.sysconf('SC_CLK_TCK')
PAGE = os.sysconf('SC_PAGE_SIZE')


class Sample(typing.NamedTuple):
    """At a moment: seconds of processor time so far, octets resident, open files."""

    at: float
    server_s: float
    database_s: float
    resident: int
    files: int


def cpu(pid, children=False):
    """Seconds of processor time of a process, with those of its ended children."""
    fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return sum(map(int, fields[11:15 if children else 13])) / TICK


def database_cpu(cluster):
    """The same of the postmaster and all its children, past and present."""
    total = cpu(cluster.postmaster(), children=True)
    for process in cluster.processes():
        try:
            total += cpu(process.pid)
        except OSError:  # it has ended in between, and counts as the postmaster's
            pass
    return total


class Watch(threading.Thread):
    """Samples while it is entered: `with Watch(server) as watch: …`."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.samples, self.done = server, [], threading.Event()

    def sample(self):
        """One sample."""
        pid = self.server.tmtpd.process.pid
        resident = int(pathlib.Path(f'/proc/{pid}/statm').read_text().split()[1]) * PAGE
        return Sample(time.monotonic(), cpu(pid), database_cpu(self.server.cluster), resident, len(os.listdir(f'/proc/{pid}/fd')))

    def run(self):
        while not self.done.is_set():
            self.samples.append(self.sample())
            self.done.wait(PAUSE)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failed):
        self.done.set()
        self.join()

    def used(self, begin, end):
        """Processor time of (tmtpd, PostgreSQL) between two moments."""
        return tuple(self._at(end, field) - self._at(begin, field) for field in ('server_s', 'database_s'))

    def _at(self, moment, field):
        """A value at a moment, between the samples beside it."""
        i = min(max(bisect.bisect(self.samples, (moment,)), 1), len(self.samples) - 1)
        a, b = self.samples[i - 1], self.samples[i]
        share = min(max((moment - a.at) / (b.at - a.at), 0), 1)
        return getattr(a, field) + share * (getattr(b, field) - getattr(a, field))

    def resident(self, files=0):
        """The largest memory while so many files were open."""
        return max((s.resident for s in self.samples if s.files >= files), default=0)
