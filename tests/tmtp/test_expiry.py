"""Expiry by age: nodes that nobody uses and messages that nobody fetches go, in pieces, and are told of."""
import pytest

from tmtpd import Tmtpd, wait_until

OPEN = {'policy': 'open'}


def server(cluster, name, **keys):
    """A tmtpd with these keys of [server]."""
    made = Tmtpd(cluster, name, {'server': {**OPEN, **keys}}).prepare().start()
    yield made
    made.stop()


@pytest.fixture(name='nodes', scope='module')
def server_of_expiring_nodes(cluster):
    """Nodes expire after a second."""
    yield from server(cluster, 'expiring_nodes', node_expiry='1s')


@pytest.fixture(name='queues', scope='module')
def server_of_expiring_queues(cluster):
    """Messages expire after three seconds."""
    yield from server(cluster, 'expiring_queues', queue_expiry='3s')


@pytest.fixture(name='never', scope='module')
def server_without_expiry(cluster):
    """As by default."""
    yield from server(cluster, 'no_expiry')


def add_node(tmtpd, person):
    """A further node of a user who is logged in; gives a link that is logged in by it."""
    person.send({'op': 3, 'id': 'n', 'newnode': 'phone'}).find('ack')
    made = person.find('user')
    person.ack(made)
    link = tmtpd.link().rev().login(person.uid, made['nodeid'])
    link.expect('info')
    return link


def fetch(link):
    """The next delivery of a queue, and what comes before it, each acknowledged; its text."""
    while True:
        header, data = link.receive()
        if 'from' in header:
            link.ack(header)
        if header['op'] == 'delivery':
            return data


def events(tmtpd, kind, uid):
    """What the admin interface tells of one sort about a user."""
    found, after = [], 0
    while True:
        page = tmtpd.admin('GET', f'/v1/events?limit=1000&after={after}')[1]
        if not page['events']:
            return [e for e in found if e['type'] == kind and e['uid'] == uid]
        found, after = found + page['events'], page['next']


def number(tmtpd, link):
    """The node's number in the database and the log, while it is the user's only one or the last added."""
    return int(tmtpd.sql(f"select max(n.id) from tmtp.node n join tmtp.account a on a.id = n.account where a.uid = '{link.uid}'"))


def test_a_node_that_nobody_uses_goes_with_its_queue_and_is_told_of(nodes):
    alice, bobby = nodes.register('alice'), nodes.register('bobby')
    phone = add_node(nodes, bobby)
    n = number(nodes, bobby)
    phone.close()
    wait_until(lambda: nodes.sql(f'select online from tmtp.node where id = {n}') == 'f')
    for _ in range(3):
        alice.post(bobby)

    wait_until(lambda: events(nodes, 'node_expired', bobby.uid))

    told = events(nodes, 'node_expired', bobby.uid)[0]
    assert (told['node'], told['label']) == (n, 'phone')
    assert told['messages'] >= 3
    assert {'uid': alice.uid, 'messages': 3} in told['senders']
    assert 'text' not in str(told) and bobby.uid not in str(told['senders'])
    nodes.link().rev().login(bobby.uid, phone.node).quits('login failed')
    assert nodes.sql(f'select count(*) from tmtp.queue_entries({n}, 9)') == '0'
    assert nodes.logs('node_expired')[-1]['node'] == str(n)
    assert fetch(bobby) == b'text'  # the other node has all


def test_a_node_that_is_there_never_expires(nodes):
    alice = nodes.register('alice')
    phone = add_node(nodes, alice)
    n = number(nodes, alice)
    nodes.sql(f"update tmtp.node set seen = now() - interval '9 years' where id = {n}")
    rounds_of(nodes)
    phone.post(phone)
    assert not events(nodes, 'node_expired', alice.uid)


def rounds_of(tmtpd):
    """Wait until the chore has come past: it takes a node that is certain to go."""
    marker = tmtpd.register('marker')
    add_node(tmtpd, marker).close()
    n = number(tmtpd, marker)
    wait_until(lambda: tmtpd.sql(f'select online from tmtp.node where id = {n}') == 'f')
    wait_until(lambda: events(tmtpd, 'node_expired', marker.uid))


def test_the_last_node_of_a_user_stays_however_old(nodes):
    """Without one a user could never come back."""
    alice = nodes.register('alice')
    phone = add_node(nodes, alice)
    phone.close()
    alice.close()
    wait_until(lambda: events(nodes, 'node_expired', alice.uid))
    rounds_of(nodes)
    assert len(events(nodes, 'node_expired', alice.uid)) == 1
    left = int(nodes.sql(f"select count(*) from tmtp.node n join tmtp.account a on a.id = n.account where a.uid = '{alice.uid}'"))
    assert left == 1


