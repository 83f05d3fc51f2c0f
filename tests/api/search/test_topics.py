"""Topics over the interface and by agoractl: SKOS in and out, languages, keeping, proposals."""
import uuid

import pytest
from client import wait_for

PREFIXES = '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix e: <http://craft.test/> .\n'
CRAFTS = PREFIXES + '''
e:scheme a skos:ConceptScheme ; <http://purl.org/dc/terms/title> "Crafts"@en .
e:craft a skos:Concept ; skos:topConceptOf e:scheme ; skos:prefLabel "Handicraft"@en , "Handwerk"@de .
e:joinery a skos:Concept ; skos:broader e:craft ; skos:prefLabel "Joinerycraft"@en , "Tischlerei"@de ;
  skos:altLabel "Cabinet \\"fine\\" making"@en ; skos:hiddenLabel "Joynerycraft"@en .
e:turning a skos:Concept ; skos:broader e:craft ; skos:prefLabel "Turningcraft"@en ; skos:related e:joinery .
e:lost a skos:Concept ; skos:prefLabel "Lostcraft" .
'''


@pytest.fixture(scope='module', name='people')
def some_people(instance, tmp_path_factory):
    """A taxonomy of crafts; Ann, a joiner; Bob; Ada, an admin; and nobody."""
    path = tmp_path_factory.mktemp('topics') / 'crafts.ttl'
    path.write_text(CRAFTS, encoding='utf8')
    dry = instance.ctl('topics', 'import', '--dry-run', '--scheme', 'craft', path).stdout
    assert '4 topics' in dry and 'would be 4 new' in dry and 'Lostcraft' in dry and '1 labels do not tell their language' in dry
    assert instance.sql("select count(*) from agora.concept where scheme_id = 'craft'") == [(0,)]
    assert '4 new' in instance.ctl('topics', 'import', '--scheme', 'craft', '--source', 'Ourselves, CC0', path).stdout
    ids = dict(instance.sql("select label, id from agora.concept where scheme_id = 'craft'"))
    ann = instance.person('Ann', level=2)
    mine = ann.expect(200, 'GET', 'me/profile')
    ann.expect(200, 'PATCH', 'me/profile', {'topics': {'expertise': {'items': [ids['Joinerycraft']]}}}, etag=mine.etag)
    return {'nobody': instance.anyone(), 'ann': ann, 'bob': instance.person('Bob'), 'ada': instance.person('Ada', 'admin'), 'ids': ids}


def speaks(client, path, languages):
    """GET in these languages."""
    return client.expect(200, 'GET', path, headers={'Accept-Language': languages})


def test_topics_are_shown_in_the_readers_language(people):
    """German where there is German; English else; each request by itself, whatever connection it goes over."""
    topic, ann = people['ids']['Joinerycraft'], people['ann'].handle
    for languages, label, path in (('de-CH, en;q=0.5', 'Tischlerei', 'Handwerk'), ('en', 'Joinerycraft', 'Handicraft'),
                                   ('fr, de;q=0.5', 'Tischlerei', 'Handwerk'), ('pt', 'Joinerycraft', 'Handicraft')) * 2:
        answer = speaks(people['bob'], f'topics/{topic}', languages)
        assert answer.json['label'] == label and answer.json['broader'][0]['label'] == path
        assert speaks(people['bob'], 'topics?q=joyn', languages).json['items'][0] == {'id': topic, 'label': label, 'path': path}
        assert speaks(people['bob'], f'members/{ann}', languages).json['topics']['expertise'][0]['label'] == label
        page = speaks(people['bob'], 'members?q=tischlerei', languages).json
        assert [c['topics'][0]['label'] for c in page['items']] == [label] and page['facets']['topic'][0]['label'] == label
    assert people['bob'].get(f'topics/{topic}')['label'] == 'Joinerycraft'
    assert 'accept-language' in speaks(people['bob'], 'members?q=tischlerei', 'de').headers.get('vary', 'accept-language').lower()


def test_a_topic_tells_its_neighbours_and_other_names(people):
    """Related in both directions, other names, nothing hidden."""
    topic = people['nobody'].get(f'topics/{people["ids"]["Joinerycraft"]}')
    assert topic['also'] == ['Cabinet "fine" making'] and [t['label'] for t in topic['related']] == ['Turningcraft']
    assert topic['same'] == topic['close'] == []


