"""Figures about cases: who sees them, that they are right, that they name nobody."""
import csv
import io
import json

import pytest
from example import verify


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """One approved, and everybody who looks."""
    made = {'nobody': instance.anyone(), 'member': instance.person('Marta'), 'verifier': instance.person('Vera', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'auditor': instance.person('Aud', 'auditor')}
    verify(made['member'], made['verifier'], 'Marta', 'Example')
    return made


@pytest.mark.parametrize('who,status', [('nobody', 401), ('member', 403), ('verifier', 200), ('admin', 200), ('auditor', 403)])
@pytest.mark.parametrize('path', ['admin/statistics', 'admin/statistics.csv'])
def test_they_are_for_admins_and_verifiers(people, who, status, path):
    """And for nobody else."""
    assert people[who].request('GET', path).status == status


def test_they_count_what_was_decided(instance, people):
    """Time to decision by median and ninth decile, outcomes, what waits by age, by month."""
    case, = instance.sql('select id from agora.vcase')[0]
    instance.sql("update agora.vcase set submitted_at = decided_at - interval '30 hours', version = version + 1 where id = $1::uuid", case)
    found = people['admin'].get('admin/statistics')
    assert found['decided'] == {'count': 1, 'approved': 1, 'rejected': 0, 'median_hours': 30, 'p90_hours': 30}
    assert len(found['months']) == 12 and found['months'][-1]['approved'] == 1 and found['months'][0]['submitted'] == 0
    assert found['waiting']['open'] == 0 and [a['count'] for a in found['waiting']['ages']] == [0, 0, 0, 0, 0]
    assert found['appeals'] == {'made': 0, 'overturned': 0}


def test_they_count_what_waits_and_why_others_were_refused(instance, people):
    """A case of eight days that was not due, and a rejection by its reason."""
    one = instance.person('Rita')
    case = one.expect(201, 'POST', 'cases', {'level': 1})
    path = f'cases/{case.json["id"]}'
    case = one.expect(200, 'PUT', f'{path}/claims', {'given_name': 'Rita', 'family_name': 'Example'}, etag=case.etag)
    one.expect(200, 'POST', f'{path}/submit', etag=case.etag)
    instance.sql("update agora.vcase set submitted_at = now() - interval '8 days', version = version + 1 where id = $1::uuid", case.json['id'])
    waiting = people['verifier'].get('admin/statistics')['waiting']
    assert waiting['open'] == 1 and [a['count'] for a in waiting['ages']] == [0, 0, 1, 0, 0]
    taken = people['verifier'].expect(200, 'POST', 'cases/next')
    people['verifier'].expect(200, 'POST', f'{path}/decision', {'outcome': 'reject', 'reason_codes': ['missing_evidence'], 'public_text': 'Sorry.'},
                              etag=taken.etag)
    found = people['admin'].get('admin/statistics')
    assert found['decided']['rejected'] == 1 and found['decided']['p90_hours'] > found['decided']['median_hours'] > 30
    assert [(r['code'], r['count']) for r in found['reasons']] == [('missing_evidence', 1)]


def test_they_name_nobody(people):
    """Neither members nor verifiers."""
    text = json.dumps(people['verifier'].get('admin/statistics')) + people['verifier'].request('GET', 'admin/statistics.csv').text
    for one in people.values():
        if hasattr(one, 'handle'):
            assert one.handle not in text and one.account not in text and one.email not in text


def test_the_csv_has_the_months(people):
    """The same figures, a row a month."""
    answer = people['admin'].expect(200, 'GET', 'admin/statistics.csv')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    months = people['admin'].get('admin/statistics')['months']
    assert answer.headers['content-type'].startswith('text/csv') and 'attachment' in answer.headers['content-disposition']
    assert [(r['month'], int(r['approved'])) for r in rows] == [(m['month'], m['approved']) for m in months]


@pytest.mark.parametrize('query', ['since=2026-02-30', 'since=2026-05-01&until=2026-04-01', 'since=1990-01-01'])
def test_days_that_make_no_sense_are_refused(people, query):
    """422."""
    people['admin'].expect(422, 'GET', f'admin/statistics?{query}')
