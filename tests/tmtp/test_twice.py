"""A batch whose commit was not answered runs again with the same ids: everything happens once, and is answered once."""
import pytest

from lossy import Lossy
from tmtpd import Tmtpd, silent


@pytest.fixture(name='lossy', scope='module')
def way_to_the_database(cluster, tmp_path_factory):
    way = Lossy(tmp_path_factory.mktemp('pg'), cluster.socket)
    yield way
    way.close()


@pytest.fixture(name='tmtpd', scope='module')
def server_behind_it(cluster, lossy):
    server = Tmtpd(cluster, 'twice', {'database': {'connection': f'host={lossy.folder} dbname=tmtpd_twice user=tmtpd_app'}})
    server.prepare().start()
    yield server
    server.stop()


@pytest.mark.parametrize('pass_over', [0, 1])  # an edit runs once to learn an alias, and once to be done
def test_an_invitation_and_what_follows(tmtpd, lossy, pass_over):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid, other = 'group of ' + alice.alias, bobby.alias + ' too'
    bobby.send({'op': 3, 'id': 'a', 'newalias': other}).find('ack')
    bobby.take('user')

    lossy.lose('group_invite')
    ack = alice.invite(gid, bobby.alias)
    assert lossy.lost.is_set() and bobby.take('invite')['id'] == ack['msgid']
    assert alice.take('member')['act'] == 'invite'

    for act, more, told in (('join', {}, bobby.alias), ('alias', {'newalias': other}, bobby.alias), ('drop', {'to': other}, other)):
        lossy.lose('group_edit', pass_over)
        assert 'error' not in bobby.group(act, gid, **more)
        assert lossy.lost.is_set()
        for link in (alice, bobby):
            message = link.take('member')
            assert (message['act'], message['alias']) == (act, told)
    silent(alice, bobby)


def test_a_post_to_a_group_and_a_notification(tmtpd, lossy):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    gid = 'group of ' + alice.alias
    alice.invite(gid, bobby.alias)
    bobby.take('invite')
    bobby.group('join', gid)
    bobby.take('member')

    lossy.lose('post')
    ack = alice.post_group(gid, 3, b'once')
    assert lossy.lost.is_set() and bobby.take()['id'] == ack['msgid']
    lossy.lose('post')
    alice.send({'op': 8, 'id': 'n', 'for': [{'id': bobby.uid, 'type': 1}], 'notelen': 1, 'datalen': 2}, b'nm')
    ack = alice.find('ack')
    assert lossy.lost.is_set() and bobby.take()['id'] == ack['msgid']
    assert bobby.take('notify')['postid'] == ack['msgid']
    silent(bobby)


def test_presence(tmtpd, lossy):
    alice, bobby = tmtpd.friends('alice', 'bobby')
    for kind, status in (('add', 1), ('drop', 2), ('add', 1)):
        lossy.lose('ohi_edit')
        assert 'error' not in alice.ohi(kind, bobby)
        assert lossy.lost.is_set()
        assert alice.take('ohiedit')['type'] == kind
        assert bobby.expect('ohi')['status'] == status
    silent(alice, bobby)
    lossy.lose('login')
    bobby.quit()
    bobby = tmtpd.link().rev().login(bobby.uid, bobby.node)
    assert bobby.expect('info')['ohi'] == [alice.uid]
    assert lossy.lost.is_set()
    lossy.lose('presence_leave')
    alice.quit()
    assert bobby.find('ohi')['status'] == 2
    assert lossy.lost.is_set()
