"""The classes of queries, each with a dozen queries that are picked from what the members are: by how many have a word."""
import urllib.parse

from client import Client

QUERIES = 12
WORDS = """select w.word from ts_stat('select terms from agora.search_sample where tier = ''public''') w,
             (select count(*) as n from agora.search_sample where tier = 'public') s
            where w.word ~ '^[a-z]{4,14}$' and w.ndoc between s.n * %s and s.n * %s order by md5(w.word) limit %d"""
TOPICS = """select u.concept_id from agora.topic_use u where u.tier = 'public' order by u.members desc offset %d limit %d"""
FAMILIES = """select distinct on (md5(left(a.family_name, 3))) left(a.family_name, 3)
                from (select family_name from agora.account where family_name ~ '^[A-Za-z]{6,}' order by id limit 2000) a
               order by md5(left(a.family_name, 3)) limit %d"""
NAMES = """select f.family_name from (select distinct a.family_name from (select family_name from agora.account order by id limit 20000) a
             where a.family_name ~ '^[A-Z][a-z]{5,10}$') f order by md5(f.family_name) limit %d"""
WIDER = """select a.ancestor_id from agora.concept_ancestor a join agora.topic_use u on u.concept_id = a.concept_id and u.tier = 'public'
            where a.distance = %d group by 1 order by sum(u.members) desc limit %d"""


def path(**asked):
    """Address of a search as the web app asks for its page; facets are a request beside it."""
    return '/api/v1/members?' + urllib.parse.urlencode({'facets': 'false', **asked})


def classes(instance):
    """Class: addresses."""
    def rows(statement, *values):
        return instance.psql(statement % values).split()

    nobody = Client(instance.stack.url)
    rare = rows(WORDS, 0.00005, 0.0002, QUERIES) or rows(WORDS, 0, 0.0005, QUERIES)
    mid = rows(WORDS, 0.002, 0.01, QUERIES)
    broad = rows(WORDS, 0.1, 0.35, QUERIES)
    pairs = [(a, b) for i, a in enumerate(broad) for b in broad[i + 1:]][:QUERIES]
    found = {
        'rare word': [path(q=f'"{w}"') for w in rare],
        'mid word': [path(q=w) for w in mid],
        'broad word': [path(q=w) for w in broad],
        'two broad words': [path(q=f'{a} {b}') for a, b in pairs],
        'broad and mid word': [path(q=f'{broad[i % len(broad)]} {w}') for i, w in enumerate(mid)],
        'topic': [path(topic=t) for t in rows(TOPICS, 5, QUERIES)],
        'topic with narrower': [path(topic=t) for t in rows(WIDER, 2, QUERIES)],
        'name prefix': [path(q=w.lower()) for w in rows(FAMILIES, QUERIES)],
        'misspelt name': [path(q=w[:3] + w[4] + w[3] + w[5:]) for w in rows(NAMES, QUERIES)],
        'three filters': [path(q=w, country=c, level=v) for w in broad[:4] for c, v in (('DE', 1), ('CH', 2), ('FR', 3))],
        'facets': [path(facets='true', limit=0, q=w) for w in broad + mid],
        'completion': ['/api/v1/complete?' + urllib.parse.urlencode({'q': w[:n]}) for i, w in enumerate(mid) for n in (2 + i % 4,)],
    }
    found['page 2'] = [a + '&' + urllib.parse.urlencode({'cursor': page['next']})
                       for a in found['broad word'] for page in [nobody.expect(200, 'GET', a).json] if 'next' in page]
    return found


def searches(found):
    """All of them that are searches for members, and the same ones for everybody who measures: first pages, and facets."""
    return [a for name, paths in found.items() if name not in ('completion', 'misspelt name', 'page 2') for a in paths]
