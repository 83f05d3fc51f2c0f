"""The open web: pages without JavaScript, what robots are told, WebFinger, contact cards, the widget."""
import html.parser
import json
import pathlib
import re
import xml.etree.ElementTree as xml

import pytest
import vobject
from client import wait_for

TOP = pathlib.Path(__file__).resolve().parents[3]
SITE = 'https://www.example.org'
SETTINGS = {'agorad': {'public': {'ai_crawlers': 'yes', 'embed_origins': f'{SITE} https://other.example'}, 'http': {'public_rate': 10000}}}
HOSTILE = '</script></noscript><img src=x onerror=alert(1)>"\'&;,\\'
GPT = 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)'


class Parsed(html.parser.HTMLParser):
    """A page as a browser without JavaScript reads it: elements with attributes, and texts."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.scripts, self.text, self.inside = [], [], '', None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == 'script':
            self.scripts.append(data)
        else:
            self.text += data

    def all(self, tag, **wanted):
        """Attributes of the elements of a tag that have these."""
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]


def page(client, path, agent='Mozilla/5.0 Firefox/140.0'):
    """The answer for a browser, and its page parsed."""
    answer = client.raw('GET', path, headers={'Accept': 'text/html', 'User-Agent': agent})
    return answer, Parsed(answer.text)


def patch(client, fields=None, tier='public', **topics):
    """Fields of the own profile, for this tier."""
    etag = client.expect(200, 'GET', 'me/profile').etag
    client.expect(200, 'PATCH', 'me/profile', {
        'fields': {n: {'value': v, 'tier': tier} for n, v in (fields or {}).items()},
        'topics': {k: {'items': v, 'tier': tier} for k, v in topics.items()}}, etag=etag)


def publish(client, search_engines=False, ai_crawlers=False):
    """What the member allows."""
    return client.expect(200, 'PUT', 'me/publication', {'search_engines': search_engines, 'ai_crawlers': ai_crawlers}).json


def robots_of(parsed):
    """What the page says to robots."""
    return [a['content'] for a in parsed.all('meta', name='robots')]


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Ada is public, Ben is for members, Eve has a hostile profile, Nia looks without signing in."""
    people = {name.lower(): instance.person(name, level=2) for name in ('Ada', 'Ben', 'Eve')}
    people['nobody'] = instance.anyone()
    ada, eve = people['ada'], people['eve']
    topics = [t['id'] for t in ada.get('topics', q='seismic', limit=2)['items']]
    patch(ada, {'shown_name': 'Ada Bright', 'headline': 'Bridges; dams, and more', 'title': 'Engineer', 'country': 'CH', 'place': 'Bern',
                'languages': ['de', 'en'], 'about': 'First line\nSecond line'}, expertise=topics[:1], interest=topics[1:])
    patch(ada, {'organisation': 'Zzyzx Works'}, tier='members')
    patch(eve, {n: HOSTILE for n in ('shown_name', 'headline', 'about', 'organisation', 'title', 'place')})
    people['topic'] = topics[0]
    return people


def test_a_public_profile_is_readable_without_javascript(people):
    """The app's page, with all that strangers may see in it, and nothing else."""
    answer, found = page(people['nobody'], f'/m/{people["ada"].handle}')
    assert answer.status == 200 and answer.headers['cache-control'] == 'no-cache'
    sentence = people['nobody'].get(f'members/{people["ada"].handle}')['verified']['sentence']
    for text in ('Ada Bright', 'Bridges; dams, and more', 'Engineer', 'Switzerland', 'Bern', 'German, English', 'First line\nSecond line', sentence):
        assert text in found.text, text
    assert 'Zzyzx' not in answer.text
    assert '<title>Ada Bright - Example Society of Engineers</title>' in answer.text
    assert found.all('link', rel='canonical')[0]['href'].endswith(f'/m/{people["ada"].handle}')
    assert found.all('div', id='app') and any(a.get('type') == 'module' for a in found.all('script'))


