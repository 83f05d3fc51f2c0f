"""Appeals, complaints and retention over the interface: who may see and do what, and abuse of the public form."""
import concurrent.futures
import datetime
import re

import pytest
from client import mail_code, wait_for

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}
PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'X 123'}
REPORT = {'email': 'jo@elsewhere.example', 'name': 'Jo', 'handle': 'somebody', 'relation': 'myself', 'text': 'That is my name.'}
SOON = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """One of each kind."""
    return {'nobody': instance.anyone(), 'member': instance.person('Ada'), 'other': instance.person('Olga', level=3),
            'verifier': instance.person('Vera', 'verifier'), 'second': instance.person('Victor', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'subject': instance.person('Sam', level=3)}


@pytest.fixture(autouse=True)
def quiet(instance):
    """Counters of one test are not the next one's."""
    instance.sql("delete from agora.attempt where key like 'complaint:%' or key like 'mail:%' or key like 'code:%'")


def rejected(people):
    """A request of the member that `verifier` has rejected; its path."""
    member, verifier = people['member'], people['verifier']
    case = member.expect(201, 'POST', 'cases', {'level': 3})
    path = f'cases/{case.json["id"]}'
    member.expect(200, 'PUT', f'{path}/claims', CLAIMS, etag=case.etag)
    member.expect(201, 'POST', f'{path}/evidence', PASSPORT)
    member.expect(200, 'POST', f'{path}/submit', etag=member.expect(200, 'GET', path).etag)
    case = verifier.expect(200, 'POST', 'cases/next')
    verifier.expect(200, 'POST', f'{path}/decision', {'outcome': 'reject', 'reason_codes': ['missing_evidence'], 'public_text': 'Missing.'}, etag=case.etag)
    return path


def test_an_appeal_goes_the_whole_way(people):
    """Appealed by the member, acknowledged and decided by one who never touched it, the ombudsman named then."""
    path = rejected(people)
    member = people['member']
    assert member.get('me/appeals')['open_to'][0]['id'] == path.split('/')[1]
    appeal = member.expect(201, 'POST', f'{path}/appeal', {'text': 'It was all there.', 'access_need': True}).json
    assert appeal['kind'] == 'case' and 'may_decide' not in appeal
    assert member.request('POST', f'{path}/appeal', {'text': 'Again.'}).status == 409
    assert member.get(path)['state'] == 'appealed'
    for name, status in (('nobody', 401), ('other', 404), ('member', 200), ('verifier', 200), ('second', 200), ('admin', 200)):
        assert people[name].request('GET', f'appeals/{appeal["id"]}').status == status
    assert 'about' not in people['verifier'].get(f'appeals/{appeal["id"]}')
    seen = people['second'].get(f'appeals/{appeal["id"]}')
    assert seen['may_decide'] and seen['about']['case']['evidence'][0]['document_number'] == 'X 123'
    listed = people['admin'].get('appeals')['items']
    assert [a['id'] for a in listed] == [appeal['id']] and listed[0]['late'] is False
    decision = {'outcome': 'overturned', 'text': 'We look again.', 'private_note': 'Vera was quick.'}
    for name, status in (('nobody', 401), ('other', 403), ('member', 403), ('verifier', 403)):
        assert people[name].request('POST', f'appeals/{appeal["id"]}/decision', decision).status == status
        assert people[name].request('POST', f'appeals/{appeal["id"]}/acknowledge').status == status
    people['admin'].expect(200, 'POST', f'appeals/{appeal["id"]}/acknowledge')
    done = people['second'].expect(200, 'POST', f'appeals/{appeal["id"]}/decision', decision).json
    assert done['outcome'] == 'overturned' and done['decided_by'].startswith('Victor')
    mine = member.get('me/appeals')['items'][0]
    assert mine['reason_text'] == 'We look again.' and mine['ombudsman'] and 'private_note' not in mine and 'decided_by' not in mine
    assert people['verifier'].expect(204, 'POST', 'cases/next').status == 204
    assert people['second'].expect(200, 'POST', 'cases/next').json['id'] == path.split('/')[1]
    member.expect(200, 'POST', f'{path}/withdraw')


def test_a_verifier_does_not_decide_their_own_appeal(instance, people):
    """They see it as its member does, and the rule holds though they have the role."""
    vic = instance.person('Vic', 'verifier')
    path = rejected({**people, 'member': vic})
    appeal = vic.expect(201, 'POST', f'{path}/appeal', {'text': 'It was all there.'}).json
    assert 'may_decide' not in vic.get(f'appeals/{appeal["id"]}')
    for act, body in (('decision', {'outcome': 'overturned', 'text': 'I was right.'}), ('acknowledge', None)):
        assert vic.request('POST', f'appeals/{appeal["id"]}/{act}', body).status == 404
    people['second'].expect(200, 'POST', f'appeals/{appeal["id"]}/decision', {'outcome': 'upheld', 'text': 'Nothing was there.'})


def test_two_decisions_of_one_appeal_at_once_are_one(instance, people):
    """One decides, the other is told."""
    path = rejected(people)
    appeal = people['member'].expect(201, 'POST', f'{path}/appeal', {'text': 'x'}).json['id']
    clients = []
    for name in ('second', 'admin'):
        clients.append(instance.anyone())
        clients[-1].cookies = dict(people[name].cookies)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda c: c.request('POST', f'appeals/{appeal}/decision', {'outcome': 'upheld', 'text': 'x'}), clients))
    assert sorted(a.status for a in answers) == [200, 409]


