"""Guessing: known and unknown look the same and take as long; it gets slower and slower; nobody can lock another out."""
import concurrent.futures

import pytest
from client import mail_code, wait_for
from conftest import PASSWORD, make_instance
from effort import Effort

# A proxy on this machine says where a request comes from, so that a test can come from many places.
SETTINGS = {'agorad': {'http': {'trusted_proxies': '127.0.0.1'}}}
SAME = ('type', 'title', 'status', 'detail')


@pytest.fixture(autouse=True)
def forgotten(instance):
    """Every test begins without counters."""
    instance.sql('delete from agora.attempt')


def from_place(client, address, email, password):
    """A try to sign in from an address; gives the Answer."""
    return client.request('POST', 'session', {'email': email, 'password': password}, headers={'X-Forwarded-For': address})


def alike(instance, first, second, why):
    """Both make the same work, within 30 % and 8 ms of what the worker does meanwhile."""
    one, other = Effort(instance).medians(first, second)
    assert abs(one - other) <= 0.3 * max(one, other) + 8, f'{why}: {one:.1f} ms and {other:.1f} ms'


def test_unknown_and_known_sign_in_the_same(instance):
    """Wrong password, unknown address, suspended account: one answer, one time."""
    instance.sql("update agora.policy set value = '100000' where key in ('sign_in.free_account', 'sign_in.free_address')")
    try:
        person, gone, anyone = instance.person('Karla'), instance.person('Gone'), instance.anyone()
        instance.sql("update agora.account set state = 'suspended' where id = $1::uuid", gone.account)
        tries = [(person.email, 'not the password at all'), ('nobody.at.all@example.org', PASSWORD), (gone.email, PASSWORD)]
        answers = [anyone.request('POST', 'session', {'email': e, 'password': p}) for e, p in tries]
        assert {a.status for a in answers} == {401} and not any(a.cookies for a in answers)
        assert len({tuple(a.json[k] for k in SAME) for a in answers}) == 1
        names = [sorted(h for h in a.headers if h not in ('date', 'x-request-id')) for a in answers]
        assert names[0] == names[1] == names[2]
        acts = [lambda e=e, p=p: anyone.request('POST', 'session', {'email': e, 'password': p}) for e, p in tries]
        alike(instance, acts[0], acts[1], 'wrong password and unknown address')
        alike(instance, acts[0], acts[2], 'wrong password and suspended account')
    finally:
        instance.sql("update agora.policy set value = '5' where key = 'sign_in.free_account'")
        instance.sql("update agora.policy set value = '30' where key = 'sign_in.free_address'")


def test_unknown_and_known_apply_the_same(instance):
    """Who applies, or asks for a new password, does not learn who is a member; the member does learn that somebody tried."""
    person, anyone = instance.person('Konrad'), instance.anyone()
    instance.sql("update agora.policy set value = '1000' where key = 'mail.codes_per_hour'")

    def apply(email):
        return anyone.request('POST', 'applications', {'email': email, 'password': PASSWORD, 'given_name': 'A', 'family_name': 'B', 'terms': True})

    def reset(email):
        return anyone.request('POST', 'password-resets', {'email': email})
    for act in (apply, reset):
        known, unknown = act(person.email), act('nobody.known@example.org')
        assert known.status == unknown.status == 202
        assert {k: v for k, v in known.json.items() if k != 'sent_to'} == {k: v for k, v in unknown.json.items() if k != 'sent_to'}
        alike(instance, lambda a=act: a(person.email), lambda a=act: a('nobody.known@example.org'), act.__name__)
    for wrong in ({'email': person.email}, {'email': 'nobody.known@example.org'}, {'email': 'never.applied@example.org'}):
        answers = [anyone.request('POST', path, {**wrong, 'code': 'AAAA-BBBB', **more}) for path, more in
                   (('applications/confirm', {}), ('password-resets/confirm', {'password': 'another long password'}))]
        told = [tuple(a.json[k] for k in SAME) for a in answers]
        assert told == [tuple(a.json[k] for k in SAME) for a in (
            anyone.request('POST', 'applications/confirm', {'email': 'x@example.org', 'code': 'AAAA-BBBB'}),
            anyone.request('POST', 'password-resets/confirm', {'email': 'x@example.org', 'code': 'AAAA-BBBB', 'password': 'another long password'}))]
    wait_for(lambda: any(f'To: {person.email}' in m.read_text() and 'you have an account already' in m.read_text() for m in instance.mail.glob('*.eml')),
             why='the message to the member')


