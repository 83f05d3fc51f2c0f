"""What members prove by themselves, over the interface: an e-mail domain by a code; lists that are imported and what is
compared with them."""
import json

import pytest
from client import mail_code, wait_for

CLAIMS = {'given_name': 'Zoë Marie', 'family_name': 'Müller-Lüdenscheidt', 'birthdate': '1980-05-17'}
MEMBERS = '''\ufeffMember No;Surname;First name;Date of birth;Status
A-100;Muller Ludenscheidt;Zoe;17.05.1980;Active
A-101;Other;Person;01.02.1970;Active
A-101;Again;Person;01.02.1970;Active
A-102;Nobody;;31.02.1970;Active
;Nobody;No number;01.02.1970;Active
'''


@pytest.fixture(scope='module', name='admin')
def an_admin(instance):
    """Who runs the instance."""
    return instance.person('Adam', 'admin')


@pytest.fixture(scope='module', name='verifier')
def a_verifier(instance):
    """Who decides."""
    return instance.person('Vera', 'verifier')


def roster(admin, subject='membership'):
    """The list of a subject."""
    return next(r for r in admin.get('admin/rosters')['items'] if r['subject'] == subject)


def upload(admin, text, subject='membership', **columns):
    """Import a file and wait until it was read; gives the import."""
    octets = text if isinstance(text, bytes) else text.encode()
    query = '&'.join(f'{k}={v}' for k, v in {'file_name': 'list.csv', **columns}.items())
    answer = admin.raw('POST', f'/api/v1/admin/rosters/{roster(admin, subject)["id"]}/imports?{query}', octets, {
        'Content-Type': 'text/csv', 'Origin': f'{admin.url.scheme}://{admin.url.netloc}'})
    assert answer.status == 202, answer.text
    return wait_for(lambda: read_one(admin, answer.json['id']), why='the worker to read the list')


def read_one(admin, wanted):
    """The import once it was read, else None."""
    found = admin.get(f'admin/roster-imports/{wanted}')
    return found if found['state'] != 'waiting' else None


def applied(admin, text, subject='membership', **columns):
    """The same, brought into force."""
    made = upload(admin, text, subject, **columns)
    return admin.expect(200, 'POST', f'admin/roster-imports/{made["id"]}/apply').json


def draft(member, claims=None):
    """A case of level 2 with its claims."""
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    return member.expect(200, 'PUT', f'cases/{case.json["id"]}/claims', claims or CLAIMS, etag=case.etag).json


def name_number(member, case, number, **more):
    """The membership number as evidence; gives what the member sees of its check."""
    member.expect(201, 'POST', f'cases/{case["id"]}/evidence', {
        'type': 'electronic_record', 'subtype': 'x_membership_register', 'document_number': number, **more})
    return [p for p in member.get('me/proofs')['items'] if p['kind'] == 'membership']


def code_from_mail(instance, email):
    """The code in the latest message to an address."""
    return mail_code(instance.mail, email)


def test_a_domain_is_proved_by_a_code_and_the_address_is_forgotten(instance):
    """The code comes to the address; giving it proves the domain; nothing keeps the address."""
    member, email = instance.person('Dora'), 'dora.secret@cs.example.edu'
    asked = member.expect(202, 'POST', 'me/proofs/email', {'email': email.title()}).json
    assert asked['domain'] == 'cs.example.edu'
    assert member.get('me/proofs')['items'] == []
    code = code_from_mail(instance, email)
    made = member.expect(200, 'POST', 'me/proofs/email/code', {'code': code.lower().replace('-', ' ')}).json
    assert (made['kind'], made['method'], made['target'], made['state']) == ('email_domain', 'x_code_email', 'cs.example.edu', 'good')
    assert member.get('me/proofs')['items'] == [made]
    everything = instance.sql("select string_agg(t::text, ' ') from (select to_jsonb(o) as t from agora.outbox o "
                              'union all select to_jsonb(w) from agora.register_watch w '
                              'union all select to_jsonb(c) from agora.domain_code c '
                              'union all select to_jsonb(e) from agora.audit_event e) s')[0][0]
    assert 'dora.secret' not in everything
    assert member.request('POST', 'me/proofs/email/code', {'code': code}).status == 422, 'a code counts once'


