"""What a member keeps to themselves or to contacts: in no answer to anybody else, in no match, count or order of the search."""
import json

import pytest
from client import wait_for
from contract import operations
from meet import ask, connect, link

FIELDS = ('headline', 'about', 'organisation', 'title', 'place')
TIERS = ('public', 'members', 'contacts', 'self')
# What each viewer may see.
SEES = {'nobody': 1, 'member': 2, 'verifier': 2, 'admin': 2, 'asker': 2, 'contact': 3, 'owner': 4}
# One word of its own for each field and tier.
WORD = {(f, t): f'{f[:4]}zq{t}' for f in FIELDS for t in TIERS}
KINDS = dict(zip(TIERS, ('expertise', 'interest', 'seeking', 'offering')))
# How the search is asked for a word of a field, or a topic of a kind.
ASKED = {'headline': 'about:{}', 'about': 'about:{}', 'organisation': 'org:{}', 'title': '{}', 'place': 'in:{}',
         'expertise': 'skill:"{}"', 'interest': 'interest:"{}"', 'seeking': 'seeks:"{}"', 'offering': 'offers:"{}"'}


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Four owners, one a field turned by a tier each, and everybody who looks."""
    made = {'nobody': instance.anyone(), 'member': instance.person('Marta', level=2), 'verifier': instance.person('Vera', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'asker': instance.person('Ask', level=2), 'contact': instance.person('Conny', level=2),
            'owner': instance.person('Owen', level=2)}
    owner = made['owner']
    link(instance, owner, 'Owen Example')
    link(instance, made['contact'], 'Conny Example')
    connect(made['contact'], owner)
    ask(owner, made['asker'])
    return made


@pytest.fixture(scope='module', name='topics')
def some_topics(instance):
    """One topic a tier that nobody else has, with its label."""
    rows = instance.sql("select concept_id, label from agora.concept_label l where lang = 'en' and kind = 'pref' and length(label) between 20 and 40 "
                        "and not exists (select from agora.concept_relation r where r.other_id = l.concept_id and r.link = 'broader') "
                        'order by concept_id limit 4')
    return dict(zip(TIERS, rows))


@pytest.fixture(scope='module', params=range(4), name='turn')
def arranged(request, instance, people, topics):
    """The owner's profile with each field at another tier, in four turns; gives {field: tier}."""
    tiers = {f: TIERS[(n + request.param) % 4] for n, f in enumerate(FIELDS)}
    tiers['country'], tiers['languages'] = TIERS[(1 + request.param) % 4], TIERS[(2 + request.param) % 4]
    body = {'fields': {f: {'value': WORD[f, tiers[f]], 'tier': tiers[f]} for f in FIELDS}
            | {'shown_name': {'tier': 'public'}, 'country': {'value': 'NR', 'tier': tiers['country']}, 'languages': {'value': ['na'], 'tier': tiers['languages']}},
            'topics': {kind: {'items': [topics[t][0]], 'tier': t} for t, kind in KINDS.items()}}
    owner = people['owner']
    owner.expect(200, 'PATCH', 'me/profile', body, etag=owner.request('GET', 'me/profile').etag)
    # The search has taken the change over when it finds what a member may see.
    visible = next(f for f in FIELDS if tiers[f] in ('public', 'members'))
    wait_for(lambda: found(people['member'], people, q=ASKED[visible].format(WORD[visible, tiers[visible]])), why='the search to know')
    return tiers


def found(viewer, people, **query):
    """The owner's card among the results, or None."""
    page = viewer.get('members', **query)
    return next((c for c in page['items'] if c['handle'] == people['owner'].handle), None)


@pytest.mark.parametrize('who', SEES)
def test_a_profile_shows_a_viewer_exactly_their_tier(people, topics, turn, who):
    """Each field is there up to the viewer's tier and absent above it, in the page and in every other answer."""
    page = people[who].get(f'members/{people["owner"].handle}')
    for f in (*FIELDS, 'country', 'languages'):
        assert (f in page) == (TIERS.index(turn[f]) < SEES[who]), (f, turn[f], page)
    for tier, kind in KINDS.items():
        assert (kind in page.get('topics', {})) == (TIERS.index(tier) < SEES[who]), (kind, tier)


