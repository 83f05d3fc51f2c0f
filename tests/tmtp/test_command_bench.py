"""`tmtp bench` against a real tmtpd, and against servers that lose, repeat or reorder what they were given."""
import json
import threading

import pytest

from tmtp_peer import Peer, make_certificate
from tmtpd import Tmtpd, wait_until


@pytest.fixture(scope='module')
def server(cluster):
    """Takes anybody, and lets anybody write to anybody."""
    with Tmtpd(cluster, 'bench', {'server': {'policy': 'open'}}) as tmtpd:
        yield tmtpd


@pytest.fixture(scope='module')
def certificate(tmp_path_factory):
    """Of the servers below that do wrong."""
    return make_certificate(tmp_path_factory.mktemp('peer'))


def bench(server, *words, status=0):
    """Run it; gives the figures by name."""
    done = server.run('tmtp', 'bench', f'127.0.0.1:{server.tmtp_port}', '--json', *words, check=False)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def test_every_message_comes_once_and_in_order(server):
    got = bench(server, '--clients', 8, '--seconds', 1, '--window', 4)
    assert got['registered'] == 8 and got['links_lost'] == 0
    assert got['posted'] == got['acked'] == got['delivered_once'] > 8
    assert got['lost'] == got['out_of_order'] == got['duplicated'] == got['refused'] == 0
    assert 0 < got['latency_p50'] <= got['latency_p99'] <= got['latency_max']


def test_a_rate_posts_so_many_and_no_more(server):
    got = bench(server, '--clients', 5, '--seconds', 2, '--rate', 50)
    assert 0 < got['posted'] == got['delivered_once'] <= 100


def test_several_may_write_to_one(server):
    got = bench(server, '--clients', 4, '--receivers', 1, '--seconds', 1)
    assert got['posted'] == got['delivered_once'] > 4


def test_messages_longer_than_a_turn_takes_are_counted_as_any(server):
    got = bench(server, '--clients', 2, '--seconds', 1, '--octets', 300000)
    assert got['posted'] == got['delivered_once'] > 1 and got['lost'] == 0


def test_idle_links_are_held_beside_the_load_and_alone(server):
    assert bench(server, '--idle', 30, '--seconds', 1)['links_held'] == 30
    got = bench(server, '--idle', 20, '--clients', 2, '--seconds', 1)
    assert got['links_held'] == 22 and got['delivered_once'] > 0


def test_registrations_alone(server):
    got = bench(server, '--register', '--clients', 40)
    assert got['registered'] == 40 and got['register_rate'] > 0 and 'posted' not in got


def test_figures_are_lines_of_name_value_unit(server):
    done = server.run('tmtp', 'bench', f'127.0.0.1:{server.tmtp_port}', '--clients', 2, '--seconds', 1)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert all(len(line) == 3 and float(line[1]) >= 0 for line in lines)
    assert {'delivered': 'msg/s', 'latency_p99': 'ms', 'lost': 'messages'}.items() <= {n: u for n, _, u in lines}.items()


def test_with_the_policy_introduced_contacts_are_granted_first(cluster):
    with Tmtpd(cluster, 'bench_introduced') as tmtpd:
        words = ['--clients', 3, '--seconds', 1]
        refused = bench(tmtpd, *words, status=1)
        assert refused['refused'] == refused['posted'] > 0 and refused['lost'] == 0
        got = bench(tmtpd, *words, '--admin', tmtpd.admin_socket, '--token-file', tmtpd.admin_token)
        assert got['posted'] == got['delivered_once'] > 0 and got['grant_rate'] > 0


def test_a_server_that_is_away_is_told(server):
    done = server.run('tmtp', 'bench', '127.0.0.1:1', '--clients', 2, check=False)
    assert done.returncode == 3 and 'only 0 of 2 clients' in done.stderr


def test_wrong_use_is_told(server):
    for words in (['here'], ['127.0.0.1:1', '--admin', 'x'], ['127.0.0.1:1', '--register', '--rate', 1]):
        assert server.run('tmtp', 'bench', *words, check=False).returncode == 1
    for words in ([], ['127.0.0.1:1', '--clients', 0], ['127.0.0.1:1', '--octets', 10], ['127.0.0.1:1', '--to', 'x']):
        assert server.run('tmtp', 'bench', *words, check=False).returncode == 2


class Unreliable:
    """A server for one client that posts to itself; `deliver` gives, for the posts so far, what is sent."""

    def __init__(self, deliver):
        self.deliver, self.posts = deliver, []

    def __call__(self, link):
        link.greet()
        link.expect(1)
        link.send(op='registered', uid='B' * 32, nodeid='C' * 40)
        link.send(op='info', info='login ok')
        while (frame := link.receive()) is not None:
            header, data = frame
            if header['op'] == 7:
                number = len(self.posts)
                self.posts.append((header, data))
                link.send(op='ack', id=header['id'], msgid=f'{number:016x}')
                for n in self.deliver(number):
                    header, data = self.posts[n]
                    link.send(data, op='delivery', id=f'{n:016x}', datalen=len(data), datahead=header['datahead'])


def unreliable(server, certificate, deliver):
    """The figures and the exit status with such a server."""
    with Peer(certificate, Unreliable(deliver)) as peer:
        words = ['bench', peer.server.replace('localhost', '127.0.0.1'), '--json', '--clients', 1, '--seconds', 1, '--rate', 20]
        done = server.run('tmtp', *words, check=False)
        return json.loads(done.stdout), done.returncode


def test_a_lost_message_is_counted_and_ends_with_status_1(server, certificate):
    got, status = unreliable(server, certificate, lambda n: [] if n == 3 else [n])
    assert (got['lost'], got['out_of_order'], got['duplicated'], status) == (1, 0, 0, 1)


def test_an_overtaken_message_is_counted_and_ends_with_status_1(server, certificate):
    got, status = unreliable(server, certificate, lambda n: [] if n == 3 else [4, 3] if n == 4 else [n])
    assert (got['lost'], got['out_of_order'], got['duplicated'], status) == (0, 1, 0, 1)


def test_a_repeated_message_is_counted(server, certificate):
    got, status = unreliable(server, certificate, lambda n: [n, n] if n == 5 else [n])
    assert (got['lost'], got['out_of_order'], got['duplicated'], status) == (0, 0, 1, 0)


def posts(server):
    """The number of the last message in the log."""
    return int(server.sql('select coalesce(max(id), 0) from tmtp.log'))


def test_a_link_lost_under_load_ends_with_status_1(server):
    words = ['bench', f'127.0.0.1:{server.tmtp_port}', '--clients', 2, '--seconds', 3]
    done = []
    running = threading.Thread(target=lambda: done.append(server.run('tmtp', *words, check=False)))
    before = posts(server)
    running.start()
    wait_until(lambda: posts(server) > before)
    server.stop()
    running.join()
    server.start()
    assert done[0].returncode == 1 and 'links were lost' in done[0].stderr