def test_where_anyone_can_have_an_address_is_refused(instance):
    """Freemail, domains below it, and what is no domain."""
    member = instance.person('Fred')
    for email in ('fred@gmail.com', 'fred@mail.gmail.com', 'fred@GMX.de', 'fred@localhost', 'fred@10.0.0.1'):
        answer = member.request('POST', 'me/proofs/email', {'email': email})
        assert answer.status == 422 and answer.json['errors'][0]['pointer'] == '/email', answer.text


def test_tries_and_messages_are_limited(instance):
    """Five wrong codes end a code, though the right one comes next; five messages a day."""
    member = instance.person('Tries')
    member.expect(202, 'POST', 'me/proofs/email', {'email': 'tries@limits.example.edu'})
    code = code_from_mail(instance, 'tries@limits.example.edu')
    for _ in range(5):
        assert member.request('POST', 'me/proofs/email/code', {'code': 'AAAA-AAAA-AAAA'}).status == 422
    assert member.request('POST', 'me/proofs/email/code', {'code': code}).status == 422
    for n in range(4):
        member.expect(202, 'POST', 'me/proofs/email', {'email': f'tries{n}@limits.example.edu'})
    assert member.request('POST', 'me/proofs/email', {'email': 'more@limits.example.edu'}).status == 429


def test_a_code_is_for_who_asked(instance):
    """Another member's session does not make it theirs."""
    member, other = instance.person('Asked'), instance.person('Other')
    member.expect(202, 'POST', 'me/proofs/email', {'email': 'asked@whose.example.edu'})
    code = code_from_mail(instance, 'asked@whose.example.edu')
    assert other.request('POST', 'me/proofs/email/code', {'code': code}).status == 422
    member.expect(200, 'POST', 'me/proofs/email/code', {'code': code})


def test_a_proved_domain_becomes_evidence_of_a_case(instance):
    """Of one that is open, and of one that is begun later."""
    member = instance.person('Eve')
    case = draft(member)
    member.expect(202, 'POST', 'me/proofs/email', {'email': 'eve@work.example.edu'})
    member.expect(200, 'POST', 'me/proofs/email/code', {'code': code_from_mail(instance, 'eve@work.example.edu')})
    assert [e['subtype'] for e in member.get(f'cases/{case["id"]}')['evidence']] == ['x_email_domain']
    member.expect(200, 'POST', f'cases/{case["id"]}/withdraw')
    again = draft(member)
    assert [(e['subtype'], e['issuer']) for e in member.get(f'cases/{again["id"]}')['evidence']] == [('x_email_domain', 'work.example.edu')]
    checks = instance.sql('select k.check_method, k.result, k.by from agora.vcheck k join agora.evidence e on e.id = k.evidence_id '
                          'where e.case_id = %s' % f"'{again['id']}'")
    assert checks == [('x_code_email', 'passed', None)]


def test_a_dry_run_counts_and_changes_nothing(instance, admin):
    """Faults by line and reason; separators, byte order mark and dates as spreadsheets write them."""
    made = upload(admin, MEMBERS, number='Member%20No')
    assert made['state'] == 'staged' and not made['in_force']
    assert (made['accepted'], made['refused'], made['added'], made['removed']) == (2, 3, 2, 0)
    assert [f['line'] for f in made['faults']] == [4, 5, 6]
    assert made['mapping'] == {'number': 'Member No', 'family_name': 'Surname', 'given_name': 'First name',
                               'birthdate': 'Date of birth', 'status': 'Status'}
    assert roster(admin).get('entries') is None
    faults = admin.expect(200, 'GET', f'admin/roster-imports/{made["id"]}/faults').text.splitlines()
    assert faults[0] == 'line,reason' and len(faults) == 4
    assert 'Nobody' not in '\n'.join(faults), 'what was in a record is not repeated'
    gone = admin.expect(200, 'DELETE', f'admin/roster-imports/{made["id"]}').json
    assert gone['state'] == 'discarded'
    assert admin.request('POST', f'admin/roster-imports/{made["id"]}/apply').status == 409


def test_a_member_is_found_whatever_accents_and_order(instance, admin):
    """Number, name and birthdate match at once, by the system; the member sees that, the verifier by whom and when."""
    applied(admin, MEMBERS)
    member = instance.person('Zoe')
    case = draft(member)
    found = name_number(member, case, 'a 100')
    assert [(p['target'], p['state'], p['name']) for p in found] == [('A100', 'good', 'Membership register')]


