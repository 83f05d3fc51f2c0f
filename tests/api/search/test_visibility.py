"""Who can be found, and as whom: contacts find what is for them, confidential members stand under a pseudonym, who pauses is not there."""
import base64
import datetime
import uuid

import pytest
from client import wait_for
from meet import ask, connect, link

TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def change(client, body):
    """The own profile changed; gives it as it is then."""
    return client.expect(200, 'PATCH', 'me/profile', body, etag=client.request('GET', 'me/profile').etag).json


def find(client, q, **more):
    """Handles of the first page."""
    return [c['handle'] for c in client.get('members', q=q, **more)['items']]


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Conny has been introduced to Owen and to Sekret; Sekret is confidential, and was before."""
    made = {name: instance.person(name.title(), level=2) for name in ('owen', 'conny', 'sekret', 'stella')}
    made['nobody'] = instance.anyone()
    for name in ('owen', 'conny', 'sekret'):
        link(instance, made[name], f'{name.title()} Example')
    made['topic'] = made['owen'].get('topics', q='seismic', limit=1)['items'][0]
    change(made['sekret'], {'fields': {'title': {'value': 'Sekretword', 'tier': 'public'}, 'shown_name': {'tier': 'public'},
                                       'country': {'value': 'LI', 'tier': 'public'}},
                            'topics': {'expertise': {'items': [made['topic']['id']]}}})
    made['listing'] = change(made['sekret'], {'directory': {'confidential': True}})['directory']
    return made


@pytest.fixture(scope='module', name='pseudonym')
def their_pseudonym(people):
    """Handle under which Sekret is listed."""
    return people['listing']['pseudonym']['handle']


def test_contacts_find_what_is_for_contacts_and_nobody_else_does(people):
    """The word finds nobody before the two are introduced, then for the contact alone; not counted, no facet for others."""
    owen, conny, stella = people['owen'], people['conny'], people['stella']
    change(owen, {'fields': {'title': {'value': 'Kontaktword', 'tier': 'contacts'}, 'country': {'value': 'NR', 'tier': 'contacts'}}})
    assert find(conny, 'kontaktword') == []
    connect(conny, owen)
    page = conny.get('members', q='kontaktword')
    assert [c['handle'] for c in page['items']] == [owen.handle] and page['total'] == {'count': 1, 'exact': True}
    assert page['items'][0]['relation'] == 'connected' and page['items'][0]['country'] == 'NR'
    assert [f['value'] for f in page['facets']['country']] == ['NR']
    for other in (stella, people['nobody'], owen):
        page = other.get('members', q='kontaktword')
        assert page['items'] == [] and page['total']['count'] == 0
        assert find(other, '', country='NR') == []
    change(owen, {'fields': {'title': {'tier': 'self'}}})
    assert find(conny, 'kontaktword') == []


def test_a_contact_is_found_once_in_their_place(people):
    """Through pages of one card: everyone once, in the order of the first page."""
    whole = find(people['conny'], '', limit=100)
    seen, cursor = [], None
    while True:
        page = people['conny'].get('members', limit=1, **({'cursor': cursor} if cursor else {}))
        seen += [c['handle'] for c in page['items']]
        cursor = page.get('next')
        if not cursor:
            break
    assert seen == whole and len(set(seen)) == len(seen) and people['owen'].handle in seen


def test_a_cursor_holds_no_account(instance, people):
    """It is passed about in addresses; ids of accounts would tie a pseudonym to a member."""
    cursor = people['stella'].get('members', limit=1)['next']
    seal, place = bytes.fromhex(cursor[:16]), base64.urlsafe_b64decode(cursor[16:])
    for (account,) in instance.sql('select id::text from agora.account'):
        for kept in (account.encode(), account.replace('-', '').encode(), uuid.UUID(account).bytes):
            assert kept not in cursor.encode() and kept not in seal + place


def test_a_confidential_member_shows_topics_and_level_alone(people, pseudonym):
    """In the search and on the page; not at all to who is not signed in."""
    stella, sekret = people['stella'], people['sekret']
    page = stella.get('members', topic=people['topic']['id'])
    card = next(c for c in page['items'] if c['handle'] == pseudonym)
    assert set(card) == {'handle', 'shown_name', 'verified', 'topics', 'why'} and set(card['verified']) == {'level', 'label', 'sentence'}
    assert card['shown_name'] == people['listing']['pseudonym']['shown_name'] and card['verified']['level'] == 2
    seen = stella.get(f'members/{pseudonym}')
    assert set(seen) == {'handle', 'shown_name', 'confidential', 'topics', 'verified', 'relation'} and seen['confidential'] is True
    assert stella.request('GET', f'members/{sekret.handle}').status == 404
    assert stella.request('GET', f'members/{pseudonym}/verification').status == 404
    assert find(stella, 'sekretword') == find(stella, 'sekret') == find(stella, '', country='LI') == []
    for handle in (pseudonym, sekret.handle):
        assert people['nobody'].request('GET', f'members/{handle}').status == 404
    assert find(people['nobody'], '', topic=people['topic']['id']) == []


def test_their_name_cannot_be_named(people):
    """Whoever does not know them gets the answer of a name that nobody has: asking, blocking."""
    stella, sekret = people['stella'], people['sekret']
    for handle in (sekret.handle, 'there-is-no-such'):
        refused = stella.request('POST', 'introductions', {'to': handle, 'ask': 'advice', 'why': 'Your work on joints is what we need.'})
        assert refused.status == 422 and refused.json['errors'][0]['detail'] == 'There is no such member to be introduced to.'
        assert stella.request('PUT', f'blocks/{handle}').status == 404


def test_an_accepted_introduction_tells_the_name(people, pseudonym):
    """Until then both sides of it have the pseudonym, with no id or name in it; then page, search and card have the name."""
    conny, sekret = people['conny'], people['sekret']
    made = conny.expect(201, 'POST', 'introductions', {'to': pseudonym, 'ask': 'advice', 'why': 'Your work on joints is what we need.'}).json
    text = conny.request('GET', f'introductions/{made["id"]}').text
    assert made['other']['handle'] == pseudonym and sekret.handle not in text and 'Sekret' not in text and sekret.account not in text
    assert conny.get(f'members/{pseudonym}')['relation']['state'] == 'sent'
    assert next(c for c in conny.get('members', topic=people['topic']['id'])['items'] if c['handle'] == pseudonym)['relation'] == 'sent'
    accepted = sekret.expect(200, 'POST', f'introductions/{made["id"]}/accept').json
    assert accepted['other']['handle'] == conny.handle
    assert conny.get(f'introductions/{made["id"]}')['other']['shown_name'].startswith('Sekret')
    wait_for(lambda: conny.get(f'introductions/{made["id"]}')['state'] == 'connected', why='the permission on the TMTP server')
    assert find(conny, 'sekretword') == [sekret.handle]
    assert pseudonym not in find(conny, '', topic=people['topic']['id'])
    assert conny.get(f'members/{pseudonym}')['handle'] == conny.get(f'members/{sekret.handle}')['handle'] == sekret.handle
    assert find(people['stella'], 'sekretword') == []


def test_a_confidential_member_asks_under_the_pseudonym(instance, people, pseudonym):
    """The one asked sees who it is when they have accepted."""
    asked = instance.person('Askedby', level=2)
    made = ask(people['sekret'], asked)['id']
    received = asked.get(f'introductions/{made}')['other']
    assert received['handle'] == pseudonym and 'Sekret' not in str(received)
    asked.expect(200, 'POST', f'introductions/{made}/accept')
    assert asked.get(f'introductions/{made}')['other']['shown_name'].startswith('Sekret')


def test_a_block_of_a_name_takes_no_pseudonym_away(instance):
    """Or blocking everyone in turn would tell whose it is; nor does an answer to a request."""
    rival, target = instance.person('Rival', level=2), instance.person('Target', level=2)
    topic = target.get('topics', q='optics', limit=1)['items'][0]['id']
    change(target, {'topics': {'expertise': {'items': [topic]}}})
    ask(rival, target)
    alias = change(target, {'directory': {'confidential': True}})['directory']['pseudonym']['handle']
    before = rival.get('members', topic=topic)
    assert [c['handle'] for c in before['items']] == [alias] and 'relation' not in before['items'][0]
    assert rival.get(f'members/{alias}')['relation'] == {'state': 'none', 'can_ask': True}
    rival.expect(204, 'PUT', f'blocks/{target.handle}')  # known from the request
    assert rival.get('members', topic=topic) == before
    assert rival.get(f'members/{alias}')['relation'] == {'state': 'none', 'can_ask': True}
    assert [b['handle'] for b in rival.get('blocks')['items']] == [target.handle]
    sent = rival.expect(201, 'POST', 'introductions', {'to': alias, 'ask': 'advice', 'why': 'Your work on joints is what we need.'}).json
    assert sent['state'] == 'sent' and target.get('introductions', box='received')['items'] == []
    rival.expect(204, 'PUT', f'blocks/{alias}')
    assert rival.get('members', topic=topic)['items'] == [] and {b['handle'] for b in rival.get('blocks')['items']} == {alias, target.handle}
    assert find(target, '"Rival"') == []


def test_a_new_pseudonym_each_time(instance):
    """The one before leads nowhere, for ever, whoever takes a name like it."""
    shy = instance.person('Shy', level=2)
    stella = instance.person('Seen', level=2)
    first = change(shy, {'directory': {'confidential': True}})['directory']['pseudonym']['handle']
    assert change(shy, {'directory': {'confidential': True}})['directory']['pseudonym']['handle'] == first
    assert change(shy, {'directory': {'confidential': False}})['directory'] == {'confidential': False}
    assert stella.request('GET', f'members/{first}').status == 404 and stella.get(f'members/{shy.handle}')['shown_name']
    second = change(shy, {'directory': {'confidential': True}})['directory']['pseudonym']['handle']
    assert second != first and stella.request('GET', f'members/{first}').status == 404
    assert instance.sql('select agora.handle_free($1)', first) != [(first,)]


def test_an_unverified_confidential_member_is_not_listed(instance, people):
    """A pseudonym nobody stands behind would be worth nothing."""
    plain = instance.person('Plain')
    alias = change(plain, {'directory': {'confidential': True}})['directory']['pseudonym']['handle']
    assert people['stella'].request('GET', f'members/{alias}').status == 404
    assert plain.get(f'members/{plain.handle}')['handle'] == plain.handle
    assert plain.request('GET', f'members/{plain.handle}?as=members').status == 404


def test_who_pauses_is_out_of_the_directory_until_the_day(instance, people):
    """Not found, no page, not to be asked; contacts keep the page; the worker brings them back."""
    away, stella = instance.person('Away', level=2), people['stella']
    change(away, {'fields': {'title': {'value': 'Pauseword', 'tier': 'members'}, 'shown_name': {'tier': 'public'}}})
    assert find(stella, 'pauseword') == [away.handle]
    day = (TODAY + datetime.timedelta(days=30)).isoformat()
    assert change(away, {'directory': {'paused_until': day}})['directory'] == {'confidential': False, 'paused_until': day}
    for viewer in (stella, people['nobody']):
        assert find(viewer, 'pauseword') == [] and viewer.request('GET', f'members/{away.handle}').status == 404
    refused = stella.request('POST', 'introductions', {'to': away.handle, 'ask': 'advice', 'why': 'Your work on joints is what we need.'})
    assert refused.status == 422
    sent = ask(away, stella)['id']
    assert stella.get(f'members/{away.handle}')['relation']['state'] == 'received', 'who is asked sees by whom'
    stella.expect(200, 'POST', f'introductions/{sent}/decline', {})
    assert stella.request('GET', f'members/{away.handle}').status == 404
    instance.sql("update agora.profile set paused_until = now() where account_id = $1::uuid", away.account)
    wait_for(lambda: find(stella, 'pauseword') == [away.handle], why='the worker to list them again')
    assert away.get('me/profile')['directory'] == {'confidential': False}


@pytest.mark.parametrize('directory,pointer', [
    ({'confidential': 'yes'}, '/directory/confidential'), ({'confidential': None}, '/directory/confidential'),
    ({'paused_until': TODAY.isoformat()}, '/directory/paused_until'), ({'paused_until': 'soon'}, '/directory/paused_until'),
    ({'paused_until': '2027-02-30'}, '/directory/paused_until'), ({'paused_until': 7}, '/directory/paused_until'),
    ({'paused_until': (TODAY + datetime.timedelta(days=367)).isoformat()}, '/directory/paused_until'), ({'hidden': True}, '/directory/hidden'),
    ([], '/directory')])
def test_settings_that_mean_nothing_are_refused(people, directory, pointer):
    """By the field, and nothing is changed."""
    stella = people['stella']
    before = stella.get('me/profile')
    refused = stella.request('PATCH', 'me/profile', {'directory': directory}, etag=stella.request('GET', 'me/profile').etag)
    assert refused.status == 422 and refused.json['errors'][0]['pointer'] == pointer
    assert stella.get('me/profile') == before


@pytest.mark.parametrize('tier', ['followers', 'askers', 'viewers', 'everyone', 'contact', '', None, 1])
def test_no_tier_that_a_stranger_reaches_alone(people, tier):
    """What is not for everyone or all members is for those whom the member has agreed to, or for nobody."""
    stella = people['stella']
    refused = stella.request('PATCH', 'me/profile', {'fields': {'title': {'tier': tier}}}, etag=stella.request('GET', 'me/profile').etag)
    assert refused.status == 422 and refused.json['errors'][0]['pointer'] == '/fields/title/tier'


def test_the_second_fence_shows_nothing_to_the_service_itself(instance):
    """Were its role ever granted a table by mistake, it would still see no row; strata of a rebuild too."""
    import psycopg2
    instance.sql('select agora.search_rebuild(5)')
    names = [n for (n,) in instance.sql("select c.oid::regclass::text from pg_class c where c.relnamespace = 'agora'::regnamespace and c.relkind in ('r', 'p') "
                                        "and (c.relname in ('profile', 'profile_topic', 'pseudonym', 'topic_use') or c.relname like 'search%')")]
    assert len(names) > 8
    with psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_owner')) as owner, owner.cursor() as cursor:
        for name in names:
            cursor.execute(f'grant select on {name} to agora_app')
        cursor.execute('select (select count(*) from agora.search), (select count(*) from agora.profile)')
        assert all(n > 0 for n in cursor.fetchone())
        owner.commit()
        try:
            with psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_app')) as service, service.cursor() as seen:
                for name in names:
                    seen.execute(f'select count(*) from {name}')
                    assert seen.fetchone() == (0,), name
        finally:
            for name in names:
                cursor.execute(f'revoke select on {name} from agora_app')
            owner.commit()
