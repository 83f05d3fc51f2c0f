"""Places over the interface: completion, the own place, who is near, and how far they are told to be."""

import pytest

ZURICH, BERN, MUNICH = '2657896', '2661552', '2867714'


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Ada near Zürich, Ben in Bern; Cem shows his place to nobody; Dia has none."""
    people = {name.lower(): instance.person(name, level=1) for name in ('Ada', 'Ben', 'Cem', 'Dia')}
    for name, place, tier in (('ada', ZURICH, 'public'), ('ben', BERN, 'members'), ('cem', ZURICH, 'self')):
        fields = {'shown_name': {'tier': 'public'}, 'place_id': {'value': place}, 'place': {'tier': tier}}
        people[name].expect(200, 'PATCH', 'me/profile', {'fields': fields}, etag=people[name].expect(200, 'GET', 'me/profile').etag)
    people['nobody'] = instance.anyone()
    return people


def found(client, **asked):
    """Cards by handle."""
    return {card['handle']: card for card in client.get('members', **asked)['items']}


@pytest.mark.parametrize('typed,name,area', [('genev', 'Genève', 'Geneva, Switzerland'),
                                             ('geneva', 'Geneva', 'Geneva, Switzerland'), ('Genf', 'Genf', 'Geneva, Switzerland'),
                                             ('springfield ill', 'Springfield', 'Illinois, United States'), ('東京', '東京都', 'Tokyo, Japan'),
                                             ('switzer', 'Switzerland', '')])
def test_a_place_is_completed_by_any_of_its_names(people, typed, name, area):
    """For everybody, signed in or not; region and country tell it apart."""
    items = people['nobody'].get('places', q=typed)['items']
    assert (name, area) in [(i['name'], i['area']) for i in items]


@pytest.fixture(scope='module', name='least_time')
def timer(instance):
    """Milliseconds that a statement takes on a connection that was used before, as the server's are: the best of several
    tries, since others use the processor too."""
    import psycopg2
    connection = psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_app'))
    cursor = connection.cursor()

    def measure(statement, value):
        took = []
        for _ in range(20):
            cursor.execute('explain (analyze, format json) ' + statement, [value])
            took.append(cursor.fetchone()[0][0]['Execution Time'])
        return min(took)

    yield measure
    connection.close()


@pytest.mark.parametrize('typed', ['s', 'a', 'м', '東', 'sa', 'la', 'sx', 'san', 'new', 'mar', 'сан', 'sankt', 'united st', 'new y', 'paris tex', 'a b', 's h',
                                   'san francisco cal', 'qxqx'])
def test_completion_is_quick(least_time, typed):
    """Within 3 ms, whatever was typed."""
    assert least_time('select agora.place_complete(%s, 8)', typed) <= 3


@pytest.mark.parametrize('place', ['Zürich', 'London', 'Tokyo', 'Essen', 'CH.ZH', '2657896'])
def test_what_is_near_is_quickly_known(least_time, place):
    """Within 5 ms for 50 km around a city."""
    assert least_time('select count(*) from agora.place_near(%s, 50)', place) <= 5


@pytest.mark.parametrize('query,status', [('q=' + 'x' * 101, 422), ('limit=0', 422), ('limit=101', 422), ('colour=red', 400)])
def test_completion_checks_its_parameters(people, query, status):
    """Never a 500."""
    assert people['nobody'].request('GET', 'places?' + query).status == status


def test_a_place_is_read_by_its_id(people):
    """City, region, country; 404 for what is none."""
    assert people['nobody'].get('places/' + ZURICH) == {'id': ZURICH, 'kind': 'city', 'name': 'Zürich', 'area': 'Zurich, Switzerland', 'country': 'CH'}
    assert people['nobody'].get('places/CH.ZH')['kind'] == 'region'
    assert people['nobody'].get('places/CH')['kind'] == 'country'
    assert people['nobody'].request('GET', 'places/1').status == 404


def test_near_finds_who_is_within(people):
    """By id and by name; further when asked further."""
    ada, ben = people['ada'].handle, people['ben'].handle
    assert set(found(people['dia'], near=ZURICH)) == {ada}
    assert set(found(people['dia'], near='Winterthur', km=30)) == {ada}
    assert set(found(people['dia'], near='Bern', km=200)) == {ada, ben}
    assert set(found(people['dia'], near='CH')) == {ada, ben}
    assert not found(people['dia'], near=MUNICH, km=10)


def test_near_goes_with_words_and_filters(people):
    """All must hold."""
    assert set(found(people['dia'], near=ZURICH, q='ada')) == {people['ada'].handle}
    assert not found(people['dia'], near=ZURICH, q='ben')
    assert not found(people['dia'], near=ZURICH, country='FR')


def test_a_hidden_place_is_not_near(people):
    """Whoever looks; a place for members is not there for others."""
    assert people['cem'].handle not in found(people['dia'], near=ZURICH, km=2000)
    assert set(found(people['nobody'], near=ZURICH, km=2000)) == {people['ada'].handle}


def test_distances_are_round_and_only_of_places_that_are_seen(people):
    """From the place asked for, else from one's own."""
    near_bern = found(people['dia'], near='Bern', km=200)
    assert near_bern[people['ben'].handle]['distance_km'] == 10
    assert near_bern[people['ada'].handle]['distance_km'] == 100
    own = found(people['cem'], q='ada')[people['ada'].handle]
    assert own['distance_km'] == 10 and own['place_id'] == ZURICH
    assert 'distance_km' not in found(people['dia'], q='ada')[people['ada'].handle]
    assert 'distance_km' not in found(people['ada'], q='cem')[people['cem'].handle]
    assert people['cem'].get('members/' + people['ada'].handle)['distance_km'] == 10
    assert 'distance_km' not in people['ada'].get('members/' + people['cem'].handle)


