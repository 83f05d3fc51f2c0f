"""check_inner: every rule with its edge and its failure. What is refused is queued for nobody."""
import copy
import json

import pytest

from inner import entry, octets, post, refused, reply, thread
from tmtpd import Tmtpd

SETTINGS = {'server': {'check_inner': 'yes', 'max_message': '1M'}}
NOBODY = '%' * 32
KIB_60 = 60 * 1024
ROOM = 256  # for the header that a message is delivered with

OBJECT = 'datahead must be one JSON object'
LENGTH = 'header and datahead together must be 60 KiB at most'
ALIAS = 'alias must be an alias of the sender'
FIRST = 'cc of a new thread must list the author first'
EVERY = 'cc must list every recipient, a group by its name twice'
THREADID = 'threadid must be empty or the id of a message, 16 hex digits'
SIZES = 'attach sizes must fit the data'


def pair(number):
    """The fault of an entry whose alias and uid are not one user's."""
    return f'cc entry {number}: who and whouid do not belong together'


@pytest.fixture(scope='module')
def people(tmtpd):
    """Alice may write to Bobby and Carol; Eve is a stranger to all."""
    alice, bobby, carol, eve = (tmtpd.register(n) for n in ('alice', 'bobby', 'carol', 'eve'))
    for other in (bobby, carol):
        tmtpd.introduce(alice, other)
    return alice, bobby, carol, eve


@pytest.fixture(autouse=True)
def nothing_is_queued_but_what_is_acked(people):
    """After each test a good message is the next thing the others get: nothing of what was refused came before."""
    yield
    alice, bobby, carol, _ = people
    assert 'msgid' in post(alice, thread(alice, bobby, carol), bobby, carol, body=b'marker')
    for link in (bobby, carol):
        assert link.take()['data'].endswith(b'marker')


def accepted(ack, *receivers, body=b'text'):
    """The post went through, and came."""
    assert 'msgid' in ack, ack
    for link in receivers:
        assert link.take()['data'].endswith(body)


# -- what is good ----------------------------------------------------------------------------------

def test_a_thread_and_a_reply_go_through(people):
    alice, bobby, carol, _ = people
    made = post(alice, thread(alice, bobby, carol), bobby, carol)
    accepted(made, bobby, carol)
    accepted(post(bobby, reply(bobby, made['msgid']), alice), alice)


def test_keys_match_without_regard_to_case(people):
    alice, bobby, *_ = people
    head = {k.title(): v for k, v in thread(alice, bobby).items()}
    head['Cc'] = [{'WhoUid' if k == 'whouid' else k.upper(): v for k, v in e.items()} for e in head['Cc']]
    accepted(post(alice, head, bobby), bobby)


def test_unknown_keys_and_absent_ones_are_allowed(people):
    alice, bobby, *_ = people
    head = {'alias': alice.alias, 'cc': thread(alice, bobby)['cc'], 'ref': 'ours', 'x': {'deep': [1, {}]}, 'attach': None}
    accepted(post(alice, head, bobby), bobby)


def test_any_alias_of_the_sender_will_do(people):
    alice, bobby, *_ = people
    other = alice.alias + ' too'
    alice.send({'op': 3, 'id': 'a', 'newalias': other}).find('ack')
    alice.ack(alice.find('user'))
    head = thread(alice, bobby, alias=other)
    head['cc'][0]['who'] = other
    head['cc'][1]['by'] = alice.alias
    accepted(post(alice, head, bobby), bobby)


def test_to_oneself_anything_goes(people):
    alice, *_ = people
    for to in ((), (alice,)):
        assert 'msgid' in post(alice, b'no object', *to)
    assert alice.take()['data'] == b'no objecttext'


