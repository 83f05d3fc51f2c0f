"""Every killer of the stock server and the stock client (tmtp.md, sections 7 and 8): tmtpd answers as the protocol says,
stays up, and lets nothing through to anybody. Two bystanders notice nothing."""
import pytest

from bystanders import Bystanders
from hostile import frame, named
from inner import entry, octets, post, refused, reply, thread
from tmtpd import Link, Tmtpd

SETTINGS = {'server': {'policy': 'open', 'max_message': '4M'}}
HUGE = (2**63 - 1, 2**63, 2**64 - 1, -2**63, -1, 2**53, 10**30)


@pytest.fixture(scope='module')
def checked(cluster):
    """A server that checks the inner layer."""
    with Tmtpd(cluster, 'killers_checked', {'server': {'check_inner': 'yes'}}) as server:
        yield server


@pytest.fixture(scope='module', name='bystanders')
def bystanders_everywhere(tmtpd, checked):
    """On both servers."""
    made = [Bystanders(tmtpd), Bystanders(checked)]
    yield made
    for b in made:
        b.nothing_was_lost()


@pytest.fixture(autouse=True)
def others_notice_nothing(bystanders):
    """After each test."""
    yield
    for b in bystanders:
        b.write()


# -- section 8: what ends the stock server ---------------------------------------------------------

@pytest.mark.parametrize('number', HUGE)
@pytest.mark.parametrize('key', ['datalen', 'datahead', 'datasum', 'notelen', 'notehead', 'notesum', 'status', 'auth', 'headsum'])
def test_a_number_near_2_63_in_any_request(tmtpd, key, number):
    fields = {0: '"id":"1"', 2: '"uid":"x","node":"y"'}
    for op, more in fields.items():
        link = tmtpd.link()
        if op:
            link.rev()
        link.raw(frame(f'{{"op":{op},{more},"{key}":{number}}}'))
        if op:
            link.quits('invalid header')
        else:
            link.closed()


LONG = {
    '255 letters': 'x' * 255, '64 that are 255 escaped': '%' * 85, '86 percent signs': '%' * 86, '81 letters': 'x' * 81, '60,000 letters': 'x' * 60000,
    'NUL': '\x00' * 255, 'slashes': '/' * 255, 'dots': '../' * 85, 'emoji': '🂡' * 81, 'line ends': '\r\n' * 128, 'a quote': '"' * 255,
}
PLACES = {
    'recipient, a user': lambda n, a: {'op': 7, 'for': [{'id': n, 'type': 1}], 'datalen': 1},
    'recipient, a group': lambda n, a: {'op': 7, 'for': [{'id': n, 'type': 2}], 'datalen': 1},
    'recipient of a ping': lambda n, a: {'op': 9, 'from': a, 'to': n, 'datalen': 1},
    'sender of a ping': lambda n, a: {'op': 9, 'from': n, 'to': a, 'datalen': 1},
    'alias of a user edit': lambda n, a: {'op': 3, 'newalias': n},
    'group of an invitation': lambda n, a: {'op': 5, 'gid': n, 'from': a, 'to': 'somebody else', 'datalen': 1},
    'recipient of an invitation': lambda n, a: {'op': 5, 'gid': 'Some group', 'from': a, 'to': n, 'datalen': 1},
    'sender of an invitation': lambda n, a: {'op': 5, 'gid': 'Some group', 'from': n, 'to': 'somebody else', 'datalen': 1},
    'group to join': lambda n, a: {'op': 6, 'gid': n, 'act': 'join'},
    'alias in a group': lambda n, a: {'op': 6, 'gid': 'Some group', 'act': 'alias', 'newalias': n},
    'member to drop': lambda n, a: {'op': 6, 'gid': 'Some group', 'act': 'drop', 'to': n},
    'somebody whose presence is wanted': lambda n, a: {'op': 4, 'for': [{'id': n}], 'type': 'add'},
    'recipient of a post notify': lambda n, a: {'op': 8, 'for': [{'id': n, 'type': 1}], 'notelen': 1, 'datalen': 2},
    'recipient of a notification': lambda n, a: {'op': 8, 'for': [], 'notefor': [{'id': n, 'type': 1}], 'notelen': 1, 'datalen': 2},
}


