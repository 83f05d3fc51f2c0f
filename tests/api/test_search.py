"""Search and topics over the interface: language, filters, pages, strata, who finds whom and when."""
import pytest
from client import wait_for

EXAMPLES = 300


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """A few people among 300 example members in several strata, and nobody."""
    instance.ctl('example', 'load', '--members', EXAMPLES)
    ada = instance.person('Ada', level=2)
    people = {'nobody': instance.anyone(), 'ada': ada, 'ben': instance.person('Ben', level=2)}
    topics = ada.get('topics', q='seismic', limit=1)['items']
    mine = ada.expect(200, 'GET', 'me/profile')
    ada.expect(200, 'PATCH', 'me/profile', {
        'fields': {'title': {'value': 'Toolmaker'}, 'country': {'value': 'LI'}, 'about': {'value': 'Quarks and gluons'},
                   'organisation': {'value': 'Zzyzx Works', 'tier': 'self'}},
        'topics': {'expertise': {'items': [topics[0]['id']]}}}, etag=mine.etag)
    people['topic'] = topics[0]
    assert instance.sql('select strata from agora.search_rebuild(20)') == [(3,)]
    return people


def handles(answer):
    """Whom a page shows."""
    return [i['handle'] for i in answer['items']]


def find(client, q, **more):
    """Handles of the first page."""
    return handles(client.get('members', q=q, **more))


@pytest.mark.parametrize('q', ['toolmaker', 'TOOLm', '"Toolmaker"', 'Ada toolmaker', 'toolmaker -baker', 'nosuchword OR toolmaker',
                               'about:quarks', 'about:"quarks gluons"', 'in:li toolmaker', 'in:Liechtenstein', 'level:2 toolmaker',
                               'skill:"seismic" toolmaker'])
def test_what_finds_ada(people, q):
    """Words, phrases, operators."""
    assert people['ada'].handle in find(people['ben'], q)


@pytest.mark.parametrize('q', ['quarks', 'org:zzyzx', 'zzyzx', 'level:3 toolmaker', '-toolmaker ada', '"ada toolmaker"', 'interest:seismic toolmaker',
                               'lang:de toolmaker'])
def test_what_does_not_find_ada(people, q):
    """About only when asked for; hidden fields never; what is excluded."""
    assert people['ada'].handle not in find(people['ben'], q)


def test_members_only_are_not_found_by_nobody(people):
    """Whose name is for members is not there for others."""
    assert find(people['nobody'], 'toolmaker') == []
    assert people['nobody'].get('members', q='toolmaker')['total'] == {'count': 0, 'exact': True}


@pytest.mark.parametrize('q,words', [('nera:Bern', 'Did you mean “near:”?'), ('skill:xyzzy', 'No topic is called “xyzzy”'),
                                     ('OR', 'both sides'), ('level:9', 'from 0 to 4'), ('skill:', 'right behind the colon')])
def test_a_query_that_is_wrong_is_told_so(people, q, words):
    """422 at /q in plain words."""
    answer = people['nobody'].request('GET', 'members?q=' + q.replace(' ', '%20'))
    assert answer.status == 422
    assert answer.json['errors'][0]['pointer'] == '/q' and words in answer.json['errors'][0]['detail']


@pytest.mark.parametrize('query,status', [('topic=T0', 422), ('country=CHE', 422), ('country=1x', 422), ('level=5', 422), ('limit=-1', 422), ('facets=no', 422),
                                          ('limit=101', 422), ('cursor=00', 422), ('cursor=zz', 422), ('colour=red', 400), ('q=a&q=b', 400),
                                          ('q=' + 'x' * 201, 422)])
def test_parameters_are_checked(people, query, status):
    """Never a 500."""
    assert people['nobody'].request('GET', 'members?' + query).status == status


def test_a_topic_finds_with_narrower_ones_and_says_why(people):
    """By the topic, and by its widest one; the reason names it; the topic that matched comes first."""
    topic = people['topic']['id']
    page = people['ben'].get('members', topic=topic, country='LI')
    assert handles(page) == [people['ada'].handle]
    assert page['items'][0]['why'][0] == f'Expertise: {people["topic"]["label"]}'
    assert page['items'][0]['topics'][0]['id'] == topic
    widest = people['ben'].get(f'topics/{topic}')['broader'][0]['id']
    assert handles(people['ben'].get('members', topic=['T12439', widest], country=['LI', 'FJ'])) == [people['ada'].handle]