def test_service_accounts_introduce_strangers_by_true_names_only(tmtpd, people):
    alice, _, _, eve = people
    made = json.loads(tmtpd.introducer.read_text(encoding='utf8'))
    service = tmtpd.link().rev().login(made['uid'], made['node'])
    service.expect('info')
    service.alias = made['alias']
    accepted(post(service, thread(service, alice, eve), alice, eve), alice, eve)
    head = thread(service, alice, eve)
    head['cc'][2]['whouid'] = alice.uid
    assert refused(post(service, head, alice, eve), EVERY)
    head = thread(service, alice, eve)
    head['cc'][1]['whouid'], head['cc'][2]['whouid'] = eve.uid, alice.uid
    assert refused(post(service, head, alice, eve), pair(2))
    head = thread(service, alice, eve)
    head['cc'][1]['by'] = eve.alias
    assert refused(post(service, head, alice, eve), 'cc entry 2: by must be an alias of the sender')
    service.close()


# -- the object ------------------------------------------------------------------------------------

@pytest.mark.parametrize('head', [
    b'', b'null', b'true', b'7', b'"text"', b'[]', b'[{}]', b'{', b'{}}', b'{} {}', b'{}x', b'\xef\xbb\xbf{}', b"{'a':1}",
    b'{"a":1,}', b'{"a":\xff}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\\u0000"}', b'{"a":"\x00"}', b'{"a":1e999}', b'{"a":NaN}',
    b'{"a":01}', b'{"a":"\n"}', b'{"a":99999999999999999999}', b'{"a":' + b'[' * 17 + b']' * 17 + b'}',
    b'{"alias":"a","alias":"b"}', b'{"x":{"a":1,"a":1}}', b'//\n{}', b'{"a":"\\ud800"}',
], ids=repr)
def test_a_datahead_that_is_not_one_object(people, head):
    alice, bobby, *_ = people
    assert refused(post(alice, head, bobby), OBJECT)


def test_the_datahead_is_measured_by_its_header(people):
    alice, bobby, *_ = people
    head = octets(thread(alice, bobby))
    for length in (len(head) - 1, len(head) + 1):
        assert refused(post(alice, head, bobby, datahead=length), OBJECT)
    accepted(post(alice, head, bobby), bobby)


@pytest.mark.parametrize('where', ['head', 'cc', 'attach'])
@pytest.mark.parametrize('keys,fault', [
    (('ALIAS', 'alias', 'who', 'WHO', 'name', 'NAME'), 'has a key twice'), (('aliaſ', 'aliaſ', 'aliaſ'), 'has a key that is not plain ASCII'),
    (('é',), 'has a key that is not plain ASCII'), (('\u212a',), 'has a key that is not plain ASCII'),
])
def test_an_object_that_can_be_read_in_two_ways(people, where, keys, fault):
    alice, bobby, *_ = people
    head = thread(alice, bobby, attach=[{'name': 'u:x', 'size': 0}])
    target = {'head': head, 'cc': head['cc'][1], 'attach': head['attach'][0]}[where]
    name = {'head': 'datahead', 'cc': 'cc entry 2', 'attach': 'attach entry 1'}[where]
    target.update({k: 'Somebody else' for k in keys if k not in target})
    assert refused(post(alice, head, bobby), f'{name} {fault}')


@pytest.mark.parametrize('key,value', [
    ('threadid', 7), ('alias', ['x']), ('alias', {}), ('subject', 7), ('subject', False), ('cc', {}), ('cc', 'x'), ('attach', {}), ('attach', 1),
    ('confirmid', 1), ('confirmposted', []),
])
def test_a_value_of_the_wrong_type_in_the_head(people, key, value):
    alice, bobby, *_ = people
    assert refused(post(alice, thread(alice, bobby, **{key: value}), bobby), 'datahead has a value of the wrong type')


@pytest.mark.parametrize('key,value', [
    ('who', 1), ('whouid', 1), ('by', []), ('byuid', {}), ('date', 7), ('note', 7), ('subscribe', 'yes'), ('subscribe', 1),
    ('checksum', -1), ('checksum', 2**32), ('checksum', 1.5), ('checksum', 'x'),
])
def test_a_value_of_the_wrong_type_in_cc(people, key, value):
    alice, bobby, *_ = people
    head = thread(alice, bobby)
    head['cc'][1][key] = value
    assert refused(post(alice, head, bobby), 'cc entry 2 has a value of the wrong type')


