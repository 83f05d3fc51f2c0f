"""What a device may have to fetch is limited; who would overfill it is told so, and nothing that was taken is lost."""
import pytest

from tmtpd import Tmtpd

MOST, LATE = 20, 64  # messages; and by so many a sender may notice it late
SETTINGS = {'server': {'queue_messages': str(MOST), 'queue_octets': '64K'}}


@pytest.fixture
def pair(tmtpd):
    """Two who may write to each other; the second is away."""
    a, b = tmtpd.register('alice'), tmtpd.register('bobby')
    assert tmtpd.introduce(a, b) == 201
    b.quit()
    return a, b


def fill(sender, receiver, text=b'text'):
    """Post until it is refused; how many were taken."""
    for taken in range(MOST + LATE + 2):
        ack = sender.post(receiver, data=text)
        if 'error' in ack:
            assert ack['error'] == f'too much is waiting for {receiver.uid}'
            assert 'msgid' not in ack
            return taken
    raise AssertionError('it was never refused')


def deliveries(tmtpd, person, count):
    """Log in and fetch; the link, and the data of so many deliveries."""
    link, got = tmtpd.login(person), []
    while len(got) < count:
        header, data = link.receive()
        if 'from' in header:
            link.ack(header)
        if header['op'] == 'delivery':
            got.append(data)
    return link, got


def test_a_full_queue_takes_no_more_and_what_it_took_is_there(tmtpd, pair):
    a, b = pair
    taken = fill(a, b)
    assert MOST <= taken <= MOST + LATE

    link, got = deliveries(tmtpd, b, taken)
    assert got == [b'text'] * taken
    link.quit()
    assert 'error' not in a.post(b)


def test_it_is_full_by_its_octets_too(tmtpd, pair):
    a, b = pair
    assert 3 <= fill(a, b, b'x' * 30000) <= 3 + 10  # 256K late at most


def test_a_ping_is_refused_likewise(tmtpd, pair):
    a, b = pair
    fill(a, b)

    assert a.ping(b.alias)['error'] == f'too much is waiting for {b.alias}'


def test_one_who_is_full_stops_the_message_for_all(tmtpd, pair):
    a, b = pair
    c = tmtpd.register('carol')
    assert tmtpd.introduce(a, c) == 201
    fill(a, b)

    assert 'error' in a.post(c, b)
    assert 'error' not in a.post(c, data=b'only you')
    assert c.take()['data'] == b'only you'


def test_who_is_not_introduced_does_not_learn_that_a_queue_is_full(tmtpd, pair):
    a, b = pair
    fill(a, b)
    stranger = tmtpd.register('mallory')

    assert stranger.post(b)['error'] == f'not introduced to {b.uid}'


def test_ones_own_device_that_is_never_used_stops_nobody(cluster):
    with Tmtpd(cluster, 'own_device', SETTINGS) as server:
        a, b = server.register('alice'), server.register('bobby')
        assert server.introduce(a, b) == 201
        a.send({'op': 3, 'id': 'n', 'newnode': 'in a drawer'})
        a.ack(a.find('user'))
        for i in range(MOST + LATE + 2):
            assert 'error' not in a.post(b, data=b'%d' % i)
            assert b.take()['data'] == b'%d' % i
