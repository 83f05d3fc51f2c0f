"""Plain posts go through a log and memory: what is granted, ended, added and left unread counts all the same."""
import pytest

from tmtpd import Tmtpd, wait_until

SETTINGS = {'database': {'log_part': '40'}}


def pair(tmtpd):
    a, b = tmtpd.register('alice'), tmtpd.register('bobby')
    assert tmtpd.introduce(a, b) == 201
    return a, b


def fetch(link, count):
    """So many messages, each acknowledged."""
    return [link.take()['data'] for _ in range(count)]


def deliveries(link, count):
    """The data of so many deliveries; all that is queued is acknowledged."""
    got = []
    while len(got) < count:
        header, data = link.receive()
        if 'from' in header:
            link.ack(header)
        if header['op'] == 'delivery':
            got.append(data)
    return got


def greet(a, b, text=b'well'):
    """Posts until the short way is known to both sides; gives nothing."""
    for _ in range(3):
        assert 'error' not in a.post(b, data=text)
        assert b.take()['data'] == text


def in_log(tmtpd, link):
    """How many of a user's messages are in the log."""
    return int(tmtpd.sql("select count(*) from tmtp.log l join tmtp.node n on n.id = l.node "
                         f"join tmtp.account a on a.id = n.account where a.uid = '{link.uid}'"))


def test_a_plain_post_to_a_known_user_goes_through_the_log(tmtpd):
    a, b = pair(tmtpd)
    greet(a, b)

    assert in_log(tmtpd, b) > 0


def test_an_ended_contact_stops_the_next_message_on_the_short_way(tmtpd):
    a, b = pair(tmtpd)
    greet(a, b)

    assert tmtpd.part(a, b) == 204
    assert a.post(b)['error'] == f'not introduced to {b.uid}'
    assert b.post(a)['error'] == f'not introduced to {a.uid}'
    assert tmtpd.introduce(b, a) == 201
    greet(a, b, b'again')


def test_a_contact_that_runs_out_stops_by_itself(tmtpd):
    a, b = pair(tmtpd)
    greet(a, b)
    soon = tmtpd.sql("select to_char((now() + interval '1.5 s') at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
    assert tmtpd.introduce(a, b, until=soon) == 200

    assert 'error' not in a.post(b)
    wait_until(lambda: 'error' in a.post(b))


def test_a_new_device_gets_what_was_not_fetched_and_what_comes_then(tmtpd):
    a, b = pair(tmtpd)
    greet(a, b)
    assert 'error' not in a.post(b, data=b'unread')
    b.send({'op': 3, 'id': 'n', 'newnode': 'phone'})
    assert 'error' not in b.find('ack')
    assert 'error' not in a.post(b, data=b'later')

    assert b.take()['data'] == b'unread'
    made = b.find('user')
    b.ack(made)
    phone = tmtpd.link().rev().login(b.uid, made['nodeid'])
    phone.expect('info')
    assert deliveries(phone, 2) == [b'unread', b'later']
    assert deliveries(b, 1) == [b'later']


def test_a_long_queue_comes_whole_and_in_order(tmtpd):
    a, b = pair(tmtpd)
    greet(a, b)
    texts = [b'%03d' % i for i in range(150)]
    for text in texts:
        assert 'error' not in a.post(b, data=text)

    assert fetch(b, len(texts)) == texts


def test_parts_of_the_log_are_emptied_and_what_is_unread_is_kept(tmtpd):
    a, b = pair(tmtpd)
    away = tmtpd.register('carol')
    assert tmtpd.introduce(a, away) == 201
    greet(a, b)
    greet(a, away)
    away.quit()
    texts = [b'%03d' % i for i in range(120)]
    for text in texts:
        assert 'error' not in a.post(b, away, data=text)
        assert b.take()['data'] == text

    wait_until(lambda: int(tmtpd.sql('select count(distinct slot) from tmtp.log')) <= 1)
    assert int(tmtpd.sql("select count(*) from tmtp.queue")) > 0
    back = tmtpd.login(away)
    assert deliveries(back, len(texts)) == texts


def test_after_a_restart_the_mark_still_tells_what_was_read(cluster):
    with Tmtpd(cluster, 'restart', SETTINGS) as server:
        a, b = pair(server)
        greet(a, b)
        for i in range(4):
            a.post(b, data=b'%d' % i)
        assert fetch(b, 2) == [b'0', b'1']
        assert b.expect('delivery')['data'] == b'2'  # so the second Ack is stored
        server.tmtpd.kill()
        server.start()
        back = server.login(b)
        assert back.take()['data'] == b'2'
        assert back.take()['data'] == b'3'


@pytest.mark.parametrize('size', [0, 1, 8191, 65535, 65536, 65537])
def test_data_of_every_size_comes_as_it_was_sent(tmtpd, size):
    a, b = pair(tmtpd)
    greet(a, b)
    data = bytes(i % 251 for i in range(size)) or b'x'

    assert 'error' not in a.post(b, data=data)
    assert b.take()['data'] == data
