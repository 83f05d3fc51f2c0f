#!/usr/bin/env python3
"""make demo: the main job on a throwaway instance, through the public interfaces only, step by step.

Exit 0 when everything went as it should; 1, naming the step, at the first deviation.
"""
import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from client import Client, mail_code, wait_for  # noqa: E402
from cluster import throwaway  # noqa: E402
from example import fill_profile, verify  # noqa: E402
from member import TmtpMember  # noqa: E402
from stack import Stack  # noqa: E402

PASSWORD = 'a demonstration only'
WHY = 'Your work on cyclic loading of joints is just what our timber frames need; may I ask two questions?'


class Demo:
    """The story: Maria looks for somebody, Jonas is found, Vera checks who they are."""

    def __init__(self, stack):
        self.stack = stack
        self.step = 'starting'
        self.number = 0

    def say(self, words):
        """Begin a step."""
        self.number += 1
        self.step = words
        print(f'{self.number:2}. {words}', flush=True)

    def note(self, words):
        """What came of it."""
        print(f'      {words}', flush=True)

    def check(self, holds, what):
        """Stop unless it holds."""
        if not holds:
            raise AssertionError(what)

    def join(self, given, family):
        """Apply, confirm by the code, sign in."""
        email = f'{given}.{family}@example.org'.lower()
        client = Client(self.stack.url)
        client.expect(202, 'POST', 'applications', {'email': email, 'password': PASSWORD, 'given_name': given,
                                                    'family_name': family, 'terms': True})
        code = mail_code(self.stack.mail, email)
        self.note(f'{given} {family} got the code {code} by e-mail')
        client.expect(204, 'POST', 'applications/confirm', {'email': email, 'code': code})
        session = client.sign_in(email, PASSWORD)
        client.handle = session['account']['handle']
        return client

    def play(self):
        """The whole way."""
        stack = self.stack
        self.say('Maria and Jonas apply, confirm their addresses and sign in')
        maria, jonas = self.join('Maria', 'Keller'), self.join('Jonas', 'Weber')
        maria_tmtp, jonas_tmtp = TmtpMember(stack, 'Maria'), TmtpMember(stack, 'Jonas')

        self.say('Both fill in their profiles')
        fill_profile(maria, {'headline': 'Structural engineer, timber buildings', 'country': 'CH'}, {'expertise': ['timber', 'wood']})
        fill_profile(jonas, {'headline': 'Seismic testing of joints', 'country': 'AT'}, {'expertise': ['seismic'], 'offering': ['structural']})

        self.say('Maria wants a TMTP account before anybody has checked who she is')
        refusal = maria_tmtp.register(maria, 'Maria Keller')
        self.check(refusal, 'she got a token without being verified')
        self.note(f'The sign-in page says: {refusal[:160]}')

        self.say('Vera, a verifier, checks the evidence of both and approves')
        stack.account('vera.lind@example.org', 'Vera', 'Lind', PASSWORD, 'verifier')
        vera = Client(stack.url)
        vera.sign_in('vera.lind@example.org', PASSWORD)
        verify(maria, vera, 'Maria', 'Keller')
        verify(jonas, vera, 'Jonas', 'Weber')
        self.note(maria.get(f'members/{jonas.handle}')['verified']['sentence'])

        self.say('Both sign in to the TMTP server with the organisation\'s OpenID provider')
        for client, member, alias in ((maria, maria_tmtp, 'Maria Keller'), (jonas, jonas_tmtp, 'Jonas Weber')):
            self.check(member.register(client, alias) is None, f'{alias} could not register')
            linked = wait_for(lambda c=client: (t := c.get('me/tmtp'))['state'] == 'linked' and t, why=f'{alias} being linked')
            self.note(f'{linked["alias"]} is linked since {linked["since"]}')

        self.say('Maria pings Jonas before they are introduced; the TMTP server refuses')
        refused = maria_tmtp.run('ping', 'Jonas Weber', 'Hello?', check=False)
        self.check('not introduced' in refused.stderr, f'the ping was taken: {refused.stdout}{refused.stderr}')
        self.note(refused.stderr.strip())

        self.say('Maria searches for "seismic" and finds Jonas')
        page = wait_for(lambda: (p := maria.get('members', q='seismic'))['items'] and p, why='Jonas being found')
        card = next((c for c in page['items'] if c['handle'] == jonas.handle), None)
        self.check(card, 'Jonas is not among the results')
        self.note(f'{card["shown_name"]}: {"; ".join(card.get("why", []))}')

        self.say('Maria asks to be introduced; Jonas sees the request and accepts')
        asked = maria.expect(201, 'POST', 'introductions', {'to': jonas.handle, 'ask': 'advice', 'why': WHY,
                                                            'time_asked': 'one_message'}).json
        waiting = jonas.get('introductions', box='received')['items']
        self.check([i['id'] for i in waiting] == [asked['id']], 'Jonas does not see the request')
        self.note(f'Jonas reads: {waiting[0]["why"]}')
        begun = time.monotonic()
        jonas.expect(200, 'POST', f'introductions/{asked["id"]}/accept', {})
        wait_for(lambda: maria.get(f'introductions/{asked["id"]}')['state'] == 'connected', why='the permission on the TMTP server')
        self.note(f'Connected after {time.monotonic() - begun:.2f} s')

        self.say('Both find the introducing thread in their TMTP clients, and know each other from it')
        for member, other in ((maria_tmtp, 'Jonas Weber'), (jonas_tmtp, 'Maria Keller')):
            threads = member.read(count=1)
            self.check(threads, f'{member.name} got no thread')
            contacts = member.run('contacts').stdout
            self.check(other in contacts, f'{member.name} does not know {other}: {contacts}')
            self.note(f'{member.name} now has {other} in the address book')

        self.say('They write to each other')
        maria_tmtp.post('Jonas Weber', 'Good to meet you. How many cycles do your joints survive?', 'Joints')
        got = self.body(jonas_tmtp, 'cycles')
        self.note(f'Jonas reads: {got}')
        jonas_tmtp.post('Maria Keller', 'About two hundred, if you use self-tapping screws.', 'Re: Joints')
        got = self.body(maria_tmtp, 'self-tapping')
        self.note(f'Maria reads: {got}')

        self.say('Jonas ends the contact; the TMTP server refuses the next message')
        jonas.expect(200, 'POST', f'introductions/{asked["id"]}/end', {})
        refused = wait_for(lambda: (p := maria_tmtp.post('Jonas Weber', 'One more thing', check=False)).returncode and p,
                           pause=0.3, why='the permission being taken back')
        self.check('not introduced' in refused.stderr, refused.stderr)
        self.note(refused.stderr.strip())

        self.say('The audit log is whole, and nothing is out of place')
        self.note(stack.ctl('audit', 'verify').stdout.strip())
        self.note(stack.ctl('check').stdout.strip().splitlines()[-1])

    def body(self, member, word):
        """The text of the message that has `word`; others on the way are passed over."""
        def look():
            for message in member.read(count=1, wait=5):
                if word in message.get('body', ''):
                    return message['body']
            return None
        return wait_for(look, why=f'the message to {member.name}')


def main():
    """Start, play, stop; the exit status."""
    begun = time.monotonic()
    cluster = throwaway()
    demo = None
    try:
        stack = Stack(cluster.folder / 'var', cluster)
        print('Starting a throwaway instance', flush=True)
        stack.prepare().start()
        print(f'Ready at {stack.url} after {time.monotonic() - begun:.1f} s', flush=True)
        demo = Demo(stack)
        demo.play()
        stack.stop()
        print(f'Everything went as it should: {demo.number} steps in {time.monotonic() - begun:.1f} s.')
        return 0
    except Exception:  # whatever went wrong, say at which step
        traceback.print_exc()
        print(f'FAILED at: {demo.step if demo else "starting the instance"}', file=sys.stderr)
        return 1
    finally:
        cluster.remove()


if __name__ == '__main__':
    sys.exit(main())
