"""Sending files of evidence: parts and resuming, limits, who may, and that nothing but ciphertext is stored."""
import uuid

import pytest
from evidence import PART, Files, dump, png, withdraw_all

@pytest.fixture(name='member', scope='module')
def some_member(instance):
    """Who sends files."""
    return instance.person('Ada')


@pytest.fixture(name='files')
def some_files(instance, member):
    """A member with a fresh draft."""
    yield Files(member)
    withdraw_all(instance)


@pytest.mark.parametrize('cut', [1, 2, 499, 500, 501, 998, 999])
def test_an_upload_is_resumed_at_any_offset(files, cut):
    """After each part the offset is where it ended; whoever lost the connection asks and goes on there."""
    data = png().ljust(1000, b'\0')
    file = files.announce(len(data))
    assert files.part(file, 0, data[:cut]).headers['upload-offset'] == str(cut)
    head = files.member.raw('HEAD', f'/api/v1/files/{file["id"]}')
    assert (head.headers['upload-offset'], head.headers['upload-length'], head.body) == (str(cut), '1000', b'')
    assert files.get(file)['state'] == 'receiving'
    assert files.part(file, cut, data[cut:]).headers['upload-offset'] == '1000'
    assert files.seen(file)['state'] == 'ready'


@pytest.mark.parametrize('offset', [0, 1, 99, 101, 200, 999, 1000, 5000])
def test_a_part_at_another_offset_is_refused_with_the_right_one(files, offset):
    """409 with Upload-Offset, and nothing is stored."""
    file = files.announce(1000)
    files.part(file, 0, b'x' * 100)
    answer = files.part(file, offset, b'y' * 10)
    assert (answer.status, answer.headers['upload-offset']) == (409, '100')
    assert files.get(file)['offset'] == 100


@pytest.mark.parametrize('offset', ['', '-1', 'x', '1e3', '0x1', '99999999999999999999'])
def test_what_is_no_offset_is_malformed(files, offset):
    """The header is a number of at most twelve digits."""
    assert files.part(files.announce(10), offset, b'x').status == 400


def test_a_part_twice_is_stored_once(files):
    """Whoever did not hear the answer and sends the part again is told to go on."""
    data = png().ljust(300, b'\0')
    file = files.announce(300)
    assert files.part(file, 0, data[:200]).status == 204
    assert files.part(file, 0, data[:200]).status == 409
    assert files.part(file, 200, b'').headers['upload-offset'] == '200'
    assert files.part(file, 200, data[200:]).status == 204
    assert files.part(file, 300, b'more').status == 422


def test_a_file_never_gets_longer_than_announced(files):
    """Neither by the last part nor by a further one."""
    file = files.announce(100)
    assert files.part(file, 0, b'x' * 101).status == 422
    assert files.part(file, 0, b'x' * 60).status == 204
    assert files.part(file, 60, b'x' * 41).status == 422
    assert files.get(file)['offset'] == 60


def test_a_part_is_at_most_one_mebibyte(files):
    """413 beyond, before anything is stored."""
    file = files.announce(3 * PART)
    assert files.part(file, 0, b'x' * (PART + 1)).status == 413
    assert files.part(file, 0, b'x' * PART).headers['upload-offset'] == str(PART)


def test_a_file_is_at_most_ten_mebibytes(files):
    """The length is looked at before anything comes."""
    files.announce(10 * PART)
    problem = files.announce(10 * PART + 1, status=422)
    assert problem['errors'][0]['pointer'] == '/length'
    files.announce(0, status=422)


def test_the_thirteenth_file_is_refused(files):
    """Twelve a case; one that is taken back makes room."""
    made = [files.announce(10) for _ in range(12)]
    assert 'at most 12 files' in files.announce(10, status=409)['detail']
    files.member.expect(204, 'DELETE', f'files/{made[3]["id"]}')
    files.announce(10)


@pytest.mark.parametrize('body,pointer', [
    ({'evidence': str(uuid.uuid4())}, '/evidence'), ({'name': ''}, '/name'), ({'name': 'x' * 201}, '/name'),
    ({'name': 'a\nb'}, '/name'), ({'length': -1}, '/length'), ({'length': '10'}, '/length'), ({'more': 1}, '/more')])
def test_what_is_announced_is_checked(files, body, pointer):
    """The field at fault is named."""
    assert files.announce(status=422, **{'length': 10, **body})['errors'][0]['pointer'] == pointer


def test_a_part_needs_its_type(files):
    """No form of another site, and no JSON, is taken for a part."""
    file = files.announce(10)
    for kind in ('application/json', 'text/plain', 'multipart/form-data', 'application/octet-stream'):
        answer = files.member.raw('PATCH', f'/api/v1/files/{file["id"]}', b'x' * 10, {
            'Content-Type': kind, 'Upload-Offset': '0', 'Origin': f'http://{files.member.url.netloc}'})
        assert answer.status == 415


def test_nobody_else_sends_sees_or_removes_a_file(instance, files):
    """For others it does not exist."""
    file = files.send(png())
    files.seen(file)
    for other in (instance.person('Olga'), instance.person('Vera', 'verifier'), instance.person('Adam', 'admin')):
        assert files.part(file, 0, b'x', other).status == 404
        for method, path in (('GET', ''), ('DELETE', ''), ('GET', '/pages/1')):
            assert other.request(method, f'files/{file["id"]}{path}').status == 404
        assert other.request('GET', f'{files.path}/files').status == 404
        assert other.request('POST', f'{files.path}/files', {'evidence': files.item, 'name': 'x', 'length': 1}).status == 404
        assert other.request('PUT', f'{files.path}/files/keeping', {'look_only': True}).status == 404


def test_a_case_that_was_sent_takes_no_files(files):
    """Neither new ones nor the rest of one."""
    file = files.announce(10)
    files.submit()
    assert files.part(file, 0, b'x').status == 409
    assert files.member.request('DELETE', f'files/{file["id"]}').status == 409
    files.announce(10, status=409)


def test_what_is_no_picture_is_refused_in_words_and_destroyed(files):
    """By its content, whatever its name says."""
    file = files.seen(files.send(b'MZ' + b'\0' * 500, name='passport.png'))
    assert file['refusal']
    gone = files.destroyed(file)
    assert (gone['state'], gone['destroyed_why']) == ('destroyed', 'refused')
    assert gone['refusal'] == file['refusal'] and 'name' not in gone


def test_only_ciphertext_is_kept(instance, files):
    """What was sent is found in no table, no file of the database, no log, and neither in the service's folder."""
    mark = b'PLAINTEXT-' + uuid.uuid4().hex.encode()
    file = files.send(png(text=mark) + mark * 20, part=700)
    files.announce(10 ** 6)
    left = files.announce(10 ** 6)
    files.part(left, 0, mark * 100)
    files.seen(file)
    instance.cluster.psql(instance.agora_db, 'checkpoint')
    dumped = dump(instance)
    assert b'evidence_piece' in dumped and mark not in dumped and mark.hex().encode() not in dumped
    found = [p for folder in (instance.cluster.folder, instance.var) for p in folder.rglob('*')
             if p.is_file() and mark in p.read_bytes()]
    assert not found
    assert files.get(file)['state'] == 'ready'