@pytest.mark.parametrize('item', [None, 1, 'x', [], True])
def test_entries_that_are_no_objects(people, item):
    alice, bobby, *_ = people
    head = thread(alice, bobby)
    head['cc'].append(item)
    assert refused(post(alice, head, bobby), 'cc entry 3 must be an object')
    assert refused(post(alice, thread(alice, bobby, attach=[item]), bobby), 'attach entry 1 must be an object')


# -- lengths ---------------------------------------------------------------------------------------

def test_header_and_datahead_have_60_kib(people):
    alice, bobby, *_ = people
    head = thread(alice, bobby, x='')
    head['x'] = 'x' * (KIB_60 - ROOM - len(octets(head)))
    accepted(post(alice, head, bobby), bobby)
    head['x'] += 'x'
    assert refused(post(alice, head, bobby), LENGTH)
    head['x'] *= 4
    assert refused(post(alice, head, bobby), LENGTH)


def test_the_datahead_of_a_long_message_is_checked_too(people):
    alice, bobby, *_ = people
    body = b'x' * 600000
    accepted(post(alice, thread(alice, bobby), bobby, body=body), bobby, body=body)
    assert refused(post(alice, thread(alice, bobby, alias=bobby.alias), bobby, body=body), ALIAS)


@pytest.mark.parametrize('char,spelt', [('<', 6), ('>', 6), ('&', 6), ('\u2028', 6), ('\u2029', 6), ('\x01', 6), ('"', 2), ('x', 1)])
def test_what_a_client_spells_out_counts_as_it_spells_it(people, char, spelt):
    alice, bobby, *_ = people
    fits = (KIB_60 - ROOM - len(alice.alias)) // spelt
    fault = 'subject and attach must be 60 KiB at most, with <, > and & as six'
    for count in (fits, fits + 1):
        ack = post(alice, reply(alice, subject=char * count), bobby)
        if len(octets(reply(alice, subject=char * count))) > KIB_60 - ROOM:
            assert refused(ack, LENGTH)
        elif count > fits:
            assert refused(ack, fault)
        else:
            accepted(ack, bobby)


def test_cc_has_250_entries(people):
    alice, bobby, *_ = people
    head = thread(alice, *[bobby] * 249)
    for e in head['cc']:
        e.update(date='', note='')
    accepted(post(alice, head, bobby), bobby)
    head['cc'].append(copy.deepcopy(head['cc'][1]))
    assert refused(post(alice, head, bobby), 'cc must have 250 entries at most')


# -- who it is from --------------------------------------------------------------------------------

@pytest.mark.parametrize('alias', ['of another', 'of nobody', 'short', '', None, 'x' * 81, 'with\ncontrol characters'])
def test_an_alias_that_is_not_the_senders(people, alias):
    alice, bobby, _, eve = people
    alias = {'of another': eve.alias, 'of nobody': 'Nobody has this'}.get(alias, alias)
    for make in (thread, lambda a, _, **more: reply(a, **more)):
        assert refused(post(alice, make(alice, bobby, alias=alias), bobby), ALIAS)


def test_a_reply_after_a_true_one_is_still_checked(people):
    alice, bobby, *_ = people
    accepted(post(alice, reply(alice), bobby), bobby)
    assert refused(post(alice, reply(alice, alias=bobby.alias), bobby), ALIAS)
    accepted(post(alice, reply(alice), bobby), bobby)


def test_replies_of_a_link_ask_the_database_once(tmtpd, people):
    _, bobby, *_ = people
    dora = tmtpd.register('dora')
    tmtpd.introduce(dora, bobby)
    accepted(post(dora, reply(dora), bobby), bobby)
    # An alias never goes to another; that it has shows who looked.
    tmtpd.sql(f"update tmtp.alias set account = (select id from tmtp.account where uid = '{bobby.uid}') where name = '{dora.alias}'")
    accepted(post(dora, reply(dora), bobby), bobby)
    dora.close()
    dora = tmtpd.login(dora)
    assert refused(post(dora, reply(dora), bobby), ALIAS)
    dora.close()


