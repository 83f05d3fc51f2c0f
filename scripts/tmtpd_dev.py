#!/usr/bin/env python3
"""make tmtpd-dev: a throwaway TMTP server in the foreground, with a PostgreSQL cluster of its own; Ctrl-C ends both.

No OpenID, a self-signed certificate, only on 127.0.0.1. What it stores is as safe as in production (fsync and
synchronous_commit are on), so that what is measured here holds there, but all of it goes at the end.
Environment: PORT (7443), POLICY (open, or introduced), ADMIN (path for the admin interface's socket; its token is then
in the file PATH.token; without ADMIN there is no admin interface), AGORA_BUILD (build/release).
"""
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cluster import throwaway  # noqa: E402
from stack import Stack  # noqa: E402


SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


class Stop(Exception):
    """Somebody wants it to end."""


def stop(*_):
    """For the first signal; what follows is short, and must not be left half done."""
    for s in SIGNALS:
        signal.signal(s, signal.SIG_IGN)
    raise Stop


def status_of(process):
    """What the kernel says of a process, as a dictionary; empty when it is gone."""
    try:
        text = pathlib.Path(f'/proc/{process}/status').read_text(encoding='utf8')
    except OSError:
        return {}
    return dict(line.split(':\t', 1) for line in text.splitlines() if ':\t' in line)


def watch_make():
    """A function that says whether the make that started us wants an end. When make alone is sent SIGINT it waits for
    us, catching that signal no longer; a terminal sends it to both."""
    parent = os.getppid()
    if status_of(parent).get('Name') != 'make':
        return lambda: False
    return lambda: not int(status_of(parent).get('SigCgt', '0'), 16) >> (signal.SIGINT - 1) & 1


def settings(port, policy, admin):
    """The part of the configuration that differs from an instance's."""
    return {'server': {'name': 'tmtpd for development', 'listen': f'127.0.0.1:{port}', 'policy': policy},
            'oidc Agora': None, **({} if admin else {'admin': None})}


def serve(stack):
    """Start it, say where it is, and wait for its end or a signal; gives the exit status."""
    make_ends = watch_make()
    stack.tmtpd.start()
    stack.wait_tmtpd_ready()
    print(f'tmtpd is ready on 127.0.0.1:{stack.tmtp_port}', flush=True)
    while stack.tmtpd.alive():
        signal.sigtimedwait([], 0.2)
        if make_ends():
            stop()
    print(f'tmtpd ended by itself:\n{stack.tmtpd.tail()}', file=sys.stderr)
    return 1


def main():
    """Everything in a folder of its own, gone at the end."""
    port, policy, admin = int(os.environ.get('PORT') or 7443), os.environ.get('POLICY') or 'open', os.environ.get('ADMIN')
    if policy not in ('open', 'introduced'):
        sys.exit('POLICY is open or introduced')
    # A shell that starts this in the background has it ignore SIGINT; Ctrl-C must stop it all the same.
    for s in SIGNALS:
        signal.signal(s, stop)
    cluster = stack = None
    status = 0
    try:
        # Half a cluster is hard to remove: a signal waits until it is whole, for the programs that make it too.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        cluster = throwaway(durable=True)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        stack = Stack(cluster.folder / 'var', cluster, settings={'tmtpd': settings(port, policy, admin)}, tmtp_port=port)
        if admin:
            stack.admin_socket, stack.admin_token = os.path.abspath(admin), pathlib.Path(os.path.abspath(admin) + '.token')
        stack.prepare_tmtpd()
        if admin:
            print(f'The admin interface is at unix:{stack.admin_socket}, its token in {stack.admin_token}', flush=True)
        status = serve(stack)
    except Stop:
        pass
    except RuntimeError as e:
        print(e, file=sys.stderr)
        status = 1
    finally:
        status = remove(cluster, stack, admin) or status
    return status


def remove(cluster, stack, admin):
    """Stop it, and leave nothing behind; gives tmtpd's exit status."""
    try:
        return stack.tmtpd.stop() if stack else 0
    finally:
        if stack and admin:
            for path in (stack.admin_socket, stack.admin_token):
                pathlib.Path(path).unlink(missing_ok=True)
        if cluster:
            cluster.remove()


if __name__ == '__main__':
    sys.exit(main())