@pytest.mark.parametrize('place', PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize('name', LONG.values(), ids=LONG.keys())
def test_a_name_too_long_for_a_file_gets_an_error_or_a_quit(tmtpd, place, name):
    link = tmtpd.register('mallory')
    header = {'id': 'm', **place(name, link.alias)}
    link.send(header, b'x' * header.get('datalen', 0))
    op, error = None, None
    while op not in ('ack', 'quit'):
        answer = link.receive()
        assert answer is not None, 'closed without a word'
        op, error = answer[0]['op'], answer[0].get('error')
    assert error or header['op'] == 4, 'it was taken'  # of whom nothing is known nothing is told
    link.close()


# -- section 7: what ends the stock client, with check_inner ---------------------------------------

@pytest.fixture(scope='module')
def pair(checked):
    """Mallory may write to Bobby; Victim is a stranger."""
    mallory, bobby, victim = (checked.register(n) for n in ('mallory', 'bobby', 'victim'))
    checked.introduce(mallory, bobby)
    return mallory, bobby, victim


def changed(head, index, **changes):
    """A head with an entry of cc changed."""
    head['cc'][index].update(changes)
    return head


def raw(head, **more):
    """A head as text, with members put in as they are."""
    text = octets(head).decode()
    return (text[:-1] + ''.join(f',{k}' for k in more.values()) + '}').encode()


# Each takes (mallory, bobby, victim) and gives the datahead of a post to Bobby.
LIES = {
    'no datahead': lambda m, b, v: b'',
    'null': lambda m, b, v: b'null',
    'not JSON': lambda m, b, v: b'Dear Bobby,',
    'JSON cut off': lambda m, b, v: octets(thread(m, b))[:-1],
    'new thread without cc': lambda m, b, v: reply(m, ''),
    'new thread with cc null': lambda m, b, v: thread(m, b, cc=None),
    'new thread with an empty cc': lambda m, b, v: thread(m, b, cc=[]),
    'cc without the recipient and with a stranger': lambda m, b, v: thread(m, v),
    'threadid with a path': lambda m, b, v: reply(m, '../../../../tmp'),
    'threadid with a slash': lambda m, b, v: reply(m, '00000000/0000001'),
    'threadid with NUL': lambda m, b, v: reply(m, '000000000000000\x00'),
    'threadid of a draft': lambda m, b, v: reply(m, '_000000000000001'),
    'threadid in capitals': lambda m, b, v: reply(m, 'ABCDEF0000000001'),
    'threadid a number': lambda m, b, v: reply(m, 1),
    'header and datahead over 64 KiB': lambda m, b, v: thread(m, b, subject='x' * 65000),
    'header and datahead over 60 KiB': lambda m, b, v: thread(m, b, subject='x' * 61000),
    '251 in cc': lambda m, b, v: thread(m, *[b] * 250),
    'a subject that grows over 64 KiB': lambda m, b, v: reply(m, subject='<' * 20000),
    'alias of another': lambda m, b, v: reply(m, alias=v.alias),
    'alias of the recipient': lambda m, b, v: reply(m, alias=b.alias),
    'alias of nobody': lambda m, b, v: reply(m, alias='The President'),
    'alias with a space more': lambda m, b, v: reply(m, alias=m.alias + ' '),
    'alias in other case': lambda m, b, v: reply(m, alias=m.alias.upper()),
    'alias with a zero-width space': lambda m, b, v: reply(m, alias=m.alias + '\u200b'),
    'alias with a look-alike': lambda m, b, v: reply(m, alias=m.alias.replace('a', 'а')),
    'alias twice, the true one first': lambda m, b, v: raw(reply(m), x=f'"alias":"{v.alias}"'),
    'alias twice, in two spellings': lambda m, b, v: raw(reply(m), x=f'"Alias":"{v.alias}"'),
    'alias twice, one key escaped': lambda m, b, v: raw(reply(m), x=f'"\\u0061lias":"{v.alias}"'),
    'alias twice, with a long s': lambda m, b, v: raw(reply(m), x=f'"alia\u017f":"{v.alias}"'),
    'cc twice': lambda m, b, v: raw(thread(m, b), x='"cc":[]'),
    'byuid of another': lambda m, b, v: changed(thread(m, b), 1, byuid=v.uid),
    'byuid of the recipient': lambda m, b, v: changed(thread(m, b), 1, byuid=b.uid),
    'by of another': lambda m, b, v: changed(thread(m, b), 1, by=v.alias),
    'all by another': lambda m, b, v: changed(changed(thread(m, b), 0, by=v.alias, byuid=v.uid), 1, by=v.alias, byuid=v.uid),
    'the alias of a stranger bound to oneself': lambda m, b, v: changed(thread(m, b), 0, who=v.alias),
    'the alias of a stranger bound to the recipient': lambda m, b, v: changed(thread(m, b), 1, who=v.alias),
    'an unknown alias bound to oneself': lambda m, b, v: thread(m, b, cc=thread(m, b)['cc'] + [{**entry(m, m), 'who': 'The President'}]),
    'an alias bound to no uid': lambda m, b, v: thread(m, b, cc=thread(m, b)['cc'] + [entry(v, m, whouid='')]),
    'an alias bound to itself, as a group': lambda m, b, v: thread(m, b, cc=thread(m, b)['cc'] + [entry(v.alias, m)]),
    'a stranger with a true uid': lambda m, b, v: thread(m, b, v),
    'a stranger as the author': lambda m, b, v: thread(m, b, cc=[entry(v, m), *thread(m, b)['cc']]),
    'whouid twice in an entry': lambda m, b, v: octets(thread(m, b)).replace(b'"note":""', b'"whouid":"%s"' % v.uid.encode()),
    'who twice in an entry, in two spellings': lambda m, b, v: changed(thread(m, b), 1, Who=v.alias),
    'cc in a reply with a lie': lambda m, b, v: reply(m, cc=[{**entry(b, m), 'who': v.alias}]),
    'attachments larger than the data': lambda m, b, v: reply(m, attach=[{'name': 'u:x', 'size': 5}]),
    'attachments that overflow': lambda m, b, v: reply(m, attach=[{'name': f'u:{i}', 'size': 2**63 - 1} for i in range(3)]),
    'an attachment of negative size': lambda m, b, v: reply(m, attach=[{'name': 'u:x', 'size': -1}]),
    'two attachments of one name': lambda m, b, v: reply(m, attach=[{'name': 'u:x', 'size': 1}] * 2),
    'an attachment without a name': lambda m, b, v: reply(m, attach=[{'size': 1}]),
    'an attachment of a name too long for a file': lambda m, b, v: reply(m, attach=[{'name': 'u:' + '%' * 80, 'size': 1}]),
    '3,000 attachments': lambda m, b, v: reply(m, attach=[{'name': f'u:{i}'} for i in range(3000)]),
    'an empty form': lambda m, b, v: reply(m, attach=[{'name': 'r:x', 'ffn': 'y'}]),
    'confirmid with a path': lambda m, b, v: reply(m, confirmid='../../../../tmp/'),
    'a checksum beyond 32 bits': lambda m, b, v: changed(thread(m, b), 1, checksum=2**32),
    'subscribe a text': lambda m, b, v: changed(thread(m, b), 1, subscribe='true'),
    'a size as a float': lambda m, b, v: reply(m, attach=[{'name': 'u:x', 'size': 1.0}]),
}


@named(LIES)
def test_a_lie_is_refused_in_its_ack_and_nobody_gets_it(pair, case):
    mallory, bobby, _ = pair
    ack = post(mallory, case(*pair), bobby)
    assert ack['error'] and 'msgid' not in ack and 'posted' not in ack, ack
    assert 'msgid' in post(mallory, reply(mallory), bobby, body=b'true')
    assert bobby.take()['data'].endswith(b'}true')


def test_a_thread_to_a_group_that_does_not_list_its_author(pair):
    mallory, *_ = pair
    head = thread(mallory, 'Some group of ours')
    del head['cc'][0]
    assert refused(post(mallory, head, groups=['Some group of ours']), 'cc of a new thread must list the author first')


@pytest.mark.parametrize('name,head', [
    ('an empty subject', lambda m, b: thread(m, b, subject='')), ('no subject', lambda m, b: thread(m, b, subject=None)),
    ('a note of 5,000', lambda m, b: changed(thread(m, b), 1, note='x' * 5000)), ('a wrong checksum', lambda m, b: changed(thread(m, b), 1, checksum=7)),
    ('a name with a path, which is escaped', lambda m, b: reply(m, attach=[{'name': 'u:../../x', 'size': 1}])),
], ids=lambda v: v if isinstance(v, str) else '')
def test_what_looks_odd_but_harms_nobody_goes_through(pair, name, head):
    mallory, bobby, _ = pair
    assert 'msgid' in post(mallory, head(mallory, bobby), bobby, body=b'text', datasum=12345), name
    assert bobby.take()['data'].endswith(b'text')


def test_a_ping_that_poses_as_another_is_refused(pair):
    mallory, bobby, victim = pair
    mallory.send({'op': 9, 'id': 'p', 'from': victim.alias, 'to': bobby.alias, 'datalen': 2}, b'hi')
    assert mallory.find('ack')['error'] == 'from must identify sender'
    mallory.send({'op': 3, 'id': 'a', 'newalias': victim.alias})
    assert mallory.find('ack')['error'] == f'AddAlias: alias {victim.alias} already taken'


def test_a_client_gets_registered_before_info_before_messages_and_ids_as_it_wants_them(pair, checked):
    mallory, bobby, _ = pair
    bobby.close()
    ids = [post(mallory, reply(mallory), bobby, body=b'%d' % i)['msgid'] for i in range(3)]
    again = Link(checked.tmtp_port).rev().login(bobby.uid, bobby.node)
    assert again.receive()[0] == {'op': 'info', 'info': 'login ok'}
    got = [again.take() for _ in range(3)]
    assert [g['id'] for g in got] == ids == sorted(ids)
    assert all(len(i) == 16 and set(i) <= set('0123456789abcdef') for i in ids)
    assert all(g['from'] == mallory.uid and len(g['from']) == 32 for g in got)
    again.take('login')
    again.close()