def test_every_language_that_the_app_offers_has_its_name(instance):
    """As the app calls it; what nobody has named stays its code."""
    offered = re.search("'(af am [a-z ]+)'", (TOP / 'web/src/pages/me/LanguagesField.svelte').read_text()).group(1).split()
    named = dict(instance.sql('select code, agora.language_name(code) from unnest($1::text[]) code', '{' + ','.join(offered) + '}'))
    assert len(named) > 50 and not [code for code, name in named.items() if name == code]
    for code, name in (('nb', 'Norwegian'), ('tl', 'Filipino'), ('pt-BR', 'Portuguese (Brazil)'), ('qqq', 'qqq')):
        assert instance.sql('select agora.language_name($1)', code)[0][0] == name


def test_the_person_is_told_in_the_words_of_schema_org(people):
    """JSON-LD of public values alone."""
    answer, found = page(people['nobody'], f'/m/{people["ada"].handle}')
    person = next(json.loads(s) for s in found.scripts if s.startswith('{'))
    assert person['@type'] == 'Person' and person['name'] == 'Ada Bright' and person['jobTitle'] == 'Engineer'
    assert person['address'] == {'@type': 'PostalAddress', 'addressLocality': 'Bern', 'addressCountry': 'CH'}
    assert person['knowsLanguage'] == ['de', 'en'] and len(person['knowsAbout']) == 1
    assert person['memberOf']['name'] == 'Example Society of Engineers' and 'worksFor' not in person
    assert "script-src 'self'" in answer.headers['content-security-policy']


def test_who_is_signed_in_gets_the_app_as_it_is(people):
    """Nothing is put into a page that a session asks for, nor into the bare front page."""
    _, plain = page(people['ben'], f'/m/{people["ada"].handle}')
    front, _ = page(people['nobody'], '/')
    assert 'Ada Bright' not in plain.text and plain.all('form', role='search')
    assert front.headers['etag'] and 'Ada' not in front.text


def test_hostile_names_stay_text(people):
    """In HTML, in JSON-LD, in results and facets, in the widget, in the title."""
    eve = people['eve']
    for path in (f'/m/{eve.handle}', '/?all=1', f'/embed/search?q={"%3Cimg%20src=x%20onerror=alert(1)%3E"}', '/embed/search?all=1',
                 '/?q=%22%3E%3C/noscript%3E%3Cscript%3Ealert(1)%3C/script%3E'):
        answer, found = page(people['nobody'], path)
        assert answer.status == 200 and not found.all('img'), path
        assert not any(name.startswith('on') for _, attributes in found.elements for name in attributes), path
        assert answer.text.count('</noscript>') == (0 if 'embed' in path else 1), path
        assert not any('alert' in s for s in found.scripts if not s.startswith('{')), path
    answer, found = page(people['nobody'], f'/m/{eve.handle}')
    assert json.loads(next(s for s in found.scripts if s.startswith('{')))['name'] == HOSTILE
    assert HOSTILE in found.text


def test_a_search_without_javascript_has_results_facets_and_pages(people, instance):
    """A form, links, and the next page by its address."""
    for n in range(25):
        someone = instance.person('Pub')
        patch(someone, {'shown_name': f'Pubsmith {n:02}', 'country': 'NO'})
    # Who changes while the strata are cut anew is found when the worker comes to it.
    wait_for(lambda: people['nobody'].get('members', q='pubsmith')['total']['count'] == 25, why='all to be found')
    answer, found = page(people['nobody'], '/?q=pubsmith')
    assert answer.status == 200 and '25 members found' in found.text and 'noindex' in robots_of(found)
    assert found.all('input', name='q')[0]['value'] == 'pubsmith'
    first = {a['href'] for a in found.all('a') if a['href'].startswith('/m/')}
    assert len(first) == 20 and 'Norway' in found.text and 'country=NO' in answer.text
    following = found.all('a', rel='next')[0]['href']
    _, second = page(people['nobody'], following)
    assert len({a['href'] for a in second.all('a') if a['href'].startswith('/m/')} | first) == 25
    assert not second.all('a', rel='next')
    _, by_facet = page(people['nobody'], '/?q=pubsmith&country=NO&country=CH')
    assert {'value': 'NO'}.items() <= by_facet.all('input', name='country')[0].items()