def test_nobody_found_suggests_broader_topics(people):
    """For a topic that nobody has, in a country without members."""
    page = people['ben'].get('members', topic=people['topic']['id'], country='FJ')
    assert page['items'] == [] and page['broader'][0]['label'] and page['total'] == {'count': 0, 'exact': True}


def test_all_pages_are_everyone_once(people, instance):
    """Through three strata, page by page, the best first, by hundreds."""
    seen, cursor = [], None
    while True:
        page = people['ben'].get('members', level=2, limit=17, **({'cursor': cursor} if cursor else {}))
        seen += handles(page)
        cursor = page.get('next')
        if not cursor:
            break
    rows = instance.sql("select a.handle from agora.search s join agora.account a on a.id = s.account_id "
                        "where s.tier = 'members' and s.terms @@ '''vf:2''' order by s.quality desc, s.account_id desc")
    assert set(seen[:100]) == {r[0] for r in rows[:100]} and sorted(seen) == sorted(r[0] for r in rows) and len(seen) == page['total']['count'] > 17 * 3


def test_a_cursor_belongs_to_its_search(people):
    """Another query, another viewer: refused."""
    cursor = people['ben'].get('members', level=1, limit=5)['next']
    assert people['ben'].request('GET', f'members?level=2&limit=5&cursor={cursor}').status == 422
    assert people['nobody'].request('GET', f'members?level=1&limit=5&cursor={cursor}').status == 422
    assert people['ben'].request('GET', f'members?level=1&limit=5&cursor={cursor}').status == 200


def test_no_more_than_200_can_be_paged_through(people):
    """All are counted, 200 are shown."""
    first = people['ben'].get('members', limit=100)
    assert first['total']['count'] >= EXAMPLES and first['total']['exact']
    second = people['ben'].get('members', limit=100, cursor=first['next'])
    assert len(second['items']) == 100 and 'next' not in second and second['total'] == first['total']


def test_a_change_is_found_at_once_and_a_hidden_word_no_more(people):
    """In the transaction of the change."""
    ben = people['ben']
    for tier, found in (('members', [ben.handle]), ('contacts', []), ('members', [ben.handle]), ('self', [])):
        etag = ben.expect(200, 'GET', 'me/profile').etag
        ben.expect(200, 'PATCH', 'me/profile', {'fields': {'title': {'value': 'Wainwright', 'tier': tier}}}, etag=etag)
        assert find(people['ada'], 'wainwright') == found


def test_who_is_blocked_is_not_found_nor_counted(people, instance):
    """Both ways, and for nobody else."""
    cora, dora, eve = (instance.person(n, level=1) for n in ('Cora', 'Dora', 'Eve'))
    query = f'"{cora.get("me/profile")["fields"]["shown_name"]["value"]}"'
    assert find(dora, query) == find(eve, query) == [cora.handle]
    cora.expect(204, 'PUT', f'blocks/{dora.handle}')
    assert find(dora, query) == [] and dora.get('members', q=query)['total']['count'] == 0
    assert find(cora, '"Dora"') == []
    assert find(eve, query) == [cora.handle]


def test_a_renamed_topic_is_found_within_two_seconds(people, instance, tmp_path):
    """The worker makes the rows anew."""
    renamed = tmp_path / 'topics.csv'
    path = people['topic']['path'].split(' › ')
    fields = ','.join(f'"{p}"' for p in path)
    renamed.write_text(f'id,domain,field,subfield,topic\n{people["topic"]["id"]},{fields},Xylophones\n', encoding='utf8')
    instance.ctl('topics', 'import', renamed)
    wait_for(lambda: people['ada'].handle in find(people['ben'], 'xylophones'), seconds=4, why='the new name to be found')


