"""The judged set: searches and grades from what the example members are (README.md here says by which rule)."""
import collections
import hashlib
import math

KINDS = {'topic': 60, 'wider': 40, 'skill': 30, 'words': 50, 'country': 30, 'name': 20, 'mutual': 20}
DEPTH = 10
SEEN = ('public', 'members')

MEMBERS = """select a.id, a.handle, p.shown_name, a.given_name, a.family_name,
                    case when p.title_tier::text = any (array['public', 'members']) then lower(p.title) end,
                    case when p.country_tier::text = any (array['public', 'members']) then p.country end,
                    coalesce((select v.level from agora.verification v
                               where v.account_id = a.id and v.state = 'active' and v.valid_until > now()), 0)
               from agora.account a join agora.profile p on p.account_id = a.id
              where a.email like 'example-%' order by a.email"""
TOPICS = """select t.account_id, t.kind::text, t.concept_id,
                   (case t.kind when 'expertise' then p.expertise_tier when 'interest' then p.interest_tier
                                when 'seeking' then p.seeking_tier else p.offering_tier end)::text
              from agora.profile_topic t join agora.profile p on p.account_id = t.account_id"""
WIDER = "select r.concept_id, r.other_id from agora.concept_relation r where r.link = 'broader'"
LABELS = "select l.concept_id, l.label from agora.concept_label l where l.lang = 'en' and l.kind = 'pref'"

Member = collections.namedtuple('Member', 'id handle name given family title country level topics')
Search = collections.namedtuple('Search', 'kind asked seeks grades')  # seeks: topics that the viewer looks for


def in_order(values):
    """By a hash, so that no kind of value is favoured, and always the same."""
    return sorted(values, key=lambda v: hashlib.sha256(str(v).encode()).hexdigest())


class Judged:
    """Members as they are, and the searches with their grades; `rows` runs a statement."""

    def __init__(self, rows):
        self.label = dict(rows(LABELS))
        self.above = collections.defaultdict(set)
        for concept, other in rows(WIDER):
            self.above[concept].add(other)
        shown = collections.defaultdict(lambda: collections.defaultdict(set))
        for account, kind, concept, tier in rows(TOPICS):
            if tier in SEEN:
                shown[account][kind].add(concept)
        self.members = [Member(*row, shown[row[0]]) for row in rows(MEMBERS)]
        self.having = collections.Counter(t for m in self.members for t in set().union(*m.topics.values()))

    def wider(self, topic):
        """All that are wider than a topic."""
        found, waiting = set(), [topic]
        while waiting:
            for other in self.above[waiting.pop()] - found:
                found.add(other)
                waiting.append(other)
        return found

    def about(self, member, topic, kind):
        """How many topics of this kind are the topic (very), and how many are narrower ones (under)."""
        topics = member.topics[kind]
        return topic in topics, sum(topic in self.wider(t) for t in topics)

    def of_topic(self, member, topic, many=False):
        """Grade for a topic."""
        (knows, under), (offers, offered) = self.about(member, topic, 'expertise'), self.about(member, topic, 'offering')
        others = [self.about(member, topic, k) for k in ('seeking', 'interest')]
        if knows or many and under >= 2:
            return 3
        if offers or under:
            return 2
        return 1 if offered or any(very or n for very, n in others) else 0

    def graded(self, rule, condition=lambda m: True):
        """Grades of all members by a rule: handle to grade, those above 0."""
        found = {}
        for m in self.members:
            grade = rule(m) if condition(m) else 0
            if grade:
                found[m.handle] = max(1, grade - (m.level < 2))
        return found

    def _topics(self, least=5):
        return in_order(t for t, n in self.having.items() if n >= least)

    def _wide(self):
        return in_order({w for t in self.having for w in self.above[t]})

    def _topic(self):
        return [Search('topic', {'topic': t}, (), self.graded(lambda m, t=t: self.of_topic(m, t))) for t in self._topics()]

    def _wider(self):
        return [Search('wider', {'topic': w}, (), self.graded(lambda m, w=w: self.of_topic(m, w, many=True))) for w in self._wide()]

    def _skill(self):
        known = collections.Counter(t for m in self.members for t in m.topics['expertise'])
        return [Search('skill', {'q': f'skill:={t}'}, (), self.graded(lambda m, t=t: 3 if t in m.topics['expertise'] else 0))
                for t in in_order(t for t, n in known.items() if n >= 3)]

    def _words(self):
        def grade(m, topic, words):
            return 3 if topic in m.topics['expertise'] else 2 if m.title and words in m.title else 0
        typed = {t: ' '.join(w for w in self.label[t].split() if w.isalnum() and w != 'OR') for t in reversed(self._topics())}
        return [Search('words', {'q': q}, (), self.graded(lambda m, t=t: grade(m, t, self.label[t].lower()))) for t, q in typed.items() if q]

    def _country(self):
        found = []
        for t in self._topics():
            lands = [m.country for m in self.members if m.country and t in m.topics['expertise']]
            if lands:
                land = in_order(lands)[0]
                found.append(Search('country', {'topic': t, 'country': land}, (),
                                    self.graded(lambda m, t=t: self.of_topic(m, t), lambda m, c=land: m.country == c)))
        return found

    def _name(self):
        def grade(m, other):
            return 3 if m.name == other.name else 1 if m.family == other.family and m.given == other.given else 0
        return [Search('name', {'q': o.name.replace('-', ' ')}, (), self.graded(lambda m, o=o: grade(m, o)))
                for o in in_order(self.members) if "'" not in o.name]

    def _mutual(self):
        def grade(m, wide, sought):
            base = self.of_topic(m, wide)
            return min(3, base + 1) if base and sought in m.topics['offering'] else base
        offered = collections.Counter(t for m in self.members for t in m.topics['offering'])
        return [Search('mutual', {'topic': w}, (t,), self.graded(lambda m, w=w, t=t: grade(m, w, t)))
                for t in in_order(t for t, n in offered.items() if n >= 2) for w in in_order(self.above[t])[:1]]

    def broad(self):
        """Wide topics that far more members know than a page shows: where the order decides who is seen."""
        wide = in_order({w for t in self.having for w in self.wider(t)})
        found = [Search('broad', {'topic': w}, (), self.graded(lambda m, w=w: self.of_topic(m, w, many=True))) for w in wide]
        return [s for s in found if len(s.grades) >= 5 * DEPTH]

    def searches(self):
        """All of them that somebody answers."""
        return [s for kind, n in KINDS.items() for s in [s for s in getattr(self, '_' + kind)() if s.grades][:n]]