def test_the_figures_of_a_time_are_for_admins_and_verifiers(instance, people):
    """How many came, how fast, how often a decision did not stand, and for whom; another time has its own."""
    before = people['admin'].get('admin/statistics')['redress']
    path = rejected(people)
    appeal = people['member'].expect(201, 'POST', f'{path}/appeal', {'text': 'It was all there.', 'access_need': True}).json['id']
    instance.sql("update agora.appeal set opened_at = now() - interval '3 days' where id = $1::uuid", appeal)
    people['admin'].expect(200, 'POST', f'appeals/{appeal}/acknowledge')
    people['second'].expect(200, 'POST', f'appeals/{appeal}/decision', {'outcome': 'varied', 'text': 'A part of it was there.'})
    found = people['verifier'].get('admin/statistics')['redress']
    assert found['appeals']['decided'] == before['appeals']['decided'] + 1
    assert found['appeals']['outcomes']['varied'] == before['appeals']['outcomes'].get('varied', 0) + 1
    route = next(g for g in found['by_route'] if g['name'] == 'remote')
    need = next(g for g in found['by_access_need'] if g['name'] == 'yes')
    assert route['varied'] == need['varied'] == 1 and route['overturn_rate'] == round(route['overturned'] / route['decided'], 3)
    assert [g['name'] for g in found['by_pair']] == ['one person']
    yesterday = str(datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1))
    early = people['admin'].get('admin/statistics', until=yesterday)['redress']
    assert (early['appeals']['opened'], early['appeals']['decided'], early['appeals']['open']) == (1, 0, 1)
    assert early['by_route'] == [] and 'median_days_to_decide' not in early['appeals']


def mails(instance, email):
    """The messages to an address, oldest first."""
    files = sorted(instance.mail.glob('*.eml'), key=lambda p: p.stat().st_mtime)
    return [t for t in (p.read_text(encoding='utf8') for p in files) if re.search(rf'^To: {re.escape(email)}\r?$', t, re.M)]


def wait_mail(instance, email, words):
    """Wait for a message to an address that has these words."""
    return wait_for(lambda: next((t for t in mails(instance, email) if words in re.sub(r'\s+', ' ', t)), None), why=f'{words!r} to {email}')


def confirmed(instance, people, **changed):
    """A complaint that admins see."""
    report = {**REPORT, **changed}
    people['nobody'].expect(202, 'POST', 'complaints', report)
    told = people['nobody'].expect(200, 'POST', 'complaints/confirm', {'email': report['email'], 'code': mail_code(instance.mail, report['email'])}).json
    return next(c for c in people['admin'].get('complaints')['items'] if c['reference'] == told['reference'])


