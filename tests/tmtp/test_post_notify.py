"""PostNotify: a message and a notification, each for its own recipients, both queued or neither."""
import random

import pytest

from tmtpd import silent, wait_until


@pytest.fixture
def three(tmtpd):
    """Three contacts."""
    return tmtpd.friends('alice', 'bobby', 'carol')


def notify(link, to, note=b'note', data=b'message', ident='n', **more):
    """PostNotify to users (or items of `for`); gives the ack."""
    header = {'op': 8, 'id': ident, 'for': items(to), 'notelen': len(note), 'datalen': len(note) + len(data)}
    for key, value in more.items():
        header[key] = items(value) if key == 'notefor' else value
    return link.send(header, note + data).find('ack')


def items(people):
    return [p if isinstance(p, dict) else {'id': getattr(p, 'uid', p), 'type': 1} for p in people]


def test_message_and_notification_go_each_to_its_own(three):
    alice, bobby, carol = three

    ack = notify(alice, [bobby], b'note!', b'the message', notefor=[carol], datahead=3, datasum=5, notehead=2, notesum=7)

    message, note = bobby.take(), bobby.take('notify')
    assert {k: message[k] for k in ('from', 'id', 'posted', 'data', 'datalen', 'datahead', 'datasum', 'notify')} == {
        'from': alice.uid, 'id': ack['msgid'], 'posted': ack['posted'], 'data': b'the message', 'datalen': 11, 'datahead': 3,
        'datasum': 5, 'notify': 3}
    assert {k: note[k] for k in ('from', 'postid', 'posted', 'data', 'datalen', 'datahead', 'datasum')} == {
        'from': alice.uid, 'postid': ack['msgid'], 'posted': ack['posted'], 'data': b'note!', 'datalen': 5, 'datahead': 2, 'datasum': 7}
    assert note['id'] > message['id'] and 'postid' not in message and 'notify' not in note
    assert carol.take('notify')['id'] == note['id']
    silent(alice, bobby, carol)


def test_numbers_that_were_not_given_are_not_there(three):
    alice, bobby, _ = three
    notify(alice, [bobby])
    for op in ('delivery', 'notify'):
        got = bobby.take(op)
        assert 'datahead' not in got and 'datasum' not in got


@pytest.mark.parametrize('fornotself, message_to_phone', [(False, True), (True, False)])
def test_the_senders_other_nodes_get_the_notification_and_the_message_unless_told_not_to(tmtpd, three, fornotself, message_to_phone):
    alice, bobby, _ = three
    phone = tmtpd.second(alice)

    notify(alice, [bobby], fornotself=fornotself)

    assert bobby.take()['notify'] == (1 if fornotself else 2)
    if message_to_phone:
        assert phone.take()['data'] == b'message'
    assert phone.take('notify')['data'] == b'note'
    silent(alice)


def test_the_asking_node_gets_what_names_its_user(tmtpd, three):
    alice = three[0]
    phone = tmtpd.second(alice)
    notify(alice, [alice], fornotself=True)
    for link in (alice, phone):
        assert link.take()['data'] == b'message'
        assert link.take('notify')['data'] == b'note'
    notify(alice, [], notefor=[alice])
    assert alice.take('notify')['data'] == b'note'
    silent(alice)


def test_nobody_but_the_own_nodes_may_be_named(tmtpd, three):
    alice = three[0]
    phone = tmtpd.second(alice)
    assert 'msgid' in notify(alice, [])
    assert phone.take()['notify'] == 1
    assert phone.take('notify')['data'] == b'note'
    silent(alice)


def group_of(founder, gid, *people):
    """A group of these, with nothing left in a queue."""
    for i, person in enumerate(people):
        founder.invite(gid, person.alias)
        person.take('invite')
        person.group('join', gid)
        for member in (founder, *people[:i]):
            assert [member.take('member')['act'] for _ in range(2)] == ['invite', 'join']
        person.take('member')
    return gid


def test_the_count_is_of_items_not_of_people(three):
    alice, bobby, carol = three
    gid = group_of(alice, 'group of ' + alice.alias, bobby, carol)
    notify(alice, [{'id': gid, 'type': 3}, bobby], notefor=[carol, carol], fornotself=True)
    for link in (bobby, carol):  # once, though named three times
        assert link.take()['notify'] == 4
        assert link.take('notify')['data'] == b'note'
    silent(bobby, carol)


