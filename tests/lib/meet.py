"""Two members brought together as a user would do it: TMTP accounts by the OpenID pages, an introduction asked for and accepted."""
from client import wait_for
from member import TmtpMember

WHY = 'Your work on joints is just what our frames need.'


def link(instance, person, alias):
    """A TMTP account for a verified member; waits until the directory knows of it. Gives the TmtpMember."""
    member = TmtpMember(instance, person.handle)
    refusal = member.register(person, alias)
    if refusal:
        raise RuntimeError(refusal)
    wait_for(lambda: person.get('me/tmtp')['state'] == 'linked', why=f'{alias} being linked')
    return member


def ask(asker, asked, why=WHY, **more):
    """An introduction asked for; gives it as the asker sees it."""
    return asker.expect(201, 'POST', 'introductions', {'to': asked.handle, 'ask': 'advice', 'why': why, **more}).json


def connect(asker, asked):
    """Asked for, accepted and carried out; both are linked already. Gives its id."""
    made = ask(asker, asked)['id']
    asked.expect(200, 'POST', f'introductions/{made}/accept')
    wait_for(lambda: asker.get(f'introductions/{made}')['state'] == 'connected', why='the permission on the TMTP server')
    return made
