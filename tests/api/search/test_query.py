"""The query language over the interface: every operator, for each kind of viewer; what is wrong is said plainly."""
import datetime
import urllib.parse

import pytest
from client import wait_for
from meet import connect, link

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
# What each finds of Gerda, and who: n nobody signed in, m members, c her contact.
QUERIES = [('gerda', 'nmc'), ('smithy', 'mc'), ('"gerda example"', ''), ('skill:"{topic}"', 'mc'), ('skill:"{wider}"', 'mc'), ('skill:="{wider}"', ''),
           ('skill:={id}', 'mc'), ('interest:"{topic}"', 'mc'), ('seeks:"{topic}"', 'mc'), ('offers:"{topic}"', ''), ('about:zinc', 'nmc'), ('org:forge', 'mc'),
           ('org:"Müller Forge"', 'mc'), ('org:mueller', 'mc'), ('in:LI', 'mc'), ('in:"Vaduz"', 'mc'), ('near:Vaduz', 'mc'), ('near:Vaduz,20km', 'mc'),
           ('near:"Vaduz, 20"', 'mc'), ('lang:rm', 'mc'), ('level:2 gerda', 'nmc'), ('level:3 gerda', ''), ('checked:<1m gerda', 'nmc'),
           ('checked:>1m gerda', ''), (f'checked:{TODAY:%Y} gerda', 'nmc'), ('-checked:<2y gerda', ''), ('open:mentor', 'mc'), ('open:any gerda', 'mc'),
           ('open:hire gerda', ''), ('section:guild', 'mc'), ('section:"guild master"', 'mc'), ('standing:good gerda', ''), ('-standing:good gerda', 'nmc'),
           ('knows:me', 'c'), ('-knows:me gerda', 'm'), ('(gerda OR xyzzy) (smithy OR about:copper)', 'mc'), ('(xyzzy smithy) OR about:zinc', 'nmc'),
           ('-(gerda smithy) about:zinc', 'n'), ('gerda -smithy', 'n'), ('Gürda OR gerda', 'nmc')]
