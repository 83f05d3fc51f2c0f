"""What the Python tests share: one throwaway cluster a run, a prepared instance a module.

AGORA_BUILD names the build under test (build/asan by default: the sanitizers are part of every test).
A template database is migrated once and copied, so that an instance is there in a moment.
"""
import os
import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / 'scripts'))
sys.path.insert(0, str(TOP / 'tests/lib'))
os.environ.setdefault('AGORA_BUILD', 'build/asan')
os.environ.setdefault('ASAN_OPTIONS', 'detect_leaks=1:abort_on_error=0:exitcode=66')
os.environ.setdefault('UBSAN_OPTIONS', 'print_stacktrace=1:halt_on_error=1:exitcode=67')

import contract  # noqa: E402
from client import Client  # noqa: E402
from cluster import throwaway  # noqa: E402
from stack import Stack  # noqa: E402

PASSWORD = 'a long enough password'


@pytest.fixture(scope='session')
def cluster():
    """A private PostgreSQL cluster, removed at the end."""
    made = throwaway()
    yield made
    made.remove()


@pytest.fixture(scope='session')
def template(cluster):
    """Databases agora_template and tmtpd_template: migrated, with the topics."""
    stack = Stack(cluster.folder / 'template', cluster, suffix='_template')
    stack.prepare()
    return stack.agora_db, stack.tmtpd_db


class Instance(Stack):
    """A running instance with short ways to people on it."""

    count = 0
    hashed = None  # PASSWORD's hash, made once by agoractl: hashing is slow on purpose

    def person(self, name, *roles, level=0):
        """An account (verified at `level` by the bulk path when above 0) and a signed-in Client."""
        Instance.count += 1
        email = f'{name.lower()}.{Instance.count}@example.org'
        self._put(email, name, f'Example{Instance.count}', roles)
        client = self.anyone()
        client.email, client.password = email, PASSWORD
        session = client.sign_in(email, PASSWORD)
        client.account, client.handle = session['account']['id'], session['account']['handle']
        if level:
            self.sql('select agora.verification_grant_example($1::uuid, $2::int)', client.account, level)
        return client

    def _put(self, email, given, family, roles):
        if Instance.hashed is None:
            self.account(email, given, family, PASSWORD, *roles)
            Instance.hashed, = self.sql('select password, strong from agora.credential join agora.account on id = account_id where email = $1', email)
        else:  # what agoractl account add does
            self.sql('select agora.account_put($1, $2, $3, $4, $5, $6::text[])', email, given, family, *Instance.hashed, list(roles))

    def anyone(self):
        """A Client that is not signed in; every answer it gets is held against the description."""
        return Client(self.url, observe=contract.check)

    def sql(self, statement, *parameters, user='agora_owner'):
        """Look at, or set up, what no interface shows; rows as tuples of text."""
        import psycopg2
        with psycopg2.connect(self.cluster.dsn(self.agora_db, user)) as connection, connection.cursor() as cursor:
            import re
            cursor.execute(re.sub(r'\$\d+', '%s', statement.replace('%', '%%')) if parameters else statement,
                           parameters or None)
            return cursor.fetchall() if cursor.description else []


def make_instance(cluster, template, name, settings=None, start=True):
    """A fresh instance from the templates; the caller stops it."""
    # Every person of a test signs in from one address; a request that waits long for a busy machine is not what is tested.
    http = {'sign_in_rate': 10000, 'queue_age': 120_000, **(settings or {}).get('agorad', {}).get('http', {})}
    settings = {**(settings or {}), 'agorad': {**(settings or {}).get('agorad', {}), 'http': http}}
    stack = Instance(cluster.folder / name, cluster, suffix='_' + name, settings=settings)
    stack.prepare(template=template)
    return stack.start() if start else stack


@pytest.fixture(scope='module')
def instance(request, cluster, template):
    """A running instance for this module; its end must be clean (no sanitizer report, no crash)."""
    name = request.module.__name__.replace('.', '_')
    stack = make_instance(cluster, template, name, getattr(request.module, 'SETTINGS', None))
    yield stack
    stack.stop()