def test_anybody_can_complain(instance, people):
    """Without an account: a form, a code, an acknowledgement, an outcome in neutral words."""
    seen = confirmed(instance, people, handle=people['subject'].handle, email='any@elsewhere.example')
    assert seen['about']['handle'] == people['subject'].handle and seen['verification']['level'] == 3 and seen['late'] is False
    for name, status in (('nobody', 401), ('member', 403), ('verifier', 403), ('admin', 200)):
        assert people[name].request('GET', 'complaints').status == status
    people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/acknowledge')
    assert people['admin'].request('POST', f'complaints/{seen["id"]}/decision', {'outcome': 'corrected', 'note': ''}).status == 422
    done = people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/decision', {'outcome': 'nothing_found', 'note': 'A namesake.'}).json
    assert done['outcome'] == 'nothing_found'
    last = wait_mail(instance, 'any@elsewhere.example', 'found nothing')
    assert 'namesake' not in last and people['subject'].handle not in last and 'Sam' not in last
    assert people['admin'].request('POST', f'complaints/{seen["id"]}/decision', {'outcome': 'corrected', 'note': 'x'}).status == 409


def test_a_complaint_can_end_a_verification(instance, people):
    """By the functions of its life, with their rules."""
    subject = instance.person('Simon', level=3)
    seen = confirmed(instance, people, handle=f'https://agora.example/m/{subject.handle}', email='end@elsewhere.example')
    assert people['admin'].request('POST', f'complaints/{seen["id"]}/decision', {'outcome': 'revoked', 'reason': 'no_such', 'note': 'x'}).status == 422
    people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/decision', {'outcome': 'revoked', 'reason': 'error', 'note': 'A mix-up.'})
    assert instance.sql('select agora.member_level($1::uuid)', subject.account) == [(0,)]


def test_the_answer_is_the_same_whether_there_is_such_a_profile(people):
    """Nothing is to be learnt by complaining."""
    answers = [people['nobody'].expect(202, 'POST', 'complaints', {**REPORT, 'handle': h}) for h in (people['subject'].handle, 'no-such-member')]
    assert answers[0].json == answers[1].json


def test_nobody_reads_what_was_not_confirmed(instance, people):
    """A wrong code is refused alike, and tries are slowed down."""
    email = 'tries@elsewhere.example'
    people['nobody'].expect(202, 'POST', 'complaints', {**REPORT, 'email': email, 'text': 'Unconfirmed words'})
    assert 'Unconfirmed words' not in people['admin'].expect(200, 'GET', 'complaints').text
    answer = people['nobody'].request('POST', 'complaints/confirm', {'email': email, 'code': 'AAAA-AAAA-AAAA'})
    assert answer.status == 422 and '/code' in answer.text
    tries = [people['nobody'].request('POST', 'complaints/confirm', {'email': email, 'code': 'AAAA-AAAA-AAAA'}) for _ in range(8)]
    assert tries[-1].status == 429 and int(tries[-1].headers['retry-after']) >= 1
    instance.sql("delete from agora.attempt where key like 'code:%' or key like 'address:%'")
    code = mail_code(instance.mail, email)
    people['nobody'].expect(200, 'POST', 'complaints/confirm', {'email': email, 'code': code.lower().replace('-', ' ')})
    assert people['nobody'].request('POST', 'complaints/confirm', {'email': email, 'code': code}).status == 422


def test_one_network_sends_five_a_day(people):
    """Then it is told to wait; nothing is stored."""
    for n in range(5):
        people['nobody'].expect(202, 'POST', 'complaints', {**REPORT, 'email': f'n{n}@elsewhere.example'})
    answer = people['nobody'].request('POST', 'complaints', {**REPORT, 'email': 'n6@elsewhere.example'})
    assert answer.status == 429


@pytest.mark.parametrize('email', ['jo@elsewhere.example\r\nBcc: all@elsewhere.example', 'jo@elsewhere.example\nSubject: x', 'jo', '@', 'a@b@c',
                                   'jo @elsewhere.example', 'x' * 250 + '@elsewhere.example', ''])
def test_an_address_is_no_way_into_the_header(instance, people, email):
    """What is not one address is refused, and nothing is sent."""
    before = instance.sql('select count(*) from agora.complaint')
    answer = people['nobody'].request('POST', 'complaints', {**REPORT, 'email': email})
    assert answer.status == 422 and '/email' in answer.text
    assert instance.sql('select count(*) from agora.complaint') == before


@pytest.mark.parametrize('field, value', [('text', ''), ('text', 'x' * 4001), ('text', 'a\u0000b'), ('handle', ''), ('handle', 'x' * 201), ('handle', 'a\nb'),
                                          ('relation', 'everybody'), ('name', 'x' * 201), ('name', 'a\r\nTo: b'), ('access_need', 'perhaps'),
                                          ('email', 5), ('extra', 'x')])