def test_everyone_can_be_paged_through(people):
    """The next page of a search without any condition is one too."""
    for path in ('/?all=1', '/embed/search?all=1'):
        _, first = page(people['nobody'], path)
        _, second = page(people['nobody'], first.all('a', rel='next')[0]['href'])
        assert re.search('[0-9]+ members found', second.text), path


def test_only_what_strangers_may_see_is_found(people):
    """Members who are for members are not there; hidden values find nobody."""
    for query in ('q=Ben', 'q=zzyzx', 'q=org:zzyzx'):
        _, found = page(people['nobody'], '/?' + query)
        assert 'Nobody was found' in found.text, query
    assert people['ada'].handle in page(people['nobody'], '/?q=engineer')[0].text


def test_a_query_that_is_wrong_is_told_so_on_the_page(people):
    """The same sentence as in the interface; what a query cannot mean is left out."""
    _, found = page(people['nobody'], '/?q=skill:xyzzy')
    assert 'No topic is called “xyzzy”' in found.text
    for query in ('level=9&q=engineer', 'utm_source=x&q=engineer', 'q=engineer&q=other', 'topic=&q=engineer'):
        answer, _ = page(people['nobody'], '/?' + query)
        assert answer.status == 200 and people['ada'].handle in answer.text, query


def test_search_engines_are_kept_out_unless_the_member_chose(people):
    """noindex in the page and the header, the sitemap without her; then neither, and back."""
    ada, path = people['ada'], f'/m/{people["ada"].handle}'
    assert ada.get('me/publication') == {'public': True, 'search_engines': False, 'ai_crawlers': False}
    for chosen in (False, True, False):
        assert publish(ada, search_engines=chosen)['search_engines'] == chosen
        answer, found = page(people['nobody'], path)
        assert (robots_of(found) == []) == chosen
        assert ('noindex' in answer.headers['x-robots-tag'].split(', ')) != chosen
        listed = [e.text for e in xml.fromstring(people['nobody'].raw('GET', '/sitemap.xml').body).iter() if e.tag.endswith('loc')]
        assert any(u.endswith(path) for u in listed) == chosen


def test_who_is_for_members_is_in_no_sitemap(people, instance):
    """Whatever they chose; and a big sitemap is an index of parts."""
    ben = people['ben']
    assert publish(ben, search_engines=True) == {'public': False, 'search_engines': True, 'ai_crawlers': False}
    publish(people['ada'], search_engines=True)
    assert ben.handle not in people['nobody'].raw('GET', '/sitemap.xml').text
    whole = ''.join(instance.sql('select agora.sitemap($1, $2, 1)', 'https://a.example/?x&y', n)[0][0] for n in (1, 2))
    assert people['ada'].handle in whole and ben.handle not in whole and 'https://a.example/?x&amp;y/m/' in whole
    index = instance.sql('select agora.sitemap($1, null, 1)', 'https://a.example')[0][0]
    assert [e.text for e in xml.fromstring(index.encode()).iter() if e.tag.endswith('loc')] == [f'https://a.example/sitemap/{n}' for n in (1, 2)]
    assert people['nobody'].raw('GET', '/sitemap/1').status == 200
    for part in ('0', '2', 'x', '99999999999', '1.xml'):
        assert people['nobody'].raw('GET', f'/sitemap/{part}').status == 404, part
    publish(ben)


def test_a_withdrawn_profile_is_gone(people, instance):
    """410 with noindex where there has been one, whatever the reason; 404 where there never was."""
    for reason in ('members only', 'suspended', 'erased', 'another handle'):
        someone = instance.person('Gone')
        path = f'/m/{someone.handle}'
        assert page(people['nobody'], path)[0].status == 404, reason
        patch(someone, {'shown_name': 'Gone Girl'})
        assert page(people['nobody'], path)[0].status == 200, reason
        if reason == 'members only':
            patch(someone, {'shown_name': 'Gone Girl'}, tier='members')
        elif reason == 'another handle':
            instance.sql("update agora.account set handle = handle || '-new' where id = $1::uuid", someone.account)
        else:
            instance.sql(f"update agora.account set state = '{reason}' where id = $1::uuid", someone.account)
        answer, found = page(people['nobody'], path)
        assert answer.status == 410 and answer.headers['x-robots-tag'] == 'noindex' and robots_of(found) == ['noindex'], reason
        assert 'Gone Girl' not in answer.text and 'no longer public' in found.text, reason
    never = [page(people['nobody'], f'/m/{handle}')[0] for handle in (people['ben'].handle, 'no-such-member')]
    assert [a.status for a in never] == [404, 404] and never[0].body == never[1].body