@pytest.mark.parametrize('end,text', [
    ('ttl', PREFIXES + 'e:a a skos:Concept ; skos:prefLabel "A"@en'), ('ttl', '\0'), ('nt', '<http://a> <http://b> "c" .\n<broken\n'),
    ('ttl', PREFIXES + 'e:a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader e:b . e:b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader e:a .'),
    ('csv', 'id,domain\n')])
def test_a_file_that_is_wrong_changes_nothing(people, instance, tmp_path, end, text):
    """Broken, no text, in a circle, of another kind."""
    assert people
    path = tmp_path / f'file.{end}'
    path.write_text(text, encoding='utf8')
    before = instance.sql('select count(*), max(id) from agora.concept')
    done = instance.ctl('topics', 'import', '--scheme', 'wrong', path, check=False)
    assert done.returncode == 1 and ('nothing was imported' in done.stderr), done.stderr
    assert instance.sql('select count(*), max(id) from agora.concept') == before
    assert instance.sql("select count(*) from agora.scheme where id = 'wrong'") == [(0,)]


def test_a_file_cannot_have_anything_fetched(people, instance, tmp_path):
    """Whatever it names, nothing is asked for: Turtle that imports, and XML that calls itself Turtle."""
    import http.server
    import threading
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        """Notes what is asked for."""

        def do_GET(self):  # pylint: disable=invalid-name
            """Any file."""
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):  # pylint: disable=arguments-differ
            """Nothing."""

    assert people
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f'http://127.0.0.1:{server.server_port}'
    try:
        for name, text in (('import.ttl', f'@base <{url}/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<> owl:imports <{url}/other> .\n'),
                           ('entity.ttl', f'<?xml version="1.0"?><!DOCTYPE r SYSTEM "{url}/x.dtd" [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>'),
                           ('entity.nt', f'<!DOCTYPE r SYSTEM "{url}/x.dtd"><r/>\n')):
            (tmp_path / name).write_text(text, encoding='utf8')
            done = instance.ctl('topics', 'import', '--dry-run', '--scheme', 'trap', tmp_path / name, check=False)
            assert 'root:' not in done.stdout + done.stderr
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def test_what_is_exported_comes_in_again_as_it_was(people, instance, tmp_path):
    """Every label and link, quotes and all."""
    assert people
    text = instance.ctl('topics', 'export', 'craft').stdout
    assert '"Cabinet \\"fine\\" making"@en' in text
    (tmp_path / 'again.nt').write_text(text, encoding='utf8')
    told = instance.ctl('topics', 'import', '--dry-run', '--scheme', 'craft', tmp_path / 'again.nt').stdout
    assert 'would be 0 new, 0 with another name, 0 otherwise changed' in told
    assert 'no longer' not in told


def test_merging_leads_the_old_topic_to_the_new_one(people, instance):
    """The address, the search that names it, members, and their cards."""
    ada, ids = people['ada'], people['ids']
    old = ada.expect(201, 'POST', 'admin/topics', {'label': 'Cooperagecraft', 'lang': 'en', 'broader': ids['Handicraft']}).json['id']
    bob = people['bob']
    mine = bob.expect(200, 'GET', 'me/profile')
    bob.expect(200, 'PATCH', 'me/profile', {'topics': {'expertise': {'items': [old]}}}, etag=mine.etag)
    kept = ada.expect(200, 'POST', f'admin/topics/{old}/merge', {'into': ids['Turningcraft']}).json
    assert kept['id'] == ids['Turningcraft'] and kept['merged'] == [old] and kept['members'] == 1
    assert {'lang': 'en', 'kind': 'alt', 'label': 'Cooperagecraft', 'made_here': True} in kept['labels']
    assert people['nobody'].get(f'topics/{old}')['id'] == ids['Turningcraft']
    assert bob.get('me/profile')['topics']['expertise']['items'][0]['id'] == ids['Turningcraft']
    wait_for(lambda: [i['handle'] for i in people['ann'].get('members', q='turningcraft')['items']] == [bob.handle], why='the worker to make the row anew')
    assert [i['handle'] for i in people['ann'].get('members', topic=old)['items']] == [bob.handle]
    assert ada.request('POST', f'admin/topics/{old}/merge', {'into': ids['Handicraft']}).status == 422
    assert ada.request('POST', 'admin/topics/none/merge', {'into': ids['Handicraft']}).status == 404
    assert instance.ctl('topics', 'orphans', 'craft').stdout.count('Lostcraft') == 1