def test_what_breaks_a_rule_of_the_form_is_named(people, field, value):
    """Each field has its limits."""
    answer = people['nobody'].request('POST', 'complaints', {**REPORT, field: value})
    assert answer.status in (400, 422), answer.text


def test_markup_stays_text(instance, people):
    """What a stranger writes is kept as it is, comes back as JSON, and is in no e-mail at all."""
    words = '<script>alert(1)</script> {{7*7}} "quoted"\nsecond line'
    seen = confirmed(instance, people, email='markup@elsewhere.example', text=words, name='<b>Jo</b>', handle='"><img src=x>')
    assert (seen['text'], seen['name'], seen['handle']) == (words, '<b>Jo</b>', '"><img src=x>')
    people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/acknowledge')
    people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/decision', {'outcome': 'corrected', 'note': '<i>x</i>'})
    wait_mail(instance, 'markup@elsewhere.example', 'done what was needed')
    assert not any(w in m for m in mails(instance, 'markup@elsewhere.example') for w in ('script', 'img', '<b>', '<i>'))
    assert people['admin'].expect(200, 'GET', 'complaints?view=decided').headers['content-type'].startswith('application/json')


def test_holds_and_the_report_are_for_admins(people):
    """A hold has an owner and a day of review within six months."""
    hold = {'subject_kind': 'person', 'subject': people['other'].handle, 'reason': 'A court asks.', 'review_on': SOON}
    for name, status in (('nobody', 401), ('member', 403), ('verifier', 403)):
        assert people[name].request('GET', 'admin/retention').status == status
        assert people[name].request('POST', 'admin/legal-holds', hold).status == status
    admin = people['admin']
    for field, value in (('review_on', '2999-01-01'), ('review_on', '2020-01-01'), ('subject', 'no-such-member'), ('reason', '')):
        answer = admin.request('POST', 'admin/legal-holds', {**hold, field: value})
        assert answer.status == 422 and f'/{field}' in answer.text
    made = admin.expect(201, 'POST', 'admin/legal-holds', hold).json
    assert made['owner']['handle'] == admin.handle and made['subject'] == people['other'].handle and made['overdue'] is False
    assert admin.expect(200, 'POST', f'admin/legal-holds/{made["id"]}/extend', {'review_on': SOON}).json['review_on'] == SOON
    admin.expect(204, 'POST', f'admin/legal-holds/{made["id"]}/lift')
    assert admin.request('POST', f'admin/legal-holds/{made["id"]}/lift').status == 409
    report = admin.get('admin/retention')
    assert [c['class'] for c in report['classes']] == ['unconfirmed_complaints', 'drafts', 'evidence_files', 'restricted_rejections',
                                                       'restricted_hashes', 'evidence_facts', 'complaints', 'decisions']
    assert report['holds'][0]['lifted_at']


def test_the_operator_reports_looks_and_runs(instance, people):
    """agoractl retention: a report, a dry run that changes nothing, a run that does."""
    path = rejected(people)
    instance.sql("update agora.vcase set decided_at = now() - interval '73 months', version = version + 1 where id = $1::uuid", path.split('/')[1])
    said = instance.ctl('retention', 'report').stdout
    assert re.search(r'^evidence_facts +6 years +1 due', said, re.M), said
    assert re.search(r'^evidence_facts +1 due, 0 held, 1 would go$', instance.ctl('retention', 'run', '--dry-run').stdout, re.M)
    assert people['member'].get(path)['evidence']
    assert re.search(r'^evidence_facts +1 due, 0 held, 1 gone$', instance.ctl('retention', 'run').stdout, re.M)
    assert people['member'].get(path)['evidence'] == []
    assert re.search(r'^evidence_facts +0 due, 0 held, 0 gone$', instance.ctl('retention', 'run').stdout, re.M)
    assert instance.ctl('retention', 'run', '--now', check=False).returncode == 64


def to_be_revoked(instance, people, name, email):
    """A report whose outcome needs a second person: the subject, the complaint, who confirms."""
    subject = instance.person(name, level=3)
    seen = confirmed(instance, people, handle=subject.handle, email=email)
    done = people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/decision',
                                  {'outcome': 'revoked', 'reason': 'fraud_confirmed', 'note': 'The passport is altered.'}).json
    assert done['outcome'] == 'awaiting' and 'decided_at' not in done
    return subject, done


