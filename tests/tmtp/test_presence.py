"""Presence: OhiEdit, `ohi`, and who is here at login; that it is told to contacts alone, and never kept."""
import pytest

from tmtpd import wait_until

NOBODY = '%' * 32
ON, OFF = 1, 2


@pytest.fixture
def pair(tmtpd):
    """Two contacts."""
    return tmtpd.friends('alice', 'bobby')


def hears(link, of, status):
    """The next on the link is this `ohi`, and nothing but that."""
    assert link.expect('ohi') == {'op': 'ohi', 'from': of.uid, 'status': status, 'data': b''}


def hears_nothing(*links):
    """The next on each link is its own answer."""
    for link in links:
        link.post(data=b'own nodes')
        assert not [h for h, _ in link.kept if h['op'] == 'ohi']


def again(tmtpd, person):
    """Another login of the same node; gives the link and its `info`."""
    link = tmtpd.link().rev().login(person.uid, person.node)
    info = link.expect('info')
    link.alias = person.alias
    link.take('login')
    return link, info


def test_those_named_are_told_at_once_and_all_own_nodes_know(tmtpd, pair):
    alice, bobby = pair
    phone = tmtpd.second(alice)

    ack = alice.ohi('add', bobby)

    assert 'error' not in ack and 'msgid' not in ack and 'posted' not in ack
    hears(bobby, alice, ON)
    for link in (alice, phone):
        told = link.take('ohiedit')
        assert {k: told[k] for k in ('from', 'for', 'type', 'datalen')} == {
            'from': alice.uid, 'for': [{'Id': bobby.uid, 'Type': 0}], 'type': 'add', 'datalen': 0}
    hears_nothing(alice, bobby, phone)  # naming is not being named


def test_init_tells_others_but_not_the_own_nodes(tmtpd, pair):
    alice, bobby = pair
    phone = tmtpd.second(alice)
    assert 'error' not in alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    hears_nothing(alice, phone)


def test_every_node_of_the_one_named_is_told(tmtpd, pair):
    alice, bobby = pair
    tablet = tmtpd.second(bobby)
    alice.ohi('init', bobby)
    alice.quit()
    for link in (bobby, tablet):
        hears(link, alice, ON)
        hears(link, alice, OFF)


def test_naming_twice_tells_once(pair):
    alice, bobby = pair
    alice.ohi('init', bobby, bobby)
    hears(bobby, alice, ON)
    alice.ohi('add', bobby)
    alice.ohi('init', bobby)
    hears_nothing(bobby)


def test_one_dropped_is_told_and_hears_no_more(tmtpd, pair):
    alice, bobby = pair
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)

    assert 'error' not in alice.ohi('drop', bobby)

    hears(bobby, alice, OFF)
    assert alice.take('ohiedit')['type'] == 'drop'
    alice.ohi('drop', bobby)  # who is not on the list is not told
    alice.take('ohiedit')
    alice.quit()
    hears_nothing(bobby)
    alice, _ = again(tmtpd, alice)
    alice.ohi('add', bobby)
    hears(bobby, alice, ON)


def test_one_is_off_when_the_last_node_leaves(tmtpd, pair):
    alice, bobby = pair
    phone = tmtpd.second(alice)
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    phone.ohi('init', bobby)
    alice.quit()
    hears_nothing(bobby)

    phone.close()  # without a word

    hears(bobby, alice, OFF)


def test_the_list_ends_with_the_last_node_and_begins_again_by_init(tmtpd, pair):
    alice, bobby = pair
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    alice.quit()
    hears(bobby, alice, OFF)
    alice, info = again(tmtpd, alice)
    assert 'ohi' not in info
    hears_nothing(bobby)
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)


def test_one_who_logs_in_learns_who_of_those_that_name_them_is_here(tmtpd):
    alice, bobby, carol, david = tmtpd.friends('alice', 'bobby', 'carol', 'david')
    alice.ohi('init', bobby)
    carol.ohi('init', bobby, alice)
    david.ohi('init', carol)
    hears(alice, carol, ON)
    hears(carol, david, ON)
    bobby.quit()

    bobby, info = again(tmtpd, bobby)

    assert sorted(info['ohi']) == sorted([alice.uid, carol.uid])
    carol.quit()
    hears(bobby, carol, OFF)
    bobby.quit()
    assert again(tmtpd, bobby)[1]['ohi'] == [alice.uid]


