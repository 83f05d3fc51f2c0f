#!/usr/bin/python3
"""psql on a database that no other test uses meanwhile.

pg_prove runs it in place of psql. AGORA_DATABASES names as many equal databases as pg_prove runs tests at once,
AGORA_LOCKS a folder: whoever holds the lock on the file of a database has it, until the process ends. A test may so
replace what all share (a function, a trigger, a setting) and hold any lock, as its transaction is rolled back.
"""
import fcntl
import os
import pathlib
import sys
import time


def free_database():
    """The name of a database that is this process's until it ends."""
    while True:
        for name in os.environ['AGORA_DATABASES'].split():
            lock = os.open(pathlib.Path(os.environ['AGORA_LOCKS']) / f'{name}.lock', os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            os.set_inheritable(lock, True)
            return name
        time.sleep(0.05)


if __name__ == '__main__':
    os.environ['PGDATABASE'] = free_database()
    os.execvp('psql', ['psql', *sys.argv[1:]])
