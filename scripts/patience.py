"""A clock for deadlines that stands still while the machine does not let us run.

Whoever waits for a program wants to know whether it hangs, not how busy the machine is. This clock counts the
naps of a thread of ours, each as long as it was asked for, however long it lasted: on a quiet machine it goes
like any other; where others take the processor, it goes as slowly as the program that is waited for.
"""
import threading
import time

NAP = 0.02


class _Clock:
    """Counts from its first use."""

    def __init__(self):
        self.seconds = 0.0
        self.thread = None
        self.lock = threading.Lock()

    def _count(self):
        while True:
            time.sleep(NAP)
            self.seconds += NAP

    def read(self):
        """Seconds since the first reading."""
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._count, daemon=True, name='patience')
                self.thread.start()
        return self.seconds


_CLOCK = _Clock()


def fair_time():
    """Seconds, from any beginning, in which this process could have run."""
    return _CLOCK.read()
