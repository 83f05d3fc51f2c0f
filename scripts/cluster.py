"""A private PostgreSQL cluster: its own folder, its own Unix socket, no network.

PostgreSQL refuses to run as root, so root runs it as the system user `postgres`; anybody else runs it
as themselves. What dies with kill -9 is found and cleared away at the next start.
"""
import hashlib
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time
import typing

BIN = pathlib.Path('/usr/lib/postgresql/15/bin')
NO_PROCESS = 4194304  # one beyond the highest process id of Linux
SOCKET_LIMIT = 90  # a Unix socket's path ends at 107 octets; the file name takes some


class Process(typing.NamedTuple):
    """A process of PostgreSQL; its title says what it does and for which role and database."""

    pid: int
    title: str


class Cluster:
    """One cluster in `folder`; `durable=False` trades safety in a power cut for speed (tests)."""

    def __init__(self, folder, durable=True):
        folder = pathlib.Path(folder).resolve()
        self.root = os.geteuid() == 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = self._reachable(folder)
        self.data = self.folder / 'data'
        self.durable = durable
        self.socket = str(self.folder)
        self.log = self.folder / 'postgresql.log'

    def _reachable(self, folder):
        """The folder, or one outside it where the user postgres cannot get at it (a home of mode 0700)."""
        short = len(str(folder)) <= SOCKET_LIMIT
        if self.root:
            shutil.chown(folder, 'postgres', 'postgres')
            probe = subprocess.run(['runuser', '-u', 'postgres', '--', 'test', '-w', str(folder)], check=False)
            short = short and probe.returncode == 0
        if short:
            return folder
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        other = pathlib.Path(f'/var/tmp/agora-{os.geteuid()}-{name}')
        other.mkdir(mode=0o700, exist_ok=True)
        if self.root:
            shutil.chown(other, 'postgres', 'postgres')
        return other

    def _run(self, *command, check=True):
        prefix = ['runuser', '-u', 'postgres', '--'] if self.root else []
        done = subprocess.run(prefix + [str(c) for c in command], cwd='/', text=True, capture_output=True, check=False)
        if check and done.returncode:
            tail = self.log.read_text()[-2000:] if self.log.exists() else ''
            raise RuntimeError(f'{command[0]} failed: {done.stdout}{done.stderr}\n{tail}')
        return done

    @property
    def superuser(self):
        """The cluster's first role."""
        return 'postgres' if self.root else pwd.getpwuid(os.geteuid()).pw_name

    def start(self):
        """Make the cluster when there is none, and start it; one left running is taken over."""
        if not (self.data / 'PG_VERSION').exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self._run(BIN / 'initdb', '-D', self.data, '-U', self.superuser, '-E', 'UTF8', '--locale=C.UTF-8',
                      '--auth=trust', '--no-sync')
            with open(self.data / 'postgresql.conf', 'a', encoding='utf8') as f:
                f.write(f"\nlisten_addresses = ''\nunix_socket_directories = '{self.socket}'\n"
                        "max_connections = 200\nshared_buffers = 256MB\njit = off\n"
                        "log_line_prefix = '%m [%p] %d '\n")
                if not self.durable:
                    f.write('fsync = off\nsynchronous_commit = on\nfull_page_writes = off\n')
        self._bury()
        if self._run(BIN / 'pg_ctl', '-D', self.data, 'status', check=False).returncode != 0:
            self._run(BIN / 'pg_ctl', '-D', self.data, '-l', self.log, '-w', '-t', '60', 'start')
        return self

    def _bury(self):
        """A killed postmaster whose parent (a container's first process) does not wait for it stays a zombie, and
        PostgreSQL takes it for alive. Its lock file gets a process id that cannot be; what else it says
        (the shared memory that orphans may still hold) goes on to protect the data."""
        lock = self.data / 'postmaster.pid'
        try:
            pid, rest = lock.read_text().split('\n', 1)
        except (OSError, ValueError):
            return
        if _state(pid) == 'Z':
            lock.write_text(f'{NO_PROCESS}\n{rest}')

    def stop(self, mode='fast'):
        """Stop it; mode as pg_ctl has it."""
        self._run(BIN / 'pg_ctl', '-D', self.data, '-m', mode, '-w', 'stop', check=False)

    def kill(self):
        """kill -9 of the postmaster, as a fault test needs it; the children end by themselves."""
        pid = self.postmaster()
        os.kill(pid, 9)
        while _state(pid) not in (None, 'Z'):
            time.sleep(0.005)

    def revive(self, seconds=30):
        """Start it again after kill(): as soon as the backends of the killed postmaster have let go of its memory."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.start()
            except RuntimeError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def postmaster(self):
        """Process id of the first process."""
        return int((self.data / 'postmaster.pid').read_text().split()[0])

    def processes(self):
        """The postmaster's children, as (pid, title)."""
        pid, found = self.postmaster(), []
        for child in pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text().split():
            try:
                title = pathlib.Path(f'/proc/{child}/cmdline').read_text().replace('\0', ' ').strip()
            except OSError:  # it has ended
                continue
            found.append(Process(int(child), title))
        return found

    def remove(self):
        """Stop it and forget everything."""
        self.stop('immediate')
        shutil.rmtree(self.folder, ignore_errors=True)

    def dsn(self, database, user):
        """A libpq connection string."""
        return f'host={self.socket} dbname={database} user={user}'

    def psql(self, database, *statements, user=None):
        """Run statements, each in its own transaction; returns what they print, unaligned."""
        command = ['psql', '-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-d',
                   self.dsn(database, user or self.superuser)]
        for s in statements:
            command += ['-c', s]
        done = subprocess.run(command, text=True, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def make_databases(self, *names, template='template0'):
        """Databases agora_x and tmtpd_x belong to roles that own everything; the services get less."""
        for role in ('agora_owner', 'agora_app', 'tmtpd_owner', 'tmtpd_app'):
            if not self.psql('postgres', f"select 1 from pg_roles where rolname = '{role}'"):
                self.psql('postgres', f'create role {role} login')
        for name in names:
            owner = 'tmtpd_owner' if name.startswith('tmtpd') else 'agora_owner'
            if not self.psql('postgres', f"select 1 from pg_database where datname = '{name}'"):
                self.psql('postgres', f'create database {name} owner {owner} template {template}')


def _state(pid):
    """The kernel's letter for the state of a process; None when there is none."""
    try:
        return pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]
    except OSError:
        return None


def throwaway(durable=False):
    """A started cluster in a folder of its own under /tmp; remove() when done."""
    folder = tempfile.mkdtemp(prefix='agora-')
    os.chmod(folder, 0o700)
    cluster = Cluster(folder, durable=durable)
    try:
        return cluster.start()
    except BaseException:  # interrupted too
        cluster.remove()
        raise
