"""A member with a TMTP client: the command `tmtp`, which keeps its account in a file."""
import json
import subprocess

from client import wait_for
from consent import authorize, visit
from stack import free_port


class TmtpMember:
    """Runs `tmtp` for one member of an instance."""

    def __init__(self, stack, name, folder=None):
        self.stack, self.name = stack, name
        self.credentials = (folder or stack.var) / f'tmtp-{name.lower().replace(" ", "-")}.json'

    def run(self, *arguments, check=True):
        """tmtp ARGUMENTS; gives the finished process."""
        return self.stack.run('tmtp', *arguments, '--credentials', self.credentials, check=check)

    def register(self, browser, alias):
        """Register through the OpenID pages, `browser` being the member's signed-in Client. Gives the
        words of the page where the provider refuses, else None."""
        command = [self.stack.bin / 'tmtp', 'register', '--server', self.stack.tmtp_server, '--alias', alias,
                   '--redirect-port', free_port(), '--print-url', '--credentials', self.credentials]
        with subprocess.Popen([str(c) for c in command], text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            address = wait_for(lambda: next((w for w in process.stdout.readline().split() if w.startswith('http')), None),
                               why='the sign-in address')
            back, refusal = authorize(browser, address)
            if back is None:
                process.terminate()
                return refusal
            visit(back)
            out, err = process.communicate(timeout=60)
            if process.returncode:
                raise RuntimeError(f'tmtp register exited {process.returncode}: {out}{err}')
        return None

    def register_freely(self, alias):
        """Register at a server that wants no sign-in."""
        self.run('register', '--server', self.stack.tmtp_server, '--alias', alias)

    def ping(self, alias, text, check=True):
        """A short text to the owner of an alias."""
        return self.run('ping', alias, text, check=check)

    def read(self, count=None, wait=10):
        """The messages that have come, acked; as the JSON that tmtp prints, one a line."""
        arguments = ['read', '--json', '--wait', wait] + (['--count', count] if count else [])
        done = self.run(*arguments, check=False)
        if done.returncode not in (0,):
            raise RuntimeError(f'tmtp read exited {done.returncode}: {done.stderr}')
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{')]

    def post(self, to, text, subject='Hello', check=True):
        """Write to a contact by alias."""
        return self.run('post', '--to', to, '--subject', subject, text, check=check)