def test_nobody_is_nobody(tmtpd):
    link = tmtpd.link().rev().send({'op': 1, 'newnode': 'n', 'newalias': '_'})
    link.expect('registered')
    assert 'ohi' not in link.expect('info')


def test_one_may_be_told_who_is_not_here(tmtpd, pair):
    alice, bobby = pair
    bobby.quit()
    assert 'error' not in alice.ohi('init', bobby)
    alice.ohi('add', bobby)
    alice.take('ohiedit')

    bobby, info = again(tmtpd, bobby)

    assert info['ohi'] == [alice.uid]
    alice.quit()
    hears(bobby, alice, OFF)
    assert tmtpd.sql("select count(*) from tmtp.message where convert_from(header, 'UTF8') like '%\"op\":\"ohi\"%'") == '0'  # never queued


def test_presence_does_not_wait_for_an_ack(pair):
    alice, bobby = pair
    alice.post(bobby, data=b'not acked')
    message = bobby.expect('delivery')
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    bobby.ack(message)


def test_a_client_that_is_killed_is_off_and_its_users_other_node_keeps_the_list(tmtpd, pair):
    alice, bobby = pair
    phone = tmtpd.second(alice)
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    alice.tcp.close()
    alice.sock.close()
    wait_until(lambda: tmtpd.admin('GET', '/v1/users?alias=' + alice.alias.replace(' ', '%20'))[1]['users'][0]['nodes'][0]['online'] is False)
    hears_nothing(bobby)
    phone.ohi('drop', bobby)
    hears(bobby, alice, OFF)


@pytest.mark.parametrize('header', [
    {'type': 'add'}, {'type': 'add', 'for': []}, {'type': 'add', 'for': None}, {'for': [{'id': NOBODY}]},
    {'type': 'other', 'for': [{'id': NOBODY}]}, {'type': 'add', 'for': [{'id': ''}]}, {'type': 'add', 'for': [{}]},
    {'type': 'add', 'for': [{'id': 7}]}, {'type': 'add', 'for': NOBODY}, {'type': 'add', 'for': [{'id': NOBODY}], 'datalen': 1}])
def test_a_request_without_what_it_needs_is_an_invalid_header(tmtpd, header):
    tmtpd.register('alice').send({'op': 4, 'id': 'x', **header}).quits('invalid header')


def test_a_request_without_an_id_is_an_invalid_header(tmtpd):
    tmtpd.register('alice').send({'op': 4, 'type': 'add', 'for': [{'id': NOBODY}]}).quits('invalid header')


def test_types_of_items_mean_nothing_and_come_back(pair):
    alice, bobby = pair
    alice.send({'op': 4, 'id': 'o', 'type': 'add', 'for': [{'id': bobby.uid, 'type': 9}]}).find('ack')
    assert alice.take('ohiedit')['for'] == [{'Id': bobby.uid, 'Type': 9}]


def test_acks_have_the_clients_id_octet_for_octet(pair):
    alice, bobby = pair
    ident = 'a\0b "\\ é漢\u2028 %+1'
    for to in (bobby, NOBODY, 'no uid'):
        assert alice.ohi('init', to, ident=ident)['id'] == ident


# --- the policy


def test_strangers_and_nobody_get_the_same_answer_and_nobody_is_told(tmtpd, pair):
    alice, bobby = pair
    carol = tmtpd.register('carol')
    for other in (carol.uid, NOBODY, 'no uid'):
        assert alice.ohi('add', bobby, other) == {'op': 'ack', 'id': 'o', 'error': f'not introduced to {other}', 'data': b''}
    hears_nothing(alice, bobby, carol)


def test_init_with_a_former_contact_tells_the_others(tmtpd, pair):
    alice, bobby = pair
    carol = tmtpd.register('carol')
    assert alice.ohi('init', carol, bobby)['error'] == f'not introduced to {carol.uid}'
    hears(bobby, alice, ON)
    hears_nothing(carol)


