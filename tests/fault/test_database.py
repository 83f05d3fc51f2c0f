"""The database goes, freezes and comes back under agorad: 503 meanwhile, and recovery by itself."""
import concurrent.futures
import os
import signal

import pytest
from client import Client, wait_for
from cluster import throwaway
from database import migrated
from patience import fair_time
from stack import TOP, Daemon, free_port

BIN = TOP / os.environ['AGORA_BUILD'] / 'bin'


class Service:
    """agorad on a cluster of its own, without anything else."""

    def __init__(self, cluster):
        self.cluster, self.port = cluster, free_port()
        config = migrated(cluster, BIN, f'listen = 127.0.0.1:{self.port}\n')
        self.daemon = Daemon('agorad', [BIN / 'agorad', '--config', config, '--role', 'web'], cluster.folder / 'agorad.log').start()
        wait_for(lambda: self.ready() == 200, why='agorad')

    def ready(self):
        """Status of /readyz, which asks the database; 0 when there is no answer."""
        try:
            return Client(f'http://127.0.0.1:{self.port}').raw('GET', '/readyz').status
        except OSError:
            return 0

    def backends(self):
        """Process ids of agorad's connections."""
        pids = self.cluster.psql('postgres', "select pid from pg_stat_activity where application_name = 'agora'")
        return [int(p) for p in pids.split()]


@pytest.fixture(name='service')
def one_service():
    """A cluster and an agorad of their own; its end must be clean."""
    cluster = throwaway()
    service = Service(cluster)
    yield service
    status = service.daemon.stop()
    cluster.remove()
    assert status == 0, service.daemon.tail()


def test_a_killed_database_is_503_and_comes_back_by_itself(service):
    """Never 500, never a hang; answers are quick while it is away."""
    service.cluster.kill()
    wait_for(lambda: service.ready() == 503, why='503')
    began = fair_time()
    assert [service.ready() for _ in range(20)] == [503] * 20
    assert fair_time() - began < 5
    service.cluster.revive()
    wait_for(lambda: service.ready() == 200, seconds=15, why='recovery')


def test_connections_cut_while_idle_are_replaced_unseen(service):
    """A restart of PostgreSQL or a fail-over between two requests costs no request."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda _: service.ready(), range(64))) == {200}
        cut = service.backends()
        for pid in cut:
            os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not set(cut) & set(service.backends()), why='the end of the connections')
        assert set(pool.map(lambda _: service.ready(), range(64))) == {200}


def test_a_frozen_connection_is_given_up(service):
    """A server that does not answer at all is left after the statement time-out and a little."""
    frozen = service.backends()
    assert frozen
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = fair_time()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: service.ready(), range(8))) <= {200, 503}
        assert fair_time() - began < 16
        wait_for(lambda: service.ready() == 200, seconds=20, why='recovery')
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
