"""Nothing that is told outwards ties a pseudonym to its member: pages, cards, WebFinger, completion, introducers, alerts, the budget."""
import email
import pathlib
import re
import urllib.parse

import pytest
from client import wait_for
from meet import connect, link

SITE = 'https://www.example.org'
SETTINGS = {'agorad': {'public': {'embed_origins': SITE}, 'http': {'public_rate': 10000}}}
HIDDEN = {'headline': 'Hidheadline', 'title': 'Hidtitle', 'organisation': 'Hidworks', 'about': 'Hidabout', 'place': 'Hidplace'}


def change(client, body):
    """The own profile changed; gives it as it is then."""
    return client.expect(200, 'PATCH', 'me/profile', body, etag=client.request('GET', 'me/profile').etag).json


def hide(client):
    """Listed under a pseudonym from now on; gives it."""
    return change(client, {'directory': {'confidential': True}})['directory']['pseudonym']


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Hid was public, then confidential; Mid is a contact of hers and of the viewer, and both let everybody know whom they know."""
    made = {name: instance.person(name.title(), level=2) for name in ('viewer', 'mid')}
    made['hid'] = instance.person('Hidgiven', level=2)
    made['nobody'] = instance.anyone()
    for name in ('viewer', 'mid', 'hid'):
        link(instance, made[name], f'{name.title()} Example')
    connect(made['viewer'], made['mid'])
    connect(made['mid'], made['hid'])
    for name in ('mid', 'hid'):
        made[name].expect(200, 'PUT', 'me/knows', {'tier': 'members'})
    made['topic'] = made['hid'].get('topics', q='seismic', limit=1)['items'][0]
    change(made['hid'], {'fields': {**{n: {'value': v, 'tier': 'public'} for n, v in HIDDEN.items()}, 'shown_name': {'tier': 'public'},
                                    'languages': {'value': ['rm'], 'tier': 'public'}},
                         'topics': {'expertise': {'items': [made['topic']['id']], 'tier': 'public'}}})
    made['hid'].expect(200, 'PUT', 'me/publication', {'search_engines': True, 'ai_crawlers': True})
    made['before'] = made['viewer'].get(f'members/{made["hid"].handle}/introducers')
    made['alias'] = hide(made['hid'])
    return made


@pytest.fixture(scope='module', name='secrets')
def what_nobody_is_told(instance, people):
    """Texts that stand for her, in small letters."""
    person, = instance.sql('select person_id::text from agora.account where id = $1::uuid', people['hid'].account)[0]
    return [*(v.lower() for v in HIDDEN.values()), 'hidgiven', people['hid'].handle, people['hid'].account, person, '"rm"']


def outward(people, handle):
    """Every address that tells of a member by a handle."""
    host, api = people['nobody'].url.netloc, f'/api/v1/members/{handle}'
    account = urllib.parse.quote(f'acct:{handle}@{host}', safe='')
    return [api, f'{api}/card.vcf', f'{api}/card.json', f'{api}/introducers', f'{api}/verification', f'/m/{handle}',
            f'/.well-known/webfinger?resource={account}']


def told(answer):
    """What an answer says, but for its own id."""
    return answer.status, {k: v for k, v in answer.json.items() if k != 'instance'} if 'json' in answer.headers['content-type'] else answer.text


def everywhere(people):
    """Every address that lists members."""
    topic = people['topic']['id']
    return [*(f'/api/v1/{what}?limit=20' for what in ('members', 'introductions')), f'/api/v1/members?topic={topic}', '/api/v1/members?q=level:2',
            *(f'/api/v1/complete?q={typed}' for typed in ('confid', people['alias']['handle'], 'member', 'seismic', 'rm')),
            f'/api/v1/topics/{topic}', '/?all=1', f'/?topic={topic}', f'/embed/search?topic={topic}', '/embed/search?all=1', '/sitemap.xml', '/robots.txt']


def test_the_pseudonym_tells_nothing_of_the_member(people, secrets):
    """To a member or a stranger, wherever it leads."""
    shown = []
    for who in ('viewer', 'nobody'):
        for path in outward(people, people['alias']['handle']) + everywhere(people):
            answer = people[who].raw('GET', path)
            assert not [s for s in secrets if s in answer.text.lower()], (who, path)
            assert not [s for s in secrets if s in str(answer.headers).lower()], (who, path)
            shown += [(who, path)] if people['alias']['handle'] in answer.text else []
    assert shown and all(who == 'viewer' for who, _ in shown), 'strangers do not see it'


def test_both_cards_of_a_pseudonym_are_its_topics_alone(people):
    """vCard and JSContact have the name it stands under, and no address, organisation, title, language or note."""
    vcard = people['viewer'].raw('GET', f'/api/v1/members/{people["alias"]["handle"]}/card.vcf').text
    jscontact = people['viewer'].get(f'members/{people["alias"]["handle"]}/card.json')
    assert f'FN:{people["alias"]["shown_name"]}' in vcard and jscontact['name']['full'] == people['alias']['shown_name']
    assert not [n for n in ('ADR', 'ORG', 'TITLE', 'LANG', 'NOTE') if re.search(rf'\n{n}[:;]', vcard)]
    assert not {'addresses', 'organizations', 'titles', 'preferredLanguages', 'notes'} & set(jscontact)


@pytest.mark.parametrize('who', ['viewer', 'nobody'])
def test_the_own_handle_is_as_one_that_nobody_has(people, who):
    """Whoever knows or guesses it learns nothing: the contact in common, who was told of before, is not any more."""
    assert people['before']['count'] == 1
    for mine, none in zip(outward(people, people['hid'].handle), outward(people, 'there-is-no-such')):
        answers = [people[who].raw('GET', path) for path in (mine, none)]
        if mine.startswith('/m/') and who == 'nobody':
            assert answers[0].status == 410, 'that there was a public page everybody could see'
            continue
        assert told(answers[0]) == told(answers[1]), mine


def test_who_is_not_listed_at_all_is_as_one_whom_nobody_has(instance, people):
    """A confidential member who is not verified has a pseudonym, and no page under it; nor under the name."""
    plain = instance.person('Unverif')
    for handle in (hide(plain)['handle'], plain.handle):
        for mine, none in zip(outward(people, handle), outward(people, 'there-is-no-such')):
            answers = [people['viewer'].raw('GET', path) for path in (mine, none)]
            assert told(answers[0]) == told(answers[1]), mine


@pytest.mark.parametrize('typed', ['hid', 'hidgiven', 'hidgiven exam', 'hidtitle'])
def test_no_value_completes_to_either_name(people, typed):
    """Nor is it proposed as another spelling."""
    for who in ('viewer', 'nobody'):
        assert people[who].get('complete', q=typed)['members'] == []
        page = people[who].get('members', q=typed + 'x')
        assert page['items'] == [] and 'hid' not in page.get('corrected', {}).get('q', '')


def save(client, **asked):
    """A search that was saved."""
    return client.expect(201, 'POST', 'me/searches', {'every': 'daily', **asked}).json


def sweep(instance, search, seen):
    """The worker looks, and `seen` comes to hold."""
    instance.sql('update agora.saved_search set due_at = now() where id = $1', search['id'])
    return wait_for(seen, seconds=60, why='the alert')


def test_an_alert_has_the_pseudonym_alone(people, instance):
    """On the page and in the e-mail; and who is seen both in a search and in the alert is one person."""
    viewer, late = instance.person('Searcher', level=2), instance.person('Latehid', level=2)
    topic = late.get('topics', q='glacier', limit=1)['items'][0]['id']
    saved = save(viewer, name='Ice', topics=[topic])
    alias = hide(late)
    change(late, {'fields': {'title': {'value': 'Latetitle', 'tier': 'public'}, 'about': {'value': 'Lateabout', 'tier': 'public'}},
                  'topics': {'expertise': {'items': [topic], 'tier': 'members'}}})
    sweep(instance, saved, lambda: viewer.get('me/searches')['items'][0]['new'] == 1)
    assert [c['handle'] for c in viewer.get('members', topic=topic)['items']] == [alias['handle']]
    page = viewer.request('GET', f'me/searches/{saved["id"]}/members')
    assert [i['card']['handle'] for i in page.json['items']] == [alias['handle']]
    assert instance.sql('select cardinality(people) from agora.search_seen where viewer = $1::uuid', viewer.account) == [(1,)]

    def mail():
        texts = [email.message_from_bytes(p.read_bytes()).get_payload(decode=True).decode() for p in pathlib.Path(instance.mail).glob('*.eml')]
        return next((t for t in texts if f'/me/searches/{saved["id"]}' in t), None)
    text = wait_for(mail, seconds=60, why='the e-mail')
    assert alias['shown_name'] in text and f'/m/{alias["handle"]}' in text
    assert not [s for s in ('latehid', 'latetitle', 'lateabout', late.handle, late.account) if s in (page.text + text).lower()]


def test_what_a_search_told_of_by_one_name_it_does_not_keep_under_another(people, instance):
    """Else the same line of its list, first with the name and then with the pseudonym, would tie the two; nor the other way round."""
    viewer, one = instance.person('Keeper', level=2), instance.person('Turning', level=2)
    topics = [one.get('topics', q=q, limit=1)['items'][0]['id'] for q in ('seismic', 'glacier')]
    searches = [save(viewer, name=topic, topics=[topic]) for topic in topics]

    def listed(search):
        return [i['card']['handle'] for i in viewer.get(f'me/searches/{search["id"]}/members')['items']]
    change(one, {'topics': {'expertise': {'items': topics[:1]}}})
    sweep(instance, searches[0], lambda: listed(searches[0]) == [one.handle])
    alias = hide(one)['handle']
    assert listed(searches[0]) == []
    change(one, {'topics': {'expertise': {'items': topics}}})
    sweep(instance, searches[1], lambda: listed(searches[1]) == [alias])
    change(one, {'directory': {'confidential': False}})
    assert listed(searches[0]) == listed(searches[1]) == []
