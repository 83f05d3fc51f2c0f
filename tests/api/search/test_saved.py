"""Saved searches over the interface: saving, alerts through the worker, e-mail with one click to end it, who is shown."""
import email
import pathlib
import re

import pytest
from client import wait_for

TOOLMAKER = {'fields': {'title': {'value': 'Toolmaker', 'tier': 'members'}}}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Two who search, and nobody."""
    return {'ada': instance.person('Ada', level=1), 'ben': instance.person('Ben', level=1), 'nobody': instance.anyone()}


def change(person, patch):
    """Change a profile."""
    person.expect(200, 'PATCH', 'me/profile', patch, etag=person.expect(200, 'GET', 'me/profile').etag)


def save(person, name, **more):
    """Save a search; gives it."""
    return person.expect(201, 'POST', 'me/searches', {'name': name, **more}).json


def due(instance, search):
    """Let the worker look now."""
    instance.sql('update agora.saved_search set due_at = now() where id = $1', search['id'])


def listed(person, search):
    """One of the list."""
    return next(s for s in person.get('me/searches')['items'] if s['id'] == search['id'])


def told(instance, search):
    """Whom the search told of."""
    return {r[0] for r in instance.sql('select a.handle from agora.saved_search_told t join agora.account a on a.id = t.account_id '
                                       'where t.search_id = $1 and t.at is not null', search['id'])}


def looked(instance, search):
    """Wait until the worker has looked."""
    wait_for(lambda: instance.sql('select due_at > now() from agora.saved_search where id = $1', search['id']) == [(True,)],
             seconds=60, why='the sweep')


def mails(instance, search):
    """The e-mails of a search, the newest last."""
    found = []
    for path in sorted(pathlib.Path(instance.mail).glob('*.eml'), key=lambda p: p.stat().st_mtime):
        message = email.message_from_bytes(path.read_bytes())
        if f'/me/searches/{search["id"]}' in message.get_payload(decode=True).decode():
            found.append(message)
    return found


def test_a_search_is_saved_as_it_was_typed(people):
    """With its filters; nothing is new in it."""
    topic = people['ada'].get('topics', q='seismic', limit=1)['items'][0]
    saved = save(people['ada'], 'Seismic', q='skill:seismic -baker', topics=[topic['id']], countries=['ch'], level=2, every='daily')
    assert saved['q'] == 'skill:seismic -baker' and saved['countries'] == ['CH'] and saved['level'] == 2 and saved['new'] == 0
    assert [t['id'] for t in saved['topics']] == [topic['id']] and saved['every'] == 'daily' and saved['next_at'] > saved['created_at']
    assert listed(people['ada'], saved) == saved
    people['ada'].expect(204, 'DELETE', f'me/searches/{saved["id"]}')
    assert people['ada'].get('me/searches') == {'items': [], 'most': 50}


@pytest.mark.parametrize('near,km,place', [('2661552', 20, ('2661552', 'city')), ('Bern', 2000, ('2661552', 'city')), ('CH.ZH', None, ('CH.ZH', 'region'))])
def test_a_search_near_a_place_is_saved_with_it(people, near, km, place):
    """By the id of what was meant, and the place as it is called, so that the search can be run again."""
    saved = save(people['ada'], 'Near', q='toolmaker', near=near, **({'km': km} if km else {}))
    assert (saved['near'], saved['place']['kind']) == place and saved['place']['id'] == saved['near'] and saved.get('km') == km
    assert listed(people['ada'], saved) == saved
    renamed = people['ada'].expect(200, 'PATCH', f'me/searches/{saved["id"]}', {'name': 'Nearby'}).json
    assert renamed == {**saved, 'name': 'Nearby'}
    people['ada'].expect(204, 'DELETE', f'me/searches/{saved["id"]}')


def test_a_search_near_a_place_tells_of_those_near_it_alone(people, instance):
    """And of nobody who hides the place; when the place is gone it says so and finds nobody."""
    ada = people['ada']
    saved = save(ada, 'Coopers near Bern', q='cooper', near='2661552', km=20, every='daily')
    near, far, hides = (instance.person(name, level=1) for name in ('Ina', 'Jan', 'Kai'))
    for person, place, tier in ((near, '2661552', 'members'), (far, '2657896', 'members'), (hides, '2661552', 'self')):
        change(person, {'fields': {'title': {'value': 'Cooper'}, 'place_id': {'value': place}, 'place': {'tier': tier}}})
    due(instance, saved)
    wait_for(lambda: told(instance, saved), seconds=60, why='the alert')
    looked(instance, saved)
    assert told(instance, saved) == {near.handle}
    assert [i['card']['handle'] for i in ada.get(f'me/searches/{saved["id"]}/members')['items']] == [near.handle]
    instance.sql("update agora.saved_search set near = '999999999' where id = $1", saved['id'])
    gone = listed(ada, saved)
    assert gone['problem'] == 'No place is called “999999999”.' and 'place' not in gone and gone['near'] == '999999999'
    ada.expect(204, 'DELETE', f'me/searches/{saved["id"]}')


@pytest.mark.parametrize('body,pointer', [({'q': 'nosuch:x'}, '/q'), ({'q': 'skill:xyzzy'}, '/q'), ({'topics': ['T0']}, '/topics'),
                                          ({'countries': ['1x']}, '/countries'), ({'level': 5}, '/level'), ({'near': 'Xyzzy'}, '/near'),
                                          ({'near': 'x' * 101}, '/near'), ({'near': 'Bern', 'km': 0}, '/km'), ({'near': 'Bern', 'km': 2001}, '/km'),
                                          ({'km': 20}, '/km'), ({'every': 'hourly'}, '/every'),
                                          ({'name': ''}, '/name'), ({'name': 'x' * 81}, '/name'), ({'topics': ['x'] * 11}, '/topics')])
def test_what_cannot_be_searched_cannot_be_saved(people, body, pointer):
    """422, told as the search tells it."""
    answer = people['ada'].request('POST', 'me/searches', {'name': 'Wrong', **body})
    assert answer.status == 422 and answer.json['errors'][0]['pointer'] == pointer


def test_another_members_search_is_not_there(people):
    """Neither read, changed, looked at nor deleted."""
    saved = save(people['ada'], 'Mine')
    path = f'me/searches/{saved["id"]}'
    ben = people['ben']
    assert ben.request('GET', f'{path}/members').status == 404
    assert ben.request('PATCH', path, {'paused': True}).status == 404
    assert ben.request('POST', f'{path}/looked', {}).status == 404
    assert ben.request('DELETE', path).status == 404
    assert people['nobody'].request('GET', 'me/searches').status == 401
    people['ada'].expect(204, 'DELETE', path)


def test_whoever_comes_is_told_of_once_by_page_and_e_mail(people, instance):
    """The whole way: a change, the sweep, the list, the cards, the message; the second sweep tells nothing."""
    ada, eve = people['ada'], instance.person('Eve', level=1)
    saved = save(ada, 'Tools', q='toolmaker', every='daily')
    change(eve, TOOLMAKER)
    due(instance, saved)
    wait_for(lambda: listed(ada, saved)['new'] == 1, seconds=60, why='the alert')
    page = ada.get(f'me/searches/{saved["id"]}/members')
    assert [(i['card']['handle'], i['new']) for i in page['items']] == [(eve.handle, True)]
    message = wait_for(lambda: mails(instance, saved), seconds=60, why='the e-mail')[0]
    text = message.get_payload(decode=True).decode()
    assert f'/m/{eve.handle}' in text and '"Tools"' in text and message['To'] == ada.email
    ada.expect(204, 'POST', f'me/searches/{saved["id"]}/looked')
    assert listed(ada, saved)['new'] == 0
    due(instance, saved)
    looked(instance, saved)
    assert told(instance, saved) == {eve.handle} and len(mails(instance, saved)) == 1


def test_one_click_ends_the_e_mails_signed_out_and_without_looking_at_the_body(people, instance):
    """RFC 8058: both headers, a POST without cookies, no redirect; the link that people click asks first."""
    ada, fay = people['ada'], instance.person('Fay', level=1)
    saved = save(ada, 'Clicks', q='wheelwright')
    change(fay, {'fields': {'title': {'value': 'Wheelwright'}}})
    due(instance, saved)
    message = wait_for(lambda: mails(instance, saved), seconds=60, why='the e-mail')[0]
    assert message['List-Unsubscribe-Post'] == 'List-Unsubscribe=One-Click'
    link = re.fullmatch(r'<(\S+)>', message['List-Unsubscribe'].replace('\n', '').replace(' ', '')).group(1)
    assert link in message.get_payload(decode=True).decode()
    path = re.sub(r'^https?://[^/]+', '', link)
    nobody = people['nobody']
    page = nobody.raw('GET', path)
    assert page.status == 200 and '<form' in page.text and 'set-cookie' not in page.headers
    assert listed(ada, saved)['by_mail'], 'looking at it ends nothing'
    assert 'Keine E-Mails mehr' in nobody.raw('GET', path, headers={'Accept-Language': 'de-CH,de;q=0.9'}).text
    assert nobody.raw('POST', path[:-1] + ('0' if path[-1] != '0' else '1'), b'').status == 404
    done = nobody.raw('POST', path, b'List-Unsubscribe=One-Click', {'Content-Type': 'application/x-www-form-urlencoded'})
    assert done.status == 200 and 'no more e-mails' in done.text
    assert not listed(ada, saved)['by_mail']
    parts = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    assert nobody.raw('POST', path, parts, {'Content-Type': 'multipart/form-data; boundary=b'}).status == 200
    assert nobody.raw('POST', path, b'', {'Origin': 'https://mail.example'}).status == 200
    ada.expect(204, 'DELETE', f'me/searches/{saved["id"]}')
    assert nobody.raw('POST', path, b'').status == 200, 'whether the search is still there is not told'


def test_a_search_whose_topic_is_gone_says_so_and_is_not_in_the_way(people, instance):
    """It finds nobody; the others go on."""
    ada = people['ada']
    broken, sound = save(ada, 'Broken', q='toolmaker'), save(ada, 'Sound', q='toolmaker')
    instance.sql("update agora.saved_search set q = 'skill:xyzzy' where id = $1", broken['id'])
    gil = instance.person('Gil', level=1)
    change(gil, TOOLMAKER)
    for search in (broken, sound):
        due(instance, search)
    looked(instance, broken)
    wait_for(lambda: gil.handle in told(instance, sound), seconds=60, why='the sound one')
    assert listed(ada, broken)['problem'] == 'No topic is called “xyzzy”.' and told(instance, broken) == set()
    assert ada.request('GET', f'me/searches/{broken["id"]}/members').status == 422


def test_fifty_and_no_more(people, instance):
    """The limit, with a plain sentence."""
    hal = instance.person('Hal', level=1)
    for n in range(50):
        save(hal, f'Search {n}', every='never')
    answer = hal.request('POST', 'me/searches', {'name': 'One more'})
    assert answer.status == 409 and 'Delete one' in answer.json['detail']
    assert len(hal.get('me/searches')['items']) == 50
