"""The end of files of evidence: on schedule, at once where they were only to be looked at, for good also after a restore
and through crashes; and the rotation of the master key."""
import os
import pathlib
import subprocess

import pytest
from client import wait_for
from cluster import BIN
from evidence import Files, page, png, withdraw_all


@pytest.fixture(name='verifier', scope='module')
def some_verifier(instance):
    """Who decides; one member is refused again and again here."""
    instance.sql("update agora.policy set value = '1000' where key = 'verification.retry_limit'")
    return instance.person('Vera', 'verifier')


@pytest.fixture(name='member', scope='module')
def some_member(instance):
    """Who sends files."""
    return instance.person('Ada')


@pytest.fixture(name='files')
def some_files(instance, member):
    """A member with a draft and a file that is ready."""
    made = Files(member)
    made.file = made.send(png(200, 100))
    assert made.seen(made.file)['state'] == 'ready'
    yield made
    withdraw_all(instance)


def decide(files, verifier):
    """Send the case; the verifier rejects it."""
    files.submit()
    files.take(verifier)
    files.reject(verifier)


def pass_days(instance, files, days):
    """So many days pass for this case."""
    instance.sql('update agora.vcase_event set at = at - make_interval(days => $1) where case_id = $2::uuid', days, files.id)
    instance.sql('update agora.evidence_blob set touched_at = touched_at - make_interval(days => $1) '
                 'where case_id = $2::uuid', days, files.id)


def clock(instance):
    """What the keeper does every minute."""
    return int(instance.sql('select agora.evidence_by_clock()')[0][0])


def keys(instance, file):
    """How many keys, pieces and pages of a file there are."""
    return tuple(int(n) for n in instance.sql(
        'select (select count(*) from agora.evidence_key where blob_id = b.id), '
        '(select count(*) from agora.evidence_piece where blob_id = b.id), '
        '(select count(*) from agora.evidence_page where blob_id = b.id) from agora.evidence_blob b where b.id = $1::uuid',
        file['id'])[0])


def journal(instance):
    """The ids in the erasure journal."""
    path = pathlib.Path(instance.var) / 'evidence-erased'
    return path.read_text(encoding='ascii').splitlines() if path.exists() else []


def test_a_file_that_is_taken_back_is_gone_at_once_and_destroyed(instance, files):
    """The key goes, the receipt stays: what, when, which key."""
    before = files.get(files.file)
    files.member.expect(204, 'DELETE', f'files/{files.file["id"]}')
    assert page(files.member, files.file).status == 404
    after = files.destroyed(files.file)
    assert after['destroyed_why'] == 'removed' and after['key_id'] == before['key_id'] and 'name' not in after
    assert keys(instance, files.file) == (0, 0, 0)
    assert files.file['id'] in journal(instance)
    assert files.member.request('DELETE', f'files/{files.file["id"]}').status == 404


def test_the_files_of_evidence_that_is_taken_back_go_with_it(instance, files):
    """And the receipt outlives the piece of evidence."""
    files.member.expect(200, 'DELETE', f'{files.path}/evidence/{files.item}')
    assert files.destroyed(files.file)['destroyed_why'] == 'removed'
    assert keys(instance, files.file) == (0, 0, 0)


def test_files_are_kept_for_thirty_days_after_the_decision(instance, files, verifier):
    """Not a day less, and the member knows the day."""
    decide(files, verifier)
    assert files.get(files.file)['kept_until']
    pass_days(instance, files, 29)
    clock(instance)
    assert page(files.member, files.file).status == 200
    pass_days(instance, files, 1)
    assert page(files.member, files.file).status == 404  # before any clock has run
    assert clock(instance) >= 1
    assert files.destroyed(files.file)['destroyed_why'] == 'decided'
    assert instance.sql("select detail->>'why' from agora.audit_event where action = 'evidence.destroy' and subject = $1::uuid",
                        files.file['id']) == [('decided',)]


def test_files_of_a_withdrawn_request_are_kept_for_thirty_days(instance, files):
    """As those of one that was never sent."""
    files.member.expect(200, 'POST', f'{files.path}/withdraw')
    pass_days(instance, files, 29)
    clock(instance)
    assert files.get(files.file)['state'] == 'ready'
    pass_days(instance, files, 1)
    clock(instance)
    assert files.destroyed(files.file)['destroyed_why'] == 'withdrawn'


def test_files_of_a_draft_that_rests_are_destroyed(instance, files):
    """After thirty days without a change of its files."""
    pass_days(instance, files, 30)
    clock(instance)
    assert files.destroyed(files.file)['destroyed_why'] == 'idle'


