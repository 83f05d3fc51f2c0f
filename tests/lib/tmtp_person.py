"""People who use the command `tmtp`."""
import json
import subprocess


class Person:
    """Runs `tmtp` with credentials of their own."""

    count = 0

    def __init__(self, server, name):
        Person.count += 1
        self.server, self.alias = server, f'{name} Example {Person.count}'
        self.path = server.var / f'person{Person.count}.json'
        self.ok('register', '--server', server.tmtp_server, '--alias', self.alias)
        self.uid = json.loads(self.path.read_text())['uid']

    def like(self, path):
        """The same user with other credentials."""
        other = object.__new__(Person)
        other.server, other.alias, other.path, other.uid = self.server, self.alias, path, self.uid
        return other

    def run(self, *words, **more):
        """Run a subcommand."""
        return self.server.run('tmtp', *words, '--credentials', self.path, check=False, **more)

    def ok(self, *words, **more):
        """Run one that must succeed; what it prints."""
        done = self.run(*words, **more)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def start(self, *words):
        """Run one in the background."""
        command = [self.server.bin / 'tmtp', *words, '--credentials', self.path]
        return subprocess.Popen([str(w) for w in command], text=True, stdout=subprocess.PIPE)

    def read(self, *words):
        """The messages that `read` prints."""
        return [json.loads(line) for line in self.ok('read', '--json', *words).splitlines()]

    def take(self, count=1):
        """So many messages, waiting for each; the only one when it is one."""
        got = self.read('--count', count, '--wait', 15)
        assert len(got) == count, got
        return got[0] if count == 1 else got

    def know(self, other):
        """Each gets the other as a contact."""
        self.ok('ping', other.alias, 'hello')
        other.take()
        other.ok('ping', self.alias, 'hello')
        self.take()

    def contacts(self):
        """The contacts by alias."""
        return {c['alias']: c for c in map(json.loads, self.ok('contacts', '--json').splitlines())}