def open_complaint(people, wanted):
    """The complaint in the list of open ones, or None."""
    return next((c for c in people['admin'].get('complaints')['items'] if c['id'] == wanted['id']), None)


def test_a_report_waits_for_the_second_person(instance, people):
    """Nothing is decided, nobody told and nothing revoked before another person confirms; then all of it."""
    subject, seen = to_be_revoked(instance, people, 'Frida', 'awaiting@elsewhere.example')
    assert open_complaint(people, seen)['outcome'] == 'awaiting'
    assert instance.sql('select agora.member_level($1::uuid)', subject.account) == [(3,)]
    again = people['admin'].request('POST', f'complaints/{seen["id"]}/decision', {'outcome': 'nothing_found', 'note': 'x'})
    assert again.status == 409 and 'second person' in again.text
    assert people['admin'].request('POST', f'two-person/{seen["act"]}/confirm', etag='*').status == 403
    assert not any('We have looked into it' in m for m in mails(instance, 'awaiting@elsewhere.example'))
    people['second'].expect(200, 'POST', f'two-person/{seen["act"]}/confirm', etag='*')
    assert open_complaint(people, seen) is None
    done = next(c for c in people['admin'].get('complaints', view='decided')['items'] if c['id'] == seen['id'])
    assert (done['outcome'], done['note'], 'act' in done) == ('revoked', 'The passport is altered.', False)
    assert instance.sql('select agora.member_level($1::uuid)', subject.account) == [(0,)]
    wait_mail(instance, 'awaiting@elsewhere.example', 'done what was needed')
    assert instance.sql("select action from agora.audit_event where subject = $1::uuid order by at", seen['id']) == [
        ('complaint.open',), ('complaint.await',), ('complaint.decide',)]


@pytest.mark.parametrize('way', ['refused', 'taken back', 'expired'])
def test_a_report_is_open_again_when_nobody_confirms(instance, people, way):
    """Refused, taken back or run out: undecided as before, and it can be decided otherwise."""
    email = f'{way.replace(" ", "-")}@elsewhere.example'
    subject, seen = to_be_revoked(instance, people, 'Fred', email)
    if way == 'expired':
        # What was asked is not changed, not even by the owner of the database, but without its triggers.
        instance.sql('set session_replication_role = replica; update agora.two_person_act set expires_at = now() where id = $1::uuid',
                     seen['act'], user=instance.cluster.superuser)
        instance.sql('select agora.two_person_by_clock()')
    else:
        who = people['second'] if way == 'refused' else people['admin']
        who.expect(200, 'POST', f'two-person/{seen["act"]}/refuse', {'note': 'It is a namesake.'})
    now = open_complaint(people, seen)
    assert not {'outcome', 'act', 'note', 'decided_at'} & set(now)
    assert instance.sql('select agora.member_level($1::uuid)', subject.account) == [(3,)]
    assert not any('We have looked into it' in m for m in mails(instance, email))
    people['admin'].expect(200, 'POST', f'complaints/{seen["id"]}/decision', {'outcome': 'suspended', 'reason': 'reported', 'note': 'We ask.'})
    assert instance.sql('select agora.member_level($1::uuid)', subject.account) == [(0,)]


def test_an_admin_does_not_handle_what_is_about_them(instance, people):
    """For them there is no such report; another admin has it."""
    admin, other = people['admin'], instance.person('Berta', 'admin')
    people['nobody'].expect(202, 'POST', 'complaints', {**REPORT, 'handle': admin.handle, 'email': 'about@elsewhere.example'})
    code = mail_code(instance.mail, 'about@elsewhere.example')
    reference = people['nobody'].expect(200, 'POST', 'complaints/confirm', {'email': 'about@elsewhere.example', 'code': code}).json['reference']
    wanted = next(c['id'] for c in other.get('complaints')['items'] if c['reference'] == reference)
    assert reference not in admin.expect(200, 'GET', 'complaints').text
    assert admin.request('POST', f'complaints/{wanted}/acknowledge').status == 404
    assert admin.request('POST', f'complaints/{wanted}/decision', {'outcome': 'nothing_found', 'note': 'x'}).status == 404
    other.expect(200, 'POST', f'complaints/{wanted}/acknowledge')
