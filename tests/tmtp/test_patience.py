"""A database that is away, full, read-only or slow: links stay up, nothing is acked or told falsely, work resumes by
itself; after `db_patience` links are closed, and new ones at once, until it works again."""
import os
import shutil
import subprocess
import time

import psycopg2
import pytest

from cluster import throwaway
from patience import fair_time
from tmtpd import Tmtpd, wait_until

LONG = {'server': {'policy': 'open'}}
SHORT = {'server': {'policy': 'open', 'db_patience': '1s'}}


def takes_links(tmtpd):
    """Whether it lets clients in; the admin interface reads by a connection of its own, which may be back sooner."""
    try:
        tmtpd.link().rev().close()
        return True
    except (OSError, AssertionError):
        return False


class Trouble:
    """A way in which a database is of no use; `begin` makes it so, `end` undoes it."""

    def __init__(self, tmtpd):
        self.tmtpd, self.cluster = tmtpd, tmtpd.cluster


class Away(Trouble):
    """PostgreSQL is not there."""

    def begin(self):
        self.cluster.stop('immediate')

    def end(self):
        self.cluster.start()


class ReadOnly(Trouble):
    """As a standby is, or a primary that is being demoted."""

    def begin(self):
        self.cluster.psql('postgres', 'alter system set default_transaction_read_only = on', 'select pg_reload_conf()')
        wait_until(lambda: self.cluster.psql('postgres', 'show default_transaction_read_only') == 'on')

    def end(self):
        self.cluster.psql('postgres', 'alter system reset default_transaction_read_only', 'select pg_reload_conf()')


class Locked(Trouble):
    """A statement is held up by another session's lock."""

    def begin(self):
        self.holder = psycopg2.connect(self.cluster.dsn(self.tmtpd.tmtpd_db, self.cluster.superuser))
        self.holder.cursor().execute('lock table tmtp.queue, tmtp.log in access exclusive mode')

    def end(self):
        self.holder.close()


class Refusing(Trouble):
    """Every insert of a message fails as on a full disk (53100): what a machine without root can do of that."""

    def begin(self):
        self.tmtpd.sql("create function tmtp.full() returns trigger language plpgsql as $$ begin "
                       "raise exception 'no space left on device' using errcode = 'disk_full'; end $$;"
                       'create trigger full_disk before insert on tmtp.message for each row execute function tmtp.full();'
                       'create trigger full_disk before insert on tmtp.log for each row execute function tmtp.full()')

    def end(self):
        self.tmtpd.sql('drop function tmtp.full cascade')


TROUBLES = [Away, ReadOnly, Locked, Refusing]


def server(name, settings):
    """A tmtpd with a cluster of its own."""
    cluster = throwaway()
    made = Tmtpd(cluster, name, settings).prepare().start()
    try:
        yield made
    finally:
        try:
            made.stop()
        finally:
            cluster.remove()


@pytest.fixture(name='patient', scope='module')
def server_that_waits():
    """It waits as long as by default."""
    yield from server('patient', LONG)


@pytest.fixture(name='hasty', scope='module')
def server_that_does_not():
    """It waits for a second."""
    yield from server('hasty', SHORT)


def silent(link, seconds=0.5):
    """The server says nothing for a while, and the link is up."""
    link.sock.settimeout(seconds)
    with pytest.raises(TimeoutError):
        link.receive()
    link.sock.settimeout(20)


def start_post(link, to, text):
    """A post whose answer is not read."""
    return link.send({'op': 7, 'id': 'm', 'for': [{'id': to.uid, 'type': 1}], 'datalen': len(text)}, text)


@pytest.mark.parametrize('kind', TROUBLES)
def test_links_outlast_trouble_and_nothing_is_told_before_it_is_true(patient, kind):
    alice, bobby = patient.register('alice'), patient.register('bobby')
    guest = patient.link().rev()
    trouble = kind(patient)
    trouble.begin()
    try:
        start_post(alice, bobby, b'wait')
        silent(alice)
        silent(bobby)
        guest.login('B' * 32, 'C' * 40)
        patient.link().rev().close()  # what needs no database is answered
        alice.send({'op': 11})
        silent(guest)
    finally:
        trouble.end()
    assert 'msgid' in alice.find('ack')  # the same link, nothing sent again
    assert bobby.take()['data'] == b'wait'
    alice.post(bobby, data=b'more')
    assert bobby.take()['data'] == b'more'
    assert not patient.logs('patience_lost')


