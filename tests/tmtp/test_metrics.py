"""Figures for Prometheus: the format, what moves which counter, and that they are there without a database."""
import re

import pytest

from admin import user
from cluster import throwaway
from tmtpd import Tmtpd, wait_until


def scrape(tmtpd):
    """{name with labels: value}; the format is checked on the way."""
    answer = tmtpd.call('GET', '/metrics')
    assert answer.status == 200 and answer.headers['content-type'].startswith('text/plain; version=0.0.4')
    found, types = {}, {}
    for line in answer.body.decode().splitlines():
        if line.startswith('# TYPE '):
            _, _, name, kind = line.split(' ')
            assert name not in types
            types[name] = kind
        elif not line.startswith('#'):
            assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]+"\})? [0-9.e+-]+', line), line
            name, value = line.rsplit(' ', 1)
            base = re.sub(r'(_bucket|_sum|_count)?(\{.*)?$', '', name)
            assert (types.get(base) or types.get(name.split('{')[0])) in ('counter', 'gauge', 'histogram'), line
            assert (types.get(name.split('{')[0]) == 'counter') == name.split('{')[0].endswith('_total'), line
            found[name] = float(value)
    return found


def moved(before, after):
    """What grew."""
    return {name.removeprefix('tmtpd_'): after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}


def test_each_thing_that_happens_moves_its_counter(tmtpd, pair):
    alice, bobby = pair
    tmtpd.introduce(*pair)
    before = scrape(tmtpd)
    alice.post(bobby)
    alice.post('%' * 32)
    bobby.take()
    tmtpd.link().rev().login(bobby.uid, 'B' * 40).quits('login failed')
    carol = tmtpd.register('carol')
    carol.quit()
    back = tmtpd.login(carol)  # kept: a link that nobody holds is closed, before or after its message went out
    back.take('login')
    tmtpd.admin('GET', '/v1/server', token='not the right token')
    wait_until(lambda: moved(before, scrape(tmtpd)).get('messages_acked_total') == 2)

    grown = moved(before, scrape(tmtpd))

    assert {name: grown.get(name) for name in (
        'messages_accepted_total', 'messages_delivered_total', 'messages_acked_total', 'acks_refused_total', 'registrations_total',
        'logins_total', 'logins_failed_total', 'admin_refused_total', 'connections_total', 'requests_total{op="post"}',
        'requests_total{op="register"}', 'requests_total{op="login"}', 'admin_requests_total{status="4xx"}')} == {
        'messages_accepted_total': 1, 'messages_delivered_total': 2, 'messages_acked_total': 2, 'acks_refused_total': 1,
        'registrations_total': 1, 'logins_total': 1, 'logins_failed_total': 1, 'admin_refused_total': 1, 'connections_total': 3,
        'requests_total{op="post"}': 2, 'requests_total{op="register"}': 1, 'requests_total{op="login"}': 2,
        'admin_requests_total{status="4xx"}': 1}
    assert grown['quits_total'] == 2 and grown['batch_requests_total'] >= 6


def test_gauges_are_of_now(tmtpd, pair):
    now = scrape(tmtpd)
    server = tmtpd.admin('GET', '/v1/server')[1]
    assert (now['tmtpd_online'], now['tmtpd_links']) == (server['online'], server['links'])
    assert now['tmtpd_database_up'] == 1 and now['process_resident_memory_bytes'] > 1 << 20
    tmtpd.introduce(*pair)
    pair[0].post(pair[1])
    wait_until(lambda: scrape(tmtpd)['tmtpd_queued'] == tmtpd.admin('GET', '/v1/server')[1]['queued'] > 0)
    tmtpd.admin('PATCH', user(pair[0]), {'state': 'suspended'})
    assert scrape(tmtpd)['tmtpd_online'] == now['tmtpd_online'] - 1


def test_the_histogram_of_batches_adds_up(tmtpd):
    now = scrape(tmtpd)
    buckets = [v for name, v in now.items() if name.startswith('tmtpd_batch_seconds_bucket')]
    assert buckets == sorted(buckets) and len(buckets) == 11
    assert buckets[-1] == now['tmtpd_batch_seconds_count'] <= now['tmtpd_batch_requests_total']
    assert 0 < now['tmtpd_batch_seconds_sum'] < 600


@pytest.fixture(name='alone')
def server_with_its_own_cluster():
    """A tmtpd whose PostgreSQL may be stopped."""
    cluster = throwaway()
    server = Tmtpd(cluster, 'alone').prepare().start()
    yield server
    try:
        server.stop()
    finally:
        cluster.remove()


def test_without_a_database_the_figures_say_so(alone):
    before = scrape(alone)
    alone.cluster.stop('immediate')
    wait_until(lambda: scrape(alone)['tmtpd_database_up'] == 0)
    assert moved(before, scrape(alone))['database_lost_total'] >= 1
