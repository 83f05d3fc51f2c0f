"""Example members: four people with a sign-in, and a few dozen to be found."""
import subprocess

from client import Client

PASSWORD = 'example only 2026'
PEOPLE = {
    'member': ('maria.keller@example.org', 'Maria', 'Keller', []),
    'second_member': ('jonas.weber@example.org', 'Jonas', 'Weber', []),
    'verifier': ('vera.lind@example.org', 'Vera', 'Lind', ['verifier']),
    'admin': ('adam.fischer@example.org', 'Adam', 'Fischer', ['admin']),
}
PROFILES = {
    'member': ({'headline': 'Structural engineer, timber and hybrid buildings', 'organisation': 'Keller Tragwerk',
                'title': 'Partner', 'country': 'CH', 'place': 'Zürich', 'place_id': '2657896', 'languages': ['de', 'en'],
                'about': 'Twenty years of timber structures; looking for people who test joints under cyclic load.'},
               {'expertise': ['timber', 'wood'], 'seeking': ['seismic']}),
    'second_member': ({'headline': 'Seismic testing of joints and connections', 'organisation': 'Weber Prüflabor',
                       'title': 'Head of laboratory', 'country': 'AT', 'place': 'Graz', 'place_id': '2778067', 'languages': ['de', 'en', 'it'],
                       'about': 'We shake things until they break, and write down how.'},
                      {'expertise': ['seismic'], 'offering': ['structural']}),
}


def verify(member, verifier, given, family):
    """Play a verification from draft to approved; gives the approved case."""
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    path = f'cases/{case.json["id"]}'
    case = member.expect(200, 'PUT', f'{path}/claims', {
        'given_name': given, 'family_name': family, 'birthdate': '1980-05-17', 'x_profession': 'Engineer',
        'x_licence_number': f'E-{family}'}, etag=case.etag)
    member.expect(201, 'POST', f'{path}/evidence', {
        'type': 'document', 'subtype': 'passport', 'document_number': f'X-{given}-{family}', 'issuer_country': 'CH',
        'issuer': 'Passport office', 'date_of_issuance': '2021-03-01', 'date_of_expiry': '2031-02-28'})
    case = member.expect(201, 'POST', f'{path}/evidence', {
        'type': 'electronic_record', 'subtype': 'x_membership_register', 'document_number': f'E-{family}',
        'issuer': 'Example Society of Engineers', 'issuer_country': 'CH'})
    member.expect(200, 'POST', f'{path}/submit', etag=case.etag)
    taken = verifier.expect(200, 'POST', 'cases/next')
    if taken.json['id'] != case.json['id']:
        raise RuntimeError('another case was waiting before this one')
    for item in taken.json['evidence']:
        methods = ['vri', 'pvr'] if item['type'] == 'document' else ['data']
        for method in methods:
            taken = verifier.expect(201, 'POST', f'{path}/checks', {
                'evidence': item['id'], 'check_method': method, 'result': 'passed'})
    return verifier.expect(200, 'POST', f'{path}/decision', {'outcome': 'approve', 'snapshot': taken.json['snapshot']}, etag=taken.etag).json


def topic_ids(client, words, most=2):
    """Ids of the first topics for each word."""
    found = []
    for word in words:
        found += [t['id'] for t in client.get('topics', q=word, limit=most)['items']]
    return list(dict.fromkeys(found))


# What everyone may see, so that a search finds them before anybody signs in; members see the rest too.
PUBLIC = {'headline', 'country', 'expertise'}


def fill_profile(client, fields, topics):
    """Fill in the own profile: a part for everyone, the rest for members."""
    def tier(name):
        return 'public' if name in PUBLIC else 'members'

    mine = client.expect(200, 'GET', 'me/profile')
    client.expect(200, 'PATCH', 'me/profile', {
        'fields': {'shown_name': {'tier': 'public'},
                   # which place on the list that is goes with the place
                   **{name: {'value': value} if name == 'place_id' else {'value': value, 'tier': tier(name)}
                      for name, value in fields.items()}},
        'topics': {kind: {'items': topic_ids(client, words), 'tier': tier(kind)} for kind, words in topics.items()},
    }, etag=mine.etag)


def load_members(stack, members):
    """Members to be found, those that are missing; agoractl shows its bar. Gives its last line."""
    return subprocess.run([stack.bin / 'agoractl', '--config', stack.agorad_conf, 'example', 'load', '--members', str(members)],
                          check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def load_example(stack, members=36):
    """Make the example members; may be repeated. Gives the sign-ins."""
    load_members(stack, members)
    sign_ins = {kind: {'email': p[0], 'password': PASSWORD} for kind, p in PEOPLE.items()}
    first = Client(stack.url).request('POST', 'session', sign_ins['member'])
    if first.status != 201:
        for email, given, family, roles in PEOPLE.values():
            stack.account(email, given, family, PASSWORD, *roles)
        verifier = Client(stack.url)
        verifier.sign_in(**sign_ins['verifier'])
        for kind, (fields, topics) in PROFILES.items():
            client = Client(stack.url)
            client.sign_in(**sign_ins[kind])
            fill_profile(client, fields, topics)
            verify(client, verifier, PEOPLE[kind][1], PEOPLE[kind][2])
    return {'sign_ins': sign_ins}