def test_ai_crawlers_read_what_their_member_allows(people):
    """By robots.txt, by an answer of 403 to those that say who they are, and by a reservation for the rest."""
    ada, nobody, path = people['ada'], people['nobody'], f'/m/{people["ada"].handle}'
    for allowed in (False, True, False):
        publish(ada, ai_crawlers=allowed)
        group = nobody.raw('GET', '/robots.txt').text.split('User-agent: AI2Bot')[1]
        assert (f'Allow: {path}$\n' in group) == allowed and 'Disallow: /\n' in group
        answer, _ = page(nobody, path, GPT)
        assert answer.status == (200 if allowed else 403)
        browser, _ = page(nobody, path)
        assert browser.status == 200 and browser.headers.get('tdm-reservation') == (None if allowed else '1')
    assert 'Allow' not in nobody.raw('GET', '/robots.txt').text


def test_webfinger_finds_public_members(people):
    """RFC 7033: by account or address; readable by scripts of other sites; only the links asked for."""
    ada, nobody = people['ada'], people['nobody']
    host = nobody.url.netloc
    for resource in (f'acct:{ada.handle}@{host}', f'http://{host}/m/{ada.handle}'):
        answer = nobody.raw('GET', '/.well-known/webfinger?resource=' + resource.replace(':', '%3A').replace('@', '%40'))
        assert answer.status == 200 and answer.headers['content-type'] == 'application/jrd+json'
        assert answer.headers['access-control-allow-origin'] == '*'
        assert answer.json['subject'] == f'acct:{ada.handle}@{host}' and answer.json['aliases'] == [f'http://{host}/m/{ada.handle}']
        assert {l['type'] for l in answer.json['links']} == {'text/html', 'text/vcard', 'application/jscontact+json'}
    few = nobody.raw('GET', f'/.well-known/webfinger?resource=acct:{ada.handle}@{host}&rel=http://webfinger.net/rel/profile-page&rel=none').json
    assert [l['href'] for l in few['links']] == [f'http://{host}/m/{ada.handle}']
    for resource, status in ((f'acct:{people["ben"].handle}@{host}', 404), (f'acct:no-such-member@{host}', 404),
                             (f'acct:{ada.handle}@evil.example', 404), ('', 400)):
        assert nobody.raw('GET', f'/.well-known/webfinger?resource={resource}').status == status, resource
    assert nobody.raw('GET', '/.well-known/webfinger').status == 400


def cards(client, handle):
    """The member's vCard, read by a library of others, and the JSContact."""
    vcf = client.raw('GET', f'/api/v1/members/{handle}/card.vcf')
    jscontact = client.raw('GET', f'/api/v1/members/{handle}/card.json')
    for answer in (vcf, jscontact):
        assert answer.status == 200 and answer.headers['cache-control'] == 'private, no-store'
        assert answer.headers['x-robots-tag'] == 'noindex' and answer.headers['content-disposition'].startswith('attachment; filename="')
    assert vcf.headers['content-type'] == 'text/vcard; charset=utf-8'
    assert jscontact.headers['content-type'] == 'application/jscontact+json;version=1.0'
    assert all(len(line) <= 75 for line in vcf.body.split(b'\r\n')) and b'\n' not in vcf.body.replace(b'\r\n', b'')
    return vobject.readOne(vcf.text), jscontact.json