def test_labels_and_places_are_set(people, instance):
    """By an admin on the page, and by an operator; refused in words."""
    ada, lost = people['ada'], people['ids']['Lostcraft']
    kept = ada.expect(200, 'PUT', f'admin/topics/{lost}/broader', {'broader': people['ids']['Handicraft']}).json
    assert [t['label'] for t in kept['parents']] == ['Handicraft']
    assert instance.ctl('topics', 'orphans', 'craft').stdout == ''
    kept = ada.expect(200, 'PUT', f'admin/topics/{lost}/labels', {'lang': 'fr', 'label': 'Métier perdu', 'kind': 'pref'}).json
    assert {'lang': 'fr', 'kind': 'pref', 'label': 'Métier perdu', 'made_here': True} in kept['labels']
    assert 'fr alt  Métier perdu' in instance.ctl('topics', 'label', lost, 'fr', 'alt', 'Métier perdu').stdout
    answer = ada.request('PUT', f'admin/topics/{lost}/labels', {'lang': 'und', 'label': 'Lostcraft', 'kind': 'none'})
    assert answer.status == 422 and 'at least one preferred' in answer.text
    assert ada.request('PUT', f'admin/topics/{lost}/broader', {'broader': lost}).status == 422
    assert instance.ctl('topics', 'label', lost, 'fr', 'better', 'x', check=False).returncode == 64
    rows = ada.get('admin/topics', q='lostcr')
    assert [r['id'] for r in rows['items']] == [lost] and rows['items'][0]['scheme'] == 'craft' and not rows['more']
    assert {'id': 'craft', 'title': 'Crafts', 'source': 'Ourselves, CC0'} in rows['schemes']
    assert ada.get(f'admin/topics/{lost}')['iri'] == 'http://craft.test/lost'


def test_a_proposal_is_seen_by_nobody_until_it_is_decided(people):
    """Then it is a topic in the member's profile, and the member is told."""
    ann, ada = people['ann'], people['ada']
    made = ann.expect(201, 'POST', 'me/topic-proposals', {'kind': 'interest', 'lang': 'en', 'label': 'Zitherbuilding'}).json
    assert made['state'] == 'proposed'
    assert people['bob'].get('topics', q='zither')['items'] == [] and people['bob'].get('members', q='zitherbuilding')['items'] == []
    assert 'interest' not in people['bob'].get(f'members/{ann.handle}')['topics']
    waiting = [p for p in ada.get('admin/topic-proposals')['items'] if p['label'] == 'Zitherbuilding']
    assert waiting[0]['id'] == made['id'] and waiting[0]['members'] == 1
    assert ada.get('admin/topics')['waiting'] >= 1
    decide = f'admin/topic-proposals/{made["id"]}/decision'
    assert ada.request('POST', decide, {'outcome': 'refuse'}).status == 422
    left = ada.expect(200, 'POST', decide, {'outcome': 'accept', 'topic': people['ids']['Handicraft']}).json
    assert made['id'] not in [p['id'] for p in left['items']]
    assert people['bob'].get(f'members/{ann.handle}')['topics']['interest'][0]['label'] == 'Zitherbuilding'
    assert ann.get('me/topic-proposals')['items'][0]['state'] == 'accepted'
    assert people['bob'].get('topics', q='zither')['items'][0]['path'] == 'Handicraft'
    assert ada.request('POST', decide, {'outcome': 'refuse', 'reason': 'No'}).status == 409


def test_a_proposal_is_taken_back_by_its_member_alone(people):
    """Not by another, not twice; what there is is refused by name."""
    ann = people['ann']
    made = ann.expect(201, 'POST', 'me/topic-proposals', {'kind': 'seeking', 'lang': 'de', 'label': 'Harfenbau'}).json
    assert people['bob'].request('DELETE', f'me/topic-proposals/{made["id"]}').status == 404
    ann.expect(204, 'DELETE', f'me/topic-proposals/{made["id"]}')
    assert ann.request('DELETE', f'me/topic-proposals/{made["id"]}').status == 404
    answer = ann.request('POST', 'me/topic-proposals', {'kind': 'seeking', 'lang': 'en', 'label': 'joinerycraft'})
    assert answer.status == 422 and 'There is a topic of this name' in answer.text
    assert ann.request('DELETE', f'me/topic-proposals/{uuid.uuid4()}').status == 404
