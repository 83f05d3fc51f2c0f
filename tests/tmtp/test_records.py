"""The dialogues recorded from the stock server (mnm v0.2), word for word."""
import json
import pathlib

import pytest

import tmtp_probe

SETTINGS = {'server': {'policy': 'open', 'name': 'probe'}}
RECORDS = pathlib.Path(__file__).parent / 'records'


@pytest.mark.parametrize('scenario', sorted(tmtp_probe.S))
def test_dialogue_is_as_recorded(tmtpd, scenario):
    world = tmtp_probe.World(('127.0.0.1', tmtpd.tmtp_port))
    tmtp_probe.S[scenario](world)
    for link in world.links:
        link.close()

    said = [json.loads(json.dumps(e)) for e in tmtp_probe.normal(world.log)]

    assert said == json.loads((RECORDS / f'{scenario}.json').read_text(encoding='utf8'))
