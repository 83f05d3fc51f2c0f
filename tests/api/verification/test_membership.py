"""Membership of record over the interface: a member is verified by their entry in the organisation's list, and the
membership follows what the list says from then on."""
import datetime

import pytest
from client import wait_for

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}
TODAY = datetime.date.today()
HEADER = 'Member No;Surname;First name;Grade;Member since;Paid until;Status\n'


def entry(number='A-1', family='Example', grade='Member', since='2019-03-01', until=TODAY + datetime.timedelta(40), status='Active'):
    """A line of the list, as a spreadsheet writes it."""
    return f'{number};{family};Ada;{grade};{since};{until:%d.%m.%Y};{status}\n'


@pytest.fixture(scope='module', name='listed')
def the_list(instance, tmp_path_factory):
    """Imports a list as operators do; gives what the command said."""
    path = tmp_path_factory.mktemp('list') / 'members.csv'

    def listed(*lines, dry=False):
        path.write_text(HEADER + ''.join(lines), encoding='utf8')
        return instance.ctl('roster', 'import', *(['--dry-run'] if dry else []), path).stdout
    return listed


def verified(instance, verifier, number='A-1'):
    """A member whom a verifier found by this number."""
    member = instance.person('Ada')
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    path = f'cases/{case.json["id"]}'
    member.expect(200, 'PUT', f'{path}/claims', CLAIMS, etag=case.etag)
    member.expect(201, 'POST', f'{path}/evidence', {'type': 'electronic_record', 'subtype': 'x_membership_register', 'document_number': number})
    member.expect(200, 'POST', f'{path}/submit', etag=member.expect(200, 'GET', path).etag)
    if member.get('me/verification')['case']['state'] == 'held':
        verifier.expect(200, 'POST', f'{path}/clear')
    assert member.get('me/verification')['memberships'] == [], 'what is merely stated is no membership'
    case = verifier.expect(200, 'POST', 'cases/next').json
    assert path.endswith(case['id'])
    case = verifier.expect(201, 'POST', f'{path}/checks', {'evidence': case['evidence'][0]['id'], 'check_method': 'auth', 'result': 'passed'}).json
    verifier.expect(200, 'POST', f'{path}/decision', {'outcome': 'approve', 'snapshot': case['snapshot']}, etag=str(case['version']))
    return member


def terms(member):
    """Grade, standing, first and last day of each."""
    return [(m.get('grade'), m.get('standing'), m['began'], m.get('ended')) for m in member.get('me/verification')['memberships']]


def test_a_membership_follows_the_list(instance, listed):
    """Of record with the verification; carried on, changed and ended by later imports; a dry run changes nothing."""
    verifier = instance.person('Vera', 'verifier')
    assert 'The list is in force.' in listed(entry(), entry('B-2', 'Other'))
    member = verified(instance, verifier)
    until = str(TODAY + datetime.timedelta(40))
    (known,) = member.get('me/verification')['memberships']
    assert known == {'organisation': 'Example Society of Engineers', 'grade': 'Member', 'number': 'A1', 'standing': 'Active',
                     'began': '2019-03-01', 'ended': until}
    assert '0 new, 1 changed, 1 gone' in listed(entry(grade='Fellow'), dry=True)
    assert terms(member) == [('Member', 'Active', '2019-03-01', until)]
    listed(entry(grade='Fellow'))
    wait_for(lambda: len(terms(member)) == 2, why='the worker to compare anew')
    yesterday = str(TODAY - datetime.timedelta(1))
    assert terms(member) == [('Member', 'Active', '2019-03-01', yesterday), ('Fellow', 'Active', str(TODAY), until)]
    listed(entry(grade='Fellow', status='On leave'))
    wait_for(lambda: terms(member)[1] == ('Fellow', 'On leave', str(TODAY), until), why='the standing of the new list')
    listed(entry('B-2', 'Other'))
    # It began today, so today is its last day.
    wait_for(lambda: terms(member)[1] == ('Fellow', 'On leave', str(TODAY), str(TODAY)), why='the membership to lapse')


def test_a_list_says_whose_members_it_has(instance):
    """An organisation of its own in the settings of a list."""
    admin = instance.person('Adam', 'admin')
    made = admin.expect(201, 'POST', 'admin/connectors', {'kind': 'roster', 'subject': 'membership', 'name': 'Chapter',
                                                           'settings': {'organisation': 'Chapter North'}}).json
    assert made['settings'] == {'organisation': 'Chapter North'}
    answer = admin.request('POST', 'admin/connectors', {'kind': 'roster', 'subject': 'membership', 'name': 'Other', 'settings': {'organisation': ''}})
    assert answer.status == 422 and answer.json['errors'][0]['pointer'] == '/settings/organisation'
