"""Looking at files of evidence: who may and for how long, what a page is served with, and that every look is on record."""
import pytest
from evidence import Files, page, png, withdraw_all


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Two verifiers and an admin."""
    return {'verifier': instance.person('Vera', 'verifier'), 'other': instance.person('Victor', 'verifier'),
            'admin': instance.person('Adam', 'admin')}


@pytest.fixture(name='member', scope='module')
def some_member(instance):
    """Who sends files."""
    return instance.person('Ada')


@pytest.fixture(name='files')
def some_files(instance, member):
    """A member with a draft and a file that is ready."""
    made = Files(member)
    made.file = made.send(png(400, 300))
    assert made.seen(made.file)['state'] == 'ready'
    yield made
    withdraw_all(instance)


def audited(instance, file):
    """Rows of the audit log that say that it was looked at."""
    return instance.sql("select actor::text, detail->>'as', detail->>'page' from agora.audit_event "
                        'where action = %s and subject = %s::uuid order by seq'.replace('%s', '$1', 1).replace('%s', '$2'),
                        'evidence.view', file['id'])


def test_a_page_is_served_so_that_it_can_do_nothing(files):
    """An attachment without a name of the member's, in a sandbox of its own, kept nowhere."""
    answer = page(files.member, files.file)
    assert answer.status == 200 and answer.body[:2] == b'\xff\xd8'
    assert answer.headers['content-type'] == 'image/jpeg'
    assert answer.headers['content-security-policy'] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers['cache-control'] == 'private, no-store'
    assert answer.headers['x-content-type-options'] == 'nosniff'
    assert answer.headers['cross-origin-resource-policy'] == 'same-origin'
    assert answer.headers['content-disposition'] == 'attachment; filename="page-1.jpg"'
    assert 'etag' not in answer.headers


@pytest.mark.parametrize('number', ['0', '2', '01', '-1', 'x', '1000', '101', '%2e%2e'])
def test_there_are_no_other_pages(instance, files, number):
    """Nothing is there, and nothing is recorded."""
    assert page(files.member, files.file, number).status in (400, 404)
    assert not audited(instance, files.file)


def test_only_who_has_the_case_looks_and_only_while_they_do(files, people):
    """Nobody before it is taken, the one who took it, nobody after it went back or was decided."""
    verifier, other = people['verifier'], people['other']
    files.submit()
    assert page(verifier, files.file).status == 404
    files.take(verifier)
    assert page(verifier, files.file).status == 200
    assert verifier.get(f'{files.path}/files')['files'][0]['id'] == files.file['id']
    for nobody in (other, people['admin']):
        assert page(nobody, files.file).status == 404
        assert nobody.request('GET', f'{files.path}/files').status == 404
    verifier.expect(204, 'POST', f'{files.path}/release')
    assert page(verifier, files.file).status == 404
    files.take(other)
    assert (page(other, files.file).status, page(verifier, files.file).status) == (200, 404)
    files.reject(other)
    assert page(other, files.file).status == 404
    assert other.request('GET', f'files/{files.file["id"]}').status == 404
    assert page(files.member, files.file).status == 200


def test_who_loses_the_role_loses_sight(instance, files, people):
    """At once, with the case still theirs."""
    gone = instance.person('Gina', 'verifier')
    files.submit()
    files.take(gone)
    assert page(gone, files.file).status == 200
    instance.ctl('role', 'revoke', gone.email, 'verifier')
    assert page(gone, files.file).status in (401, 403, 404)
    instance.sql("select agora.case_release($1::uuid, $2::uuid)", people['admin'].account, files.id)


def test_every_look_is_on_record(instance, files, people):
    """In the audit log with the person, for the member with the role alone."""
    verifier = people['verifier']
    page(files.member, files.file)
    files.submit()
    files.take(verifier)
    for _ in range(3):
        assert page(verifier, files.file).status == 200
    assert audited(instance, files.file) == [(files.member.account, 'member', '1')] + 3 * [(verifier.account, 'verifier', '1')]
    views = files.get(files.file)['views']
    assert [v['as'] for v in views] == ['verifier'] * 3 + ['member']
    assert verifier.account not in str(views) and 'Vera' not in str(views)
    seen = verifier.get(f'{files.path}/files')['files'][0]
    assert 'views' not in seen
    assert 'is whole' in instance.ctl('audit', 'verify').stdout


def test_a_file_moved_to_another_piece_of_evidence_does_not_open(instance, files):
    """The wrapped key is bound to the piece of evidence: whoever can change rows still reads nothing."""
    instance.sql('update agora.evidence_blob set bound_to = agora.new_id() where id = $1::uuid', files.file['id'])
    assert page(files.member, files.file).status == 500


def test_a_changed_or_moved_piece_does_not_open(instance, files):
    """Neither one bit less, nor the piece of another file in its place."""
    other = files.send(png(300, 300, (1, 2, 3)))
    files.seen(other)
    instance.sql('update agora.evidence_piece p set octets = q.octets, sealed = q.sealed from agora.evidence_piece q '
                 'where p.blob_id = $1::uuid and q.blob_id = $2::uuid', files.file['id'], other['id'])
    assert page(files.member, files.file).status == 500
    instance.sql('update agora.evidence_piece set sealed = set_byte(sealed, 50, 255 - get_byte(sealed, 50)) '
                 'where blob_id = $1::uuid', other['id'])
    assert page(files.member, other).status == 500