@pytest.mark.parametrize('key,value,fault', [
    ('byuid', 'bobby', 'cc entry 2: byuid must be the sender'), ('byuid', 'eve', 'cc entry 2: byuid must be the sender'),
    ('byuid', NOBODY, 'cc entry 2: byuid must be the sender'), ('byuid', None, 'cc entry 2: byuid must be the sender'),
    ('by', 'bobby', 'cc entry 2: by must be an alias of the sender'), ('by', 'eve', 'cc entry 2: by must be an alias of the sender'),
    ('by', 'Nobody has this', 'cc entry 2: by must be an alias of the sender'), ('by', None, 'cc entry 2: by must be an alias of the sender'),
    ('who', 'eve', pair(2)), ('who', 'Nobody has this', pair(2)), ('who', 'short', pair(2)), ('who', None, pair(2)), ('who', 'x' * 81, pair(2)),
    ('who', 'alice', pair(2)), ('whouid', 'eve', 'cc entry 2 is neither the author nor a recipient'),
    ('whouid', NOBODY, 'cc entry 2 is neither the author nor a recipient'), ('whouid', None, pair(2)), ('whouid', '', pair(2)),
    ('whouid', 'x' * 32, pair(2)), ('whouid', 'é' * 16, pair(2)),
])
def test_an_entry_that_is_not_true(people, key, value, fault):
    alice, bobby, _, eve = people
    names = {'alice': alice, 'bobby': bobby, 'eve': eve}
    if value in names:
        value = names[value].uid if key.endswith('uid') else names[value].alias
    head = thread(alice, bobby)
    head['cc'][1][key] = value
    assert refused(post(alice, head, bobby), fault)


def test_an_untrue_pair_is_told_alike_whoever_exists(people):
    alice, bobby, carol, eve = people
    acks = []
    for who in (eve.alias, carol.alias, alice.alias, 'Nobody has this', 'x', ''):
        head = thread(alice, bobby)
        head['cc'][1]['who'] = who
        acks.append(post(alice, head, bobby))
    for uid in (eve.uid, NOBODY):
        head = thread(alice, bobby)
        head['cc'][1]['whouid'] = uid
        acks.append(post(alice, head, uid))
    assert all(a == acks[0] for a in acks) and refused(acks[0], pair(2))


def test_the_first_entry_that_is_not_true_is_told(people):
    alice, bobby, carol, eve = people
    head = thread(alice, bobby, carol)
    head['cc'][2]['who'] = eve.alias
    assert refused(post(alice, head, bobby, carol), pair(3))
    head['cc'][1]['who'] = eve.alias
    assert refused(post(alice, head, bobby, carol), pair(2))


# -- who is in cc ----------------------------------------------------------------------------------

def test_a_new_thread_needs_its_author_first(people):
    alice, bobby, *_ = people
    head = thread(alice, bobby)
    for cc in ([], None, head['cc'][1:], head['cc'][::-1]):
        assert refused(post(alice, {**head, 'cc': cc}, bobby), FIRST)
    del head['cc']
    assert refused(post(alice, head, bobby), FIRST)


def test_a_new_thread_lists_every_recipient(people):
    alice, bobby, carol, _ = people
    assert refused(post(alice, thread(alice, bobby), bobby, carol), EVERY)
    assert refused(post(alice, thread(alice), bobby), EVERY)


def test_a_stranger_cannot_be_brought_in(people):
    alice, bobby, carol, eve = people
    assert refused(post(alice, thread(alice, bobby, carol), bobby), 'cc entry 3 is neither the author nor a recipient')
    ack = post(alice, thread(alice, bobby, eve), bobby, eve)
    assert refused(ack, f'not introduced to {eve.uid}')


def test_a_reply_needs_no_cc_but_none_may_lie(people):
    alice, bobby, _, eve = people
    head = reply(alice, cc=[entry(bobby, alice)])
    accepted(post(alice, head, bobby), bobby)
    head['cc'][0]['who'] = eve.alias
    assert refused(post(alice, head, bobby), pair(1))