def test_a_contact_card_holds_what_its_viewer_may_see(people):
    """The same facts in vCard and JSContact, by who asks."""
    ada = people['ada']
    for client, organisation in ((people['nobody'], None), (people['ben'], 'Zzyzx Works'), (ada, 'Zzyzx Works')):
        vcard, jscontact = cards(client, ada.handle)
        assert vcard.version.value == '4.0' and vcard.fn.value == jscontact['name']['full'] == 'Ada Bright'
        assert vcard.title.value == jscontact['titles']['1']['name'] == 'Engineer'
        assert vcard.adr.value.city == 'Bern' and vcard.adr.value.country == 'Switzerland'
        assert jscontact['addresses']['1']['countryCode'] == 'CH'
        assert [n.value for n in vcard.note_list] == [n['note'] for n in jscontact['notes'].values()] \
            == ['Bridges; dams, and more', 'First line\nSecond line']
        assert [x.value for x in vcard.lang_list] == [x['language'] for x in jscontact['preferredLanguages'].values()] == ['de', 'en']
        assert {p['kind'] for p in jscontact['personalInfo'].values()} == {'expertise', 'interest'}
        assert (vcard.org.value[0] if 'org' in vcard.contents else None) == organisation
        assert jscontact.get('organizations', {}).get('1', {}).get('name') == organisation
    assert people['nobody'].request('GET', f'members/{people["ben"].handle}/card.vcf').status == 404
    assert people['nobody'].request('GET', 'members/no-such-member/card.json').status == 404


def test_a_hostile_card_is_still_one_card(people):
    """No line or property of the member's making."""
    vcard, jscontact = cards(people['ben'], people['eve'].handle)
    assert vcard.fn.value == jscontact['name']['full'] == HOSTILE
    assert vcard.adr.value.city == HOSTILE and vcard.title.value == HOSTILE
    long = 'ñ漢𝒜;,\\' * 12
    patch(people['eve'], {'about': 'BEGIN:VCARD\nEND:VCARD\nBEGIN:VCARD\n' + long * 20, 'shown_name': long})
    vcard, jscontact = cards(people['ben'], people['eve'].handle)
    assert vcard.fn.value == long and vcard.note_list[-1].value == jscontact['notes']['2']['note']
    patch(people['eve'], {'shown_name': HOSTILE, 'about': HOSTILE})


def test_the_widget_shows_strangers_results_to_chosen_sites(people):
    """Frames by the list alone; no script, no cookie read or set, the public's results whoever looks."""
    for client in (people['nobody'], people['ben']):
        answer, found = page(client, '/embed/search?q=works%20OR%20engineer')
        csp = {p.split()[0]: p.split()[1:] for p in answer.headers['content-security-policy'].split(';')}
        assert answer.status == 200 and csp['frame-ancestors'] == [SITE, 'https://other.example'] and csp['default-src'] == ["'none'"]
        assert 'script-src' not in csp and not found.scripts and 'set-cookie' not in answer.headers and 'x-frame-options' not in answer.headers
        assert people['ada'].handle in answer.text and 'Zzyzx' not in answer.text and people['ben'].handle not in answer.text
        assert answer.headers['x-robots-tag'] == 'noindex' and answer.headers['ratelimit-policy'].startswith('"public"')
        assert all(a['target'] == '_top' for a in found.all('a') if a['href'].startswith('/m/'))
        assert all(a['href'].startswith(('/m/', '/embed/search?')) for a in found.all('a'))


def test_no_answer_of_the_app_itself_can_be_framed(people):
    """Only the widget."""
    for path in ('/', '/?q=engineer', f'/m/{people["ada"].handle}'):
        assert "frame-ancestors 'none'" in page(people['nobody'], path)[0].headers['content-security-policy'], path


def test_where_the_database_is_away_the_app_comes_all_the_same(people, instance):
    """With 503, so that no search engine forgets a page for it."""
    path = f'/m/{people["ada"].handle}'
    instance.sql('alter function agora.public_page(text) rename to away_page')
    try:
        answer, found = page(people['nobody'], path)
        assert answer.status == 503 and answer.headers['retry-after'] and found.all('div', id='app')
        assert 'x-robots-tag' not in answer.headers
    finally:
        instance.sql('alter function agora.away_page(text) rename to public_page')
    assert re.search('Ada Bright', page(people['nobody'], path)[0].text)
