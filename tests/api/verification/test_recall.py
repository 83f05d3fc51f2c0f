"""A recall over HTTP with a real tmtpd: what it would reach, two persons, what ends, who is told, and a worker that dies."""
import email
import email.policy

import pytest
from client import wait_for
from recalled import Recalled

PATIENCE = 120
REASON = 'They approved members without looking at the evidence.'


@pytest.fixture(name='staff')
def some_staff(instance):
    """Two admins, the verifier whose work it is, another verifier."""
    return {'first': instance.person('Adam', 'admin'), 'second': instance.person('Anna', 'admin'),
            'bad': instance.person('Vito', 'verifier'), 'good': instance.person('Vera', 'verifier')}


def ask(staff):
    """The first admin asks; gives the act."""
    return staff['first'].expect(201, 'POST', 'two-person', {
        'kind': 'recall', 'payload': {'verifier': staff['bad'].handle}, 'reason': REASON})


def confirm(staff, act):
    """The second one confirms what they have read."""
    seen = staff['second'].expect(200, 'GET', f'two-person/{act.json["id"]}')
    return staff['second'].expect(200, 'POST', f'two-person/{act.json["id"]}/confirm', etag=seen.etag)


def finished(staff, act):
    """Wait until all is marked, ended in the ledger and confirmed by the server; gives how it stands."""
    def done():
        recall = staff['first'].get(f'two-person/{act.json["id"]}')['recall']
        return recall if 'finished_at' in recall and recall['contacts_unconfirmed'] == 0 else None
    return wait_for(done, PATIENCE, why='the recall to be finished and confirmed')


def messages(instance, subject):
    """(to, text) of the e-mails with this in their subject."""
    found = []
    for path in instance.mail.glob('*.eml'):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if subject in message['subject']:
            found.append((message['to'], message.get_content()))
    return found


def test_a_recall_ends_every_contact_on_the_server_and_tells_people(instance, staff):
    """Blast radius first, nothing before the second person; then all of it, in the ledger and on tmtpd alike."""
    crowd = Recalled(instance, staff['bad'].account, 6, 10, 5, seed='all')
    before = crowd.on_server()
    radius = staff['first'].get('admin/recall', verifier=staff['bad'].handle)
    assert {k: radius[k] for k in ('verifications', 'suspended', 'requeued', 'contacts')} == {
        'verifications': 6, 'suspended': 6, 'requeued': 0, 'contacts': crowd.contacts}
    assert radius['by_part'] == [{'label': 'Decided', 'count': 6}]
    printed = instance.ctl('verification', 'recall', '--verifier', staff['bad'].handle, '--dry-run').stdout
    assert f'{crowd.contacts} contacts that end' in printed
    assert staff['first'].get('two-person')['items'] == [], 'a dry run asked for something'

    act = ask(staff)
    assert f'{crowd.contacts} contacts end' in act.json['summary'] and act.json['can'] == ['take_back']
    assert staff['first'].request('POST', f'two-person/{act.json["id"]}/confirm', etag=act.etag).status == 403
    assert staff['bad'].request('GET', f'two-person/{act.json["id"]}').status == 404
    assert crowd.on_server() == before, 'something ended before the second person confirmed'

    confirm(staff, act)
    recall = finished(staff, act)
    assert {k: recall[k] for k in ('verifications', 'marked', 'suspended', 'contacts_left', 'contacts_ended')} == {
        'verifications': 6, 'marked': 6, 'suspended': 6, 'contacts_left': 0, 'contacts_ended': crowd.contacts}
    assert crowd.on_server() == crowd.wanted() == before - crowd.contacts
    assert instance.ctl('check').returncode == 0
    assert instance.ctl('audit', 'verify').returncode == 0

    told = wait_for(lambda: len(found := messages(instance, 'about a person you were introduced to')) >= 10 and found, PATIENCE,
                    why='the notices')
    assert sorted(to for to, _ in told) == sorted(f'allk{n}@recalled.example' for n in range(1, 11)), 'each is told once'
    for _, text in told:
        words = ' '.join(text.split())
        assert 'The identity of a person you were introduced to has been withdrawn by Example Society of Engineers on' in words
        assert 'You may reopen it yourself' in words
        assert 'Recalled' not in words and 'verifier' not in words and 'evidence' not in words, 'grounds or names are told'

    assert instance.sql("select count(*) from agora.vcase where origin = 'recall' and state = 'queued' and account_id in "
                        "(select id from agora.account where handle like 'all-r%%')") == [(6,)]
    assert staff['bad'].request('GET', 'cases').status == 401, 'their session has ended with the role'
    assert instance.sql('select roles from agora.account where id = $1::uuid', staff['bad'].account) == [('{}',)]
    taken = staff['good'].expect(200, 'POST', 'cases/next').json
    assert (taken['claims']['family_name'], taken['evidence'][0]['subtype'], taken['evidence'][0]['checks']) == ('Recalled', 'passport', [])