@pytest.mark.parametrize('kind', TROUBLES)
def test_patience_ends_and_comes_back_with_the_database(hasty, kind):
    alice, bobby = hasty.register('alice'), hasty.register('bobby')
    lost, regained = len(hasty.logs('patience_lost')), len(hasty.logs('patience_regained'))
    trouble = kind(hasty)
    begun, fairly = time.monotonic(), fair_time()
    trouble.begin()
    try:
        start_post(alice, bobby, b'never acked')
        alice.closed()
        bobby.closed()
        assert time.monotonic() - begun > 0.9 and fair_time() - fairly < 8
        assert len(hasty.logs('patience_lost')) == lost + 1
        for _ in range(3):  # closed at once, not even a handshake
            with pytest.raises(OSError):
                hasty.link()
    finally:
        trouble.end()
    wait_until(lambda: len(hasty.logs('patience_regained')) > regained)
    alice, bobby = hasty.login(alice), hasty.login(bobby)
    alice.post(bobby, data=b'again')
    assert read_until(bobby, b'again') in ([b'again'], [b'never acked', b'again'])  # not acked may be there or not


def test_patience_counts_idle_links_too(hasty):
    """Nothing waits for the database, but it is not there."""
    alice = hasty.register('alice')
    hasty.cluster.stop('immediate')
    try:
        alice.closed()
    finally:
        hasty.cluster.start()
    wait_until(lambda: takes_links(hasty), 30)
    hasty.login(alice)


def test_trouble_that_passes_in_time_closes_nothing(hasty):
    alice = hasty.register('alice')
    lost = len(hasty.logs('patience_lost'))
    for _ in range(4):  # together longer than patience lasts
        lock = Locked(hasty)
        lock.begin()
        start_post(alice, alice, b'x')
        silent(alice, 0.4)
        lock.end()
        assert 'msgid' in alice.find('ack')
        assert alice.take()['data'] == b'x'
    assert len(hasty.logs('patience_lost')) == lost


def test_a_server_whose_database_never_came_refuses_links_and_leaves_at_once(hasty):
    hasty.stop()
    hasty.cluster.stop()
    hasty.tmtpd.start()
    try:
        lost = len(hasty.logs('patience_lost'))
        wait_until(lambda: len(hasty.logs('patience_lost')) > lost)
        with pytest.raises(OSError):
            hasty.link()
        begun = fair_time()
        hasty.stop()
        assert fair_time() - begun < 5
    finally:
        hasty.cluster.start()
    hasty.start()
    assert hasty.register('alice')


def read_until(link, text):
    """Texts of the deliveries of a queue, each acknowledged, up to this one."""
    got = []
    while got[-1:] != [text]:
        header, data = link.receive()
        if 'from' in header:
            link.ack(header)
            got += [data] if header['op'] == 'delivery' else []
    return got


class Disk:
    """A small disk, as a tablespace that holds the tables of messages."""

    def __init__(self, tmtpd, megabytes):
        self.place = tmtpd.cluster.folder / 'disk'
        self.place.mkdir()
        self.mount(f'size={megabytes}m')
        shutil.chown(self.place, 'postgres', 'postgres')
        self.place.chmod(0o700)
        tmtpd.cluster.psql('postgres', f"create tablespace small location '{self.place}'")
        for table in ('message', 'log_0', 'log_1', 'log_2', 'log_3'):
            tmtpd.sql(f'alter table tmtp.{table} set tablespace small')

    def mount(self, options):
        """Mount, or with remount change, the tmpfs."""
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', self.place], check=False).returncode:
            pytest.skip('needs the right to mount a tmpfs')

    def grow(self, megabytes):
        """Make room."""
        self.mount(f'remount,size={megabytes}m')

    def remove(self):
        """Unmount."""
        subprocess.run(['umount', '-l', self.place], check=True)


def post_octets(link, to, posted):
    """A long post whose answer is not read; its text goes to the end of the list."""
    posted.append(b'%06d' % len(posted) + os.urandom(60000))
    return start_post(link, to, posted[-1])


def acked_or_full(tmtpd, link, _):
    """Whether the post is acked; False once the log says that the disk is full."""
    link.sock.settimeout(0.3)
    while True:
        try:
            return link.find('ack')['msgid']
        except TimeoutError:
            if any('No space left' in line['detail'] for line in tmtpd.logs('database_lost')):
                return False


@pytest.mark.skipif(os.geteuid() != 0, reason='only root can mount a small disk')
def test_a_full_disk_loses_nothing_and_is_waited_for():
    for tmtpd in server('full_disk', LONG):
        alice, bobby = tmtpd.register('alice'), tmtpd.register('bobby')
        bobby.close()
        disk = Disk(tmtpd, 8)
        acked = []
        try:
            while acked_or_full(tmtpd, alice, post_octets(alice, bobby, acked)):
                pass
            assert len(acked) > 10
            silent(alice)
            disk.grow(64)
            assert 'msgid' in alice.find('ack')
            acked.append(b'last')
            alice.post(bobby, data=b'last')
            assert read_until(tmtpd.login(bobby), b'last') == acked
            assert not tmtpd.logs('patience_lost')
        finally:
            tmtpd.cluster.stop('immediate')
            disk.remove()
            tmtpd.tmtpd.stop()
