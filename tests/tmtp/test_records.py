"""The dialogues recorded from the stock server (mnm v0.2), word for word, for the ops that tmtpd has."""
import json
import pathlib

import pytest

import tmtp_probe

SETTINGS = {'server': {'policy': 'open', 'name': 'probe'}}
RECORDS = pathlib.Path(__file__).parent / 'records'
LATER = {'groups', 'presence', 'post_notify'}


@pytest.mark.parametrize('scenario', sorted(set(tmtp_probe.S) - LATER))
def test_dialogue_is_as_recorded(tmtpd, scenario):
    world = tmtp_probe.World(('127.0.0.1', tmtpd.tmtp_port))
    tmtp_probe.S[scenario](world)
    for link in world.links:
        link.close()

    said = [json.loads(json.dumps(e)) for e in tmtp_probe.normal(world.log)]

    assert said == json.loads((RECORDS / f'{scenario}.json').read_text(encoding='utf8'))


@pytest.mark.parametrize('header', [
    {'op': 4, 'id': '1', 'for': [{'id': 'x'}], 'type': 'add'},
    {'op': 5, 'id': '1', 'gid': 'some group', 'from': 'some body', 'to': 'other body'},
    {'op': 6, 'id': '1', 'act': 'join', 'gid': 'some group'},
    {'op': 8, 'id': '1', 'for': [], 'notelen': 1, 'datalen': 2},
])
def test_op_that_is_not_there_says_so(tmtpd, header):
    tmtpd.register('alice').send(header).quits('not yet supported')
