"""A clock that is set, back and forth: nothing but `posted` follows it."""
import glob
import subprocess

import pytest

from tmtpd import Tmtpd

FAKETIME = '/usr/lib/*/faketime/libfaketime.so.1'


@pytest.fixture(name='clock')
def server_whose_clock_may_be_set(cluster, tmp_path):
    """A tmtpd and the file that says how far its clock is off."""
    offset = tmp_path / 'offset'
    offset.write_text('+0')
    server = Tmtpd(cluster, 'clock', {'server': {'policy': 'open'}}).prepare()
    server.tmtpd.env = {'LD_PRELOAD': ':'.join([_sanitizer(), glob.glob(FAKETIME)[0]]), 'FAKETIME_TIMESTAMP_FILE': str(offset),
                        'FAKETIME_NO_CACHE': '1', 'FAKETIME_DONT_FAKE_MONOTONIC': '1'}
    yield server.start(), offset
    server.stop()


def _sanitizer():
    """The library that must be loaded before any other."""
    return subprocess.run(['gcc', '-print-file-name=libasan.so'], check=True, text=True, capture_output=True).stdout.strip()


def test_ids_rise_whatever_the_clock_does(clock):
    tmtpd, offset = clock
    alice, acks = tmtpd.register('alice'), []
    for step in ('+0', '-10y', '+10y', '-1d'):
        offset.write_text(step)
        acks += [alice.post(data=b'x') for _ in range(3)]
        if step == '+10y':  # and over a restart with a clock that is behind
            alice.close()
            tmtpd.stop()
            offset.write_text('-10y')
            tmtpd.start()
            alice = tmtpd.login(alice)
    ids, years = [a['msgid'] for a in acks], [int(a['posted'][:4]) for a in acks[::3]]
    assert years[1] == years[0] - 10 and years[2] == years[0] + 10, 'the clock was not set'
    assert ids == sorted(set(ids))
