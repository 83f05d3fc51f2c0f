"""Agora as a whole: a database, tmtpd and agorad, on free ports, with keys and certificates of their own.

`make run`, `make demo`, the tests and the benchmarks all start the product through this one module, so
that what is tested is what runs.
"""
import ctypes
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cluster import Cluster  # noqa: E402  (found beside this file)
from patience import fair_time  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1

# Settings of an instance with a stock TMTP server: who knows a uid may write, no admin interface, no sign-in.
STOCK = {'agorad': {'tmtp': {'kind': 'stock', 'admin_url': None, 'admin_token_file': None, 'introducer_alias': 'The introducer'}},
         'tmtpd': {'server': {'policy': 'open'}, 'admin': None, 'oidc Agora': None}}


def merged(*settings):
    """Settings of several, the later ones winning key by key."""
    made = {}
    for given in settings:
        for program, sections in given.items():
            for section, keys in sections.items():
                known = made.setdefault(program, {})
                known[section] = {**(known.get(section) or {}), **keys} if keys is not None else None
    return made


def free_port():
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def _die_with_parent():
    """In the child: end when the thread that started it does, also by kill -9 of its process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def write_secret(path, text):
    """A file that only its owner can read."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w', encoding='utf8') as f:
        f.write(text)


class Daemon:
    """A program of ours running in the background, its output in a log file."""

    def __init__(self, name, command, log, env=None):
        self.name, self.command, self.log, self.env = name, [str(c) for c in command], log, env
        self.process = None

    def start(self):
        """Start it; it ends with this process."""
        # The kernel watches the thread, not the process: one that ends early must not take its daemons along.
        lasting = threading.current_thread() is threading.main_thread()
        with open(self.log, 'ab') as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            preexec_fn=_die_with_parent if lasting else None,
                                            env={**os.environ, **(self.env or {})})
        return self

    def alive(self):
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self, how=signal.SIGTERM, wait=15):
        """Send a signal and wait for the end; returns the exit status."""
        if self.process is None:
            return None
        if self.alive():
            self.process.send_signal(how)
        try:
            return self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f'{self.name} did not stop within {wait} s; its log is {self.log}') from None

    def kill(self):
        """kill -9."""
        return self.stop(signal.SIGKILL)

    def log_text(self):
        """Its whole log."""
        return pathlib.Path(self.log).read_text(encoding='utf8', errors='replace')

    def tail(self, lines=25):
        """The end of its log."""
        return '\n'.join(self.log_text().splitlines()[-lines:])


