"""The pull queue under many hands: 64 verifiers at once never get the same case, and second approvals go round."""
import concurrent.futures
import hashlib
import secrets

import pytest
from client import Client

VERIFIERS = 64
CASES = 128


def signed_in(instance, account):
    """A Client with a session of the account, opened without a password."""
    token = secrets.token_urlsafe(32)
    instance.sql("select agora.session_open($1::uuid, $2, '127.0.0.1', 'test')", account, hashlib.sha256(token.encode()).hexdigest())
    client = Client(instance.url)
    client.cookies['agora'] = token
    return client


@pytest.fixture(scope='module', name='crowd')
def a_crowd(instance):
    """64 verifiers and two queued cases each, without passwords."""
    instance.sql(f"""
      with p as (insert into agora.person select from generate_series(1, {VERIFIERS}) returning id)
      insert into agora.account (person_id, email, handle, given_name, family_name, state, roles)
      select id, 'v' || n || '@pull.example', 'pull-v-' || n, 'Verifier', 'Number ' || n, 'active', '{{verifier}}'
        from (select id, row_number() over () as n from p) p""")
    instance.sql(f"""
      with p as (insert into agora.person select from generate_series(1, {CASES}) returning id)
      insert into agora.account (person_id, email, handle, given_name, family_name, state)
      select id, 'm' || n || '@pull.example', 'pull-m-' || n, 'Member', 'Person ' || n, 'active'
        from (select id, row_number() over () as n from p) p""")
    instance.sql('insert into agora.profile (account_id, shown_name) select id, handle from agora.account where handle like $1', 'pull-%')
    instance.sql("""select agora.case_open(id, 1) from agora.account where handle like 'pull-m-%'""")
    instance.sql("""
      select agora.case_claims_put(c.account_id, c.id, null, jsonb_build_object('given_name', 'M', 'family_name', a.handle))
        from agora.vcase c join agora.account a on a.id = c.account_id""")
    instance.sql('select agora.case_submit(account_id, id, null) from agora.vcase')
    return [row[0] for row in instance.sql("select id from agora.account where handle like 'pull-v-%' order by handle")]


def test_64_verifiers_at_once_never_get_the_same_case(instance, crowd):
    """Each takes until there is none; every case is taken by one, and the timeline agrees."""
    clients = [signed_in(instance, verifier) for verifier in crowd]

    def take_all(client):
        taken = []
        while (answer := client.request('POST', 'cases/next')).status == 200:
            taken.append(answer.json['id'])
        assert answer.status == 204, answer.text
        return taken

    with concurrent.futures.ThreadPoolExecutor(VERIFIERS) as pool:
        taken = list(pool.map(take_all, clients))
    every = [case for part in taken for case in part]
    assert (len(every), len(set(every))) == (CASES, CASES)
    assert instance.sql("select count(*), count(distinct case_id) from agora.vcase_event where event = 'take'") == [(CASES, CASES)]
    held = dict(instance.sql("select assigned_to, count(*) from agora.vcase where state = 'in_review' group by assigned_to"))
    assert held == {verifier: len(part) for verifier, part in zip(crowd, taken) if part}


def test_second_approvals_are_mixed_in_and_go_round(instance, crowd):
    """Of three cases one is a second approval, and never twice in a row of the same colleague while others wait."""
    instance.sql("update agora.policy set value = '1' where key = 'verification.two_persons_level'")
    instance.sql("update agora.policy set value = 'false' where key = 'verification.blind_second'")
    instance.sql("select agora.case_release(assigned_to, id) from agora.vcase where state = 'in_review'")
    queued = [r[0] for r in instance.sql("select id from agora.vcase where state = 'queued' order by id")]
    assert len(queued) == CASES
    for n, first in enumerate(crowd[:3]):
        client = signed_in(instance, first)
        for case in queued[4 * n:4 * n + 4]:
            instance.sql("select agora.case_step(c, 'take', $1::uuid, 'verifier') from agora.vcase c where id = $2::uuid", first, case)
            seen = client.expect(200, 'GET', f'cases/{case}')
            client.expect(200, 'POST', f'cases/{case}/decision', {'outcome': 'approve', 'snapshot': seen.json['snapshot']}, etag=seen.etag)
    kinds, colleagues = [], []
    second = signed_in(instance, crowd[3])
    for _ in range(12):
        taken = second.expect(200, 'POST', 'cases/next')
        kinds.append(taken.json['viewed_as'])
        if kinds[-1] == 'second':
            colleagues.append(taken.json['recommendation']['by'])
            second.expect(200, 'POST', f'cases/{taken.json["id"]}/second',
                          {'outcome': 'confirm', 'snapshot': taken.json['recommendation']['snapshot']}, etag=taken.etag)
    assert kinds == ['second', 'verifier', 'verifier'] * 4
    assert len(set(colleagues[:3])) == 3