@pytest.mark.parametrize('kind, own', [(2, True), (3, False)])
def test_groups_may_be_named_in_both_lists(three, kind, own):
    alice, bobby, carol = three
    group = {'id': group_of(alice, f'group {kind} of {alice.alias}', bobby), 'type': kind}

    notify(alice, [group], fornotself=True)
    notify(alice, [carol], notefor=[group])

    assert bobby.take()['notify'] == 1
    assert bobby.take('notify')['data'] == bobby.take('notify')['data'] == b'note'
    assert carol.take()['notify'] == 3
    carol.take('notify')
    if own:
        alice.take()
        alice.take('notify')
        alice.take('notify')
    silent(alice, bobby, carol)


def test_one_who_is_away_gets_both_in_order(tmtpd, three):
    alice, bobby, carol = three
    bobby.quit()
    for i in range(3):
        notify(alice, [bobby], b'note %d' % i, b'message %d' % i, notefor=[carol])
        assert carol.take('notify')['data'] == b'note %d' % i
    bobby = tmtpd.login(bobby)
    for i in range(3):
        assert bobby.take()['data'] == b'message %d' % i
        assert bobby.take('notify')['data'] == b'note %d' % i
    bobby.take('login')


def test_order_is_kept_among_posts_and_notifications(three):
    alice, bobby, _ = three
    to = items([bobby])
    for i in range(20):
        alice.send({'op': 7, 'id': f'p{i}', 'for': to, 'datalen': 2}, b'%02d' % i)
        alice.send({'op': 8, 'id': f'n{i}', 'for': to, 'notelen': 1, 'datalen': 3}, b'n%02d' % i)
    assert [alice.find('ack')['id'] for _ in range(40)] == [f'{k}{i}' for i in range(20) for k in 'pn']
    for i in range(20):
        assert [bobby.take(op)['data'] for op in ('delivery', 'delivery', 'notify')] == [b'%02d' % i, b'%02d' % i, b'n']


@pytest.mark.parametrize('size', [65_536, 65_537, 200_000, 1_000_000])
@pytest.mark.parametrize('note', [1, 65_536])
def test_long_data_is_parted_where_it_should_be(tmtpd, three, size, note):
    alice, bobby, carol = three
    texts = random.randbytes(note), random.randbytes(size)
    assert 'msgid' in notify(alice, [bobby], *texts, notefor=[carol])
    assert bobby.take()['data'] == texts[1]
    assert bobby.take('notify')['data'] == carol.take('notify')['data'] == texts[0]
    wait_until(lambda: tmtpd.sql('select count(*) from tmtp.part') == '0')


def test_data_may_come_in_any_pieces(three):
    alice, bobby, _ = three
    head = b'{"op":8,"id":"n","for":[{"id":"%s","type":1}],"notelen":3,"datalen":7}' % bobby.uid.encode()
    for octet in b'%04x' % len(head) + head + b'notdata':
        alice.raw(bytes([octet]))
    assert 'msgid' in alice.find('ack')
    assert [bobby.take()['data'], bobby.take('notify')['data']] == [b'data', b'not']


def test_notelen_of_another_op_means_nothing(three):
    alice, bobby, _ = three
    assert 'msgid' in alice.post(bobby, data=b'whole', notelen=3)
    assert bobby.take()['data'] == b'whole'


