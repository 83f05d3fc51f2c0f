"""The policy `introduced`: who may write to whom, and that a refusal tells nothing and queues nothing."""
import json

import pytest

from tmtpd import escape

NOBODY = '%' * 32


@pytest.fixture
def pair(tmtpd):
    """Two users who don't know each other."""
    return tmtpd.register('alice'), tmtpd.register('bobby')


def introducer(tmtpd):
    """The organisation's own account, logged in."""
    made = json.loads(tmtpd.introducer.read_text(encoding='utf8'))
    link = tmtpd.link().rev().login(made['uid'], made['node'])
    link.expect('info')
    link.alias = made['alias']
    while link.receive()[0]['op'] != 'login':  # its own login is the last
        pass
    return link


def refused(ack, name):
    """The ack of a message that was refused for this recipient."""
    assert 'msgid' not in ack and 'posted' not in ack
    assert ack['error'] == f'not introduced to {name}'
    return True


def test_post_to_a_stranger_is_refused(pair):
    alice, bobby = pair
    assert refused(alice.post(bobby), bobby.uid)


def test_ping_to_a_stranger_is_refused(pair):
    alice, bobby = pair
    assert refused(alice.ping(bobby.alias), bobby.alias)


def test_stranger_and_nobody_get_the_same_answer(pair):
    alice, bobby = pair

    stranger, nobody = alice.post(bobby), alice.post(NOBODY)
    assert stranger['error'].replace(bobby.uid, 'X') == nobody['error'].replace(NOBODY, 'X')
    assert set(stranger) == set(nobody)

    stranger, nobody = alice.ping(bobby.alias), alice.ping('nobody at all')
    assert stranger['error'].replace(bobby.alias, 'X') == nobody['error'].replace('nobody at all', 'X')


def test_a_refused_post_is_queued_for_nobody(tmtpd, pair):
    alice, bobby = pair
    carol = tmtpd.register('carol')
    tmtpd.introduce(alice, bobby)

    assert refused(alice.post(bobby, carol, data=b'for both'), carol.uid)

    assert 'msgid' in alice.post(bobby, data=b'for bobby')
    assert bobby.take()['data'] == b'for bobby'


def test_a_group_that_is_not_joined_is_refused_like_a_stranger(tmtpd):
    alice = tmtpd.register('alice')
    alice.send({'op': 7, 'id': 'g', 'for': [{'id': 'some group', 'type': 3}], 'datalen': 1}, b'x')
    assert refused(alice.find('ack'), 'some group')


def test_contacts_may_post_and_ping_both_ways(tmtpd, pair):
    alice, bobby = pair
    assert tmtpd.introduce(alice, bobby) == 201

    for a, b in (pair, pair[::-1]):
        assert 'msgid' in a.post(b, data=b'post')
        message = b.take()
        assert (message['data'], message['from']) == (b'post', a.uid)
        assert 'msgid' in a.ping(b.alias)
        assert b.take('ping')['alias'] == a.alias


def test_one_may_always_post_to_oneself(tmtpd):
    alice = tmtpd.register('alice')
    assert 'msgid' in alice.post(alice, data=b'note')
    assert alice.take()['data'] == b'note'
    assert 'msgid' in alice.ping(alice.alias)
    assert alice.take('ping')['to'] == alice.alias


def test_a_ping_must_come_from_an_own_alias(tmtpd, pair):
    alice, bobby = pair
    tmtpd.introduce(alice, bobby)
    alice.send({'op': 9, 'id': 'p', 'from': bobby.alias, 'to': bobby.alias})
    assert alice.find('ack')['error'] == 'from must identify sender'


def test_an_ended_contact_stops_the_next_message_not_the_last(tmtpd, pair):
    alice, bobby = pair
    tmtpd.introduce(alice, bobby)
    bobby.quit()
    assert 'msgid' in alice.post(bobby, data=b'before')

    assert tmtpd.part(alice, bobby) == 204

    assert refused(alice.post(bobby, data=b'after'), bobby.uid)
    bobby = tmtpd.login(bobby)
    assert bobby.take()['data'] == b'before'
    bobby.take('login')
    assert refused(bobby.post(alice), alice.uid)


def test_a_contact_whose_time_is_over_is_none(tmtpd, pair):
    alice, bobby = pair
    assert tmtpd.introduce(alice, bobby, until='2020-01-01') == 201
    assert refused(alice.post(bobby), bobby.uid)
    path = f'/v1/contacts/{escape(alice.uid)}/{escape(bobby.uid)}'
    assert tmtpd.admin('GET', path)[0] == 404
    assert tmtpd.introduce(alice, bobby, until='2999-01-01T00:00:00Z') == 201  # granted anew
    assert 'msgid' in alice.post(bobby)


def test_only_the_first_may_write_until_they_have(tmtpd, pair):
    alice, bobby = pair
    assert tmtpd.introduce(alice, bobby, first=alice.uid) == 201
    assert refused(bobby.post(alice), alice.uid)
    assert refused(bobby.ping(alice.alias), alice.alias)
    assert 'msgid' in alice.ping(bobby.alias)
    assert refused(bobby.post(alice), alice.uid)  # a ping is not the first message

    assert 'msgid' in alice.post(bobby)

    assert 'msgid' in bobby.post(alice)
    assert tmtpd.introduce(alice, bobby, first=alice.uid) == 200  # repeated: does not begin again
    assert 'msgid' in bobby.post(alice)


def test_services_write_to_all_and_all_to_services(tmtpd, pair):
    alice, bobby = pair
    service = introducer(tmtpd)

    assert 'msgid' in service.post(alice, bobby, data=b'meet')
    assert alice.take()['data'] == bobby.take()['data'] == b'meet'
    assert 'msgid' in alice.post(service)
    assert 'msgid' in bobby.ping('Agora introductions')


def test_a_suspended_user_is_logged_out_and_keeps_the_queue(tmtpd, pair):
    alice, bobby = pair
    tmtpd.introduce(alice, bobby)
    user = f'/v1/users/{escape(bobby.uid)}'

    assert tmtpd.admin('PATCH', user, {'state': 'suspended'})[1]['state'] == 'suspended'

    bobby.closed()
    tmtpd.link().rev().login(bobby.uid, bobby.node).quits('login failed')
    assert 'msgid' in alice.post(bobby, data=b'meanwhile')
    assert tmtpd.introduce(alice, bobby) == 409
    assert tmtpd.admin('PATCH', user, {'state': 'active'})[0] == 200
    assert tmtpd.login(bobby).take()['data'] == b'meanwhile'
