"""Verification over the interface: who may do what, the whole way of a case, refusals, races, the audit log."""
import concurrent.futures
import uuid

import pytest

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17', 'x_licence_number': '77'}
PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'X 123', 'issuer': 'Passport office',
            'issuer_country': 'GB', 'date_of_issuance': '2021-03-01', 'date_of_expiry': '2031-02-28'}
REGISTER = {'type': 'electronic_record', 'subtype': 'x_professional_register', 'document_number': '77', 'issuer': 'Register'}
CALLERS = ('nobody', 'member', 'other', 'verifier', 'second', 'admin')


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """The member a case is about, and everyone else who may try."""
    # Everyone here states the same facts; the screen that holds such cases has a test of its own.
    instance.sql("update agora.policy set value = '[]' where key = 'verification.screen'")
    yield {'nobody': instance.anyone(), 'member': instance.person('Ada'), 'other': instance.person('Olga'),
            'verifier': instance.person('Vera', 'verifier'), 'second': instance.person('Victor', 'verifier'),
            'admin': instance.person('Adam', 'admin')}
    instance.sql("""update agora.policy set value = '["duplicate", "under_age", "blocked"]' where key = 'verification.screen'""")


@pytest.fixture(autouse=True)
def no_open_case(instance):
    """Every test begins with an empty queue."""
    yield
    instance.sql("select agora.case_withdraw(account_id, id) from agora.vcase "
                 "where decided_at is null and state <> 'withdrawn'")


class Case:
    """A case and where it is; keeps the last ETag."""

    def __init__(self, member, level=3):
        self.member = member
        self.read(member.expect(201, 'POST', 'cases', {'level': level}))

    def read(self, answer):
        """Take the state and version of an answer."""
        self.json, self.etag = answer.json, answer.etag
        self.id, self.path = self.json['id'], f'cases/{self.json["id"]}'
        return self

    def fill(self, *evidence):
        """State the claims and name the evidence."""
        self.read(self.member.expect(200, 'PUT', f'{self.path}/claims', CLAIMS, etag=self.etag))
        for item in evidence or (PASSPORT, REGISTER):
            self.read(self.member.expect(201, 'POST', f'{self.path}/evidence', item))
        return self

    def submit(self):
        """Send it, or answer."""
        return self.read(self.member.expect(200, 'POST', f'{self.path}/submit', etag=self.etag))

    def take(self, verifier):
        """The verifier takes the next case, which is this one."""
        answer = verifier.expect(200, 'POST', 'cases/next')
        assert answer.json['id'] == self.id
        return self.read(answer)

    def check(self, verifier, methods):
        """Passed checks: {sub-type: methods}."""
        for item in self.json['evidence']:
            for method in methods.get(item['subtype'], ()):
                self.read(verifier.expect(201, 'POST', f'{self.path}/checks', {
                    'evidence': item['id'], 'check_method': method, 'result': 'passed'}))
        return self

    def decide(self, verifier, **decision):
        """Approve or reject, presenting what was read."""
        decision.setdefault('snapshot', self.json['snapshot'])
        return self.read(verifier.expect(200, 'POST', f'{self.path}/decision', decision, etag=self.etag))


ALL_CHECKS = {'passport': ['vri', 'pvr'], 'x_professional_register': ['data']}


def in_review(people):
    """A complete case, taken by `verifier`."""
    return Case(people['member']).fill().submit().take(people['verifier'])


def approved(people):
    """A case approved at level 3."""
    return in_review(people).check(people['verifier'], ALL_CHECKS).decide(people['verifier'], outcome='approve')


