"""`tmtp group`, and posts to groups."""
import json

import pytest

from tmtp_person import Person
from tmtpd import Tmtpd


@pytest.fixture(scope='module')
def server(cluster):
    """Takes anybody, and lets anybody write to anybody."""
    with Tmtpd(cluster, 'command_groups', {'server': {'policy': 'open'}}) as tmtpd:
        yield tmtpd


class Circle:
    """A group: alice has invited bob and carol, who have joined; what told of it is read."""

    count = 0

    def __init__(self, server):
        Circle.count += 1
        self.gid = f'Circle of Friends {Circle.count}'
        self.alice, self.bob, self.carol = (Person(server, name) for name in ('Alice', 'Bob', 'Carol'))
        self.gather()

    def gather(self):
        """Invite and join."""
        for person in (self.bob, self.carol):
            self.alice.ok('group', 'invite', '--gid', self.gid, '--to', person.alias, 'come in')
            person.take()
            person.ok('group', 'join', '--gid', self.gid)
        for person in (self.alice, self.bob, self.carol):
            person.read()


@pytest.fixture
def circle(server):
    """A new group of three."""
    return Circle(server)


def groups(person):
    """What `group list` says: own alias and whether joined, by group."""
    listed = map(json.loads, person.ok('group', 'list', '--json').splitlines())
    return {g['gid']: (g['alias'], g['joined']) for g in listed}


def test_an_invitation_is_read_in_plain_words_and_can_be_taken(server):
    alice, bob = Person(server, 'Alice'), Person(server, 'Bob')
    gid = f'Bridge {alice.alias}'
    alice.ok('group', 'invite', '--gid', gid, '--to', bob.alias, 'every Friday')
    assert groups(alice) == {gid: (alice.alias, True)}
    printed = bob.ok('read', '--count', 1, '--wait', 15)
    assert f'{alice.alias} invites you to the group {gid}: every Friday\n' in printed
    assert f'tmtp group join --gid "{gid}"' in printed
    assert groups(bob) == {gid: (bob.alias, False)} and bob.contacts()[alice.alias]['uid'] == alice.uid
    bob.ok('group', 'join', '--gid', gid)
    assert groups(bob) == {gid: (bob.alias, True)}
    printed = alice.ok('read', '--wait', 2)
    assert f'{alice.alias} has invited {bob.alias} to the group {gid}.\n' in printed
    assert f'{bob.alias} has joined the group {gid}.\n' in printed


def test_a_post_to_a_group_reaches_its_members_and_a_reply_all_of_them(circle):
    sent = json.loads(circle.bob.ok('post', '--json', '--to-group', circle.gid, '--subject', 'Friday', 'Who comes?'))
    for person in (circle.alice, circle.carol):
        got = person.take()
        assert (got['body'], got['subject'], got['gid'], got['thread']) == ('Who comes?', 'Friday', circle.gid, sent['thread'])
    circle.carol.ok('post', '--thread', sent['thread'], 'I do')
    for person in (circle.alice, circle.bob):
        got = person.take()
        assert (got['body'], got['alias'], got['thread'], got['gid']) == ('I do', circle.carol.alias, sent['thread'], circle.gid)
    assert circle.carol.read() == circle.bob.read() == []


def test_text_output_names_the_group(circle):
    circle.alice.ok('post', '--to-group', circle.gid, 'hello')
    assert f'\nGroup: {circle.gid}\n' in circle.bob.ok('read', '--count', 1, '--wait', 15)


def test_another_alias_in_the_group_is_told(circle):
    other = circle.bob.alias + ' II'
    circle.bob.ok('alias', 'add', other)
    circle.bob.ok('group', 'alias', '--gid', circle.gid, other)
    assert groups(circle.bob)[circle.gid] == (other, True)
    assert f'{circle.bob.alias} goes by {other} in the group {circle.gid} now.' in circle.carol.ok('read', '--wait', 2)


def test_who_leaves_can_come_again(circle):
    circle.bob.ok('group', 'leave', '--gid', circle.gid)
    assert groups(circle.bob)[circle.gid] == (circle.bob.alias, False)
    assert f'{circle.bob.alias} has left the group {circle.gid}.' in circle.alice.ok('read', '--wait', 2)
    assert circle.bob.run('post', '--to-group', circle.gid, 'still here').returncode == 4
    circle.bob.ok('group', 'join', '--gid', circle.gid)
    circle.bob.ok('post', '--to-group', circle.gid, 'back again')


def test_who_is_dropped_is_told_and_cannot_join(circle):
    circle.alice.ok('group', 'drop', '--gid', circle.gid, '--who', circle.bob.alias)
    for person in (circle.bob, circle.carol):
        assert f'{circle.alice.alias} has dropped {circle.bob.alias} from the group {circle.gid}.' in person.ok('read', '--wait', 2)
    assert groups(circle.bob) == {}
    assert circle.bob.run('group', 'join', '--gid', circle.gid).returncode == 4


def test_a_message_can_go_to_a_group_and_to_others(server, circle):
    dora = Person(server, 'Dora')
    circle.alice.know(dora)
    circle.alice.ok('post', '--to-group', circle.gid, '--to', dora.alias, '--subject', 's', 'to all of you')
    assert [p.take()['body'] for p in (circle.bob, circle.carol, dora)] == ['to all of you'] * 3


def test_scripts_get_objects(circle, server):
    dora = Person(server, 'Dora')
    words = ['group', 'invite', '--json', '--gid', circle.gid, '--to', dora.alias]
    assert json.loads(circle.bob.ok(*words)) == {'gid': circle.gid, 'act': 'invite', 'alias': dora.alias}
    invite = dora.take()
    assert (invite['op'], invite['gid'], invite['alias'], invite['to']) == ('invite', circle.gid, circle.bob.alias, dora.alias)
    assert circle.carol.take()['act'] == 'invite'


def test_wrong_use_and_refusals_are_told(server):
    alice = Person(server, 'Alice')
    for words in (['invite', '--gid', 'Some Group'], ['join'], ['drop', '--gid', 'Some Group']):
        assert alice.run('group', *words).returncode == 1, words
    for words in ([], ['dance'], ['alias', '--gid', 'Some Group'], ['join', '--gid', 'Some Group', '--who', 'x']):
        assert alice.run('group', *words).returncode == 2, words
    for words in (['join', '--gid', 'No Such Group'], ['leave', '--gid', 'No Such Group'],
                  ['invite', '--gid', 'short', '--to', alice.alias]):
        assert alice.run('group', *words).returncode == 4, words


def test_members_who_were_not_introduced_write_to_each_other_through_the_group(cluster):
    with Tmtpd(cluster, 'groups_introduced') as tmtpd:
        circle = Circle.__new__(Circle)
        circle.gid = 'Circle of Strangers'
        circle.alice, circle.bob, circle.carol = (Person(tmtpd, name) for name in ('Alice', 'Bob', 'Carol'))
        for person in (circle.bob, circle.carol):
            tmtpd.introduce(circle.alice, person)
        circle.gather()
        sent = json.loads(circle.bob.ok('post', '--json', '--to-group', circle.gid, '--subject', 'Friday', 'Who comes?'))
        assert circle.carol.take()['body'] == 'Who comes?'
        circle.carol.ok('post', '--thread', sent['thread'], 'I do')
        assert circle.bob.take()['body'] == 'I do'
        done = circle.carol.run('post', '--to', circle.bob.alias, 'just you')
        assert done.returncode == 4 and 'not introduced' in done.stderr
