"""Evidence of a decided case, which nobody of the staff sees: opened again by two persons, for an hour, and told."""
import datetime

import pytest
from client import wait_for
from evidence import Files, page, png, withdraw_all

WHY = 'A bank asks whether the passport was a copy.'


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Who asks, who confirms, who may do neither."""
    return {'verifier': instance.person('Vera', 'verifier'), 'other': instance.person('Victor', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'auditor': instance.person('Otto', 'auditor')}


@pytest.fixture(name='files')
def some_files(instance, people):
    """A case that was rejected, with a file that is still kept."""
    made = Files(instance.person('Ada'))
    made.file = made.send(png(200, 100))
    assert made.seen(made.file)['state'] == 'ready'
    made.submit()
    made.take(people['verifier'])
    made.reject(people['verifier'])
    yield made
    withdraw_all(instance)


def ask(client, files, status=201):
    """Ask for the evidence to be opened; the Answer."""
    return client.expect(status, 'POST', 'two-person', {'kind': 'unseal_evidence', 'payload': {'case': files.id}, 'reason': WHY})


def confirm(client, asked):
    """Be the second person; the path of the act."""
    client.expect(200, 'POST', f'two-person/{asked.json["id"]}/confirm', etag=asked.etag)
    return f'two-person/{asked.json["id"]}'


def told(instance, member):
    """Messages that tell the member of it."""
    return [p for p in instance.mail.glob('*.eml') if member.email in p.read_text() and 'opened again' in p.read_text()]


def over(instance, files):
    """The hour is over, and the worker has come by."""
    instance.sql('update agora.break_glass set ends_at = now() where case_id = $1::uuid', files.id)
    instance.sql('select agora.verification_by_clock()')


def test_two_persons_open_it_for_who_asked_and_for_an_hour(instance, files, people):
    """Nobody before the second one confirms; then who asked, to look and to do nothing else; nobody afterwards."""
    other, admin = people['other'], people['admin']
    asked = ask(other, files)
    assert 'look at its evidence' in asked.json['summary']
    assert page(other, files.file).status == 404
    assert other.request('POST', f'two-person/{asked.json["id"]}/confirm', etag=asked.etag).status == 403
    path = confirm(admin, asked)
    read = other.get(f'{path}/case')
    assert (read['viewed_as'], read['can'], read['claims']['given_name']) == ('unsealed', [], 'Ada')
    shown = other.get(f'{files.path}/files')
    assert [f['id'] for f in shown['files']] == [files.file['id']] and shown['can_note'] is False
    assert page(other, files.file).status == 200
    assert other.request('POST', f'files/{files.file["id"]}/noted', {'note': 'A copy.'}).status == 409
    for nobody in (admin, people['auditor'], people['verifier']):
        assert page(nobody, files.file).status == 404
    assert people['verifier'].get(f'{files.path}/files')['files'] == [], 'whoever decided it still sees the case'
    assert admin.request('GET', f'{files.path}/files').status == 404
    over(instance, files)
    assert page(other, files.file).status == 404
    assert other.request('GET', f'{files.path}/files').status == 404
    assert other.request('GET', f'{path}/case').status == 404


def test_the_member_is_told_when_it_is_over_and_not_before(instance, files, people):
    """The audit log has it at once; their page and a message then, by role and not by name."""
    verifier = people['verifier']
    confirm(people['other'], ask(verifier, files))
    for _ in range(2):
        assert page(verifier, files.file).status == 200
    assert instance.sql("select count(*)::integer from agora.audit_event where action = 'evidence.view' and subject = $1::uuid "
                        "and detail ->> 'as' = 'unsealed' and actor = $2::uuid", files.file['id'], verifier.account) == [(2,)]
    assert files.get(files.file)['views'] == [] and not told(instance, files.member)
    over(instance, files)
    assert [v['as'] for v in files.get(files.file)['views']] == ['unsealed', 'unsealed']
    wait_for(lambda: told(instance, files.member), 40, why='the member to be told')
    instance.sql('select agora.verification_by_clock()')
    assert len(told(instance, files.member)) == 1


def test_a_legal_hold_keeps_it_quiet(instance, files, people):
    """Neither message nor page while it holds."""
    confirm(people['other'], ask(people['verifier'], files))
    assert page(people['verifier'], files.file).status == 200
    soon = str(datetime.date.today() + datetime.timedelta(days=30))
    people['admin'].expect(201, 'POST', 'admin/legal-holds', {
        'subject_kind': 'case', 'subject': files.id, 'reason': 'The police ask us to say nothing.', 'review_on': soon})
    over(instance, files)
    assert files.get(files.file)['views'] == [] and not told(instance, files.member)


def test_who_loses_the_role_loses_sight(instance, files, people):
    """At once, within the hour."""
    gone = instance.person('Gina', 'verifier')
    confirm(people['other'], ask(gone, files))
    assert page(gone, files.file).status == 200
    instance.ctl('role', 'revoke', gone.email, 'verifier')
    assert page(gone, files.file).status in (401, 403, 404)


def test_only_what_is_sealed_and_still_there_is_opened(instance, files, people):
    """Not for the member or an auditor, not twice, not a case that is not decided, not what is destroyed."""
    assert ask(files.member, files, 403).json['type'] == '/errors/forbidden'
    ask(people['auditor'], files, 403)
    asked = ask(people['verifier'], files)
    ask(people['verifier'], files, 409)
    instance.sql("update agora.evidence_blob set leaving_at = now(), why = 'removed' where case_id = $1::uuid", files.id)
    late = people['other'].request('POST', f'two-person/{asked.json["id"]}/confirm', etag=asked.etag)
    assert late.status == 422 and 'No file of this case is left' in late.text
    open_one = Files(instance.person('Ben'))
    assert ask(people['verifier'], open_one, 422).json['errors'][0]['pointer'] == '/payload/case'
    open_one.send(png(20, 20))
    open_one.submit()
    assert 'not decided' in ask(people['verifier'], open_one, 422).text