class Stack:
    """One instance: var folder, databases `agora{suffix}` and `tmtpd{suffix}` in a cluster, both daemons."""

    def __init__(self, var, cluster, build=None, suffix='', settings=None, http_port=None, tmtp_port=None):
        self.var = pathlib.Path(var).resolve()
        self.cluster = cluster
        self.bin = (TOP / (build or os.environ.get('AGORA_BUILD', 'build/release')) / 'bin').resolve()
        self.agora_db, self.tmtpd_db = f'agora{suffix}', f'tmtpd{suffix}'
        self.settings = settings or {}
        self.stock = self.settings.get('agorad', {}).get('tmtp', {}).get('kind') == 'stock'
        self.http_port, self.tmtp_port = http_port or free_port(), tmtp_port or free_port()
        self.url = f'http://localhost:{self.http_port}'
        self.tmtp_server = f'=localhost:{self.tmtp_port}'
        self.agorad_conf, self.tmtpd_conf = self.var / 'agorad.conf', self.var / 'tmtpd.conf'
        self.introducer = self.var / 'introducer.json'
        self.mail = self.var / 'mail'
        self.admin_socket = str(self.var / 'admin.sock')
        if len(self.admin_socket) > 100:
            self.admin_socket = f'/tmp/agora-admin-{self.tmtp_port}.sock'
        self.admin_token = self.var / 'admin.token'
        self.agorad = Daemon('agorad', [self.bin / 'agorad', '--config', self.agorad_conf], self.var / 'agorad.log')
        self.tmtpd = Daemon('tmtpd', [self.bin / 'tmtpd', '--config', self.tmtpd_conf], self.var / 'tmtpd.log')

    # -- preparing ---------------------------------------------------------------------------------

    def prepare(self, topics=True, template=None):
        """Folders, configuration, keys, certificate, databases, topics, places. May be repeated."""
        for d in (self.var, self.mail, self.var / 'keys', self.var / 'evidence-keys'):
            d.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._certificate()
        if not self.admin_token.exists():
            write_secret(self.admin_token, os.urandom(24).hex() + '\n')
        self._write_configuration()
        if template:
            self.cluster.make_databases(self.agora_db, template=template[0])
            self.cluster.make_databases(self.tmtpd_db, template=template[1])
        else:
            self.cluster.make_databases(self.agora_db, self.tmtpd_db)
            for extension in ('pg_trgm', 'unaccent', 'fuzzystrmatch'):
                self.cluster.psql(self.agora_db, f'create extension if not exists {extension} with schema public')
        if not template:  # a copy is as new as what it was copied from
            self.ctl('migrate')
            self.run('tmtpd', '--config', self.tmtpd_conf, '--migrate')
        if not any((self.var / 'keys').iterdir()):
            self.ctl('keys', 'rotate')
        self.ctl('keys', 'evidence')
        if not (self.var / 'person.key').exists():
            self.ctl('keys', 'person')
        if topics and not template:
            self.ctl('topics', 'import', TOP / 'data/openalex-topics.csv')
            self.ctl('places', 'import', TOP / 'data/places.csv')
        if not self.stock and not self.introducer.exists():
            self.run('tmtpd', '--config', self.tmtpd_conf, '--add-service', 'Agora introductions',
                     '--credentials', self.introducer)
        return self

    def prepare_tmtpd(self):
        """tmtpd without agorad: folder, certificate, token, configuration, migrated database, the introducer's account."""
        self.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._certificate()
        write_secret(self.admin_token, os.urandom(24).hex() + '\n')
        self._write_configuration()
        self.cluster.make_databases(self.tmtpd_db)
        self.run('tmtpd', '--config', self.tmtpd_conf, '--migrate')
        self.run('tmtpd', '--config', self.tmtpd_conf, '--add-service', 'Agora introductions', '--credentials', self.introducer)
        return self

    def _certificate(self):
        key, cert = self.var / 'tmtpd.key', self.var / 'tmtpd.crt'
        if cert.exists():
            return
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                        '-keyout', key, '-out', cert, '-days', '825', '-subj', '/CN=localhost',
                        '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], check=True, capture_output=True)
        os.chmod(key, 0o600)

    def _write_configuration(self):
        agorad = {
            'agora': {'organisation': 'Example Society of Engineers', 'base_url': self.url, 'var_dir': self.var},
            'http': {'listen': f'127.0.0.1:{self.http_port}', 'static_dir': TOP / 'web/dist',
                     'openapi': TOP / os.environ.get('AGORA_BUILD', 'build/release') / 'gen/openapi.json'},
            'database': {'connection': self.cluster.dsn(self.agora_db, 'agora_app'),
                         'owner_connection': self.cluster.dsn(self.agora_db, 'agora_owner')},
            'mail': {'mail_dir': self.mail},
            'oidc': {'key_dir': self.var / 'keys'},
            'evidence': {'key_dir': self.var / 'evidence-keys', 'journal': self.var / 'evidence-erased'},
            'person': {'key_file': self.var / 'person.key'},
            'tmtp': {'server': self.tmtp_server, 'admin_url': f'unix:{self.admin_socket}',
                     'admin_token_file': self.admin_token, 'introducer_credentials': self.introducer},
        }
        tmtpd = {
            'server': {'name': 'Example Society of Engineers', 'listen': f'127.0.0.1:{self.tmtp_port}',
                       'tls_cert': self.var / 'tmtpd.crt', 'tls_key': self.var / 'tmtpd.key'},
            'database': {'connection': self.cluster.dsn(self.tmtpd_db, 'tmtpd_app'),
                         'owner_connection': self.cluster.dsn(self.tmtpd_db, 'tmtpd_owner')},
            'admin': {'listen': f'unix:{self.admin_socket}', 'token_file': self.admin_token},
        }
        for section, keys in self.settings.get('agorad', {}).items():
            agorad.setdefault(section, {}).update(keys)
        _write_ini(self.agorad_conf, agorad)
        tmtpd['oidc Agora'] = self._provider()
        for section, keys in self.settings.get('tmtpd', {}).items():
            if keys is None:
                tmtpd.pop(section, None)
            else:
                tmtpd.setdefault(section, {}).update(keys)
        _write_ini(self.tmtpd_conf, tmtpd)

    def _provider(self):
        back = urllib.parse.quote('http://localhost:8123/u', safe='')
        return {'label': 'Agora', 'issuer': self.url, 'audience': 'tmtp', 'jwks_url': f'{self.url}/oauth2/jwks/tmtp',
                'login_url': f'{self.url}/oauth2/authorize',
                'login_params': f'response_type=code&client_id=tmtp&scope=openid%20profile%20tmtp&redirect_uri={back}',
                'token_url': f'{self.url}/oauth2/token',
                'token_params': f'grant_type=authorization_code&client_id=tmtp&redirect_uri={back}'}

    # -- running -----------------------------------------------------------------------------------

    def run(self, program, *arguments, check=True, **more):
        """Run one of our programs to its end; its output as text."""
        done = subprocess.run([str(self.bin / program), *map(str, arguments)], text=True, capture_output=True,
                              check=False, **more)
        if check and done.returncode:
            raise RuntimeError(f'{program} {" ".join(map(str, arguments))} exited {done.returncode}:\n'
                               f'{done.stdout}{done.stderr}')
        return done

    def ctl(self, *arguments, check=True, **more):
        """agoractl with this instance's configuration."""
        return self.run('agoractl', '--config', self.agorad_conf, *arguments, check=check, **more)

    def start(self):
        """Start both daemons and wait until they serve."""
        self.tmtpd.start()
        if self.stock:
            self._wait_tmtpd(30)
            self.ctl('introducer', 'register')
        self.agorad.start()
        self.wait_ready()
        return self

    def wait_ready(self, seconds=180):
        """Until agorad says it is ready, and tmtpd accepts connections and knows agorad's keys. agorad has every statement
        checked first: a minute with sanitizers where others have the processors; one that has died is not waited for."""
        self._wait(self.agorad, lambda: self.get_status('/readyz') == 200, seconds)
        self._wait_tmtpd(seconds)
        if not self.stock and self.tmtpd.alive() and '[oidc' in self.tmtpd_conf.read_text():
            self._wait(self.tmtpd, lambda: '"keys_fetched"' in self.tmtpd.log_text(), seconds)

    def _wait_tmtpd(self, seconds):
        self._wait(self.tmtpd, lambda: _accepts(self.tmtp_port) and (self.stock or os.path.exists(self.admin_socket)), seconds)

    def wait_tmtpd_ready(self, seconds=30):
        """Until tmtpd, which has no admin interface to ask, says that it has its database and accepts connections."""
        self._wait(self.tmtpd, lambda: _accepts(self.tmtp_port) and '"serving"' in self.tmtpd.log_text(), seconds)

    def _wait(self, daemon, ready, seconds):
        end = fair_time() + seconds
        while not ready():
            if not daemon.alive() or fair_time() > end:
                raise RuntimeError(f'{daemon.name} is not ready:\n{daemon.tail()}')
            time.sleep(0.02)

    def get_status(self, path):
        """HTTP status of a GET, 0 when there is no answer."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as r:
                return r.status
        except urllib.error.HTTPError as e:
            return e.code
        except OSError:
            return 0

    def stop(self):
        """Stop both daemons gracefully; raises when one ended badly (a sanitizer's report, a crash)."""
        ends = {d.name: (d.stop(), d) for d in (self.agorad, self.tmtpd) if d.process}
        bad = [f'{n} exited {s}:\n{d.tail(60)}' for n, (s, d) in ends.items() if s not in (0, -signal.SIGTERM)]
        if bad:
            raise RuntimeError('\n'.join(bad))

    def account(self, email, given, family, password, *roles):
        """An account that can sign in at once, by the operator's command."""
        secret = self.var / f'password.{os.getpid()}.{threading.get_ident()}'
        write_secret(secret, password + '\n')
        try:
            arguments = ['account', 'add', email, '--given', given, '--family', family, '--password-file', secret]
            for role in roles:
                arguments += ['--role', role]
            self.ctl(*arguments)
        finally:
            secret.unlink()

    def describe(self):
        """What another program needs to talk to this instance."""
        return {'url': self.url, 'tmtp_server': self.tmtp_server, 'mail': str(self.mail), 'var': str(self.var),
                'bin': str(self.bin), 'agorad_conf': str(self.agorad_conf),
                'database': self.cluster.dsn(self.agora_db, 'agora_owner')}


def _accepts(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(('127.0.0.1', port)) == 0


def _write_ini(path, sections):
    lines = []
    for section, keys in sections.items():
        lines += [f'[{section}]'] + [f'{k} = {v}' for k, v in keys.items() if v is not None] + ['']
    path.write_text('\n'.join(lines), encoding='utf8')


def main():
    """Start a throwaway instance with example members, print what it is as one line of JSON, and stop at end of input.

    An argument gives more settings, as JSON: {"agorad": {SECTION: {KEY: VALUE}}, "tmtpd": {…}}. After --stock the TMTP
    server is a stock one.
    """
    from cluster import throwaway
    from example import load_example
    cluster = throwaway()
    given = [json.loads(a) for a in sys.argv[1:] if a != '--stock']
    settings = merged(*([STOCK] if '--stock' in sys.argv else []), *given)
    stack = Stack(cluster.folder / 'var', cluster, settings=settings)
    try:
        stack.prepare().start()
        print(json.dumps({**stack.describe(), **load_example(stack)}), flush=True)
        sys.stdin.read()
    finally:
        try:
            stack.stop()
        finally:
            cluster.remove()


if __name__ == '__main__':
    main()