# method, path after cases/ID (or a whole path), body, and the status for each of CALLERS while a verifier has the case.
WHILE_IN_REVIEW = [
    ('GET', '', None, (401, 200, 404, 200, 404, 404)),
    ('PUT', '/claims', CLAIMS, (401, 409, 404, 403, 404, 404)),
    ('POST', '/evidence', PASSPORT, (401, 409, 404, 403, 404, 404)),
    ('DELETE', '/evidence/{evidence}', None, (401, 409, 404, 403, 404, 404)),
    ('POST', '/submit', None, (401, 409, 404, 403, 404, 404)),
    ('POST', '/withdraw', None, (401, 200, 404, 403, 404, 404)),
    ('POST', '/checks', {'evidence': '{evidence}', 'check_method': 'vri', 'result': 'passed'}, (401, 403, 403, 201, 404, 403)),
    ('POST', '/ask', {'reason_codes': ['missing_side'], 'text': 'Please.'}, (401, 403, 403, 200, 404, 403)),
    ('POST', '/release', None, (401, 403, 403, 204, 404, 204)),
    ('POST', '/decision', {'outcome': 'reject', 'reason_codes': ['missing_side'], 'public_text': 'Sorry.'}, (401, 403, 403, 200, 404, 403)),
]
# The same while the member still writes.
WHILE_DRAFT = [
    ('GET', '', None, (401, 200, 404, 404, 404, 404)),
    ('PUT', '/claims', CLAIMS, (401, 200, 404, 404, 404, 404)),
    ('POST', '/evidence', PASSPORT, (401, 201, 404, 404, 404, 404)),
    ('DELETE', '/evidence/{evidence}', None, (401, 200, 404, 404, 404, 404)),
    ('POST', '/submit', None, (401, 200, 404, 404, 404, 404)),
    ('POST', '/withdraw', None, (401, 200, 404, 404, 404, 404)),
    ('POST', '/checks', {'evidence': '{evidence}', 'check_method': 'vri', 'result': 'passed'}, (401, 403, 403, 404, 404, 403)),
    ('POST', '/ask', {'reason_codes': ['missing_side'], 'text': 'Please.'}, (401, 403, 403, 404, 404, 403)),
    ('POST', '/release', None, (401, 403, 403, 404, 404, 404)),
    ('POST', '/decision', {'outcome': 'reject', 'reason_codes': ['missing_side'], 'public_text': 'Sorry.'}, (401, 403, 403, 404, 404, 403)),
]
WITHOUT_CASE = [
    ('GET', 'me/verification', None, (401, 200, 200, 200, 200, 200)),
    ('GET', 'cases', None, (401, 403, 403, 200, 200, 403)),
    ('GET', 'cases?view=held', None, (401, 403, 403, 200, 200, 200)),
    ('GET', 'cases/pairs', None, (401, 403, 403, 200, 200, 200)),
    ('POST', 'cases', {'level': 3}, (401, 201, 201, 201, 201, 201)),
    ('POST', 'cases/next', None, (401, 403, 403, 204, 204, 403)),
    ('POST', 'verifications/{any}/revoke', {'reason': 'error', 'note': 'A test.'}, (401, 403, 403, 404, 404, 404)),
    ('GET', 'vocabulary', None, (200, 200, 200, 200, 200, 200)),
]


def rows(table):
    """One test a route and caller."""
    return [pytest.param(method, path, body, caller, status, id=f'{method} {path or "/"} {caller}')
            for method, path, body, statuses in table for caller, status in zip(CALLERS, statuses)]


def attempt(case, people, method, path, body, caller):
    """Call a route of a case as somebody; gives the answer, checking that a refusal changed nothing."""
    evidence = case.json['evidence'][0]['id']
    body = {k: evidence if v == '{evidence}' else v for k, v in body.items()} if body else body
    answer = people[caller].request(method, f'{case.path}{path}'.replace('{evidence}', evidence), body, etag=case.etag)
    if answer.status >= 400:
        assert people['member'].expect(200, 'GET', case.path).etag == case.etag
    return answer


@pytest.mark.parametrize('method,path,body,caller,status', rows(WHILE_IN_REVIEW))
def test_who_may_do_what_with_a_case_in_review(people, method, path, body, caller, status):
    """The assigned verifier decides, the member may withdraw, everybody else sees nothing."""
    assert attempt(in_review(people), people, method, path, body, caller).status == status


@pytest.mark.parametrize('method,path,body,caller,status', rows(WHILE_DRAFT))
def test_who_may_do_what_with_a_draft(people, method, path, body, caller, status):
    """A draft is its member's alone."""
    assert attempt(Case(people['member']).fill(), people, method, path, body, caller).status == status