@pytest.mark.parametrize('query,pointer,words', [('near=Nosuchtown', '/near', 'No place is called “Nosuchtown”.'), ('km=50', '/km', 'from which place'),
                                                 ('near=Bern&km=0', '/km', ''), ('near=Bern&km=2001', '/km', ''), ('near=Bern&km=x', '/km', '')])
def test_what_is_no_place_is_told_so(people, query, pointer, words):
    """422 in plain words."""
    answer = people['nobody'].request('GET', 'members?' + query)
    assert answer.status == 422
    assert answer.json['errors'][0]['pointer'] == pointer and words in answer.json['errors'][0]['detail']


def test_pages_go_on_near_a_place(people):
    """The cursor holds for the same circle only."""
    first = people['dia'].get('members', near='CH', limit=1)
    more = people['dia'].get('members', near='CH', limit=1, cursor=first['next'])
    assert {first['items'][0]['handle'], more['items'][0]['handle']} == {people['ada'].handle, people['ben'].handle}
    assert people['dia'].request('GET', f'members?near={ZURICH}&limit=1&cursor={first["next"]}').status == 422


def test_an_import_may_be_repeated_and_tried(instance):
    """Nothing changes the second time; a wrong line stops all of it."""
    from stack import TOP
    file = instance.var / 'places.csv'
    lines = (TOP / 'data/places.csv').read_text().splitlines()
    kept = [line for n, line in enumerate(lines) if n == 0 or line.split(',')[0] in ('CH', 'CH.ZH', ZURICH)]
    file.write_text('\n'.join(kept) + '\n')
    assert '3 places: 0 new, 0 changed' in instance.ctl('places', 'import', file).stdout
    file.write_text('\n'.join([*kept, '999999902,city,CH,CH.ZH,47.5,8.5,10,Neuland,']) + '\n')
    assert 'would be 1 new, 0 changed' in instance.ctl('places', 'import', '--dry-run', file).stdout
    assert instance.anyone().request('GET', 'places/999999902').status == 404
    for wrong in ('999999902,city,CH,CH.XX,47.5,8.5,10,Neuland,', '0,city,CH,,47.5,8.5,10,Neuland,', '999999902,town,CH,,47.5,8.5,10,Neuland,',
                  '999999902,city,CH,,90.5,8.5,10,Neuland,', '999999902,city,CH,,47.5,8.5,10,,', '999999902,city,CH,,47.5,8.5,ten,Neuland,',
                  '999999902,city,CH,,47.5,8.5,10,Neuland', f'999999902,city,CH,,47.5,8.5,10,{"é" * 101},',
                  f'{ZURICH},city,CH,,47.5,8.5,10,Neuland,', 'DE.ZH,region,CH,,47.5,8.5,10,Neuland,',
                  '999999902,city,CH,,nan,8.5,10,Neuland,', '999999902,city,CH,,47.5,8.5,10,Neuland,a||b'):
        file.write_text('\n'.join([*kept, wrong]) + '\n')
        with pytest.raises(Exception) as failed:
            instance.ctl('places', 'import', file)
        assert 'lines are wrong' in str(failed.value), wrong
    file.write_text(kept[0] + '\n')
    with pytest.raises(Exception) as failed:
        instance.ctl('places', 'import', file)
    assert 'has no places below its first line' in str(failed.value)
    assert instance.anyone().request('GET', 'places/999999902').status == 404
