"""Groups: GroupInvite, GroupEdit, posts to a group; who may do what, who is told, in which order."""
import random
import string

import pytest

from tmtpd import silent, wait_until


def new_gid():
    return 'talkers ' + ''.join(random.choices(string.ascii_lowercase, k=8))


def joined(tmtpd, *names):
    """A group of these, the first its founder, with nothing left in a queue."""
    people, gid = tmtpd.friends(*names), new_gid()
    for i, person in enumerate(people[1:], 1):
        assert 'msgid' in people[0].invite(gid, person.alias)
        person.take('invite')
        assert 'error' not in person.group('join', gid)
        for member in people[:i]:
            assert member.take('member')['act'] == 'invite'
        for member in people[:i + 1]:
            assert member.take('member')['act'] == 'join'
    return gid, people


# --- GroupInvite


def test_an_invitation_makes_the_group_and_tells_invitee_and_members(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = new_gid()

    ack = alice.invite(gid, bobby.alias, 'come in', datahead=4, datasum=77)

    got = bobby.take('invite')
    assert {k: got[k] for k in ('from', 'gid', 'alias', 'to', 'data', 'datalen', 'datahead', 'datasum', 'id', 'posted')} == {
        'from': alice.uid, 'gid': gid, 'alias': alice.alias, 'to': bobby.alias, 'data': b'come in', 'datalen': 7, 'datahead': 4,
        'datasum': 77, 'id': ack['msgid'], 'posted': ack['posted']}
    told = alice.take('member')
    assert {k: told[k] for k in ('from', 'act', 'gid', 'alias', 'datalen')} == {
        'from': alice.uid, 'act': 'invite', 'gid': gid, 'alias': bobby.alias, 'datalen': 0}
    assert 'newalias' not in told and told['id'] > ack['msgid']
    silent(alice, bobby)  # the one invited is told by the invitation alone


def test_an_invitation_may_have_no_text(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    alice.send({'op': 5, 'id': 'i', 'gid': new_gid(), 'from': alice.alias, 'to': bobby.alias})
    assert 'msgid' in alice.find('ack')
    assert bobby.take('invite')['datalen'] == 0


def test_an_invitation_goes_to_all_nodes_of_both_but_the_one_that_asks(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    phone, tablet = tmtpd.second(alice), tmtpd.second(bobby)

    alice.invite(new_gid(), bobby.alias)

    assert bobby.take('invite')['id'] == tablet.take('invite')['id'] == phone.take('invite')['id']
    assert phone.take('member')['id'] == alice.take('member')['id']
    silent(alice, bobby)


def test_one_invited_twice_is_told_twice_and_joins_once(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = new_gid()
    for _ in range(2):
        assert 'msgid' in alice.invite(gid, bobby.alias)
        assert bobby.take('invite')['gid'] == gid
        assert alice.take('member')['act'] == 'invite'
    assert bobby.group('join', gid) == {'op': 'ack', 'id': 'g', 'data': b''}
    assert 'error' in alice.invite(gid, bobby.alias)
    assert bobby.take('member')['act'] == 'join'
    silent(bobby)


def test_only_one_who_has_joined_invites(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    carol, david = tmtpd.friends('carol', 'david')
    tmtpd.introduce(alice, carol)
    alice.invite(gid, carol.alias)
    carol.take('invite')

    taken = f'gid {gid} is taken, and you are not in that group'
    assert carol.invite(gid, david.alias)['error'] == taken  # invited only
    assert david.invite(gid, carol.alias)['error'] == taken  # a stranger
    assert carol.group('join', gid).get('error') is None
    assert 'msgid' in carol.invite(gid, david.alias)
    assert david.take('invite')['from'] == carol.uid


@pytest.mark.parametrize('gid, words', [
    ('short', 'gid must be 8+ characters'), ('x' * 81, 'gid must be 80 characters at most'),
    ('seven\0\0\0', 'gid must be printable characters'), ('one\ntwo\n', 'gid must be printable characters')])
def test_a_gid_is_of_the_form_of_an_alias(tmtpd, gid, words):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    assert alice.invite(gid, bobby.alias)['error'] == words
    assert alice.group('join', gid)['error'] == words
    alice.invite(new_gid(), bobby.alias, 'the next text')
    assert bobby.take('invite')['data'] == b'the next text'  # that of the one refused is forgotten


def test_a_gid_may_have_eighty_characters_of_any_script(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = ''.join(random.choices('αβγδεζηθ漢字', k=80))
    alice.invite(gid, bobby.alias)
    assert bobby.take('invite')['gid'] == gid


def test_gids_and_aliases_are_one_set_of_names(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    assert 'taken' in alice.invite(bobby.alias, bobby.alias)['error']
    alice.send({'op': 3, 'id': 'a', 'newalias': gid})
    assert 'taken' in alice.find('ack')['error']
    carol = tmtpd.link().rev().send({'op': 1, 'newnode': 'laptop', 'newalias': gid})
    assert 'taken' in carol.expect('registered')['error']


def test_an_invitation_comes_from_an_own_alias(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    assert alice.invite(new_gid(), bobby.alias, **{'from': bobby.alias})['error'] == 'from must identify sender'
    assert 'error' in alice.invite(new_gid(), alice.alias)
    silent(alice, bobby)


def test_the_text_of_an_invitation_has_the_limits_of_a_ping(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    wide = 'é' * 140
    alice.invite(new_gid(), bobby.alias, wide)
    assert bobby.take('invite')['data'].decode() == wide
    head = {'op': 5, 'id': 'i', 'gid': new_gid(), 'to': bobby.alias}
    for data, text in ((b'x' * 141, 'data too long for request type'), ('𝄞' * 71, 'data too long for request type'),
                       (b'\xff\xfe', 'data not valid UTF8')):
        data = data if isinstance(data, bytes) else data.encode()
        link = tmtpd.register('carol')
        link.send({**head, 'from': link.alias, 'datalen': len(data)}, data).quits(text)
    link = tmtpd.register('carol')
    link.send({**head, 'from': link.alias, 'datalen': 421}).quits('data too long for request type')  # none is read


@pytest.mark.parametrize('header', [
    {'op': 5, 'from': 'some alias', 'to': 'other alias'}, {'op': 5, 'gid': 'some group', 'to': 'other alias'},
    {'op': 5, 'gid': 'some group', 'from': 'some alias'}, {'op': 5, 'gid': '', 'from': 'some alias', 'to': 'other alias'},
    {'op': 6, 'gid': 'some group'}, {'op': 6, 'act': 'join'}, {'op': 6, 'gid': 'some group', 'act': 'leave'},
    {'op': 6, 'gid': 'some group', 'act': 'alias'}, {'op': 6, 'gid': 'some group', 'act': 'drop'},
    {'op': 6, 'gid': 'some group', 'act': 'drop', 'to': ''}, {'op': 6, 'gid': 'some group', 'act': 'join', 'datalen': 1},
    {'op': 6, 'gid': 7, 'act': 'join'}])
def test_a_request_without_what_it_needs_is_an_invalid_header(tmtpd, header):
    tmtpd.register('alice').send({'id': 'x', **header}).quits('invalid header')


# --- GroupEdit


def test_joining_is_told_to_all_members_the_new_one_too(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = new_gid()
    alice.invite(gid, bobby.alias)
    alice.take('member')
    bobby.take('invite')
    tablet = tmtpd.second(bobby)

    ack = bobby.group('join', gid)

    assert 'error' not in ack and 'msgid' not in ack and 'posted' not in ack
    for link in (alice, bobby, tablet):
        told = link.take('member')
        assert {k: told[k] for k in ('from', 'act', 'gid', 'alias')} == {
            'from': bobby.uid, 'act': 'join', 'gid': gid, 'alias': bobby.alias}
        assert 'newalias' not in told


def test_one_may_join_by_another_alias(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid, other = new_gid(), bobby.alias + ' too'
    bobby.send({'op': 3, 'id': 'a', 'newalias': other}).find('ack')
    bobby.take('user')
    alice.invite(gid, bobby.alias)
    bobby.take('invite')
    alice.take('member')

    assert 'error' in bobby.group('join', gid, newalias=alice.alias)
    assert 'error' not in bobby.group('join', gid, newalias=other)

    assert alice.take('member')['alias'] == bobby.take('member')['alias'] == other


def test_an_empty_new_alias_is_none(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = new_gid()
    alice.invite(gid, bobby.alias)
    assert 'error' not in bobby.group('join', gid, newalias='')


def test_a_member_may_change_the_alias(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    other = bobby.alias + ' too'
    bobby.send({'op': 3, 'id': 'a', 'newalias': other}).find('ack')
    bobby.take('user')

    ack = bobby.group('alias', gid, newalias=other)

    assert 'error' not in ack and 'msgid' not in ack
    for link in (alice, bobby):
        told = link.take('member')
        assert (told['act'], told['alias'], told['newalias'], told['from']) == ('alias', bobby.alias, other, bobby.uid)
    assert alice.group('drop', gid, to=bobby.alias)['error'] == f'{bobby.alias} is not in {gid}'
    assert 'error' in bobby.group('alias', gid, newalias=alice.alias)
    assert 'error' not in bobby.group('alias', gid, newalias=other)  # the same again is told as it is
    assert bobby.take('member')['alias'] == other


def test_one_who_leaves_may_join_again(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')

    assert 'error' not in bobby.group('drop', gid, to=bobby.alias)

    for link in (alice, bobby):
        told = link.take('member')
        assert (told['act'], told['alias'], told['from']) == ('drop', bobby.alias, bobby.uid)
    assert bobby.post_group(gid)['error'] == f'not introduced to {gid}'
    alice.post_group(gid, 2, b'without bobby')
    assert alice.take()['data'] == b'without bobby'
    assert 'error' not in bobby.group('join', gid)
    assert bobby.take('member')['act'] == 'join'


def test_one_who_is_dropped_is_told_and_barred_until_invited_again(tmtpd):
    gid, (alice, bobby, carol) = joined(tmtpd, 'alice', 'bobby', 'carol')
    tablet = tmtpd.second(bobby)

    assert 'error' not in carol.group('drop', gid, to=bobby.alias)

    for link in (alice, bobby, tablet, carol):
        told = link.take('member')
        assert (told['act'], told['alias'], told['from']) == ('drop', bobby.alias, carol.uid)
    assert bobby.group('join', gid)['error'] == f'not invited to {gid}'
    assert 'error' in bobby.group('drop', gid, to=bobby.alias)
    assert 'error' in bobby.post_group(gid)
    assert 'msgid' in alice.invite(gid, bobby.alias)
    assert bobby.take('invite')['gid'] == tablet.take('invite')['gid'] == gid
    assert 'error' not in bobby.group('join', gid)
    assert bobby.take('member')['act'] == 'join'


def test_an_invitation_may_be_declined_and_taken_back(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = new_gid()
    alice.invite(gid, bobby.alias)
    alice.take('member')
    bobby.take('invite')

    assert 'error' not in bobby.group('drop', gid, to=bobby.alias)
    assert alice.take('member')['act'] == bobby.take('member')['act'] == 'drop'
    assert 'error' not in alice.group('drop', gid, to=bobby.alias)
    assert alice.take('member')['from'] == bobby.take('member')['from'] == alice.uid
    assert bobby.group('join', gid)['error'] == f'not invited to {gid}'


def test_a_group_that_is_not_there_and_one_of_others_get_the_same_words(tmtpd):
    gid, (alice, _) = joined(tmtpd, 'alice', 'bobby')
    carol, nowhere = tmtpd.register('carol'), new_gid()
    for act, more in (('join', {}), ('alias', {'newalias': carol.alias}), ('drop', {'to': alice.alias}), ('drop', {'to': carol.alias})):
        answers = [carol.group(act, g, **more)['error'].replace(g, 'X') for g in (gid, nowhere)]
        assert answers[0] == answers[1]
    assert carol.group('join', alice.alias)['error'] == f'not invited to {alice.alias}'  # a user's alias
    assert carol.post_group(gid)['error'].replace(gid, 'X') == carol.post_group(nowhere)['error'].replace(nowhere, 'X')
    silent(alice)


def test_only_a_member_drops_only_a_member(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    carol, nobody = tmtpd.register('carol'), 'nobody at all'
    assert alice.group('drop', gid, to=carol.alias)['error'] == f'{carol.alias} is not in {gid}'
    assert alice.group('drop', gid, to=nobody)['error'] == f'{nobody} is not in {gid}'
    assert alice.group('drop', gid, to='x' * 60000)['error'] == 'to must be 80 characters at most'
    silent(alice, bobby)


def test_acks_have_the_clients_id_octet_for_octet(tmtpd):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid, ident = new_gid(), 'a\0b "\\ é漢\u2028 %+1'
    assert alice.invite(gid, bobby.alias, ident=ident)['id'] == ident
    assert alice.invite('short', bobby.alias, ident=ident)['id'] == ident
    assert bobby.group('join', gid, ident=ident)['id'] == ident
    assert bobby.group('alias', gid, ident=ident, newalias=alice.alias)['id'] == ident
    assert alice.post_group(gid, ident=ident)['id'] == ident


def test_requests_on_a_group_are_carried_out_in_the_order_sent(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    head = {'op': 7, 'for': [{'id': gid, 'type': 3}], 'datalen': 1}
    alice.send({'id': '1', **head}, b'1')
    alice.send({'op': 6, 'id': '2', 'act': 'drop', 'gid': gid, 'to': bobby.alias})
    alice.send({'id': '3', **head}, b'3')
    alice.send({'op': 5, 'id': '4', 'gid': gid, 'from': alice.alias, 'to': bobby.alias})
    alice.send({'op': 6, 'id': '5', 'act': 'alias', 'gid': gid, 'newalias': alice.alias})
    alice.send({'op': 6, 'id': '6', 'act': 'drop', 'gid': gid, 'to': alice.alias})
    alice.send({'id': '7', **head}, b'7')
    acks = [alice.find('ack') for _ in range(7)]
    assert [a['id'] for a in acks] == list('1234567')
    assert ['error' in a for a in acks] == [False] * 6 + [True]
    assert bobby.take()['data'] == b'1'
    assert bobby.take('member')['act'] == 'drop'
    assert 'gid' in bobby.take('invite')
    silent(bobby)


# --- posts to a group


def test_a_post_reaches_every_member_with_or_without_the_sender(tmtpd):
    gid, (alice, bobby, carol) = joined(tmtpd, 'alice', 'bobby', 'carol')
    phone, tablet = tmtpd.second(alice), tmtpd.second(bobby)

    without = alice.post_group(gid, 3, b'without me')
    for link in (phone, bobby, tablet, carol):
        got = link.take()
        assert (got['id'], got['data'], got['from']) == (without['msgid'], b'without me', alice.uid)
        assert 'notify' not in got

    alice.post_group(gid, 2, b'with me')
    for link in (alice, phone, bobby, tablet, carol):
        assert link.take()['data'] == b'with me'  # the first for alice's own link


def test_a_member_who_is_away_has_all_in_order(tmtpd):
    gid, (alice, bobby, carol) = joined(tmtpd, 'alice', 'bobby', 'carol')
    bobby.quit()
    alice.post_group(gid, 3, b'one')
    carol.take()
    carol.group('drop', gid, to=alice.alias)
    carol.post_group(gid, 3, b'two')
    carol.group('drop', gid, to=bobby.alias)
    carol.post_group(gid, 2, b'three')

    bobby = tmtpd.login(bobby)

    got = []
    while not got or got[-1][0]['op'] != 'login':
        got.append(bobby.receive())
        bobby.ack(got[-1][0])
    assert [(h['op'], h.get('act'), d) for h, d in got] == [
        ('delivery', None, b'one'), ('member', 'drop', b''), ('delivery', None, b'two'), ('member', 'drop', b''), ('login', None, b'')]
    assert [h['id'] for h, _ in got] == sorted(h['id'] for h, _ in got)


def test_groups_and_users_may_be_named_together_and_each_gets_it_once(tmtpd):
    gid, (alice, bobby, carol) = joined(tmtpd, 'alice', 'bobby', 'carol')
    david = tmtpd.register('david')
    tmtpd.introduce(alice, david)
    to = [{'id': gid, 'type': 3}, {'id': bobby.uid, 'type': 1}, {'id': david.uid, 'type': 1}, {'id': gid, 'type': 3}]
    alice.send({'op': 7, 'id': 'm', 'for': to, 'datalen': 4}, b'once')
    assert 'msgid' in alice.find('ack')
    for link in (bobby, carol, david):
        assert link.take()['data'] == b'once'
    silent(alice, bobby, carol, david)


def test_a_long_post_reaches_a_group(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    data = random.randbytes(700_000)
    assert 'msgid' in alice.post_group(gid, 3, data)
    assert bobby.take()['data'] == data
    pieces = 'select count(*) from tmtp.part'
    assert 'error' in alice.post_group(new_gid(), 3, data)
    wait_until(lambda: tmtpd.sql(pieces) == '0')  # neither of the refused, nor of the delivered


def test_what_a_group_is_survives_a_restart(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    alice.close()
    bobby.close()
    tmtpd.stop()
    tmtpd.start()
    alice, bobby = tmtpd.login(alice), tmtpd.login(bobby)
    alice.take('login')
    bobby.take('login')
    assert 'msgid' in alice.post_group(gid, 3, b'still here')
    assert bobby.take()['data'] == b'still here'


# --- the policy


def test_an_invitation_reaches_contacts_only(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    gid = new_gid()

    stranger, nobody = alice.invite(gid, bobby.alias), alice.invite(gid, 'nobody at all')

    assert stranger['error'] == f'not introduced to {bobby.alias}'
    assert nobody['error'] == 'not introduced to nobody at all'
    assert set(stranger) == set(nobody)
    assert tmtpd.sql(f"select count(*) from tmtp.alias where name = '{gid}'") == '0'
    silent(alice, bobby)
    tmtpd.introduce(alice, bobby, first=bobby.uid)
    assert 'error' in alice.invite(gid, bobby.alias)  # the other must write first
    tmtpd.part(alice, bobby)
    tmtpd.introduce(alice, bobby, until='2020-01-01')
    assert 'error' in alice.invite(gid, bobby.alias)
    tmtpd.introduce(alice, bobby)
    assert 'msgid' in alice.invite(gid, bobby.alias)
    assert bobby.take('invite')['gid'] == gid


def test_a_name_in_a_refusal_is_cut_to_the_length_of_one(tmtpd):
    alice = tmtpd.register('alice')
    assert alice.invite(new_gid(), 'é' * 9000)['error'] == 'not introduced to ' + 'é' * 80


def test_members_reach_each_other_in_the_group_and_nowhere_else(tmtpd):
    alice, bobby, carol = (tmtpd.register(n) for n in ('alice', 'bobby', 'carol'))
    tmtpd.introduce(alice, bobby)
    tmtpd.introduce(alice, carol)
    gid = new_gid()
    for person in (bobby, carol):
        alice.invite(gid, person.alias)
        person.take('invite')
        person.group('join', gid)
        person.take('member')
    bobby.take('member')
    bobby.take('member')

    assert 'msgid' in bobby.post_group(gid, 3, b'to all')

    assert carol.take()['data'] == b'to all'
    assert bobby.post(carol)['error'] == f'not introduced to {carol.uid}'
    tmtpd.part(alice, bobby)
    assert 'msgid' in bobby.post_group(gid)  # the end of a contact is not the end of a membership


def test_neither_group_nor_invitation_is_the_first_message(tmtpd):
    alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
    gid = new_gid()
    tmtpd.introduce(alice, bobby, first=alice.uid)
    assert 'msgid' in alice.invite(gid, bobby.alias)
    bobby.take('invite')
    bobby.group('join', gid)
    assert 'msgid' in alice.post_group(gid)
    assert bobby.post(alice)['error'] == f'not introduced to {alice.uid}'
    assert 'msgid' in alice.post(bobby)
    assert 'msgid' in bobby.post(alice)


def test_nothing_of_a_refused_post_reaches_a_group(tmtpd):
    gid, (alice, bobby) = joined(tmtpd, 'alice', 'bobby')
    carol = tmtpd.register('carol')
    to = [{'id': gid, 'type': 2}, {'id': carol.uid, 'type': 1}]
    alice.send({'op': 7, 'id': 'm', 'for': to, 'datalen': 1}, b'x')
    assert alice.find('ack')['error'] == f'not introduced to {carol.uid}'
    silent(alice, bobby)


def test_an_answer_names_its_author_beside_their_group_without_an_introduction(tmtpd):
    """As the stock client does; who has joined gets it by the group anyway, and once."""
    alice, bobby, carol = (tmtpd.register(name) for name in ('alice', 'bobby', 'carol'))
    gid, other = new_gid(), new_gid()
    for person in (bobby, carol):
        assert tmtpd.introduce(alice, person) == 201
        assert 'msgid' in alice.invite(gid, person.alias)
        assert 'error' not in person.group('join', gid)
    assert 'msgid' in alice.invite(other, carol.alias)
    assert 'error' not in carol.group('join', other)

    def post(*to):
        carol.send({'op': 7, 'id': 'a', 'for': [{'id': i, 'type': t} for i, t in to], 'datalen': 6}, b'answer')
        return carol.find('ack')

    assert 'msgid' in post((bobby.uid, 1), (gid, 3))
    got = []
    while not got or got[-1][0]['op'] != 'delivery':
        got.append(bobby.receive())
        bobby.ack(got[-1][0])
    silent(bobby)
    assert post((bobby.uid, 1))['error'] == f'not introduced to {bobby.uid}'
    assert post((bobby.uid, 1), (other, 3))['error'] == f'not introduced to {bobby.uid}'