@pytest.mark.parametrize('method,path,body,caller,status', rows(WITHOUT_CASE))
def test_who_may_call_what_is_about_no_case(people, method, path, body, caller, status):
    """The queue is for verifiers, the own state for everyone signed in, the words for all."""
    assert people[caller].request(method, path.replace('{any}', str(uuid.uuid4())), body).status == status


def test_the_whole_way_from_draft_to_the_sentence_on_the_profile(instance, people):
    """Claims, evidence, checks, approval; each step in the timeline; the level everywhere."""
    member, verifier = instance.person('Wanda'), people['verifier']
    case = Case(member)
    assert case.json['can'] == ['edit', 'submit', 'withdraw']
    case.fill()
    assert (case.json['claims'], [e['label'] for e in case.json['evidence']]) == (
        CLAIMS, ['Passport', 'Entry in the professional register'])
    case.submit()
    assert (case.json['state'], case.json['can']) == ('queued', ['withdraw'])
    queue = verifier.get('cases')
    assert ([i['id'] for i in queue['items']], queue['counts']['waiting']) == ([case.id], 1)
    case.take(verifier)
    assert (case.json['computed']['level'], case.json['can']) == (1, ['check', 'ask', 'book', 'refer', 'decide', 'release', 'conflict'])
    case.check(verifier, {'passport': ['vri', 'pvr']})
    refused = verifier.request('POST', f'{case.path}/decision', {'outcome': 'approve', 'snapshot': case.json['snapshot']}, etag=case.etag)
    assert refused.status == 409 and 'level 2' in refused.json['detail']
    case.check(verifier, {'x_professional_register': ['data']})
    assert (case.json['computed']['level'], case.json['computed']['missing']) == (3, [])
    case.decide(verifier, outcome='approve', public_text='Welcome.', private_note='Seen on screen.')
    assert case.json['decision']['private_note'] == 'Seen on screen.'

    mine = member.get('me/verification')
    assert (mine['level'], 'case' in mine, mine['cases'][0]['state']) == (3, False, 'approved')
    sentence = mine['verifications'][0]['sentence']
    assert sentence.startswith('Identity checked by Example Society of Engineers, remotely, against a passport and a register entry, on ')
    assert member.get(f'members/{member.handle}')['verified']['sentence'] == sentence
    assert member.get('session')['account']['level'] == 3
    seen = member.get(case.path)
    assert [t['text'] for t in seen['timeline']] == [
        'The request was begun.', 'It was sent to the verifiers.', 'It waits for a verifier.', 'A verifier has begun to look at it.', 'It was approved.']
    assert 'Vera' not in str(seen) and 'Seen on screen' not in str(seen)


def test_a_question_and_its_answer_go_to_the_same_verifier(people):
    """needs_member, then in_review with the one who asked; nobody else gets it from the queue."""
    case, member, verifier = in_review(people), people['member'], people['verifier']
    case.read(verifier.expect(200, 'POST', f'{case.path}/ask', {
        'reason_codes': ['missing_side'], 'text': 'Please name the back as well.'}, etag=case.etag))
    assert case.json['can'] == []
    mine = member.expect(200, 'GET', case.path)
    assert mine.json['question'] == {'reason_codes': ['missing_side'], 'text': 'Please name the back as well.'}
    case.read(mine)
    case.read(member.expect(201, 'POST', f'{case.path}/evidence', {'type': 'document', 'subtype': 'idcard'}))
    case.submit()
    assert case.json['state'] == 'in_review'
    assert people['second'].request('POST', 'cases/next').status == 204
    assert verifier.get(case.path)['state'] == 'in_review'
    assert [i['id'] for i in verifier.get('cases', view='mine')['items']] == [case.id]


