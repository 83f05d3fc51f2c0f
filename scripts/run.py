#!/usr/bin/env python3
"""make run: a private instance under var/, or one on a configured PostgreSQL (CONFIG=FILE); stops on Ctrl-C.

Environment: CONFIG (an agorad.conf whose [database] is used; then no cluster is started), PORT and
TMTP_PORT (free ones when unset), MEMBERS (how many example members, 36).
"""
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cluster import Cluster  # noqa: E402
from example import load_example  # noqa: E402
from stack import TOP, Daemon, Stack  # noqa: E402


def on_own_cluster():
    """Everything under var/; gives what must be stopped, last first."""
    var = TOP / 'var'
    var.mkdir(exist_ok=True)
    cluster = Cluster(var / 'postgresql').start()
    try:
        stack = Stack(var / 'instance', cluster, http_port=int(os.environ.get('PORT') or 0) or None,
                      tmtp_port=int(os.environ.get('TMTP_PORT') or 0) or None)
        stack.prepare().start()
        signs = load_example(stack, int(os.environ.get('MEMBERS') or 36))['sign_ins']
    except BaseException:
        cluster.stop()
        raise
    print(f'Agora is ready at {stack.url}')
    print('Sign in as')
    for kind in ('member', 'second_member', 'verifier', 'admin'):
        print(f'  {kind.replace("_", " "):14} {signs[kind]["email"]:28} {signs[kind]["password"]}')
    print(f'Members\' TMTP clients connect to {stack.tmtp_server}; messages by e-mail are in {stack.mail}')
    print('Stop with Ctrl-C.', flush=True)
    return [cluster, stack], [stack.agorad, stack.tmtpd]


def on_configured(config):
    """agorad alone, on the PostgreSQL that the configuration names."""
    build = TOP / 'build/release/bin'
    daemon = Daemon('agorad', [build / 'agorad', '--config', config], '/dev/stderr')
    migrated = Daemon('agoractl', [build / 'agoractl', '--config', config, 'migrate'], '/dev/stderr').start()
    if migrated.process.wait():
        raise RuntimeError('the migration failed')
    daemon.start()
    print(f'Agora runs with {config}. Stop with Ctrl-C.', flush=True)
    return [daemon], [daemon]


def main():
    """Start, wait for a signal or the end of a daemon, stop."""
    # A shell that starts this in the background has it ignore SIGINT; Ctrl-C must stop it all the same.
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, lambda *_: sys.exit(0))
    config = os.environ.get('CONFIG')
    parts, daemons = on_configured(config) if config else on_own_cluster()
    failed = 0
    try:
        while all(d.alive() for d in daemons):
            signal.sigtimedwait([], 0.5)
        failed = 1
        for d in daemons:
            if not d.alive():
                print(f'{d.name} ended by itself:\n{d.tail()}', file=sys.stderr)
    except (KeyboardInterrupt, SystemExit):
        print('\nStopping.')
    for part in reversed(parts):
        part.stop()
    return failed


if __name__ == '__main__':
    sys.exit(main())