def test_wrong_passwords_cost_more_and_more(instance):
    """Five for free, then 429 with Retry-After; each further one doubles the wait, up to a minute for an account."""
    person, anyone = instance.person('Waltraud'), instance.anyone()
    statuses = [from_place(anyone, '192.0.2.1', person.email, 'wrong').status for _ in range(7)]
    assert statuses[:5] == [401] * 5 and 429 in statuses[5:]
    refused = from_place(anyone, '192.0.2.1', person.email, PASSWORD)
    assert refused.status == 429 and 1 <= int(refused.headers['retry-after']) <= 2 and refused.json['type'].endswith('too-many')
    waits = []
    for n in (6, 7, 9, 12, 40):
        instance.sql('update agora.attempt set n = $1, last_at = clock_timestamp()', n)
        waits.append(int(from_place(anyone, '192.0.2.1', person.email, 'wrong').headers['retry-after']))
    assert waits == sorted(waits) and waits[0] <= 2 and 50 <= waits[3] <= 60 and waits[-1] > 60
    # An address that is nobody's slows down just the same.
    instance.sql('delete from agora.attempt')
    nobody = [from_place(anyone, '192.0.2.2', 'nobody.here@example.org', 'wrong').status for _ in range(7)]
    assert nobody == statuses


def test_guessing_from_many_places_is_slowed_too(instance):
    """The account counts, not only the address that a guess comes from; an IPv6 network counts as one."""
    person, anyone = instance.person('Verena'), instance.anyone()
    statuses = [from_place(anyone, f'192.0.2.{n}', person.email, 'wrong').status for n in range(10, 18)]
    assert 429 in statuses
    instance.sql("insert into agora.attempt (key, n, last_at) values ('address:2001:db8:1:2::/64', 28, clock_timestamp())")
    six = [from_place(anyone, f'2001:db8:1:2::{n:x}', f'somebody{n}@example.org', 'wrong').status for n in range(1, 6)]
    assert six[:2] == [401] * 2 and 429 in six[2:]
    assert from_place(anyone, '2001:db8:1:3::1', 'somebody@example.org', 'wrong').status == 401


def test_a_stranger_cannot_lock_the_owner_out(instance):
    """Whatever is guessed elsewhere: where the owner signed in before, the right password works at once; from a new place, soon."""
    person, anyone = instance.person('Edith'), instance.anyone()
    assert from_place(anyone, '198.51.100.7', person.email, PASSWORD).status == 201
    for n in range(12):
        from_place(anyone, f'203.0.113.{n}', person.email, 'wrong')
    instance.sql("update agora.attempt set n = 100000, last_at = clock_timestamp() where key like 'account:%'")
    assert from_place(instance.anyone(), '203.0.113.99', person.email, PASSWORD).status == 429
    assert from_place(instance.anyone(), '198.51.100.7', person.email, PASSWORD).status == 201
    instance.sql("update agora.attempt set last_at = clock_timestamp() - interval '61 seconds' where key like 'account:%'")
    assert from_place(instance.anyone(), '203.0.113.99', person.email, PASSWORD).status == 201


def test_the_right_password_takes_the_tries_back(instance):
    """A member who mistypes now and then never waits."""
    person, anyone = instance.person('Thea'), instance.anyone()
    for _ in range(3):
        for _ in range(4):
            assert from_place(anyone, '192.0.2.60', person.email, 'wrong').status == 401
        assert from_place(instance.anyone(), '192.0.2.60', person.email, PASSWORD).status == 201