@pytest.mark.parametrize('header, text', [
    ({'notelen': 3, 'datalen': 3}, 'data too short for request type'),
    ({'notelen': 4, 'datalen': 3}, 'data too short for request type'),
    ({'notelen': 0, 'datalen': 3}, 'data too short for request type'),
    ({'datalen': 3}, 'data too short for request type'),
    ({'for': [], 'fornotself': True, 'notelen': 1, 'datalen': 3}, 'recipient list empty'),
    ({'for': [], 'fornotself': True, 'notelen': 1, 'datalen': 3, 'notefor': [{'id': '%' * 32, 'type': 1}]}, 'recipient list empty'),
    ({'notelen': 65_537, 'datalen': 65_538}, 'data too long for request type'),
    ({'notelen': 1, 'datalen': 3, 'datahead': 3}, 'invalid header'),
    ({'notelen': 1, 'datalen': 3, 'notehead': 2}, 'invalid header'),
    ({'notelen': 1}, 'invalid header'),
    ({'notelen': -1, 'datalen': 3}, 'invalid header'),
    ({'notelen': '1', 'datalen': 3}, 'invalid header'),
    ({'notelen': 1, 'datalen': 3, 'fornotself': 1}, 'invalid header'),
    ({'for': None, 'notelen': 1, 'datalen': 3}, 'invalid header'),
    ({'notelen': 1, 'datalen': 3, 'notefor': [{'id': '', 'type': 1}]}, 'invalid header'),
    ({'notelen': 1, 'datalen': 3, 'notefor': [{'id': '%' * 32, 'type': 4}]}, 'invalid header'),
    ({'notelen': 1, 'datalen': 3, 'for': [{'id': '%' * 32}]}, 'invalid header'),
    ({'id': '', 'notelen': 1, 'datalen': 3}, 'invalid header')])
def test_a_request_that_cannot_be_ends_the_link_before_its_data(tmtpd, header, text):
    tmtpd.register('alice').send({'op': 8, 'id': 'n', 'for': [{'id': '%' * 32, 'type': 1}], **header}).quits(text)


def test_acks_have_the_clients_id_octet_for_octet(three):
    alice, bobby, _ = three
    ident = 'a\0b "\\ é漢\u2028 %+1'
    assert notify(alice, [bobby], ident=ident)['id'] == ident
    assert notify(alice, ['nobody'], ident=ident)['id'] == ident


# --- the policy


@pytest.mark.parametrize('field', ['for', 'notefor'])
def test_one_stranger_in_either_list_refuses_both(tmtpd, three, field):
    alice, bobby, _ = three
    david, nobody = tmtpd.register('david'), '%' * 32
    size = 300_000
    for name in (david.uid, nobody, 'no uid', 'x' * 300):
        lists = {'for': [bobby], 'notefor': [bobby]}
        lists[field].append(name)
        ack = notify(alice, lists['for'], notefor=lists['notefor'], data=b'x' * size)
        assert ack == {'op': 'ack', 'id': 'n', 'error': f'not introduced to {name[:80]}', 'data': b''}
    for kind in (2, 3):
        group = {'id': 'some group', 'type': kind}
        ack = notify(alice, [group] if field == 'for' else [bobby], notefor=[group] if field == 'notefor' else [])
        assert ack['error'] == 'not introduced to some group'
    silent(alice, bobby, david)
    wait_until(lambda: tmtpd.sql('select count(*) from tmtp.part') == '0')


@pytest.mark.parametrize('field', ['for', 'notefor'])
def test_the_first_message_may_be_either(tmtpd, field):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    tmtpd.introduce(alice, bobby, first=alice.uid)
    assert 'error' in notify(bobby, [alice])
    assert 'error' in notify(bobby, [], notefor=[alice])
    lists = {'for': [], 'notefor': [], field: [bobby]}

    assert 'msgid' in notify(alice, lists['for'], notefor=lists['notefor'])

    assert 'msgid' in notify(bobby, [alice])


def test_an_ended_contact_is_a_stranger(tmtpd, three):
    alice, bobby, carol = three
    assert 'msgid' in notify(alice, [bobby], notefor=[carol])
    tmtpd.part(alice, carol)
    assert notify(alice, [bobby], notefor=[carol])['error'] == f'not introduced to {carol.uid}'
    tmtpd.introduce(alice, carol, until='2020-01-01')
    assert 'error' in notify(alice, [carol])
    bobby.take()
    bobby.take('notify')
    carol.take('notify')
    silent(bobby, carol)


def test_services_may_be_named_and_may_name(tmtpd, three):
    alice = three[0]
    service = tmtpd.sql('select uid from tmtp.account where service')
    assert 'msgid' in notify(alice, [service], notefor=[alice])
    assert alice.take('notify')['data'] == b'note'