def test_a_long_queue_of_a_node_goes_in_pieces(nodes):
    """Every piece is a statement of at most 100 entries; together they tell of every message once."""
    alice, bobby = nodes.register('alice'), nodes.register('bobby')
    add_node(nodes, bobby).close()
    n = number(nodes, bobby)
    nodes.sql(f"update tmtp.node set online = true where id = {n}")  # not yet
    for _ in range(253):
        alice.send({'op': 7, 'id': 'm', 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': 1}, b'x')
    for _ in range(253):
        alice.find('ack')
    nodes.sql(f"update tmtp.node set online = false, seen = now() - interval '1 day' where id = {n}")

    wait_until(lambda: events(nodes, 'node_expired', bobby.uid))

    told = events(nodes, 'queue_expired', bobby.uid) + events(nodes, 'node_expired', bobby.uid)
    assert [e['messages'] for e in told[:2]] == [100, 100] and len(told) == 3
    assert sum(s['messages'] for e in told for s in e['senders'] if s['uid'] == alice.uid) == 253


def test_a_message_that_nobody_fetches_goes_and_is_told_of(queues):
    alice, carla, bobby = (queues.register(name) for name in ('alice', 'carla', 'bobby'))
    n = number(queues, bobby)
    bobby.quit()
    long = b'y' * 300000
    alice.post(bobby, data=b'old')
    alice.post(bobby, data=long)
    carla.post(bobby, alice, data=b'old too')

    wait_until(lambda: sum(e['messages'] for e in events(queues, 'queue_expired', bobby.uid)) >= 3)

    senders = [s for e in events(queues, 'queue_expired', bobby.uid) for s in e['senders']]
    for sender, count in ((alice, 2), (carla, 1)):
        assert sum(s['messages'] for s in senders if s['uid'] == sender.uid) == count
    assert all(e['node'] == n for e in events(queues, 'queue_expired', bobby.uid))
    assert int(queues.sql('select count(*) from tmtp.part')) == 0  # of the long one
    assert fetch(alice) == b'old too'  # who is there has it still
    bobby = queues.login(bobby)
    alice.post(bobby, data=b'new')
    assert fetch(bobby) == b'new'
    assert queues.logs('queue_expired')


def test_a_message_goes_from_one_queue_and_stays_in_another(queues):
    """The message itself goes with the last of them."""
    alice, bobby = queues.register('alice'), queues.register('bobby')
    phone = add_node(queues, bobby)
    phone.close()
    message = alice.post(bobby, data=b'kept')['msgid']  # the first goes to the table, not to the log
    wait_until(lambda: events(queues, 'queue_expired', bobby.uid))
    kept = f"select count(*) from tmtp.message where id = {int(message, 16)}"
    assert queues.sql(kept) == '1'
    assert fetch(bobby) == b'kept'
    wait_until(lambda: queues.sql(kept) == '0')


def test_a_young_message_stays(queues):
    alice, bobby = queues.register('alice'), queues.register('bobby')
    bobby.quit()
    alice.post(bobby, data=b'first')
    wait_until(lambda: events(queues, 'queue_expired', bobby.uid))
    before = len(events(queues, 'queue_expired', bobby.uid))
    alice.post(bobby, data=b'second')
    bobby = queues.login(bobby)
    assert fetch(bobby) == b'second'
    assert len(events(queues, 'queue_expired', bobby.uid)) == before


def test_many_queues_expire_in_pieces_and_traffic_goes_on(queues):
    """1,000 entries of ten users: no statement takes more than 100, and posts are answered all the while."""
    alice = queues.register('alice')
    people = [queues.register(f'person {i}') for i in range(10)]
    for person in people:
        person.quit()
    for _ in range(100):
        alice.send({'op': 7, 'id': 'm', 'for': [{'id': p.uid, 'type': 1} for p in people], 'datalen': 1}, b'x')
    for _ in range(100):
        alice.find('ack')
    bobby = queues.register('bobby')

    def done():
        bobby.post(bobby)
        bobby.take()
        return all(sum(s['messages'] for e in events(queues, 'queue_expired', p.uid) for s in e['senders']) == 100 for p in people)

    wait_until(done, 30)
    assert all(int(line['messages']) <= 100 for line in queues.logs('queue_expired'))


def test_nothing_expires_by_default(never):
    alice, bobby = never.register('alice'), never.register('bobby')
    add_node(never, bobby).close()
    bobby.quit()
    alice.post(bobby)
    never.sql("update tmtp.node set seen = now() - interval '10 years', online = false")
    never.stop()
    never.start()
    alice = never.login(alice)
    assert fetch(never.login(bobby)) == b'text'
    assert not never.logs('node_expired') and not never.logs('queue_expired')


def test_who_was_logged_in_when_the_server_was_killed_has_been_seen_until_then(never):
    """Else a node that stays logged in for longer than the expiry would go with a crash."""
    alice = never.register('alice')
    n = number(never, alice)
    never.sql(f"update tmtp.node set seen = now() - interval '1 year' where id = {n}")
    never.tmtpd.kill()
    never.start()
    assert never.sql(f"select seen > now() - interval '1 minute' from tmtp.node where id = {n}") == 't'
