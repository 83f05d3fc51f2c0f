"""check_inner for groups, and for the two inner headers of PostNotify."""
import random
import string

import pytest

from inner import entry, octets, post, refused, reply, thread
from tmtpd import silent

SETTINGS = {'server': {'check_inner': 'yes'}}
UNKNOWN = 'a new thread to a group needs an author to whom all in it are introduced'


@pytest.fixture(name='group')
def group_of_three(tmtpd):
    """Alice has brought Bobby and Carol, who don't know each other, into a group."""
    alice, bobby, carol = (tmtpd.register(n) for n in ('alice', 'bobby', 'carol'))
    gid = 'talkers ' + ''.join(random.choices(string.ascii_lowercase, k=8))
    for person in (bobby, carol):
        tmtpd.introduce(alice, person)
        assert 'msgid' in alice.invite(gid, person.alias)
        assert 'error' not in person.group('join', gid)
    for person in (alice, bobby, carol):
        drain(person)
    return gid, alice, bobby, carol


def drain(person):
    """Acknowledge what is queued: a message to oneself is the last of it."""
    person.post(person, data=b'end of it')
    while True:
        frame = person.receive()
        person.ack(frame[0])
        if frame[1] == b'end of it':
            return


def test_a_thread_to_a_group_whose_members_know_the_author_goes_through(group):
    gid, alice, bobby, carol = group
    made = post(alice, thread(alice, gid), groups=[gid])
    assert 'msgid' in made
    for person in (bobby, carol):
        assert person.take()['data'].endswith(b'text')
    assert 'msgid' in post(bobby, reply(bobby, made['msgid']), groups=[gid])  # anybody may reply
    assert alice.take()['from'] == carol.take()['from'] == bobby.uid


def test_a_thread_to_a_group_with_a_member_who_does_not_know_the_author_is_refused(tmtpd, group):
    """The stock client dies of it: it finds neither its user nor the author."""
    gid, alice, bobby, carol = group
    assert refused(post(bobby, thread(bobby, gid), groups=[gid]), UNKNOWN)
    silent(alice, bobby, carol)
    tmtpd.introduce(bobby, carol)
    assert 'msgid' in post(bobby, thread(bobby, gid), groups=[gid])
    assert alice.take()['from'] == carol.take()['from'] == bobby.uid


def test_who_is_only_invited_or_has_left_need_not_know_the_author(tmtpd, group):
    gid, alice, bobby, carol = group
    dora = tmtpd.register('dora')
    tmtpd.introduce(alice, dora)
    alice.invite(gid, dora.alias)
    carol.group('drop', gid, to=carol.alias)
    for person in (alice, bobby, carol):
        drain(person)
    assert 'msgid' in post(bobby, thread(bobby, gid), groups=[gid])
    assert alice.take()['from'] == bobby.uid
    silent(carol)


def test_of_a_group_that_is_not_joined_nothing_is_told(tmtpd, group):
    gid, *_ = group
    eve = tmtpd.register('eve')
    there = post(eve, thread(eve, gid), groups=[gid])
    nowhere = post(eve, thread(eve, 'No such group'), groups=['No such group'])
    assert there['error'].replace(gid, 'X') == nowhere['error'].replace('No such group', 'X')
    assert refused(there, f'not introduced to {gid}')


def test_a_thread_to_a_group_has_no_other_recipient(group):
    gid, alice, bobby, carol = group
    assert refused(post(alice, thread(alice, bobby, gid), bobby, groups=[gid]), 'a new thread to a group can have no other recipient')
    assert refused(post(alice, thread(alice, gid, gid + '2'), groups=[gid, gid + '2']), 'a new thread to a group can have no other recipient')
    silent(bobby, carol)
    assert 'msgid' in post(alice, thread(alice, gid), alice, groups=[gid])  # oneself is none
    assert alice.take()['from'] == bobby.take()['from'] == carol.take()['from'] == alice.uid


@pytest.mark.parametrize('changes,fault', [
    ({'who': 'Another name'}, 'cc entry 2: who and whouid do not belong together'), ({'byuid': '%' * 32}, 'cc entry 2: byuid must be the sender'),
    ({'by': 'Another name'}, 'cc entry 2: by must be an alias of the sender'),
])
def test_a_group_is_listed_truly(group, changes, fault):
    gid, alice, bobby, carol = group
    head = thread(alice, gid)
    head['cc'][1].update(changes)
    assert refused(post(alice, head, groups=[gid]), fault)
    silent(bobby, carol)


# -- PostNotify ------------------------------------------------------------------------------------

def forward(link, note, head, to, note_for=(), body=b'the thread', **more):
    """Forward a thread as the stock client does; gives the ack."""
    note, head = octets(note), octets(head)
    def items(people):
        return [{'id': p.uid, 'type': 1} for p in people]
    link.send({'op': 8, 'id': 'f', 'for': items(to), 'notefor': items(note_for), 'fornotself': True, 'notelen': len(note), 'notehead': len(note),
               'datahead': len(head), 'datalen': len(note) + len(head) + len(body), **more}, note + head + body)
    return link.find('ack')


@pytest.fixture(name='four')
def alice_and_three_contacts(tmtpd):
    """Alice may write to each."""
    alice, *others = (tmtpd.register(n) for n in ('alice', 'bobby', 'carol', 'dora'))
    for other in others:
        tmtpd.introduce(alice, other)
    return alice, *others


def note_of(alice, *people, **changes):
    """The notification that adds people to a thread."""
    return {'threadid': '0000000000000001', 'alias': '', 'subject': '', 'cc': [entry(p, alice) for p in people], **changes}


FORWARDED = {'threadid': '0000000000000001', 'alias': '', 'subject': ''}


def test_a_forwarded_thread_goes_through(four):
    alice, bobby, carol, dora = four
    ack = forward(alice, note_of(alice, bobby), FORWARDED, [bobby], [carol, dora])
    assert 'msgid' in ack, ack
    assert bobby.take()['data'].endswith(b'the thread')
    for person in (bobby, carol, dora):
        person.take('notify')


def test_a_notification_that_lies_is_refused_and_neither_is_queued(four):
    alice, bobby, carol, dora = four
    lie = note_of(alice, bobby)
    lie['cc'][0]['who'] = dora.alias
    assert refused(forward(alice, lie, FORWARDED, [bobby], [carol]), 'notification: cc entry 1: who and whouid do not belong together')
    assert refused(forward(alice, note_of(alice, bobby, alias=carol.alias), FORWARDED, [bobby]), 'notification: alias must be an alias of the sender')
    assert refused(forward(alice, note_of(alice), FORWARDED, [bobby]), 'notification: cc must list every recipient, a group by its name twice')
    assert refused(forward(alice, b'null', FORWARDED, [bobby]), 'notification: notehead must be one JSON object')
    assert refused(forward(alice, note_of(alice, bobby), {**FORWARDED, 'alias': carol.alias}, [bobby]), 'alias must be an alias of the sender')
    assert refused(forward(alice, note_of(alice, bobby), b'[]', [bobby]), 'datahead must be one JSON object')
    assert refused(forward(alice, note_of(alice, bobby), FORWARDED, [bobby], notehead=0), 'notification: notehead must be one JSON object')
    silent(alice, bobby, carol, dora)


def test_only_notifying_is_checked_too(four):
    alice, bobby, carol, _ = four
    assert refused(forward(alice, note_of(alice, carol), FORWARDED, [], [bobby], fornotself=False),
                   'notification: cc entry 1 is neither the author nor a recipient')
    silent(bobby, carol)