@pytest.mark.parametrize('who', [w for w in SEES if w != 'owner'])
def test_no_answer_whatever_has_what_is_hidden(people, topics, turn, who):
    """Every GET of the interface, cards and introductions among them, holds none of the words above the viewer's tier."""
    owner, viewer = people['owner'], people[who]
    hidden = [WORD[f, t] for f, t in turn.items() if f in FIELDS and TIERS.index(t) >= SEES[who]]
    if TIERS.index(turn['country']) >= SEES[who]:
        hidden.append('"NR"')
    labels = [topics[t][1] for t in TIERS if TIERS.index(t) >= SEES[who]]
    mine = viewer.request('GET', 'introductions').json or {}
    ids = [i['id'] for i in mine.get('items', [])] or ['01900000-0000-7000-8000-000000000000']
    for method, path, _ in operations():
        if method != 'GET' or path.endswith(('/events', '/vocabulary', '/topics', '/openapi.json')) or '/topics/' in path:
            continue
        for i in ids:
            text = viewer.request('GET', path.replace('{handle}', owner.handle).replace('{id}', i)).text
            assert not [w for w in hidden + labels if w in text], path


@pytest.mark.parametrize('who', ['nobody', 'member', 'verifier', 'admin', 'asker', 'contact'])
def test_the_search_matches_only_what_the_viewer_may_see(people, topics, turn, who):
    """Words, topics and countries above the tier match nothing, count nothing and are no facet."""
    eyes = SEES[who]
    for f, tier in turn.items():
        if f in FIELDS:
            seen = TIERS.index(tier) < eyes
            for asked in {ASKED[f], '{}', 'about:{}', 'org:{}', 'in:{}'}:
                page = people[who].get('members', q=asked.format(WORD[f, tier]))
                assert page['total']['count'] == len(page['items']) <= seen, (f, tier, asked, page)
                assert page['items'] or asked != ASKED[f] or not seen, (f, tier, asked)
    assert (found(people[who], people, q='lang:na') is not None) == (TIERS.index(turn['languages']) < eyes)
    assert (found(people[who], people, country='NR') is not None) == (TIERS.index(turn['country']) < eyes)
    for tier, (topic, label) in topics.items():
        page = people[who].get('members', topic=topic)
        assert page['total']['count'] == (TIERS.index(tier) < eyes), (tier, page)
        page = people[who].get('members', q=ASKED[KINDS[tier]].format(label))
        assert page['total']['count'] == (TIERS.index(tier) < eyes), (tier, label, page)
        everyone = json.dumps(people[who].get('members')['facets'])
        assert label not in everyone or TIERS.index(tier) < eyes
    card = found(people[who], people, q='Owen')
    assert card is not None
    for f, tier in turn.items():
        if f in card:
            assert TIERS.index(tier) < eyes, (f, tier, card)


def test_completing_topics_tells_nothing_of_who_has_them(people, topics, turn):
    """How many members have a topic counts only what the viewer may see."""
    for tier, (topic, label) in topics.items():
        for who in ('nobody', 'member', 'contact'):
            item = next((t for t in people[who].get('topics', q=label, limit=50)['items'] if t['id'] == topic), None)
            assert item is None or item.get('members', 0) == 0 or TIERS.index(tier) < min(SEES[who], 2), (tier, who, item)


def test_a_hidden_name_hides_the_member(instance):
    """Whose name is for members is not there for the public: no page, no card, no count."""
    shy, member, nobody = instance.person('Shyla', level=2), instance.person('Max', level=2), instance.anyone()
    shy.expect(200, 'PATCH', 'me/profile', {'fields': {'shown_name': {'tier': 'members'}, 'headline': {'value': 'shyzqword', 'tier': 'public'}}},
               etag=shy.request('GET', 'me/profile').etag)
    wait_for(lambda: member.get('members', q='about:shyzqword')['items'], why='the search to know')
    wait_for(lambda: not nobody.get('members', q='shyla')['items'], why='the public to forget')
    page = nobody.get('members', q='about:shyzqword')
    assert page['items'] == [] and page['total']['count'] == 0
    gone, none = nobody.request('GET', f'members/{shy.handle}'), nobody.request('GET', 'members/there-is-no-such')
    assert gone.status == none.status == 404 and gone.json['detail'] == none.json['detail']
    assert member.get(f'members/{shy.handle}')['headline'] == 'shyzqword'


def test_an_address_is_shown_to_nobody_else(instance, people):
    """E-mail addresses and given names of accounts stay with their owner."""
    for who in ('nobody', 'member', 'verifier', 'admin', 'contact'):
        for path in (f'members/{people["owner"].handle}', 'members', 'introductions', 'cases', 'admin/outbox'):
            assert people['owner'].email not in people[who].request('GET', path).text
