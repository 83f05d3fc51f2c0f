"""A person is found again by keyed hashes; the key is in a file alone, and the database keeps no plain key to compare."""
import hashlib
import hmac
import re
import subprocess

import pytest
from client import wait_for

CLAIMS = {'given_name': 'Åda', 'family_name': "O'Example", 'birthdate': '1980-05-17', 'x_licence_number': 'L 77/1'}
PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'Zq 98-76', 'issuer_country': 'GB',
            'date_of_issuance': '2021-03-01', 'date_of_expiry': '2031-02-28'}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Two who may be one, and a third."""
    return {'ada': instance.person('Ada'), 'again': instance.person('Again'), 'other': instance.person('Olga')}


def keys(instance):
    """The keys of the file: [(id, octets)], newest first."""
    return [(line.split()[0], bytes.fromhex(line.split()[1])) for line in (instance.var / 'person.key').read_text().splitlines()]


def submitted(member, claims, *evidence):
    """A case that was sent; gives its id."""
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    path = f'cases/{case.json["id"]}'
    case = member.expect(200, 'PUT', f'{path}/claims', claims, etag=case.etag)
    for item in evidence:
        case = member.expect(201, 'POST', f'{path}/evidence', item)
    member.expect(200, 'POST', f'{path}/submit', etag=case.etag)
    return case.json['id']


def found(instance, case):
    """Why others are found for a case: {person: reason}."""
    return dict(instance.sql('select d.handle, d.why from agora.vcase c, agora.case_duplicates(c) d where c.id = $1::uuid', case))


def hashes(instance, source):
    """{(kind, key, hash)} of a case or account."""
    return set(instance.sql("select kind, key_id, encode(hash, 'hex') from agora.person_key where source = $1::uuid", source))


@pytest.fixture(scope='module', name='cases')
def some_cases(instance, people):
    """Ada; the same written otherwise, with the same passport; somebody else."""
    return {'ada': submitted(people['ada'], CLAIMS, PASSPORT),
            'again': submitted(people['again'], {**CLAIMS, 'given_name': 'ADA', 'family_name': 'O Example', 'x_licence_number': '5'},
                               {**PASSPORT, 'document_number': 'ZQ9876'}),
            'other': submitted(people['other'], {**CLAIMS, 'birthdate': '1981-05-17', 'x_licence_number': '6'},
                               {**PASSPORT, 'subtype': 'idcard'})}


def test_the_same_person_is_found_however_it_is_written(instance, people, cases):
    """Accents, capitals, signs; not somebody born on another day, nor the same number of another kind of document."""
    assert found(instance, cases['again']) == {people['ada'].handle: 'Same name and date of birth'}
    assert found(instance, cases['other']) == {}


def test_the_hash_is_hmac_sha_256_by_the_key_of_the_file(instance, cases):
    """Over the kind, a zero octet and the normal form: any other program can compute it."""
    (key_id, key), = keys(instance)
    wanted = {'name_birthdate': 'ada|oexample|1980-05-17', 'document_number': 'passport|ZQ9876',
              'register_number': 'x_professional_register|L771'}
    assert hashes(instance, cases['ada']) == {
        (kind, key_id, hmac.new(key, kind.encode() + b'\0' + text.encode(), hashlib.sha256).hexdigest()) for kind, text in wanted.items()}


def test_no_key_and_no_plain_key_is_in_the_database_or_the_log(instance, cases):
    """Searched in a whole dump and in what the service logs."""
    dump = subprocess.run(['pg_dump', instance.cluster.dsn(instance.agora_db, 'agora_owner')], capture_output=True, check=True, text=True).stdout
    log = instance.agorad.log_text()
    for _, key in keys(instance):
        for where in (dump, log):
            assert key.hex() not in where and key.hex().upper() not in where
    for word in ('ada|oexample', 'adaoexample', 'passport|ZQ9876', 'oexample 1980'):
        assert word not in dump and word not in log
    assert cases['ada'] in dump


def test_an_address_of_e_mail_is_hashed_by_the_worker(instance, people):
    """Accounts too, soon after they are made."""
    wait_for(lambda: hashes(instance, people['ada'].account), seconds=60, why='the hash of an address')
    (key_id, key), = keys(instance)
    assert hashes(instance, people['ada'].account) == {
        ('email', key_id, hmac.new(key, b'email\0' + people['ada'].email.encode(), hashlib.sha256).hexdigest())}


def test_one_who_was_erased_is_found_by_hashes_alone(instance, people, cases):
    """Nothing of them is left but the hashes; after a new key too."""
    ada = people['ada'].account
    before = hashes(instance, cases['ada'])
    instance.sql("delete from agora.claim where case_id = $1::uuid", cases['ada'])
    instance.sql("delete from agora.evidence where case_id = $1::uuid", cases['ada'])
    instance.sql("update agora.account set state = 'erased', email = 'erased@invalid.example', given_name = 'x', family_name = 'x' where id = $1::uuid", ada)
    wait_for(lambda: not instance.sql('select source from agora.person_key_due'), seconds=60, why='the worker')
    assert hashes(instance, cases['ada']) == before
    assert found(instance, cases['again']) == {'': 'Same name and date of birth'}

    old = keys(instance)[0][0]
    assert 'Persons are hashed by the key' in instance.ctl('keys', 'person').stdout
    new = keys(instance)[0][0]
    refused = instance.ctl('keys', 'person', '--retire', new, check=False)
    assert refused.returncode == 1 and 'is the newest key' in refused.stderr
    wait_for(lambda: not instance.sql('select source from agora.person_key_due'), seconds=60, why='the worker')
    assert {k for _, k, _ in hashes(instance, cases['again'])} == {old, new}
    assert found(instance, cases['again']) == {'': 'Same name and date of birth'}

    gone = instance.ctl('keys', 'person', '--retire', old).stdout
    assert '1 erased persons are found again no more' in gone
    assert [k for k, _ in keys(instance)] == [new] and {k for _, k, _ in hashes(instance, cases['again'])} == {new}
    assert instance.ctl('keys', 'person', '--retire', old, check=False).returncode == 1


def test_without_the_key_nothing_is_sent_unseen(instance, people):
    """The service says that it is not available rather than miss a duplicate; a file that others may read is no key."""
    file = instance.var / 'person.key'
    member = people['other']
    case = member.get('me/verification')['case']
    member.expect(200, 'POST', f'cases/{case["id"]}/withdraw')
    case = member.expect(201, 'POST', 'cases', {'level': 1})
    path = f'cases/{case.json["id"]}'
    case = member.expect(200, 'PUT', f'{path}/claims', {'given_name': 'Olga', 'family_name': 'Example'}, etag=case.etag)
    file.chmod(0o640)
    assert member.request('POST', f'{path}/submit', etag=case.etag).status == 503
    file.rename(file.with_suffix('.away'))
    assert member.request('POST', f'{path}/submit', etag=case.etag).status == 503
    file.with_suffix('.away').rename(file)
    file.chmod(0o600)
    member.expect(200, 'POST', f'{path}/submit', etag=case.etag)
    log = instance.agorad.log_text()
    assert 'others may read it' in log and re.search('run agoractl keys person', log)
