"""Many members with TMTP accounts, and introductions among them, for the fault test and the benchmark."""
import concurrent.futures
import http.client
import itertools
import uuid

from client import ApiError, Client, wait_for
from member import TmtpMember

PASSWORD = 'a crowd of members here'
WHY = 'We would like to compare notes on our last projects.'


class Crowd:
    """`count` verified members of an instance, each registered at its tmtpd by the OpenID pages."""

    def __init__(self, stack, count):
        self.stack = stack
        # An organisation may set its quotas; here everybody may ask everybody at once.
        stack.cluster.psql(stack.agora_db, "update agora.policy set value = '1000' where key in ("
                           "'introduction.open_asks', 'introduction.open_asks_new', 'introduction.open_asked', "
                           "'introduction.tokens')")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.people = list(pool.map(self._join, range(count)))
        for person in self.people:
            wait_for(lambda p=person: p.client.get('me/tmtp')['state'] == 'linked', why='a member being linked')

    def _join(self, n):
        email = f'crowd{n}@example.org'
        self.stack.account(email, 'Crowd', f'Member{n}', PASSWORD)
        client = Client(self.stack.url)
        account = client.sign_in(email, PASSWORD)['account']
        self.stack.cluster.psql(self.stack.agora_db, f"select agora.verification_grant_example('{account['id']}', 2)")
        member = TmtpMember(self.stack, f'crowd{n}')
        refusal = member.register(client, f'Crowd Member {n}')
        if refusal:
            raise RuntimeError(refusal)
        member.client, member.handle, member.email = client, account['handle'], email
        return member

    def pairs(self):
        """Every unordered pair."""
        return list(itertools.combinations(self.people, 2))

    def session(self, person):
        """A connection of one's own for a thread, on the person's session."""
        client = Client(self.stack.url)
        client.cookies = dict(person.client.cookies)
        return client

    def threads(self):
        """Reads every member's queue to its end; gives {member name: [names of the others, one a thread]}."""
        def drain(person):
            others = []
            while True:
                messages = person.read(count=50, wait=1)
                if not messages:
                    return person.name, others
                for message in messages:
                    head = message.get('datahead') or {}
                    if message.get('op') == 'delivery' and head.get('cc'):
                        alias = f'Crowd Member {person.name.removeprefix("crowd")}'
                        others += [c['who'] for c in head['cc'] if c['who'] not in (alias, 'Agora introductions')]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return dict(pool.map(drain, self.people))

    def contacts(self):
        """Live contacts on the TMTP server, as (uid, uid), from its own database."""
        text = self.stack.cluster.psql(self.stack.tmtpd_db, 'select a, b from tmtp.contact order by 1, 2')
        return [tuple(line.split('|')) for line in text.splitlines() if line]


def insist(act, seconds=60):
    """Do it until it is done: what a browser's user does on 503, on lost connections, and while the database still
    carries out what a dead agorad has sent it."""
    last = None

    def attempt():
        nonlocal last
        try:
            return act()
        except (OSError, http.client.HTTPException) as e:
            last = e
        except ApiError as e:
            if e.status not in (500, 502, 503, 429) and e.problem['type'] != '/errors/in-progress':
                raise
            last = e
        return None
    try:
        return wait_for(attempt, seconds, pause=0.1, why='the service to take it')
    except TimeoutError as e:
        raise TimeoutError(f'{e}; the last answer: {last}') from last


def ask(crowd, asker, asked):
    """Ask once, whatever it takes: the same Idempotency-Key until there is an answer."""
    client, key = crowd.session(asker), str(uuid.uuid4())
    try:
        return insist(lambda: client.expect(201, 'POST', 'introductions', {
            'to': asked.handle, 'ask': 'collaboration', 'why': WHY}, key=key).json)['id']
    finally:
        client.close()


def accept(crowd, asked, introduction):
    """Accept, again and again until it is answered; a repeat gives the same answer."""
    client = crowd.session(asked)
    try:
        return insist(lambda: client.expect(200, 'POST', f'introductions/{introduction}/accept', {}).json)
    finally:
        client.close()


def connected(crowd, asker, introduction, seconds=60):
    """Wait until it is connected."""
    client = crowd.session(asker)
    try:
        return insist(lambda: (i := client.get(f'introductions/{introduction}'))['state'] == 'connected' and i, seconds)
    finally:
        client.close()