def dcg(grades):
    """Discounted cumulative gain of the first ten."""
    return sum((2 ** g - 1) / math.log2(place + 2) for place, g in enumerate(grades[:DEPTH]))


def ndcg(search, handles):
    """Of a page of results, 0 to 1."""
    ideal = dcg(sorted(search.grades.values(), reverse=True))
    return dcg([search.grades.get(h, 0) for h in handles]) / ideal


def gini(counts):
    """0: all are shown as often; 1: one is shown for all."""
    values = sorted(counts)
    total = sum(values)
    return sum((2 * i - len(values) - 1) * v for i, v in enumerate(values, 1)) / (len(values) * total) if total else 0.0


def answers(searches, client, seek):
    """The first ten of each search; `seek` makes topics those that the viewer looks for."""
    found = []
    for s in searches:
        seek(s.seeks)
        found.append([i['handle'] for i in client.get('members', limit=DEPTH, **s.asked)['items']])
    return found


def by_kind(searches, found):
    """Mean nDCG@10 of each kind, and of all."""
    got = collections.defaultdict(list)
    for s, handles in zip(searches, found):
        got[s.kind].append(ndcg(s, handles))
        got['all'].append(got[s.kind][-1])
    return {kind: sum(v) / len(v) for kind, v in got.items()}


def exposure(searches, rounds, ask, end_of_day):
    """Gini coefficient over those who answer any of the searches, of how often each was among the first ten: of the
    first round for itself, and of all rounds with the end of a day after each. Both take counts of handles."""
    answering = {h for s in searches for h in s.grades}
    total, first = collections.Counter(), None
    for _ in range(rounds):
        shown = collections.Counter(h for handles in ask(searches) for h in handles)
        total.update(shown)
        first = first or gini([shown[h] for h in answering])
        end_of_day(shown)
    return first, gini([total[h] for h in answering])