def test_no_answer_tells_which_fact_differs(instance, admin):
    """An unknown number, another name and another birthdate look the same, to the letter; so does leaving facts out."""
    applied(admin, MEMBERS)
    answers = []
    for n, (number, changed) in enumerate([('A-999', {}), ('A-100', {'family_name': 'Schmidt'}), ('A-100', {'birthdate': '1981-01-01'})]):
        member = instance.person(f'Guess{n}')
        case = draft(member, {**CLAIMS, **changed})
        proofs = name_number(member, case, number)
        answers.append([{k: v for k, v in p.items() if k not in ('id', 'target', 'checked_at')} for p in proofs])
        shown = json.dumps(member.get(f'cases/{case["id"]}'))
        assert 'failed' not in shown
    assert answers[0] == answers[1] == answers[2] and answers[0][0]['state'] == 'waiting'
    silent = []
    for n, changed in enumerate([{}, {'family_name': 'Schmidt'}]):
        member = instance.person(f'Silent{n}')
        claims = {k: v for k, v in {**CLAIMS, **changed}.items() if k != 'birthdate'}
        name_number(member, draft(member, claims), 'A-100')
        silent.append(instance.sql("select result, status, problem from agora.register_watch where account_id = '%s'" % member.account))
    assert silent == [[('cannot_tell', None, None)]] * 2


def test_guessing_is_cut_short(instance, admin):
    """After ten comparisons in a day the register is asked no more for this member."""
    applied(admin, MEMBERS)
    member = instance.person('Guesser')
    case = draft(member)
    for n in range(11):
        made = member.expect(201, 'POST', f'cases/{case["id"]}/evidence', {
            'type': 'electronic_record', 'subtype': 'x_membership_register', 'document_number': f'B-{n}'}).json
        if n < 10:
            member.expect(200, 'DELETE', f'cases/{case["id"]}/evidence/{made["evidence"][-1]["id"]}')
    assert instance.sql("select count(*) from agora.register_watch where account_id = '%s'" % member.account) == [(10,)]


def test_undoing_an_import_goes_back(instance, admin):
    """What the newer list ended comes back with the older one; only the one in force can be undone."""
    first = applied(admin, MEMBERS)
    member = instance.person('Undo')
    name_number(member, draft(member), 'A-100')
    second = upload(admin, 'number,family_name,given_name,birthdate\nZ-1,One,Only,1970-01-01\n')
    assert (second['added'], second['removed']) == (1, 2)
    admin.expect(200, 'POST', f'admin/roster-imports/{second["id"]}/apply')

    def state(wanted):
        return wait_for(lambda: member.get('me/proofs')['items'][0]['state'] == wanted or None, why=f'the entry to be {wanted}')
    state('waiting')
    assert admin.request('POST', f'admin/roster-imports/{first["id"]}/undo').status == 409
    undone = admin.expect(200, 'POST', f'admin/roster-imports/{second["id"]}/undo').json
    assert undone['state'] == 'undone' and admin.get(f'admin/roster-imports/{first["id"]}')['in_force']
    state('good')


@pytest.mark.parametrize('octets,problem', [
    ('number,family_name\nä,b\n'.encode('utf-16'), 'UTF-16'),
    (b'', 'empty'),
    (b'number,family_name\x00,given_name\n1,2,3\n', 'NUL'),
    (b'a,b,c\n1,2,3\n', 'No column'),
    (b'"number,family_name\n', 'cannot be read'),
])
def test_a_file_that_cannot_be_read_fails_whole(instance, admin, octets, problem):
    """Told why; the list in force stays."""
    del instance
    made = upload(admin, octets)
    assert made['state'] == 'failed' and problem in made['problem'], made
    assert admin.request('POST', f'admin/roster-imports/{made["id"]}/apply').status == 409


def test_records_are_judged_one_by_one(instance, admin):
    """Quotes, line breaks within them, CRLF, octets that are not UTF-8, missing fields."""
    del instance
    made = upload(admin, b'number,family_name,given_name\r\n'
                         b'1,"O""Brien, Jr",Pat\r\n'        # line 2: right
                         b'2,"Two\r\nlines",Pat\r\n'        # line 3: a line break within a field
                         b'3,M\xfcller,Pat\r\n'             # line 5: Latin-1
                         b'4,Short\r\n'                     # line 6
                         b'5,"open,Pat" x\r\n'              # line 7: something behind the quotation mark
                         b'--,Signs,Pat\r\n'                # line 8: no number
                         b'6,Good,Pat')                     # line 9: no line end
    assert (made['accepted'], [f['line'] for f in made['faults']]) == (2, [3, 5, 6, 7, 8]), made


