"""Look, note, do not keep: the last one to look at a file writes down what they saw, and its key is destroyed before the answer."""
import pathlib

import pytest
from evidence import Files, page, png, withdraw_all

NOTE = {'note': 'Her photograph; the name as stated; good until 2032.'}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Two verifiers."""
    return {'verifier': instance.person('Vera', 'verifier'), 'other': instance.person('Victor', 'verifier')}


@pytest.fixture(name='member', scope='module')
def some_member(instance):
    """Who sends files."""
    return instance.person('Ada')


@pytest.fixture(name='files')
def some_files(instance, member, people):
    """A case in review, with a file that is not to be kept."""
    made = Files(member)
    made.file = made.send(png(200, 100))
    assert made.seen(made.file)['state'] == 'ready'
    member.expect(200, 'PUT', f'{made.path}/files/keeping', {'look_only': True})
    made.submit()
    made.take(people['verifier'])
    yield made
    withdraw_all(instance)


def note(client, file, body=None):
    """Note a file, whatever the answer."""
    return client.request('POST', f'files/{file["id"]}/noted', NOTE if body is None else body)


def test_a_noted_file_is_destroyed_before_the_answer(instance, files, people):
    """The key is gone, the id in the journal, the note with the verifier, the receipt with the member."""
    verifier = people['verifier']
    assert page(verifier, files.file).status == 200
    done = note(verifier, files.file)
    assert done.status == 200 and done.json['state'] == 'destroyed' and done.json['note'] == NOTE['note']
    rows = instance.sql('select count(*)::integer from agora.evidence_key where blob_id = $1::uuid', files.file['id'])
    assert rows == [(0,)]
    journal = pathlib.Path(instance.var) / 'evidence-erased'
    assert files.file['id'] in journal.read_text(encoding='ascii').splitlines()
    assert page(verifier, files.file).status == page(files.member, files.file).status == 404
    receipt = files.get(files.file)
    assert receipt['destroyed_why'] == 'noted' and receipt['key_id'] and 'note' not in receipt and 'name' not in receipt
    seen = verifier.get(f'{files.path}/files')
    assert [f['note'] for f in seen['files']] == [NOTE['note']]
    assert note(verifier, files.file).status == 200
    assert [a for a, in instance.sql('select action from agora.audit_event where subject = $1::uuid order by seq desc limit 2',
                                     files.file['id'])] == ['evidence.destroy', 'evidence.noted']


def test_a_case_can_be_decided_on_what_was_noted(files, people):
    """Its snapshot is the same as before; the decision goes through."""
    verifier = people['verifier']
    page(verifier, files.file)
    before = verifier.get(files.path)['snapshot']
    note(verifier, files.file)
    assert verifier.get(files.path)['snapshot'] == before
    files.reject(verifier)


def test_nothing_is_noted_that_nobody_looked_at(files, people):
    """Nor by somebody else, nor with nothing to say, nor where files are kept."""
    verifier = people['verifier']
    assert verifier.get(f'{files.path}/files')['can_note'] is True
    assert note(verifier, files.file).status == 409
    page(verifier, files.file)
    assert [note(c, files.file).status for c in (people['other'], files.member)] == [404, 403]
    for body in ({}, {'note': ''}, {'note': ' '}, {'note': 'x' * 1001}, {'note': 'x', 'more': 1}):
        assert note(verifier, files.file, body).status == 422
    files.member.expect(200, 'PUT', f'{files.path}/files/keeping', {'look_only': False})
    assert verifier.get(f'{files.path}/files')['can_note'] is False
    assert note(verifier, files.file).status == 409
    assert page(verifier, files.file).status == 200