def test_many_guesses_at_once_are_not_for_free(instance):
    """Tries are counted before the password is looked at: sixteen in one moment have no more chances than one by one."""
    person = instance.person('Paula')
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: from_place(instance.anyone(), '192.0.2.70', person.email, 'wrong').status, range(16)))
    assert statuses.count(401) <= 6 and set(statuses) <= {401, 429, 503}, statuses


def test_codes_by_mail_are_few(instance):
    """Five messages an hour to one address because of one network, whoever asks."""
    person, anyone = instance.person('Mina'), instance.anyone()
    instance.sql("update agora.policy set value = '5' where key = 'mail.codes_per_hour'")
    for _ in range(9):
        assert anyone.request('POST', 'password-resets', {'email': person.email}).status == 202
    assert instance.sql('select count(*) from agora.password_reset where account_id = $1::uuid', person.account) == [(5,)]
    assert instance.sql("select count(*) from agora.outbox where payload ->> 'to' = $1 and payload ->> 'subject' like '%%new password'", person.email)[0][0] <= 5


def with_code(client, address, path, **body):
    """Give a code from an address."""
    return client.request('POST', path, body, headers={'X-Forwarded-For': address})


@pytest.mark.parametrize('email', ['member', 'nobody.at.all@example.org'])
def test_wrong_codes_cost_more_and_more(instance, email):
    """Five for free, then 429 with Retry-After, for an address that is nobody's as well; the page can say when."""
    anyone, email = instance.anyone(), instance.person('Cora').email if email == 'member' else email
    for path, more in (('password-resets/confirm', {'password': 'another long password'}), ('applications/confirm', {})):
        instance.sql('delete from agora.attempt')
        answers = [with_code(anyone, '192.0.2.80', path, email=email, code='AAAA-AAAA-AAAA', **more) for _ in range(7)]
        statuses = [a.status for a in answers]
        assert statuses[:5] == [422] * 5 and 429 in statuses[5:], statuses
        refused = next(a for a in answers if a.status == 429)
        assert 1 <= int(refused.headers['retry-after']) <= 60 and refused.json['type'].endswith('too-many')


def test_a_stranger_who_guesses_does_not_end_the_owners_code(instance):
    """However much is tried elsewhere, the code that was sent sets the new password."""
    person, anyone = instance.person('Nora'), instance.anyone()
    anyone.expect(202, 'POST', 'password-resets', {'email': person.email})
    code = mail_code(instance.mail, person.email)
    for n in range(30):
        with_code(anyone, f'203.0.113.{n}', 'password-resets/confirm', email=person.email, code='AAAA-AAAA-AAAA', password='another long password')
    for _ in range(12):
        with_code(anyone, '203.0.113.99', 'password-resets/confirm', email=person.email, code='AAAA-AAAA-AAAA', password='another long password')
    assert with_code(anyone, '203.0.113.99', 'password-resets/confirm', email=person.email, code=code, password='another long password').status == 429
    assert with_code(anyone, '198.51.100.9', 'password-resets/confirm', email=person.email, code=code, password='another long password').status == 204


def test_one_address_has_its_share_of_tries(cluster, template):
    """Over the configured number a minute: 429, Retry-After and RateLimit, before anything else is done; another address goes on."""
    stack = make_instance(cluster, template, 'share', {'agorad': {'http': {'trusted_proxies': '127.0.0.1', 'sign_in_rate': 6}}})
    try:
        anyone = stack.anyone()
        answers = [from_place(anyone, '192.0.2.1', f'n{n}@example.org', 'wrong') for n in range(8)]
        assert [a.status for a in answers] == [401] * 6 + [429] * 2
        assert int(answers[-1].headers['retry-after']) in range(1, 61) and 'r=0' in answers[-1].headers['ratelimit']
        assert from_place(anyone, '192.0.2.9', 'n@example.org', 'wrong').status == 401
        # What a client of an untrusted peer says about itself changes nothing, nor does a longer list.
        assert from_place(anyone, '198.51.100.1, 192.0.2.1', 'n@example.org', 'wrong').status == 429
    finally:
        stack.stop()