def test_an_upload_that_was_broken_off_is_forgotten_after_a_day(instance, files):
    """It can be resumed until then."""
    left = files.announce(100)
    files.part(left, 0, b'x' * 50)
    clock(instance)
    assert files.get(left)['state'] == 'receiving'
    pass_days(instance, files, 1)
    clock(instance)
    assert files.destroyed(left)['destroyed_why'] == 'unfinished'
    assert files.get(files.file)['state'] == 'ready'


def test_look_note_do_not_keep_destroys_with_the_decision(instance, files, verifier):
    """The member's choice: unreadable in the moment of the decision, destroyed by the next run of the clock."""
    assert files.member.expect(200, 'PUT', f'{files.path}/files/keeping', {'look_only': True}).json['look_only']
    decide(files, verifier)
    assert page(files.member, files.file).status == 404
    clock(instance)
    assert files.destroyed(files.file)['destroyed_why'] == 'look_only'
    assert files.member.request('PUT', f'{files.path}/files/keeping', {'look_only': False}).status == 409


def test_the_organisation_can_decide_that_nothing_is_kept(instance, files, verifier):
    """Its policy counts for every case; a member cannot choose a laxer one."""
    instance.sql("update agora.policy set value = 'true' where key = 'evidence.look_only'")
    try:
        assert files.member.expect(200, 'PUT', f'{files.path}/files/keeping', {'look_only': False}).json['look_only']
        decide(files, verifier)
        clock(instance)
        assert files.destroyed(files.file)['destroyed_why'] == 'look_only'
    finally:
        instance.sql("update agora.policy set value = 'false' where key = 'evidence.look_only'")


def test_a_legal_hold_keeps_files(instance, files):
    """What is held is neither marked nor destroyed, though nobody sees it once it was taken back."""
    held = instance.sql("select pg_get_functiondef('agora.evidence_held'::regproc)")[0][0]
    instance.sql("create or replace function agora.evidence_held(wanted uuid) returns boolean language sql stable "
                 f"set search_path = '' as $$ select wanted = '{files.id}' $$")
    try:
        files.member.expect(204, 'DELETE', f'files/{files.file["id"]}')
        assert instance.sql('select count(*) from agora.evidence_leaving(100) l where l = $1::uuid', files.file['id']) == [(0,)]
        assert page(files.member, files.file).status == 404
        assert keys(instance, files.file)[0] == 1
    finally:
        instance.sql(held)
    files.destroyed(files.file)


def test_nothing_is_destroyed_without_the_journal(instance, files):
    """Where an id cannot be written down first, its key stays; it goes once that works again."""
    path = pathlib.Path(instance.var) / 'evidence-erased'
    kept = path.read_bytes() if path.exists() else b''
    path.unlink(missing_ok=True)
    path.mkdir()
    try:
        files.member.expect(204, 'DELETE', f'files/{files.file["id"]}')
        wait_for(lambda: 'erasure journal' in instance.agorad.log_text(), 60, why='a line in the log')
        assert keys(instance, files.file)[0] == 1
    finally:
        path.rmdir()
        path.write_bytes(kept + b'cut off in the midd')
        os.chmod(path, 0o600)
    files.destroyed(files.file)
    assert journal(instance)[-1] == files.file['id']


def dumped(instance):
    """A backup of the database, as the operator makes it."""
    return subprocess.run([BIN / 'pg_dump', '-Fc', '-d', instance.cluster.dsn(instance.agora_db, 'agora_owner')],
                          check=True, capture_output=True).stdout


def restore(instance, backup):
    """The documented way: stop, drop, create, restore, start."""
    instance.agorad.stop()
    cluster = instance.cluster
    cluster.psql('postgres', f'drop database {instance.agora_db} with (force)')
    cluster.psql('postgres', f'create database {instance.agora_db} owner agora_owner template template0')
    subprocess.run([BIN / 'pg_restore', '-d', cluster.dsn(instance.agora_db, cluster.superuser)], input=backup, check=True)
    instance.agorad.start()
    instance.wait_ready()


def test_destroyed_means_unreadable_also_after_a_restore(instance, files):
    """The backup has the key again; the journal is replayed before anybody is served."""
    other = files.send(png(50, 50))
    files.seen(other)
    backup = dumped(instance)
    files.member.expect(204, 'DELETE', f'files/{files.file["id"]}')
    files.destroyed(files.file)
    restore(instance, backup)
    again = files.get(files.file)
    assert (again['state'], again['destroyed_why']) == ('destroyed', 'restored')
    assert page(files.member, files.file).status == 404
    assert keys(instance, files.file) == (0, 0, 0)
    assert page(files.member, other).status == 200
    assert 'evidence_destroyed_again' in instance.agorad.log_text()
    assert instance.ctl('evidence', 'replay').stdout.startswith('0 evidence files')


