"""An instance full of example members, with a PostgreSQL that is set up for its size; kept when BENCH_KEEP names a folder."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from client import Client
from cluster import Cluster
from stack import Stack

EMAIL, PASSWORD = 'searcher@example.org', 'a long enough password'
WORKERS = 8


def memory_mb():
    """This machine's."""
    text = pathlib.Path('/proc/meminfo').read_text(encoding='utf8')
    return int(text.split('MemTotal:')[1].split()[0]) // 1024


class Instance:
    """Cluster, daemons, a signed-in client; `loaded` says how many members a second were made, when they were."""

    def __init__(self, members):
        self.members = members
        keep = os.environ.get('BENCH_KEEP')
        self.folder = pathlib.Path(keep) / str(members) if keep else pathlib.Path(tempfile.mkdtemp(prefix='agora-bench-'))
        self.kept = bool(keep)
        self.loaded = None
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o755)
        self.cluster = Cluster(self.folder / 'postgresql')
        self.stack = None
        self.client = None

    def start(self):
        """Started, with its members."""
        self._start_cluster()
        self.stack = Stack(self.folder / 'var', self.cluster, settings={'agorad': {'http': {'workers': WORKERS}}})
        self.stack.prepare()
        if int(self.psql('select count(*) from agora.profile')) < self.members:
            self._fill()
        # One viewer asks for everything here: nobody is shown enough people.
        self.psql("update agora.policy set value = '0' where key in ('search.people_a_day', 'search.people_a_day_network')")
        self.stack.start()
        self.client = Client(self.stack.url)
        self.client.sign_in(EMAIL, PASSWORD)
        return self

    def _start_cluster(self):
        fresh = not (self.cluster.data / 'PG_VERSION').exists()
        self.cluster.start()
        if fresh:
            self.cluster.stop()
            with open(self.cluster.data / 'postgresql.conf', 'a', encoding='utf8') as f:
                f.write(f'shared_buffers = {memory_mb() // 4}MB\neffective_cache_size = {memory_mb() // 2}MB\n'
                        'work_mem = 32MB\nmaintenance_work_mem = 256MB\nmax_wal_size = 8GB\ncheckpoint_timeout = 30min\n'
                        'random_page_cost = 1.1\n')
            self.cluster.start()

    def _fill(self):
        begun = time.monotonic()
        self.ctl('example', 'load', '--members', self.members)
        self.loaded = self.members / (time.monotonic() - begun)
        self.stack.account(EMAIL, 'Sam', 'Searcher', PASSWORD)
        # The worker hashes every new member's name and address once; here it would take processor from the measurement.
        self.psql('delete from agora.person_key_due')
        self.psql('vacuum analyze')

    def ctl(self, *arguments):
        """agoractl, its bar shown."""
        subprocess.run([self.stack.bin / 'agoractl', '--config', self.stack.agorad_conf, *map(str, arguments)], check=True,
                       stdout=subprocess.DEVNULL)

    def psql(self, *statements):
        """As the superuser, on the directory's database."""
        return self.cluster.psql(self.stack.agora_db, *statements)

    def restart_agorad(self):
        """A fresh agorad."""
        self.stack.agorad.stop()
        self.stack.agorad.start()
        self.stack.wait_ready()

    def stop(self):
        """Stopped, and forgotten unless it is to be kept."""
        if self.stack:
            self.stack.stop()
        if self.kept:
            self.cluster.stop()
        else:
            self.cluster.remove()
            shutil.rmtree(self.folder, ignore_errors=True)
