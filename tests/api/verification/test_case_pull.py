"""The pull queue under many hands: 64 verifiers at once never get the same case, and second approvals go round."""
import concurrent.futures

import psycopg2
import pytest

VERIFIERS = 64
CASES = 192


@pytest.fixture(scope='module', name='crowd')
def a_crowd(instance):
    """64 verifiers and three queued cases each, without sign-ins."""
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
    instance.sql("""select agora.case_open(id, 1) from agora.account where handle like 'pull-m-%'""")
    instance.sql("""
      select agora.case_claims_put(c.account_id, c.id, null, jsonb_build_object('given_name', 'M', 'family_name', a.handle))
        from agora.vcase c join agora.account a on a.id = c.account_id""")
    instance.sql('select agora.case_submit(account_id, id, null) from agora.vcase')
    return [row[0] for row in instance.sql("select id from agora.account where handle like 'pull-v-%' order by handle")]


def test_64_verifiers_at_once_never_get_the_same_case(instance, crowd):
    """Each takes until there is none; every case is taken by one, and the timeline agrees."""
    def take_all(verifier):
        taken = []
        with psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_app')) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                while True:
                    cursor.execute("select body::jsonb ->> 'id' from agora.case_take_next(%s)", (verifier,))
                    row = cursor.fetchone()
                    if row is None:
                        return taken
                    taken.append(row[0])

    with concurrent.futures.ThreadPoolExecutor(VERIFIERS) as pool:
        taken = list(pool.map(take_all, crowd))
    every = [case for part in taken for case in part]
    assert (len(every), len(set(every))) == (CASES, CASES)
    assert instance.sql("select count(*), count(distinct case_id) from agora.vcase_event where event = 'take'") == [(CASES, CASES)]
    for verifier, part in zip(crowd, taken):
        assert instance.sql('select count(*) from agora.vcase where assigned_to = $1::uuid', verifier) == [(len(part),)]


def test_second_approvals_are_mixed_in_and_go_round(instance, crowd):
    """Of three cases one is a second approval, and never twice in a row of the same colleague while others wait."""
    firsts, second = crowd[:3], crowd[3]
    instance.sql("update agora.policy set value = '1' where key = 'verification.two_persons_level'")
    instance.sql("update agora.policy set value = 'false' where key = 'verification.blind_second'")
    mine = {f: [r[0] for r in instance.sql("select id from agora.vcase where state = 'in_review' order by id offset $1 limit 4", 4 * n)]
            for n, f in enumerate(firsts)}
    for first, cases in mine.items():
        for case in cases:
            instance.sql("select agora.case_release(assigned_to, id) from agora.vcase where id = $1::uuid", case)
            instance.sql("select agora.case_step(c, 'take', $1::uuid, 'verifier') from agora.vcase c where id = $2::uuid", first, case)
            instance.sql("select agora.case_decide($1::uuid, $2::uuid, null, 'approve', '{}', null, null, agora.case_hash($3::uuid))",
                         first, case, case)
    waiting = instance.sql("select count(*) from agora.vcase where state = 'queued'")[0][0]
    instance.sql("select agora.case_release(assigned_to, id) from agora.vcase where state = 'in_review'")
    assert instance.sql("select count(*) > $1::int from agora.vcase where state = 'queued'", waiting) == [(True,)]
    kinds, colleagues = [], []
    for _ in range(12):
        body = instance.sql('select body::jsonb from agora.case_take_next($1::uuid)', second)[0][0]
        kinds.append(body['viewed_as'])
        if body['viewed_as'] == 'second':
            colleagues.append(body['recommendation']['by'])
            instance.sql("select agora.case_second($1::uuid, $2::uuid, null, 'confirm', agora.case_hash($3::uuid), null)",
                         second, body['id'], body['id'])
    assert kinds == ['second', 'verifier', 'verifier'] * 4
    assert len(set(colleagues[:3])) == 3