def test_a_crash_between_journal_and_database_loses_nothing(instance, files):
    """kill -9 with the id written down and the key still there: the file is destroyed at the next start."""
    import psycopg2
    lock = psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_owner'))
    lock.cursor().execute('select 1 from agora.evidence_key where blob_id = %s for update', (files.file['id'],))
    files.member.expect(204, 'DELETE', f'files/{files.file["id"]}')
    wait_for(lambda: files.file['id'] in journal(instance), 60, why='the journal')
    instance.agorad.kill()
    # What the service had sent to the database goes down with it.
    ended = ("select count(pg_terminate_backend(pid)) from pg_stat_activity "
             f"where usename = 'agora_app' and datname = '{instance.agora_db}'")
    wait_for(lambda: instance.cluster.psql('postgres', ended) == '0', 60, why='the end of the sessions')
    lock.rollback()
    lock.close()
    assert keys(instance, files.file)[0] == 1
    instance.agorad.start()
    instance.wait_ready()
    assert files.get(files.file)['state'] == 'destroyed'
    assert keys(instance, files.file) == (0, 0, 0)


def test_a_crash_between_parts_is_resumed(instance, files):
    """kill -9 after any part: what was acknowledged is there, and the upload goes on."""
    data = png(64, 64).ljust(3000, b'\0')
    file = files.announce(len(data))
    for at in (0, 1000, 2000):
        assert files.part(file, at, data[at:at + 1000]).status == 204
        instance.agorad.kill()
        instance.agorad.start()
        instance.wait_ready()
        files.member.close()
        assert files.get(file)['offset'] == at + 1000
    # A worker that died with it held a lease, which runs out.
    instance.sql('update agora.evidence_blob set next_look = now() where id = $1::uuid', file['id'])
    assert files.seen(file)['state'] == 'ready'


def test_rotation_wraps_every_key_anew_and_the_old_master_key_can_go(instance, files):
    """Files begun before and after are read, without a restart; then without the old key."""
    folder = pathlib.Path(instance.var) / 'evidence-keys'
    half = files.announce(100)
    data = png().ljust(100, b'\0')[:100]
    files.part(half, 0, data[:40])
    before = sorted(folder.glob('*.key'))
    out = instance.ctl('keys', 'evidence', '--rotate').stdout
    newest = instance.sql('select distinct master from agora.evidence_key')
    assert len(newest) == 1 and newest[0][0] in out
    for old in before:
        old.unlink()
    assert page(files.member, files.file).status == 200
    assert files.part(half, 40, data[40:]).status == 204
    assert files.seen(files.send(png()))['state'] == 'ready'
    assert len(list(folder.glob('*.key'))) == 1


def test_without_the_master_key_nothing_is_read_or_taken(instance, files):
    """A database alone, with all its rows, is of no use: 503, and it works again when the key is back."""
    folder = pathlib.Path(instance.var) / 'evidence-keys'
    hidden = folder.with_name('hidden-keys')
    folder.rename(hidden)
    try:
        assert page(files.member, files.file).status == 503
        assert files.member.request('POST', f'{files.path}/files',
                                    {'evidence': files.item, 'name': 'x.png', 'length': 10}).status == 503
    finally:
        hidden.rename(folder)
    assert page(files.member, files.file).status == 200


def test_a_master_key_that_others_can_read_is_not_used(instance, files):
    """Better no files than anybody's."""
    newest = sorted((pathlib.Path(instance.var) / 'evidence-keys').glob('*.key'))[-1]
    newest.chmod(0o644)
    try:
        assert page(files.member, files.file).status == 503
    finally:
        newest.chmod(0o600)
    assert page(files.member, files.file).status == 200


def test_the_key_files_hold_no_more_than_a_key(instance):
    """32 octets, for nobody but the service; and making one twice makes one."""
    folder = pathlib.Path(instance.var) / 'evidence-keys'
    before = sorted(folder.glob('*'))
    assert 'is there' in instance.ctl('keys', 'evidence').stdout
    assert sorted(folder.glob('*')) == before
    for file in before:
        assert file.stat().st_size == 32 and file.stat().st_mode & 0o777 == 0o600