def test_a_rejection_tells_the_member_why_but_no_restricted_reason(people):
    """The text and the open reasons; neither the restricted code, nor the note, nor who."""
    case = in_review(people)
    case.decide(people['verifier'], outcome='reject', reason_codes=['counter_fraud', 'record_absent'],
                public_text='We could not find you.', private_note='Reported twice.')
    assert case.json['state'] == 'awaiting_second'
    other = people['second'].expect(200, 'POST', 'cases/next')
    case.read(people['second'].expect(200, 'POST', f'{case.path}/second', {'outcome': 'confirm', 'snapshot': other.json['recommendation']['snapshot']},
                                      etag=other.etag))
    assert case.json['decision']['reason_codes'] == ['counter_fraud', 'record_absent']
    seen = people['member'].get(case.path)
    assert seen['decision']['reason_codes'] == ['record_absent']
    assert (seen['decision']['public_text'], seen['decision']['by']) == ('We could not find you.', 'Example Society of Engineers')
    assert not any(word in str(seen) for word in ('counter_fraud', 'Reported', 'Vera'))
    decided = people['second'].get('cases', view='decided')['items'][0]
    assert decided['state'] == 'rejected' and decided['decided_at'] > decided['submitted_at']


@pytest.mark.parametrize('path,body,pointer', [
    ('/claims', {'shoe_size': '42'}, '/shoe_size'),
    ('/claims', {'given_name': 'x' * 301}, '/given_name'),
    ('/claims', {'given_name': 5}, '/given_name'),
    ('/claims', {'birthdate': '1980-02-30'}, '/birthdate'),
    ('/claims', {'a/b~c': 'x'}, '/a~1b~0c'),
    ('/evidence', {'type': 'document'}, '/subtype'),
    ('/evidence', {'type': 'document', 'subtype': 'library_card'}, '/subtype'),
    ('/evidence', {'type': 'rumour', 'subtype': 'passport'}, '/type'),
    ('/evidence', {**PASSPORT, 'date_of_expiry': '2020-01-01'}, '/date_of_expiry'),
    ('/evidence', {**PASSPORT, 'date_of_issuance': 'yesterday'}, '/date_of_issuance'),
    ('/evidence', {**PASSPORT, 'issuer_country': 'Britain'}, '/issuer_country'),
    ('/evidence', {**PASSPORT, 'file': 'a.png'}, '/file')])
def test_a_wrong_field_is_named(people, path, body, pointer):
    """422 with the JSON pointer of the field; nothing is changed."""
    case = Case(people['member'])
    answer = people['member'].request('PUT' if path == '/claims' else 'POST', case.path + path, body, etag=case.etag)
    assert (answer.status, [e['pointer'] for e in answer.json['errors']]) == (422, [pointer])
    assert people['member'].expect(200, 'GET', case.path).etag == case.etag


@pytest.mark.parametrize('level', [0, 5, 4, '3', None])
def test_only_levels_that_are_offered_can_be_asked_for(people, level):
    """Level 4 is refused in plain words; the rest is out of the list."""
    answer = people['other'].request('POST', 'cases', {'level': level})
    assert (answer.status, answer.json['errors'][0]['pointer']) == (422, '/level')
    if level == 4:
        assert 'attended session' in answer.json['errors'][0]['detail']


def test_an_incomplete_case_is_not_sent(people):
    """The missing claim is named, then the missing evidence."""
    case = Case(people['member'])
    answer = people['member'].request('POST', f'{case.path}/submit', etag=case.etag)
    assert (answer.status, answer.json['errors'][0]['pointer']) == (422, '/claims/given_name')
    case.read(people['member'].expect(200, 'PUT', f'{case.path}/claims', CLAIMS, etag=case.etag))
    answer = people['member'].request('POST', f'{case.path}/submit', etag=case.etag)
    assert (answer.status, answer.json['errors'][0]['pointer']) == (422, '/evidence')


def test_a_version_must_be_named_and_be_the_newest(people):
    """428 without If-Match, 412 with an old or impossible one."""
    case = Case(people['member']).fill()
    path = f'{case.path}/claims'
    assert people['member'].request('PUT', path, CLAIMS).status == 428
    for etag in ('"1"', '"0"', '"x"', '"99999999999999999999"', 'W/"1"'):
        assert people['member'].request('PUT', path, CLAIMS, etag=etag).status == 412, etag
    assert people['member'].request('PUT', path, CLAIMS, etag=case.etag).status == 200
    assert people['member'].request('POST', f'{case.path}/submit', etag=case.etag).status == 412


