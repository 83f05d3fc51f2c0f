"""The life of a verification over the interface: suspended, reinstated, revoked by one or two persons, lapsed; broken glass."""
import pytest
from client import wait_for

NOTE = 'Looked at once more.'
WHY = 'Your work on joints is what we would like to hear more about.'


@pytest.fixture(scope='module', name='staff')
def some_staff(instance):
    """One of each role, and a second admin."""
    return {'verifier': instance.person('Vera', 'verifier'), 'other': instance.person('Victor', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'anna': instance.person('Anna', 'admin'),
            'auditor': instance.person('Otto', 'auditor'), 'privacy': instance.person('Pia', 'privacy_officer')}


def verification_of(instance, member):
    """The id of the one that holds."""
    return instance.sql("select id::text from agora.verification v where v.account_id = $1::uuid and v.state in ('active', 'suspended')",
                        member.account)[0][0]


def seasoned(instance, name):
    """A verified member whose account is not new."""
    member = instance.person(name, level=2)
    instance.sql("update agora.account set created_at = now() - interval '1 year' where id = $1::uuid", member.account)
    return member


def found(viewer, name):
    """Whether a search finds somebody of this name."""
    return any(name in item['shown_name'] for item in viewer.get('members', q=name)['items'])


@pytest.mark.parametrize('act,body', [('suspend', {'reason': 'doubt', 'note': NOTE}), ('reinstate', {'note': NOTE}),
                                      ('revoke', {'reason': 'error', 'note': NOTE})])
@pytest.mark.parametrize('who,status', [('verifier', (204, 409)), ('admin', (204, 409)), ('auditor', (403,)), ('privacy', (403,)),
                                        ('member', (403,)), ('nobody', (401,))])
def test_who_may_change_a_verification(instance, staff, act, body, who, status):
    """Verifiers and admins; nobody else, and nothing changes when they try."""
    member = instance.person('Mia', level=2)
    wanted = verification_of(instance, member)
    caller = {**staff, 'member': instance.person('Plain'), 'nobody': instance.anyone()}[who]
    assert caller.request('POST', f'verifications/{wanted}/{act}', body).status in status
    if status[0] >= 400:
        assert member.get('session')['account']['level'] == 2


def test_a_suspension_hides_and_pauses_and_a_reinstatement_goes_on(instance, staff):
    """Not found, not asked, what was asked waits and loses no time; the asker sees no difference."""
    ann, susan = seasoned(instance, 'Anneliese'), seasoned(instance, 'Susannah')
    asked = ann.expect(201, 'POST', 'introductions', {'to': susan.handle, 'ask': 'advice', 'why': WHY}).json
    as_asked = ann.get(f'introductions/{asked["id"]}')
    assert found(ann, 'Susannah')
    wanted = verification_of(instance, susan)
    staff['verifier'].expect(204, 'POST', f'verifications/{wanted}/suspend', {'reason': 'doubt', 'note': NOTE})
    assert not found(ann, 'Susannah')
    assert susan.get('session')['account']['level'] == 0
    seen = susan.get(f'introductions/{asked["id"]}')
    assert seen['paused'] and seen['can'] == ['decline', 'block']
    refused = susan.request('POST', f'introductions/{asked["id"]}/accept', {})
    assert (refused.status, 'paused' in refused.json['detail']) == (409, True)
    now = ann.get(f'introductions/{asked["id"]}')
    assert {**now, 'other': None} == {**as_asked, 'other': None}, 'the asker can tell'
    # Twenty-two days go by: it would have expired.
    instance.sql("update agora.introduction set paused_at = paused_at - interval '22 days', created_at = created_at - interval '22 days', expires_at = expires_at - interval '22 days' "
                 'where id = $1::uuid', asked['id'])
    instance.sql('select agora.introductions_lapse(100)')
    assert ann.get(f'introductions/{asked["id"]}')['state'] == 'sent'
    history = susan.get('me/verification')['verifications'][0]
    assert history['state'] == 'suspended' and history['history'][-1]['text'] == 'Suspended: it is being looked at again.'
    assert 'doubt' not in str(history) and NOTE not in str(history), 'the detail shows'

    staff['other'].expect(204, 'POST', f'verifications/{wanted}/reinstate', {'note': NOTE})
    assert found(ann, 'Susannah')
    assert susan.get('session')['account']['level'] == 2
    seen = susan.expect(200, 'POST', f'introductions/{asked["id"]}/accept', {}).json
    assert seen['state'] == 'connecting'
    assert staff['other'].request('POST', f'verifications/{wanted}/reinstate', {'note': NOTE}).status == 409


def test_a_suspended_member_whose_time_is_up_has_no_contacts(instance, staff):
    """Fourteen days: the clock ends what was kept, once."""
    ann, sue = seasoned(instance, 'Ann'), seasoned(instance, 'Sue')
    asked = ann.expect(201, 'POST', 'introductions', {'to': sue.handle, 'ask': 'advice', 'why': WHY}).json['id']
    sue.expect(200, 'POST', f'introductions/{asked}/accept', {})
    instance.sql("update agora.introduction set state = 'connected', connected_at = now() where id = $1::uuid", asked)
    instance.sql("update agora.contact set confirmed = true where introduction_id = $1::uuid", asked)
    instance.sql("delete from agora.outbox where kind = 'grant' and payload ->> 'introduction' = $1", asked)
    wanted = verification_of(instance, sue)
    staff['verifier'].expect(204, 'POST', f'verifications/{wanted}/suspend', {'reason': 'reported', 'note': NOTE})
    instance.sql('select agora.verification_by_clock()')
    assert ann.get(f'introductions/{asked}')['state'] == 'connected', 'contacts are kept for 14 days'
    instance.sql("update agora.verification set suspended_at = now() - interval '14 days' where id = $1::uuid", wanted)
    instance.sql('select agora.verification_by_clock()')
    assert ann.get(f'introductions/{asked}')['state'] == 'ended'
    instance.sql('select agora.verification_by_clock()')
    assert instance.sql("select count(*) from agora.audit_event where action = 'verification.contacts_end' and subject = $1::uuid", wanted) == [(1,)]


def test_a_lapsed_badge_says_until_when_and_opens_no_introduction(instance):
    """The sentence stays with its date; asking is refused, contacts stay."""
    lena, ann = seasoned(instance, 'Lena'), seasoned(instance, 'Ann')
    wanted = verification_of(instance, lena)
    instance.sql("update agora.verification set verified_at = now() - interval '5 years', valid_until = now() - interval '1 minute' where id = $1::uuid", wanted)
    instance.sql('select agora.verification_by_clock()')
    badge = ann.get(f'members/{lena.handle}')['verified']
    assert badge['level'] == 0 and 'this held until' in badge['sentence']
    assert lena.request('POST', 'introductions', {'to': ann.handle, 'ask': 'advice', 'why': WHY}).status == 403
    record = lena.get('me/verification')['verifications'][0]
    assert record['state'] == 'lapsed' and [h['text'] for h in record['history']] == ['Checked.', 'Ran out.']


def test_fraud_is_revoked_by_two_persons(instance, staff):
    """202 and nothing done; the other verifier confirms; the member reads a class of reasons."""
    fay = seasoned(instance, 'Fay')
    wanted = verification_of(instance, fay)
    asked = staff['verifier'].expect(202, 'POST', f'verifications/{wanted}/revoke', {
        'reason': 'fraud_confirmed', 'note': 'The passport was forged.'}).json
    assert asked['state'] == 'asked' and fay.get('session')['account']['level'] == 2
    listed = staff['other'].get('two-person')['items']
    assert [i['id'] for i in listed if i['kind'] == 'revoke_fraud'] == [asked['id']]
    path = f'two-person/{asked["id"]}'
    seen = staff['other'].expect(200, 'GET', path)
    assert staff['verifier'].request('POST', f'{path}/confirm', etag=seen.etag).status == 403
    assert staff['auditor'].request('POST', f'{path}/confirm', etag=seen.etag).status == 403
    assert staff['other'].request('POST', f'{path}/confirm').status == 428
    assert staff['other'].request('POST', f'{path}/confirm', etag='"another"').status == 412
    done = staff['other'].expect(200, 'POST', f'{path}/confirm', etag=seen.etag).json
    assert done['state'] == 'confirmed' and done['can'] == []
    assert fay.get('session')['account']['level'] == 0
    record = fay.get('me/verification')['verifications'][0]
    assert (record['state'], record['end_class'], record['history'][-1]['text']) == (
        'revoked', 'withdrawn by the organisation', 'Ended: withdrawn by the organisation.')
    assert 'forged' not in str(record)
    assert [i['state'] for i in staff['admin'].get('two-person', state='settled')['items'] if i['id'] == asked['id']] == ['confirmed']


def test_a_role_is_given_by_two_admins(instance, staff):
    """Asked, refused; asked again, confirmed; the member signs in with it."""
    rita = instance.person('Rita')
    wanted = {'kind': 'role_grant', 'payload': {'member': rita.handle, 'role': 'verifier'}, 'reason': 'She was trained in May.'}
    assert staff['verifier'].request('POST', 'two-person', wanted).status == 403
    weak = staff['admin'].request('POST', 'two-person', wanted)
    instance.sql('update agora.credential set strong = true where account_id = $1::uuid', rita.account)
    first = weak if weak.status == 201 else staff['admin'].expect(201, 'POST', 'two-person', wanted)
    path = f'two-person/{first.json["id"]}'
    assert staff['anna'].request('POST', f'{path}/refuse', {}).status == 422
    assert staff['anna'].expect(200, 'POST', f'{path}/refuse', {'note': 'Not yet.'}).json['state'] == 'refused'
    assert staff['anna'].request('POST', f'{path}/confirm', etag='*').status == 409
    again = staff['admin'].expect(201, 'POST', 'two-person', wanted)
    staff['anna'].expect(200, 'POST', f'two-person/{again.json["id"]}/confirm', etag=again.etag)
    session = rita.sign_in(rita.email, rita.password)
    assert 'verifier' in session['account']['roles']


def test_a_changed_name_supersedes(instance):
    """A title or an initial does not; another name does."""
    nora = seasoned(instance, 'Nora')
    family = instance.sql('select family_name from agora.account where id = $1::uuid', nora.account)[0][0]

    def show(name):
        mine = nora.expect(200, 'GET', 'me/profile')
        nora.expect(200, 'PATCH', 'me/profile', {'fields': {'shown_name': {'value': name}}}, etag=mine.etag)
        return nora.get('session')['account']['level']
    assert show(f'Dr. N. {family}') == 2
    assert show(f'Prof. Nora Maria {family}, FRS') == 2
    assert show('Somebody Famous') == 0
    record = nora.get('me/verification')['verifications'][0]
    assert (record['state'], record['end_class']) == ('superseded', 'facts have changed')


def test_a_broken_glass_reads_a_case_for_an_hour_and_tells_the_member(instance, staff):
    """Two keys; each read is in the audit log; nothing can be done with it; then it is closed and told."""
    cora = instance.person('Cora')
    vcase = cora.expect(201, 'POST', 'cases', {'level': 1})
    vcase = cora.expect(200, 'PUT', f'cases/{vcase.json["id"]}/claims', {'given_name': 'Cora', 'family_name': 'Example'}, etag=vcase.etag)
    vcase = cora.expect(200, 'POST', f'cases/{vcase.json["id"]}/submit', etag=vcase.etag).json
    asked = staff['privacy'].expect(201, 'POST', 'two-person', {
        'kind': 'break_glass', 'payload': {'case': vcase['id']}, 'reason': 'A court asks whether we hold her data.'})
    path = f'two-person/{asked.json["id"]}'
    assert staff['privacy'].request('GET', f'{path}/case').status == 404
    assert staff['verifier'].request('POST', f'{path}/confirm', etag='*').status == 403
    staff['admin'].expect(200, 'POST', f'{path}/confirm', etag=asked.etag)
    assert 'reads' in staff['privacy'].get(path) and 'reads' not in staff['admin'].get(path)
    for _ in range(2):
        read = staff['privacy'].get(f'{path}/case')
    assert (read['claims']['given_name'], read['can']) == ('Cora', [])
    assert staff['admin'].request('GET', f'{path}/case').status == 404, 'only who asked may read'
    assert instance.sql("select count(*) from agora.audit_event where action = 'case.break_glass_read' and subject = $1::uuid", vcase['id']) == [(2,)]
    instance.sql("update agora.break_glass set ends_at = now() where case_id = $1::uuid", vcase['id'])
    assert staff['privacy'].request('GET', f'{path}/case').status == 404
    instance.sql('select agora.verification_by_clock()')
    instance.sql('select agora.verification_by_clock()')

    def told():
        return [p for p in instance.mail.glob('*.eml') if cora.email in p.read_text() and 'read by someone other' in p.read_text()]
    wait_for(told, 40, why='the member to be told')
    assert len(told()) == 1
    cora.expect(200, 'POST', f'cases/{vcase["id"]}/withdraw')