def test_oneself_and_services_may_be_told(tmtpd, pair):
    alice, _ = pair
    assert 'error' not in alice.ohi('init', alice)
    hears(alice, alice, ON)
    service = tmtpd.sql('select uid from tmtp.account where service')
    assert 'error' not in alice.ohi('init', service)
    phone_info = tmtpd.link().rev().login(alice.uid, alice.node)
    phone_info.quits('node already connected')


def test_one_who_must_be_written_to_first_is_not_told_before(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    tmtpd.introduce(alice, bobby, first=bobby.uid)
    assert 'error' in alice.ohi('init', bobby)
    assert 'error' not in bobby.ohi('init', alice)
    hears(alice, bobby, ON)
    assert 'msgid' in bobby.post(alice)
    alice.take()
    assert 'error' not in alice.ohi('init', bobby)
    hears(bobby, alice, ON)


def test_the_end_of_a_contact_puts_both_off(tmtpd, pair):
    alice, bobby = pair
    alice.ohi('init', bobby)
    bobby.ohi('init', alice)
    hears(bobby, alice, ON)
    hears(alice, bobby, ON)

    assert tmtpd.part(alice, bobby) == 204

    hears(bobby, alice, OFF)
    hears(alice, bobby, OFF)
    assert 'error' not in alice.ohi('drop', bobby)  # which a client may still do, and nobody learns
    alice.take('ohiedit')
    alice.quit()
    hears_nothing(bobby)
    bobby.quit()
    alice, info = again(tmtpd, alice)
    assert 'ohi' not in info
    assert 'error' in alice.ohi('init', bobby)
    assert 'ohi' not in again(tmtpd, bobby)[1]


def test_a_contact_that_ends_by_itself_tells_no_more(tmtpd, pair):
    alice, bobby = pair
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    assert tmtpd.introduce(alice, bobby, until='2020-01-01') == 200
    hears(bobby, alice, OFF)  # the last, as when it is ended
    assert 'error' not in alice.ohi('drop', bobby)
    hears_nothing(bobby)
    assert tmtpd.introduce(alice, bobby) == 201
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    tmtpd.introduce(alice, bobby, until='2020-01-01')
    hears(bobby, alice, OFF)
    bobby.quit()
    bobby, info = again(tmtpd, bobby)
    assert 'ohi' not in info
    alice.quit()
    hears_nothing(bobby)


def test_a_new_contact_can_be_told(tmtpd, pair):
    alice, bobby = pair
    tmtpd.part(alice, bobby)
    tmtpd.introduce(alice, bobby)
    assert 'error' not in alice.ohi('init', bobby)
    hears(bobby, alice, ON)
    carol = tmtpd.register('carol')  # an event, at which the server looks for contacts that have ended
    tmtpd.introduce(alice, carol)
    hears_nothing(bobby)


def test_one_who_is_suspended_is_off_and_may_be_named_as_before(tmtpd, pair):
    alice, bobby = pair
    alice.ohi('init', bobby)
    bobby.ohi('init', alice)
    hears(bobby, alice, ON)
    hears(alice, bobby, ON)

    tmtpd.admin('PATCH', '/v1/users/' + bobby.uid.replace('%', '%25').replace('+', '%2B'), {'state': 'suspended'})

    hears(alice, bobby, OFF)
    bobby.closed()
    for kind in ('add', 'drop'):
        assert 'error' not in alice.ohi(kind, bobby)


def test_a_list_has_an_end(tmtpd):
    alice = tmtpd.register('alice')
    names = [f'{i:032}'.replace('0', 'Z') for i in range(1001)]
    assert 'at most 1000' in alice.ohi('drop', *names)['error']
    assert 'error' not in alice.ohi('drop', *names[:1000])
    assert len(alice.take('ohiedit')['for']) == 1000
    hears_nothing(alice)


def test_a_restart_forgets_who_is_here(tmtpd, pair):
    alice, bobby = pair
    alice.ohi('init', bobby)
    alice.close()
    bobby.close()
    tmtpd.stop()
    tmtpd.start()
    bobby, info = again(tmtpd, bobby)
    assert 'ohi' not in info
    alice, _ = again(tmtpd, alice)
    alice.ohi('init', bobby)
    hears(bobby, alice, ON)
