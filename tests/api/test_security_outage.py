"""The database goes and comes back: 503 in our words meanwhile, nothing half done, and no hand needed."""
import time
import uuid

import pytest
from client import wait_for
from cluster import throwaway
from conftest import Instance
from patience import fair_time
from tables import content

WHY = 'Your work on joints is just what our frames need.'


@pytest.fixture(scope='module', name='stack')
def one_stack():
    """An instance on a cluster of its own."""
    cluster = throwaway()
    stack = Instance(cluster.folder / 'var', cluster)
    stack.prepare(topics=False).start()
    yield stack
    try:
        stack.stop()
    finally:
        cluster.remove()


def is_unavailable(answer):
    """503, when to come again, and no word of the inside."""
    assert answer.status == 503, (answer.path, answer.status, answer.text)
    assert answer.headers['content-type'] == 'application/problem+json' and int(answer.headers['retry-after']) >= 1
    assert answer.json['type'] in ('/errors/unavailable', '/errors/uncertain') and answer.json['instance'] == answer.headers['x-request-id']
    assert 'socket' not in answer.text and 'FATAL' not in answer.text and stack_free(answer.text)
    return True


def stack_free(text):
    """No path and no name of a program."""
    return '/tmp/' not in text and 'postgres' not in text.lower() and 'libpq' not in text


def test_without_its_database_it_says_so_and_recovers_by_itself(stack):
    """Reading, changing, signing in, the provider's pages: 503 each, quickly. Afterwards all is as it was, the session too,
    and the request that failed can be repeated under its key."""
    one, other = stack.person('Una', level=2), stack.person('Omar', level=2)
    key = str(uuid.uuid4())
    body = {'to': other.handle, 'ask': 'advice', 'why': WHY}
    before = content(stack)
    stack.cluster.stop()
    assert stack.get_status('/healthz') == 200
    wait_for(lambda: stack.get_status('/readyz') == 503, why='readiness to say so')
    begun = fair_time()
    for method, path, data in (('GET', 'session', None), ('GET', 'members', None), ('GET', f'members/{other.handle}', None), ('GET', 'topics', None),
                               ('POST', 'introductions', body), ('PATCH', 'me/profile', {'fields': {}}), ('DELETE', 'session', None),
                               ('POST', 'cases', {'level': 1}), ('GET', 'events', None)):
        is_unavailable(one.request(method, path, data, etag='"1"', key=key))
    anyone = stack.anyone()
    is_unavailable(anyone.request('POST', 'session', {'email': one.email, 'password': one.password}))
    is_unavailable(anyone.request('POST', 'applications', {'email': 'late@example.org', 'password': one.password, 'given_name': 'L',
                                                           'family_name': 'L', 'terms': True}))
    page = anyone.raw('GET', '/oauth2/authorize?client_id=tmtp&response_type=code&scope=openid&redirect_uri=http%3A%2F%2Flocalhost%2Fu'
                      f'&code_challenge={"A" * 43}&code_challenge_method=S256', headers={'Accept': 'text/html'})
    assert page.status == 503 and stack_free(page.text)
    assert stack.get_status('/healthz') == 200 and fair_time() - begun < 15
    # What is refused without the database is refused as ever.
    assert anyone.request('GET', 'session').status == 401
    assert anyone.raw('POST', '/api/v1/cases', b'{}', {'Cookie': 'agora=x', 'Origin': 'https://evil.example'}).status == 403
    stack.cluster.start()
    wait_for(lambda: stack.get_status('/readyz') == 200, seconds=30, why='recovery')
    assert content(stack) == before
    assert one.get('session')['account']['id'] == one.account
    made = one.expect(201, 'POST', 'introductions', body, key=key).json
    assert one.expect(201, 'POST', 'introductions', body, key=key).json['id'] == made['id']
    assert stack.sql('select count(*) from agora.introduction') == [(1,)]


def test_a_database_that_takes_no_changes_is_503(stack):
    """A standby, or a primary put to rest: reading works, a change is 503 and nothing of it remains."""
    one = stack.person('Rosa', level=2)
    stack.cluster.psql('postgres', f'alter database {stack.agora_db} set default_transaction_read_only = on')
    stack.cluster.psql('postgres', f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{stack.agora_db}'")
    try:
        wait_for(lambda: stack.get_status('/api/v1/members') == 200, why='reading')
        answer = one.request('PATCH', 'me/profile', {'fields': {'headline': {'value': 'x', 'tier': 'members'}}}, etag='*')
        assert answer.status == 503, answer.text
    finally:
        stack.cluster.psql('postgres', f'alter database {stack.agora_db} reset default_transaction_read_only')
        stack.cluster.psql('postgres', f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{stack.agora_db}'")
    wait_for(lambda: one.request('PATCH', 'me/profile', {'fields': {'headline': {'value': 'x', 'tier': 'members'}}}, etag='*').status == 200, why='changes')


def test_a_statement_that_takes_too_long_is_503(stack):
    """Given up after the time that is configured, and the connection is good for the next."""
    import psycopg2
    one = stack.person('Zita')
    connection = psycopg2.connect(stack.cluster.dsn(stack.agora_db, 'agora_owner'))
    connection.cursor().execute('lock table agora.session in access exclusive mode')
    begun, fairly = time.monotonic(), fair_time()
    answer = one.request('GET', 'session')
    took, fairly = time.monotonic() - begun, fair_time() - fairly
    connection.rollback()
    connection.close()
    is_unavailable(answer)
    assert took > 4 and fairly < 9
    assert one.request('GET', 'session').status == 200


def test_the_log_has_a_line_for_what_was_away(stack):
    """An operator reads what happened; no password, no statement with values."""
    text = stack.agorad.log.read_text()
    assert '"event":"request_failed"' in text and 'UNAVAILABLE' in text
    assert 'a long enough password' not in text
