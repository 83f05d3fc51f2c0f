"""Servers for the tests of tmtpd."""
import pytest

from tmtpd import Tmtpd


@pytest.fixture(scope='module')
def tmtpd(request, cluster):
    """A running tmtpd for this module, policy `introduced` unless its SETTINGS say otherwise; its end must be clean."""
    name = request.module.__name__.replace('test_', '')
    server = Tmtpd(cluster, name, getattr(request.module, 'SETTINGS', None)).prepare().start()
    yield server
    server.stop()


@pytest.fixture(name='pair')
def two_users(tmtpd):
    """Two users who don't know each other."""
    return tmtpd.register('alice'), tmtpd.register('bobby')