def test_only_csv_is_taken(instance, admin):
    """And only a list that is there."""
    del instance
    path = f'/api/v1/admin/rosters/{roster(admin)["id"]}/imports'
    origin = {'Origin': f'{admin.url.scheme}://{admin.url.netloc}'}
    assert admin.raw('POST', path, b'x', {'Content-Type': 'image/png', **origin}).status == 415
    missing = path.replace(roster(admin)['id'], '01900000-0000-7000-8000-000000000000')
    assert admin.raw('POST', missing, b'number\n', {'Content-Type': 'text/csv', **origin}).status == 404


def test_the_verifier_sees_what_ran_by_itself_and_who_is_on_a_list(instance, admin, verifier):
    """Checks by the system with their time; sanctions for the verifier alone."""
    applied(admin, MEMBERS)
    admin.expect(201, 'POST', 'admin/connectors', {'kind': 'roster', 'subject': 'sanctions', 'name': 'Sanctions'})
    applied(admin, 'family_name,given_name,birthdate\nMüller-Lüdenscheidt,Zoë,1980-05-17\nOther,One,1970-01-01\n', 'sanctions')
    member = instance.person('Listed')
    case = draft(member)
    name_number(member, case, 'A100')
    current = member.expect(200, 'GET', f'cases/{case["id"]}')
    member.expect(200, 'POST', f'cases/{case["id"]}/submit', etag=current.etag)
    assert verifier.request('GET', f'cases/{case["id"]}/automatic').status == 404, 'not before it is theirs'
    assert verifier.expect(200, 'POST', 'cases/next').json['id'] == case['id']
    found = verifier.get(f'cases/{case["id"]}/automatic')
    assert [(c['check_method'], c['result'], c['organization']) for c in found['checks']] == [('data', 'passed', 'Membership register')]
    assert [(s['list'], [m['line'] for m in s['matches']]) for s in found['screenings']] == [('Sanctions', [2])]
    assert member.request('GET', f'cases/{case["id"]}/automatic').status in (403, 404)
    assert 'Sanctions' not in json.dumps(member.get(f'cases/{case["id"]}')) + json.dumps(member.get('me/proofs'))
    verifier.expect(204, 'POST', f'cases/{case["id"]}/release')
    member.expect(200, 'POST', f'cases/{case["id"]}/withdraw')


def test_others_read_the_domain_on_the_members_page_as_far_as_the_member_lets_them(instance):
    """Members by default, whoever is chosen after that; the domain with how and until when, never the address."""
    member, other, nobody = instance.person('Page'), instance.person('Reader'), instance.anyone()
    profile = member.expect(200, 'GET', 'me/profile')
    member.expect(200, 'PATCH', 'me/profile', {'fields': {'shown_name': {'tier': 'public'}}}, etag=profile.etag)
    assert 'proofs' not in other.get(f'members/{member.handle}')
    member.expect(202, 'POST', 'me/proofs/email', {'email': 'page.secret@seen.example.edu'})
    made = member.expect(200, 'POST', 'me/proofs/email/code', {'code': code_from_mail(instance, 'page.secret@seen.example.edu')}).json
    answer = other.expect(200, 'GET', f'members/{member.handle}')
    seen, = answer.json['proofs']
    assert (seen['kind'], seen['method'], seen['target']) == ('email_domain', 'x_code_email', 'seen.example.edu')
    assert seen['until'] == made['until'] and seen['confirmed_at'] == made['passed_at'] and 'page.secret' not in answer.text
    for tier, who in (('public', (True, True)), ('contacts', (False, False)), ('self', (False, False)), ('members', (True, False))):
        assert member.expect(200, 'PUT', 'me/verification/disclosure', {'proofs': tier}).json['proofs'] == tier
        assert tuple('proofs' in c.get(f'members/{member.handle}') for c in (other, nobody)) == who
        assert 'proofs' in member.get(f'members/{member.handle}')
    member.expect(204, 'DELETE', f'me/proofs/{made["id"]}')
    assert 'proofs' not in other.get(f'members/{member.handle}')