def test_a_group_is_listed_by_its_name_twice(people):
    alice, bobby, *_ = people
    group = 'Some group of ours'
    assert refused(post(alice, thread(alice), groups=[group]), EVERY)
    wrong = thread(alice, group)
    wrong['cc'][1]['who'] = 'Another name'
    assert refused(post(alice, wrong, groups=[group]), pair(2))
    assert refused(post(alice, thread(alice, bobby, group), bobby), 'cc entry 3 is neither the author nor a recipient')
    assert refused(post(alice, thread(alice, group), group), 'cc entry 2 is neither the author nor a recipient')  # as a user
    ack = post(alice, thread(alice, group), groups=[group])  # nothing wrong inside, but not joined
    assert 'introduced' in ack['error'] or 'group' in ack['error']


# -- the thread and attachments --------------------------------------------------------------------

@pytest.mark.parametrize('threadid', ['../../../etc/x1', '0' * 15, '0' * 17, 'g' * 16, 'ABCDEFABCDEFABCD', '0x00000000000001', ' ' * 16,
                                      '_000000000000001', '-000000000000001', '+000000000000001', '/' * 16, '0' * 16, 'é' * 8])
def test_a_threadid_that_is_no_id(people, threadid):
    alice, bobby, *_ = people
    assert refused(post(alice, reply(alice, threadid), bobby), THREADID)
    assert refused(post(alice, reply(alice, confirmid=threadid), bobby), 'confirmid must be the id of a message, 16 hex digits')


@pytest.mark.parametrize('ahead', [1, 2, 3, 50, 1 << 40])
def test_a_threadid_that_foretells_an_id(people, ahead):
    """The client would take the message for a new thread without its cc being one."""
    alice, bobby, *_ = people
    last = post(alice, reply(alice), bobby)
    accepted(last, bobby)
    ack = post(alice, reply(alice, f'{int(last["msgid"], 16) + ahead:016x}'), bobby)
    if ahead < 3:  # ids may have been used up meanwhile
        assert 'msgid' not in ack or ack['msgid'] > last['msgid']
    if 'msgid' in ack:
        assert int(ack['msgid'], 16) != int(last['msgid'], 16) + ahead
        bobby.take()
    else:
        assert refused(ack, 'threadid is the id of no message')


def attach(*sizes, **more):
    """Attachments of these sizes."""
    return [{'name': f'u:{i}', 'size': s, **more} for i, s in enumerate(sizes)]


@pytest.mark.parametrize('sizes,good', [((0,), True), ((4,), True), ((5,), False), ((2, 2), True), ((3, 2), False), ((0,) * 100, True),
                                        ((2**53,), False), ((2**63 - 1,), False), ((2**63 - 1, 2**63 - 1), False), ((4, 2**63 - 1), False)])
def test_attach_sizes_fit_the_data(people, sizes, good):
    alice, bobby, *_ = people
    ack = post(alice, reply(alice, attach=attach(*sizes)), bobby, body=b'1234')
    if good:
        accepted(ack, bobby, body=b'1234')
    else:
        assert refused(ack, SIZES)


@pytest.mark.parametrize('size', [-1, -2**63, 1.0, 1e3, '4', True, []])
def test_attach_sizes_are_whole_numbers(people, size):
    alice, bobby, *_ = people
    assert refused(post(alice, reply(alice, attach=[{'name': 'u:x', 'size': size}]), bobby), 'attach entry 1 has a value of the wrong type')


@pytest.mark.parametrize('name', [None, '', 'u', 'u:' + 'x' * 229, 'u:' + 'é' * 38, 'u:' + '/' * 76])
def test_attach_names_make_a_file(people, name):
    alice, bobby, *_ = people
    assert refused(post(alice, reply(alice, attach=[{'name': name, 'size': 1}]), bobby), 'attach entry 1 needs a name of 2 to 230 octets')


def test_the_longest_attach_name(people):
    alice, bobby, *_ = people
    accepted(post(alice, reply(alice, attach=[{'name': 'u:' + 'x' * 226, 'size': 1}]), bobby), bobby)  # ":" is three, escaped


