"""How many people search shows in a day, how many of one search, and that nothing can be exported."""
import html
import re

import pytest

EXAMPLES = 260
SETTINGS = {'agorad': {'public': {'embed_origins': 'https://www.example.org'}, 'http': {'public_rate': 10000}}}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Many example members, two who search, and nobody; few people a day."""
    instance.ctl('example', 'load', '--members', EXAMPLES)
    instance.sql("update agora.profile set shown_name_tier = 'public'")
    instance.ctl('search', 'rebuild')
    return {'ada': instance.person('Ada', level=1), 'ben': instance.person('Ben', level=1), 'nobody': instance.anyone()}


@pytest.fixture(name='numbers')
def few_numbers(instance):
    """Sets the numbers of a day; starts it anew."""
    def put(free, slow, pause=30):
        instance.sql('delete from agora.search_seen')
        for key, value in (('people_a_day', free), ('people_a_day_network', free), ('people_slow', slow), ('people_pause_seconds', pause)):
            instance.sql("update agora.policy set value = to_jsonb($1::int) where key = 'search.' || $2", value, key)
    yield put
    put(0, 0)


def page(client, cursor=None, **more):
    """A page of everybody, whatever the answer."""
    query = '&'.join([f'{k}={v}' for k, v in {'limit': 20, **more}.items()] + ([f'cursor={cursor}'] if cursor else []))
    return client.request('GET', f'members?{query}')


@pytest.mark.parametrize('who', ['ada', 'nobody'])
def test_after_so_many_people_it_slows_down_and_then_it_ends(people, numbers, who):
    """429 with when it goes on; whoever was seen can be seen again."""
    numbers(40, 20, 600)
    client = people[who]
    first = page(client)
    second = page(client, first.json['next'])
    third = page(client, second.json['next'])
    assert [first.status, second.status, third.status] == [200, 200, 429]
    assert third.json['type'].endswith('/people-seen') and 1 <= int(third.headers['retry-after']) <= 600
    assert 'seconds' in third.json['detail']
    assert page(client).status == 200 and page(client, first.json['next']).status == 200, 'the same people cost nothing'
    numbers(40, 0)
    cursor = None
    for _ in range(2):
        answer = page(client, cursor)
        cursor = answer.json['next']
    last = page(client, cursor)
    assert last.status == 429 and 1 <= int(last.headers['retry-after']) <= 86400
    assert page(client).status == 200


@pytest.mark.parametrize('path', ['/', '/embed/search'])
def test_pages_without_scripts_count_people_as_well(people, numbers, path):
    """For the network, together with the interface: 429 with when it goes on, the sentence on the page, and nobody named."""
    numbers(20, 0)
    nobody = people['nobody']
    first = nobody.raw('GET', f'{path}?all=1', headers={'Accept': 'text/html'})
    shown = set(re.findall('href="/m/([^"?]+)"', first.text))
    assert first.status == 200 and len(shown) == 20
    following = html.unescape(re.search('<a [^>]*rel="next"[^>]*>', first.text).group(0).split('href="')[1].split('"')[0])
    second = nobody.raw('GET', following, headers={'Accept': 'text/html'})
    assert second.status == 429 and 1 <= int(second.headers['retry-after']) <= 86400
    # In the last ten minutes before midnight the wait is short, and so is the sentence.
    told = 'many people today. More' if int(second.headers['retry-after']) <= 600 else 'as many people today as one may be'
    assert f'You have been shown {told}' in second.text and 'href="/m/' not in second.text
    answer = page(nobody)
    assert answer.status == 200 and {i['handle'] for i in answer.json['items']} == shown, 'the same people, whatever the page'
    assert page(nobody, answer.json['next']).status == 429
    assert nobody.raw('GET', f'{path}?all=1', headers={'Accept': 'text/html'}).status == 200
    assert page(people['ada'], page(people['ada']).json['next'], limit=1).status == 429, 'who is signed in has a number of their own'


def test_the_number_is_each_viewers_own(people, numbers):
    """What one has seen is not counted for another."""
    numbers(20, 0)
    assert page(people['ada']).status == 200
    assert page(people['ada'], page(people['ada']).json['next']).status == 429
    assert page(people['ben']).status == 200


def test_a_search_that_finds_nobody_is_always_answered(people, numbers):
    """It shows nobody."""
    numbers(20, 0)
    page(people['ada'])
    assert people['ada'].get('members', q='nosuchwordatall')['items'] == []


def test_no_more_than_two_hundred_of_one_search(people, numbers):
    """Whatever the numbers of a day."""
    numbers(0, 0)
    seen, cursor = 0, None
    while True:
        answer = page(people['ada'], cursor, limit=100).json
        seen += len(answer['items'])
        cursor = answer.get('next')
        if not cursor:
            break
    assert seen == 200 and answer['total']['count'] >= EXAMPLES


@pytest.mark.parametrize('query', ['limit=101', 'limit=1000', 'format=csv', 'export=1', 'all=1', 'offset=200'])
def test_there_is_no_way_to_take_more_at_once(people, query):
    """Refused, not ignored."""
    assert people['ada'].request('GET', f'members?{query}').status in (400, 422)


@pytest.mark.parametrize('kind', ['text/csv', 'text/vcard', 'application/zip', 'application/x-ndjson'])
def test_no_other_format_than_the_page(people, kind):
    """Asked for a list in another form, it gives the page."""
    answer = people['ada'].request('GET', 'members?limit=1', headers={'Accept': kind})
    assert answer.status == 406 or answer.headers['content-type'].startswith('application/json') and len(answer.json['items']) == 1


@pytest.mark.parametrize('path', ['members.csv', 'members/export', 'members.vcf', 'export'])
def test_nothing_is_called_export(people, path):
    """No such address."""
    assert people['ada'].request('GET', path).status == 404


def test_how_many_there_are_is_asked_beside_the_page(people, numbers):
    """limit=0 with total and facets, facets=false with the members and what is known of the total; as one person, without a pause."""
    numbers(20, 2, 600)
    ada = people['ada']
    divided, alone, whole = page(ada, limit=0), page(ada, facets='false'), page(ada, limit=20)
    assert divided.json['items'] == [] and 'next' not in divided.json
    assert (divided.json['total'], divided.json['facets']) == (whole.json['total'], whole.json['facets']) and divided.json['facets']['country']
    assert alone.json['items'] == whole.json['items'] and alone.json['facets'] == {} and alone.json['total'] == {'count': 100, 'exact': False}
    assert page(ada, limit=0, level=1).status == 200 and page(ada, limit=0, level=2).status == 429
    assert page(ada, limit=0).status == 200, 'the same question costs nothing'


def test_pages_without_facets_are_everybody_once(people, numbers):
    """A hundred are told as a hundred or more, and paging goes on behind them; fewer are told exactly."""
    numbers(0, 0)
    seen, cursor = [], None
    while True:
        answer = page(people['ada'], cursor, limit=70, facets='false').json
        seen += [i['handle'] for i in answer['items']]
        assert answer['total'] == {'count': 100, 'exact': False}
        cursor = answer.get('next')
        if not cursor:
            break
    assert len(set(seen)) == len(seen) == 200
    few = page(people['ada'], q='ben', facets='false').json
    assert few['total'] == page(people['ada'], q='ben', limit=0).json['total'] == {'count': len(few['items']), 'exact': True} and few['items']