def test_a_worker_that_dies_in_the_middle_of_a_recall_loses_nothing(instance, staff):
    """kill -9 while contacts end: the next worker goes on, each contact ends once, each person is told once."""
    crowd = Recalled(instance, staff['bad'].account, 20, 40, 20, seed='dies')
    act = ask(staff)
    confirm(staff, act)
    kills = 0
    for left in (0.8, 0.4):
        def under_way(left=left):
            ended = int(crowd.psql("select count(*) from agora.introduction where ended_for = 'verifier_compromised' "
                                   "and asker in (select id from agora.account where handle like 'dies-%')"))
            return ended >= crowd.contacts * (1 - left)
        wait_for(under_way, PATIENCE, pause=0.01, why='the recall to be under way')
        instance.agorad.kill()
        instance.agorad.start()
        instance.wait_ready(60)
        kills += 1
    recall = finished(staff, act)
    assert recall['contacts_ended'] == crowd.contacts and kills == 2
    assert crowd.on_server() == crowd.wanted()
    assert instance.ctl('check').returncode == 0
    told = int(crowd.psql("select count(*) from agora.outbox where payload ->> 'subject' like '%about a person you were introduced to' "
                          "and payload ->> 'to' like 'diesk%'"))
    assert told == 40, 'somebody was told twice, or not at all'
    assert int(crowd.psql("select count(*) from agora.audit_event e join agora.introduction i on i.id = e.subject "
                          "join agora.account a on a.id = i.asker where e.action = 'contact.end' and a.handle like 'dies-%'")) == crowd.contacts


def test_a_recall_by_the_operator_needs_a_member_of_staff_as_well(instance, staff):
    """agoractl asks in the name of an admin; that admin cannot confirm it, another can; level 1 is only looked at again."""
    Recalled(instance, staff['bad'].account, 3, 1, 0, seed='ctl', level=1)
    done = instance.ctl('verification', 'recall', '--verifier', staff['bad'].handle, '--by', staff['first'].handle, '--reason', REASON)
    act = staff['second'].get('two-person')['items'][0]
    assert act['id'] in done.stdout and act['asked_by'].startswith('Adam')
    seen = staff['first'].expect(200, 'GET', f'two-person/{act["id"]}')
    assert staff['first'].request('POST', f'two-person/{act["id"]}/confirm', etag=seen.etag).status == 403
    confirm(staff, seen)
    recall = finished(staff, seen)
    assert (recall['suspended'], recall['requeued']) == (0, 3)
    assert instance.sql("select count(*) from agora.verification v join agora.account a on a.id = v.account_id "
                        "where a.handle like 'ctl-r%%' and v.state = 'active'") == [(3,)]
    assert instance.ctl('verification', 'recall', check=False).returncode == 64
    assert instance.ctl('verification', 'recall', '--verifier', 'no-such-member', '--dry-run', check=False).returncode == 1


def test_nobody_but_an_admin_asks_for_a_recall(instance, staff):
    """The radius and the act are closed to others, and a recall of somebody who did nothing is refused."""
    for client, status in ((staff['good'], 403), (instance.person('Plain'), 403), (instance.anyone(), 401)):
        assert client.request('GET', f'admin/recall?verifier={staff["bad"].handle}').status == status
        assert client.request('POST', 'two-person', {'kind': 'recall', 'payload': {'verifier': staff['bad'].handle}, 'reason': REASON}).status == status
    refused = staff['first'].request('POST', 'two-person', {'kind': 'recall', 'payload': {'verifier': staff['good'].handle}, 'reason': REASON})
    assert (refused.status, refused.json['errors'][0]['pointer']) == (422, '/payload/verifier')