def test_a_value_hidden_during_a_rebuild_is_gone_at_once(people, instance):
    """The member is not found until the rebuild is over, then without the value."""
    import psycopg2
    ben = people['ben']

    def change(tier):
        etag = ben.expect(200, 'GET', 'me/profile').etag
        ben.expect(200, 'PATCH', 'me/profile', {'fields': {'title': {'value': 'Cartwright', 'tier': tier}}}, etag=etag)
    change('members')
    assert find(people['ada'], 'cartwright') == [ben.handle]
    with psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_owner')) as rebuild, rebuild.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('agora.search'))")
        change('self')
        assert find(people['ada'], 'cartwright') == [] and ben.handle not in find(people['ada'], '"Ben"')
        rebuild.rollback()
    wait_for(lambda: ben.handle in find(people['ada'], '"Ben"'), seconds=5, why='the worker to bring Ben back')
    assert find(people['ada'], 'cartwright') == []


def test_a_change_and_the_sample_of_a_rebuild_wait_for_each_other_in_no_circle(people, instance):
    """Somebody who changes while the sample waits to be written, and changes again while it waits for them."""
    import concurrent.futures
    import contextlib
    import psycopg2
    touch = 'select agora.search_touch(id) from agora.account where handle = %s'
    waiting = "select count(*) from pg_locks where not granted and (locktype = 'advisory' or relation = 'agora.search_sample'::regclass) and locktype = $1"

    def waits_for(kind):
        wait_for(lambda: instance.sql(waiting, kind) == [(1,)], seconds=10, why=f'the sample to wait for a lock ({kind})')

    # Rows that the sample has to write; one written before the lock is had would be waited for instead of the lock.
    both = [people[name].handle for name in ('ada', 'ben')]
    instance.sql("update agora.search_sample m set facets = '{}' from agora.account a where a.id = m.account_id and a.handle in ($1, $2)", *both)
    with contextlib.ExitStack() as stack:
        def connection():
            return stack.enter_context(contextlib.closing(psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_owner'))))

        sample = connection()
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(1))
        first, second = connection(), connection()  # closed before the sample is waited for, whatever fails
        first.cursor().execute(touch, [people['ada'].handle])
        made = pool.submit(sample.cursor().execute, 'select agora.search_rebuild_sample()')
        waits_for('advisory')
        second.cursor().execute(touch, [people['ben'].handle])
        first.commit()
        waits_for('relation')
        second.cursor().execute("set statement_timeout = '20s'")
        for handle in both:
            second.cursor().execute(touch, [handle])
        second.commit()
        made.result(20)
        sample.commit()
    wait_for(lambda: people['ben'].handle in find(people['ada'], '"Ben"') and people['ada'].handle in find(people['ben'], '"Ada"'),
             seconds=5, why='the worker to bring both back')
    assert instance.sql('select count(*) from agora.search s full join agora.search_sample m on (m.tier, m.account_id) = (s.tier, s.account_id) '
                        'where (s.facets, s.terms) is distinct from (m.facets, m.terms)') == [(0,)]


def test_strata_follow_the_number_of_members(people, instance):
    """Cut anew when one has grown to more than twice its size; the results stay the same."""
    before = find(people['ada'], 'level:1', limit=100)
    assert instance.sql('select strata from agora.search_rebuild(1000)') == [(1,)]
    wait_for(lambda: instance.sql('select agora.search_drifted(20)') == [(True,)], seconds=10, why='the statistics')
    instance.sql('select agora.search_cut(20)')
    assert instance.sql("select count(*) from agora.search_stratum where tier = 'members'") == [(3,)]
    assert find(people['ada'], 'level:1', limit=100) == before


def test_the_command_makes_all_rows_anew_and_changes_no_answer(people, instance):
    """By portions on several connections; a second one beside it is refused."""
    import psycopg2
    before = find(people['ada'], 'level:1', limit=100)
    assert 'members can be found, in ' in instance.ctl('search', 'rebuild').stdout
    assert find(people['ada'], 'level:1', limit=100) == before
    with psycopg2.connect(instance.cluster.dsn(instance.agora_db, 'agora_owner')) as other, other.cursor() as cursor:
        cursor.execute('select agora.search_rebuild_begin()')
        second = instance.ctl('search', 'rebuild', check=False)
        assert second.returncode == 1 and 'A rebuild of the search is running.' in second.stderr
        other.rollback()


def test_changes_at_once_leave_the_rows_that_belong_there(people, instance):
    """Eight members change their profiles at the same time, one of them in two windows."""
    import concurrent.futures
    crowd = [instance.person(f'Crowd{i}') for i in range(8)]

    def change(client):
        for word in ('alpha', 'beta', 'gamma'):
            etag = client.expect(200, 'GET', 'me/profile').etag
            answer = client.request('PATCH', 'me/profile', {
                'fields': {'title': {'value': word}}, 'topics': {'interest': {'items': [people['topic']['id']]}}}, etag=etag)
            assert answer.status in (200, 412)
    twin = instance.anyone()
    twin.sign_in(crowd[0].email, crowd[0].password)
    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        list(pool.map(change, crowd + [twin]))
    assert instance.sql("select count(*) from agora.search s full join "
                        "agora.search_rows(array(select account_id from agora.profile)) r "
                        "on (s.tier, s.account_id) = (r.tier, r.account_id) where s is distinct from r") == [(0,)]
    assert instance.sql("select count(*) from agora.topic_use u full join (select tier, c as concept_id, count(*) as members from agora.search, "
                        "unnest(facets) c where c !~ ':' group by 1, 2) r using (tier, concept_id) "
                        "where coalesce(u.members, 0) <> coalesce(r.members, 0)") == [(0,)]


def test_topics_are_completed_by_their_words(people):
    """By the beginnings of words in any order; the most used first; wider ones as a path."""
    nobody = people['nobody']
    found = nobody.get('topics', q='netw neur', limit=5)['items']
    assert found and all('neur' in t['label'].lower() and 'netw' in t['label'].lower() for t in found)
    assert found[0]['path'].count(' › ') >= 1
    assert nobody.get('topics', q='xyzzy')['items'] == []
    assert nobody.request('GET', 'topics?q=' + 'x' * 101).status == 422


def test_popular_topics_are_those_the_viewer_may_see(people, instance):
    """Counts by tier, never of fewer than three."""
    for client, tier in ((people['nobody'], 'public'), (people['ada'], 'members')):
        items = client.get('topics', limit=100)['items']
        counted = instance.sql("select c, count(*) from agora.search, unnest(facets) c where tier = %s and c !~ ':' group by c having count(*) >= 3"
                               .replace('%s', f"'{tier}'"))
        shown, counts = {t['id']: t['members'] for t in items}, dict(counted)
        assert len(shown) == min(100, len(counts)) and shown.items() <= counts.items()
        assert all(n <= min(shown.values()) for topic, n in counts.items() if topic not in shown)


def test_a_topic_shows_its_neighbours(people):
    """Broader and narrower; 404 for none."""
    topic = people['nobody'].get(f'topics/{people["topic"]["id"]}')
    assert len(topic['broader']) == 3 and topic['narrower'] == []
    above = people['nobody'].get(f'topics/{topic["broader"][-1]["id"]}')
    assert topic['id'] in [t['id'] for t in above['narrower']]
    assert people['nobody'].request('GET', 'topics/T0').status == 404


def test_a_bad_file_of_topics_is_refused_by_line(instance, tmp_path):
    """Nothing of it goes in."""
    bad = tmp_path / 'bad.csv'
    bad.write_text('id,domain,field,subfield,topic\nX1,a,b,c,d\nX1,a,b,c,e\nX2,a,b\n', encoding='utf8')
    done = instance.ctl('topics', 'import', bad, check=False)
    assert done.returncode == 1
    assert f'{bad}:3: this id is on an earlier line' in done.stderr and f'{bad}:4: there must be five fields' in done.stderr
    assert instance.sql("select count(*) from agora.concept where id = 'X1'") == [(0,)]


def test_example_members_are_the_same_ones_again(instance):
    """A repeat adds nobody; ids are always the same, in the order of their numbers."""
    assert instance.ctl('example', 'load', '--members', 50).stdout.startswith('0 example members added')
    ids = instance.sql("select id::text from agora.account where email in ('example-1-1@example.org', 'example-1-50@example.org') order by id")
    assert [i[:18] for i, in ids] == ['01941f29-7c01-79bc', '01941f29-7c32-7d8e']