@pytest.mark.parametrize('other', ['u:a.txt', 'U:A.TXT'])
def test_no_two_attachments_of_one_name(people, other):
    alice, bobby, *_ = people
    items = [{'name': 'u:a.txt', 'size': 1}, {'name': other, 'size': 1}]
    assert refused(post(alice, reply(alice, attach=items), bobby), 'attach entry 2 has the name of another')


def test_at_most_100_attachments(people):
    alice, bobby, *_ = people
    assert refused(post(alice, reply(alice, attach=attach(*[0] * 101)), bobby), 'attach must have 100 entries at most')


def test_a_filled_form_is_not_empty_and_its_table_has_a_name(people):
    alice, bobby, *_ = people
    form = {'name': 'r:form', 'size': 4, 'ffn': 'example.org/form'}
    accepted(post(alice, reply(alice, attach=[form]), bobby, body=b'{ }!'), bobby, body=b'{ }!')
    assert refused(post(alice, reply(alice, attach=[{**form, 'size': 0}]), bobby), SIZES)
    assert refused(post(alice, reply(alice, attach=[{**form, 'ffn': 'x' * 231}]), bobby), 'attach entry 1: ffn is too long')


# -- how it fits in --------------------------------------------------------------------------------

def test_answers_keep_their_order(people):
    alice, bobby, _, eve = people
    heads = [reply(alice), reply(alice, alias=eve.alias), thread(alice, bobby), reply(alice, 'x'), reply(alice)]
    text = b''
    for i, head in enumerate(map(octets, heads)):
        header = octets({'op': 7, 'id': str(i), 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': len(head) + 1, 'datahead': len(head)})
        text += b'%04x' % len(header) + header + head + b'%d' % i
    alice.raw(text)
    acks = [alice.find('ack') for _ in heads]
    assert [a['id'] for a in acks] == list('01234')
    assert [a.get('error') for a in acks] == [None, ALIAS, None, THREADID, None]
    assert [bobby.take()['data'][-1:] for _ in range(3)] == [b'0', b'2', b'4']


def test_many_links_at_once_are_told_each_their_own(tmtpd, people):
    _, bobby, *_ = people
    links = [tmtpd.register('liar' if i % 3 else 'honest') for i in range(12)]
    for i, link in enumerate(links):
        tmtpd.introduce(link, bobby)
        head = thread(link, bobby)
        if i % 3:
            head['cc'][i % 3 - 1]['who'] = links[0].alias
        head = octets(head)
        link.send({'op': 7, 'id': str(i), 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': len(head) + 1, 'datahead': len(head)}, head + b'x')
    for i, link in enumerate(links):
        ack = link.find('ack')
        assert ack['id'] == str(i)
        assert refused(ack, pair(i % 3)) if i % 3 else 'msgid' in ack
    assert {bobby.take()['from'] for _ in range(4)} == {link.uid for link in links[::3]}
    for link in links:
        link.close()


def test_a_link_that_goes_while_it_is_checked_leaves_nothing(tmtpd, people):
    _, bobby, *_ = people
    for _ in range(5):
        link = tmtpd.register('fleeting')
        tmtpd.introduce(link, bobby)
        head = octets(thread(link, bobby, alias='Nobody has this'))
        link.send({'op': 7, 'id': 'm', 'for': [{'id': bobby.uid, 'type': 1}], 'datalen': len(head) + 1, 'datahead': len(head)}, head + b'x')
        link.close()


@pytest.mark.parametrize('settings,checked', [
    ({'policy': 'introduced'}, True), ({'policy': 'open'}, False), ({'policy': 'open', 'check_inner': 'yes'}, True),
    ({'policy': 'introduced', 'check_inner': 'no'}, False),
])
def test_it_is_on_unless_the_policy_is_open(cluster, settings, checked):
    name = 'inner_' + '_'.join(settings.values())
    server = Tmtpd(cluster, name)
    if 'check_inner' not in settings:
        del server.settings['tmtpd']['server']['check_inner']
    server.settings['tmtpd']['server'].update(settings)
    with server:
        alice, bobby = server.register('alice'), server.register('bobby')
        server.introduce(alice, bobby)
        assert ('error' in alice.post(bobby, data=b'no object')) == checked
