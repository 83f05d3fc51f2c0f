"""Many links, and links that are slow: whatever they do, two who write to each other are not held up."""
import concurrent.futures
import resource
import socket
import threading

import pytest

from tmtpd import Tmtpd, frame, wait_until

SETTINGS = {'server': {'policy': 'open', 'pulse_timeout': '10min', 'login_timeout': '60s'}}
IDLE = 1000  # the benchmark holds 10,000
SLOW = 16 << 10  # octets that a slow client lets the kernel keep for it


@pytest.fixture(scope='module')
def tmtpd(cluster):
    """A tmtpd whose sanitizer gives memory back, so that its growth can be told."""
    server = Tmtpd(cluster, 'many', {'server': SETTINGS['server']}).prepare()
    server.tmtpd.env = {'ASAN_OPTIONS': 'quarantine_size_mb=1:detect_leaks=1:exitcode=66'}
    yield server.start()
    server.stop()


@pytest.fixture(name='files', autouse=True)
def as_many_files_as_allowed():
    """A link is a file here too."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def post(*uids):
    """The header of a Post of 50,000 octets."""
    return {'op': 7, 'id': 'm', 'for': [{'id': uid, 'type': 1} for uid in uids], 'datalen': 50000}


def chat(alice, bobby, rounds=20):
    """They write to each other, each answering the other; it hangs if they are held up."""
    for i in range(rounds):
        for one, other in ((alice, bobby), (bobby, alice)):
            assert 'msgid' in one.post(other, data=b'%d' % i)
            assert other.take()['data'] == b'%d' % i


@pytest.fixture(name='pair')
def two_who_chat(tmtpd):
    """Two on their links, who are so at the end as well."""
    pair = tmtpd.register('alice'), tmtpd.register('bobby')
    chat(*pair, rounds=1)
    yield pair
    chat(*pair)
    for link in pair:
        link.close()


def test_a_thousand_idle_links_hold_nobody_up_and_hold_themselves(tmtpd, pair):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        idle = list(pool.map(lambda i: tmtpd.register(f'idle {i}'), range(IDLE)))
    try:
        assert tmtpd.admin('GET', '/v1/server')[1]['online'] >= IDLE + 2
        chat(*pair)
        for link in idle[::50]:
            pair[0].post(link, data=b'still there')
            assert link.take()['data'] == b'still there'
    finally:
        for link in idle:
            link.close()
    wait_until(lambda: tmtpd.admin('GET', '/v1/server')[1]['online'] <= 2)


def test_links_that_never_begin_tls_hold_nobody_up(tmtpd, pair):
    mute = [socket.create_connection(('127.0.0.1', tmtpd.tmtp_port)) for _ in range(200)]
    chat(*pair)
    for s in mute:
        s.close()


def test_one_that_never_reads_holds_nobody_up_and_costs_bounded_memory(tmtpd, pair):
    """50 MB are posted to it, and it asks for 32 MB of answers, of which it takes none."""
    deaf = tmtpd.register('deaf')
    deaf.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW)
    deaf.sock.settimeout(2)
    before = tmtpd.resident()

    def ask_on():
        try:
            for _ in range(4000):
                deaf.send({**post(), 'id': 'i' * 8000, 'datalen': 1}, b'x')
        except OSError:
            held_back.set()
    held_back = threading.Event()
    asking = threading.Thread(target=ask_on)
    asking.start()
    grown = []
    for _ in range(20):
        pair[0].raw(b''.join(frame(post(deaf.uid), b'm' * 50000) for _ in range(50)))
        assert all('msgid' in pair[0].find('ack') for _ in range(50))
        chat(*pair, rounds=1)
        grown.append(tmtpd.resident() - before)
    asking.join()
    chat(*pair, rounds=1)
    grown.append(tmtpd.resident() - before)
    print(f'grown by {[g >> 10 for g in grown]} KiB')
    assert max(grown) < 16 << 20
    deaf.close()


def in_octets(links, frames, meanwhile=lambda: None):
    """Each link sends its frame an octet at a time, all of them in turn."""
    for i in range(max(map(len, frames))):
        for link, octets in zip(links, frames):
            if i < len(octets):
                link.raw(octets[i:i + 1])
        if i % 10 == 0:
            meanwhile()


def test_those_that_write_one_octet_at_a_time_are_heard_and_hold_nobody_up(tmtpd, pair):
    slow = [tmtpd.link() for _ in range(20)]
    in_octets(slow, [frame({'op': 0, 'id': '1'})] * len(slow))
    in_octets(slow, [frame({'op': 1, 'newnode': 'n', 'newalias': '_'})] * len(slow), lambda: chat(*pair, rounds=1))
    for link in slow:
        link.expect('tmtprev')
        link.uid = link.expect('registered')['uid']
        link.expect('info')
    in_octets(slow, [frame({**post(to.uid), 'datalen': 5}, b'to %02d' % i) for i, to in enumerate(slow[1:] + slow[:1])],
              lambda: chat(*pair, rounds=1))
    for i, link in enumerate(slow):
        assert link.find('delivery')['data'] == b'to %02d' % ((i - 1) % len(slow))
        assert 'msgid' in link.find('ack')
        link.close()