def test_the_same_key_begins_one_case(people):
    """A repeat gets the first answer; the same key with another body is refused; a second case is too."""
    key = str(uuid.uuid4())
    first = people['member'].request('POST', 'cases', {'level': 3}, key=key)
    again = people['member'].request('POST', 'cases', {'level': 3}, key=key)
    assert (first.status, again.status, first.json['id'], first.etag) == (201, 201, again.json['id'], again.etag)
    assert people['member'].request('POST', 'cases', {'level': 1}, key=key).status == 422
    assert people['member'].request('POST', 'cases', {'level': 3}).status == 409


def test_a_verifier_never_gets_the_own_case(people):
    """It waits for another one, also when it is the only one."""
    case = Case(people['verifier']).fill().submit()
    assert people['verifier'].request('POST', 'cases/next').status == 204
    assert people['verifier'].get('cases', view='all')['items'] == []
    case.take(people['second'])
    answer = people['verifier'].request('POST', f'{case.path}/decision', {'outcome': 'approve', 'snapshot': case.json['snapshot']}, etag=case.etag)
    assert answer.status == 403


def crowd_of_cases(instance, count):
    """Submitted cases of that many people, who have no sign-in."""
    for n in range(count):
        instance.sql("""
          with p as (insert into agora.person default values returning id)
          insert into agora.account (person_id, email, handle, given_name, family_name, state)
          select id, $1, $2, 'Crowd', 'Example', 'active' from p
          on conflict do nothing""", f'queue{n}@example.org', f'queue-{n}')
        account = instance.sql('select id from agora.account where handle = $1', f'queue-{n}')[0][0]
        case = instance.sql("select body::jsonb ->> 'id' from agora.case_open($1::uuid, 1)", account)[0][0]
        instance.sql("""select agora.case_claims_put($1::uuid, $2::uuid, null, '{"given_name": "C", "family_name": "E"}')""", account, case)
        instance.sql('select agora.case_submit($1::uuid, $2::uuid, null)', account, case)


def test_two_verifiers_never_get_the_same_case(instance, people):
    """Many takes at once from several connections: every case goes to one of them, none is left."""
    crowd_of_cases(instance, 30)

    def take_all(client):
        taken = []
        while (answer := client.request('POST', 'cases/next')).status == 200:
            taken.append(answer.json['id'])
        assert answer.status == 204
        return taken

    clients = []
    for verifier in ('verifier', 'second') * 4:
        client = instance.anyone()
        client.cookies = dict(people[verifier].cookies)
        clients.append(client)
    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        taken = [case for part in pool.map(take_all, clients) for case in part]
    assert (len(taken), len(set(taken))) == (30, 30)


def test_two_decisions_at_once_are_one(instance, people):
    """Of two browsers with the same version one decides; the other is told."""
    case = in_review(people).check(people['verifier'], ALL_CHECKS)
    clients = [instance.anyone() for _ in range(2)]
    for client in clients:
        client.cookies = dict(people['verifier'].cookies)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda c: c.request('POST', f'{case.path}/decision', {'outcome': 'approve', 'snapshot': case.json['snapshot']}, etag=case.etag), clients))
    assert sorted(a.status for a in answers) in ([200, 409], [200, 412])
    assert instance.sql("select count(*) from agora.verification where case_id = $1::uuid", case.id) == [(1,)]


def test_the_queue_is_read_page_by_page_due_first(instance, people):
    """Pages of the cursor give every case once, in order of due time."""
    crowd_of_cases(instance, 7)
    seen, cursor = [], {}
    while True:
        page = people['verifier'].get('cases', limit=3, **cursor)
        assert len(page['items']) <= 3
        seen += page['items']
        if 'next' not in page:
            break
        cursor = {'cursor': page['next']}
    assert len(seen) == len({i['id'] for i in seen}) == page['counts']['waiting'] == 7
    assert [i['due_at'] for i in seen] == sorted(i['due_at'] for i in seen)
    assert people['verifier'].request('GET', 'cases?cursor=nonsense').status == 422
    assert people['verifier'].request('GET', 'cases?view=everything').status == 422