WRONG = [('nera:Bern', '“nera:” is not known. Did you mean “near:”?'), ('colour:red', 'There are skill: interest:'), ('skill:xyzzy', 'No topic is called “xyzzy”'),
         ('a OR', 'At character 5'), ('(a', 'At character 1: this parenthesis is not closed'), ('a)', 'closes nothing'), ('level:9', 'from 0 to 4'),
         ('checked:2y', 'as in checked:<2y'), ('near:Bern,9000km', 'from 1 to 500 km'), ('near:!', 'Nothing stands behind “near:”'), ('open:dancing', 'There are advice'),
         ('open:mentoring', 'Did you mean “open:mentor”?'), ('standing:bad', 'only standing:good'), ('knows:you', 'knows:me'), ('lang:german!', 'by its code')]


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Gerda, a contact of hers, a member, and nobody."""
    made = {'gerda': instance.person('Gerda', level=2), 'n': instance.anyone(), 'm': instance.person('Marta', level=2), 'c': instance.person('Conny', level=2)}
    gerda = made['gerda']
    link(instance, gerda, 'Gerda Example')
    link(instance, made['c'], 'Conny Example')
    connect(made['c'], gerda)
    topic = gerda.get('topics', q='seismic', limit=1)['items'][0]
    vaduz = gerda.get('places', q='vaduz', limit=1)['items'][0]['id']
    mine = gerda.expect(200, 'GET', 'me/profile')
    gerda.expect(200, 'PATCH', 'me/profile', {
        'fields': {'shown_name': {'tier': 'public'}, 'title': {'value': 'Smithy owner'}, 'about': {'value': 'Zinc, nickel', 'tier': 'public'},
                   'organisation': {'value': 'Müller Forge'}, 'country': {'value': 'LI'}, 'place_id': {'value': vaduz}, 'languages': {'value': ['rm']},
                   'open_to': {'value': ['mentor', 'second_opinion']}},
        'topics': {'expertise': {'items': [topic['id']]}, 'interest': {'items': [topic['id']]}, 'seeking': {'items': [topic['id']]},
                   'offering': {'items': [topic['id']], 'tier': 'self'}}}, etag=mine.etag)
    instance.sql("insert into agora.membership (person_id, organisation, grade, began, source) "
                 f"select person_id, 'Guild of Smiths', 'Master', current_date, 'admin' from agora.account where id = '{gerda.account}' returning id")
    wait_for(lambda: made['m'].get('members', q='section:guild')['items'], seconds=10, why='the worker to see the membership')
    made['words'] = {'topic': topic['label'], 'id': topic['id'], 'wider': topic['path'].rsplit(' › ', maxsplit=1)[-1]}
    return made


def asked(client, q):
    """The answer to a query, whatever it is."""
    return client.request('GET', 'members?' + urllib.parse.urlencode({'q': q}))


@pytest.mark.parametrize('q,finders', QUERIES)
def test_an_operator_finds_for_those_who_may_see(people, q, finders):
    """Each viewer finds by what they may see, and by nothing else."""
    for viewer in 'nmc':
        answer = asked(people[viewer], q.format(**people['words']))
        if viewer == 'n' and 'knows:' in q:
            assert answer.status == 422 and 'Sign in' in answer.json['errors'][0]['detail']
            continue
        assert answer.status == 200, answer.json
        assert (people['gerda'].handle in [i['handle'] for i in answer.json['items']]) == (viewer in finders), viewer


@pytest.mark.parametrize('q,words', WRONG)
def test_what_is_wrong_is_said_plainly(people, q, words):
    """422 at /q, naming the place."""
    answer = asked(people['m'], q)
    assert answer.status == 422
    assert answer.json['errors'][0]['pointer'] == '/q' and words in answer.json['errors'][0]['detail']


def test_a_result_says_why(people):
    """In words of the operators first; then what else put it there."""
    for q, why in (('open:mentor', ['Open to: “mentor”']), ('knows:me', ['In your contacts']), ('section:guild', ['Member of: “guild”']), ('near:Vaduz', ['Near: “Vaduz”'])):
        assert [i['why'][:1] for i in people['c'].get('members', q=q)['items']] == [why]


def test_nobody_found_is_searched_by_the_likely_spelling(people):
    """And said so; a word that the viewer may not see is never proposed."""
    page = people['m'].get('members', q='Smithhy -about:copper')
    assert [i['handle'] for i in page['items']] == [people['gerda'].handle]
    assert page['corrected'] == {'q': 'smithy -about:copper', 'instead': True}
    assert 'corrected' not in people['n'].get('members', q='Smithhy -about:copper')
    assert 'corrected' not in people['m'].get('members', q='"Smithhy"')
    assert people['m'].get('members', q='gerdda')['corrected'] == {'q': 'Gerda', 'instead': True}


def test_how_many_there_are_is_told_of_the_spelling_whose_members_are_shown(people):
    """So that page and numbers can be asked for at once, by what was typed."""
    m = people['m']
    page, numbers, meant = (m.get('members', **asked) for asked in (
        {'q': 'gerdda', 'facets': 'false'}, {'q': 'gerdda', 'limit': 0}, {'q': 'Gerda', 'limit': 0}))
    assert page['corrected'] == numbers['corrected'] == {'q': 'Gerda', 'instead': True}
    assert numbers['items'] == [] and numbers['total']['count'] == len(page['items']) == 1
    assert (numbers['total'], numbers['facets']) == (meant['total'], meant['facets']) and 'corrected' not in meant


def test_few_found_name_the_spelling_that_finds_more(people, instance):
    """The page stays as it is."""
    rare, *usual = [instance.person(n, level=1) for n in ('Hilarion', 'Hilarian', 'Hilarian', 'Hilarian')]
    page = people['m'].get('members', q='Hilarion')
    assert [i['handle'] for i in page['items']] == [rare.handle]
    assert page['corrected'] == {'q': 'Hilarian', 'instead': False}
    assert 'corrected' not in people['m'].get('members', q='Hilarion', limit=0)
    assert len(usual) == 3 == people['m'].get('members', q='Hilarian')['total']['count']


def test_one_look_completes_topics_members_and_places(people):
    """As far as the viewer may see."""
    found = people['m'].get('complete', q='gerd')
    assert [m['handle'] for m in found['members']] == [people['gerda'].handle]
    assert found['members'][0]['organisation'] == 'Müller Forge'
    assert 'organisation' not in people['n'].get('complete', q='gerd')['members'][0]
    assert people['n'].get('complete', q='mart')['members'] == []
    assert people['n'].get('complete', q='seism', limit=2)['topics'][0]['label']
    assert people['n'].get('complete', q='liecht')['places'][0]['country'] == 'LI'
    assert people['n'].get('complete') == {'topics': [], 'members': [], 'places': []}
    assert people['n'].request('GET', 'complete?limit=21').status == 422


def test_what_a_member_hides_leaves_at_once(people):
    """Completion and correction follow the profile in its own transaction."""
    gerda, marta = people['gerda'], people['m']

    def title(value, tier):
        etag = gerda.expect(200, 'GET', 'me/profile').etag
        gerda.expect(200, 'PATCH', 'me/profile', {'fields': {'title': {'value': value, 'tier': tier}}}, etag=etag)
    title('Farrier', 'members')
    assert marta.get('members', q='farierr')['corrected']['q'] == 'farrier'
    title('Farrier', 'contacts')
    assert 'corrected' not in marta.get('members', q='farierr')
    title('Smithy owner', 'members')


def test_rows_made_by_the_worker_have_the_terms(people, instance):
    """A rebuild gives the rows and words that changes had made."""
    before = instance.sql('select tier, word, named from agora.search_word order by 1, 2, 3')
    instance.sql('select members from agora.search_rebuild()')
    wait_for(lambda: instance.sql('select count(*) from agora.search_dirty') == [(0,)], seconds=10, why='the worker')
    after = instance.sql('select tier, word, named from agora.search_word order by 1, 2, 3')
    assert set(after) <= set(before) and len(after) > 10
    assert [i['handle'] for i in people['m'].get('members', q='open:mentor')['items']] == [people['gerda'].handle]
