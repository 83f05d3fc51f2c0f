"""How much work something makes, whatever else the machine does: processor time instead of a wall clock.

An answer that takes as long as another one to somebody who measures must cost as much to make. What a busy
machine adds to a wall clock is the same for both and hides nothing; here it is left out.
"""
import pathlib
import statistics


def _spent(pid):
    """Nanoseconds of processor time of all threads of a process; 0 when it has gone."""
    total = 0
    for thread in pathlib.Path(f'/proc/{pid}/task').glob('*/schedstat'):
        try:
            total += int(thread.read_text().split()[0])
        except OSError:
            continue
    return total


class Effort:
    """The effort of an instance: agorad and its connections' backends in PostgreSQL."""

    def __init__(self, instance):
        pids = instance.sql("select pid from pg_stat_activity where datname = current_database() and application_name = 'agora'")
        self.pids = [instance.agorad.process.pid, *(p for p, in pids)]

    def of(self, act):
        """Milliseconds that an act takes."""
        before = sum(map(_spent, self.pids))
        act()
        return (sum(map(_spent, self.pids)) - before) / 1e6

    def medians(self, first, second, rounds=9):
        """Milliseconds of two acts, taken in turn so that what the worker does meanwhile touches both."""
        took = ([], [])
        for _ in range(rounds):
            for act, taken in zip((first, second), took):
                taken.append(self.of(act))
        return statistics.median(took[0]), statistics.median(took[1])