def test_a_revoked_verification_takes_the_level_away(instance, people):
    """By a verifier or an admin, never by the member; the profile says nothing of it. For fraud it takes two: test_life.py."""
    member = instance.person('Rita', level=3)
    subject = member.get('me/verification')['verifications'][0]['id']
    body = {'reason': 'error', 'note': 'A forged letter.'}
    for caller, status in (('nobody', 401), ('other', 403)):
        assert people[caller].request('POST', f'verifications/{subject}/revoke', body).status == status
    assert member.request('POST', f'verifications/{subject}/revoke', body).status == 403
    for field, wrong in (('reason', {**body, 'reason': 'mood'}), ('note', {'reason': 'error'})):
        answer = people['verifier'].request('POST', f'verifications/{subject}/revoke', wrong)
        assert (answer.status, answer.json['errors'][0]['pointer']) == (422, f'/{field}')
    assert people['admin'].request('POST', f'verifications/{subject}/revoke', body).status == 204
    assert people['admin'].request('POST', f'verifications/{subject}/revoke', body).status == 409
    mine = member.get('me/verification')
    assert (mine['level'], mine['verifications'][0]['state']) == (0, 'revoked')
    assert 'forged' not in str(mine) and 'fraud' not in str(mine)
    assert people['other'].get(f'members/{member.handle}')['verified'] == {
        'level': 0, 'label': 'Not checked', 'sentence': 'Not checked.'}


def test_a_verifier_cannot_revoke_the_own_verification(instance):
    """Somebody else must."""
    verifier = instance.person('Selma', 'verifier', level=3)
    subject = verifier.get('me/verification')['verifications'][0]['id']
    assert verifier.request('POST', f'verifications/{subject}/revoke', {'reason': 'error', 'note': 'n'}).status == 403


def test_the_vocabulary_names_what_the_interface_takes(people):
    """Every list is there; evidence kinds, methods and levels are those that are accepted."""
    words = people['nobody'].get('vocabulary')
    assert all(words[name] for name in words)
    assert 'document/passport' in {w['code'] for w in words['evidence_types']}
    assert [w['code'] for w in words['levels']] == ['0', '1', '2', '3']
    assert not {'kbv', 'bvp', 'bvr'} & {w['code'] for w in words['check_methods']}
    assert {w['group'] for w in words['reject_reasons']} == {'retry', 'referee', 'final', 'restricted'}
    assert 'DE' in {w['code'] for w in words['countries']}


def test_audit_verify_finds_what_was_changed(instance, people):
    """agoractl says the chain is whole, and after a change by the database's owner where it is not."""
    approved(people)
    whole = instance.ctl('audit', 'verify')
    assert 'whole' in whole.stdout
    assert 'case.approve' in instance.ctl('audit', 'list', '20').stdout
    row, = instance.sql("select seq from agora.audit_event where action = 'case.check' order by seq limit 1")[0]
    instance.sql("update agora.audit_event set detail = detail || '{\"result\": \"failed\"}' where seq = $1", row)
    broken = instance.ctl('audit', 'verify', check=False)
    assert broken.returncode == 1 and f'row {row}: it was changed' in broken.stderr
    instance.sql("update agora.audit_event set detail = detail || '{\"result\": \"passed\"}' where seq = $1", row)
    assert instance.ctl('audit', 'verify').stdout == whole.stdout
    last, = instance.sql('select max(seq) from agora.audit_event')[0]
    kept = instance.sql('delete from agora.audit_event where seq = $1 returning *', last - 3)[0]
    broken = instance.ctl('audit', 'verify', check=False)
    assert broken.returncode == 1 and f'row {last - 2}: rows before it are missing' in broken.stderr
    assert kept and instance.ctl('audit', 'list', 'many', check=False).returncode == 64


def test_no_log_line_holds_what_a_member_stated(instance):
    """Names, numbers and notes of cases are not in agorad's log."""
    log = (instance.var / 'agorad.log').read_text(encoding='utf8', errors='replace')
    assert not any(word in log for word in ('1980-05-17', 'X 123', 'Passport office', 'A forged letter', 'Seen on screen'))
