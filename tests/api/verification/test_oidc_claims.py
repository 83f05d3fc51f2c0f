"""verified_claims in the id_token and userinfo: what was asked for, what the member saw and agreed to, and nothing else."""
import base64
import hashlib
import html
import json
import secrets
import urllib.parse

import ida
import jwt
import pytest
from client import Client
from consent import Form, text_of
from example import verify

REDIRECT = 'http://localhost:8123/u'


@pytest.fixture(scope='module', name='member')
def a_member(instance):
    """Verified by a case, with names and birthdate."""
    made = instance.person('Owen')
    verify(made, instance.person('Vera', 'verifier'), 'Owen', '<Sealed>')
    return made


def post(client, path, form):
    """A form."""
    origin = f'{client.url.scheme}://{client.url.netloc}'
    return client.raw('POST', path, urllib.parse.urlencode(form), {'Content-Type': 'application/x-www-form-urlencoded', 'Origin': origin})


class Flow:
    """One sign-in that asks for verified claims."""

    def __init__(self, instance, member, claims):
        self.instance, self.member, self.verifier = instance, member, secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b'=').decode()
        query = urllib.parse.urlencode({
            'response_type': 'code', 'client_id': 'tmtp', 'redirect_uri': REDIRECT, 'scope': 'openid', 'code_challenge_method': 'S256',
            'code_challenge': challenge, 'claims': claims if isinstance(claims, str) else json.dumps(claims)})
        self.page = member.raw('GET', f'/oauth2/authorize?{query}', headers={'Accept': 'text/html'})

    def answer(self, which='allow'):
        """Press a button; gives id_token's claims and userinfo."""
        sent = post(self.member, '/oauth2/consent', {**Form(self.page.text).fields, 'answer': which})
        code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(sent.headers['location']).query))['code']
        anyone = Client(self.instance.url)
        got = post(anyone, '/oauth2/token', {'grant_type': 'authorization_code', 'client_id': 'tmtp', 'redirect_uri': REDIRECT, 'code': code,
                                             'code_verifier': self.verifier}).json
        said = jwt.decode(got['id_token'], options={'verify_signature': False})
        return said, anyone.raw('GET', '/oauth2/userinfo', headers={'Authorization': f'Bearer {got["access_token"]}'}).json


def asked(names, **verification):
    """A request for verified claims."""
    return {'verified_claims': {'verification': {'trust_framework': None, **verification}, 'claims': {name: None for name in names}}}


def test_what_was_agreed_to_is_given(instance, member):
    """Named on the page with its value, then in the token, by the rules of verified_claims."""
    flow = Flow(instance, member, {'id_token': asked(['given_name', 'family_name']), 'userinfo': asked(['birthdate'], evidence=[{'type': None}])})
    text = text_of(flow.page.text)
    assert 'Verified: Given name: Owen' in text and 'Verified: Date of birth: 1980-05-17' in text and 'Verified: What was checked, and how' in text
    assert html.escape('<Sealed>') in flow.page.text and '<Sealed>' not in flow.page.text
    said, info = flow.answer()
    assert ida.check(said['verified_claims'])['claims'] == {'given_name': 'Owen', 'family_name': '<Sealed>'}
    assert 'evidence' not in said['verified_claims']['verification']
    assert ida.check(info['verified_claims'])['claims'] == {'birthdate': '1980-05-17'}
    assert len(info['verified_claims']['verification']['evidence']) == 2 and 'X1234567' not in json.dumps(info)


def test_the_member_may_sign_in_without_the_facts(instance, member):
    """A button of its own."""
    said, info = Flow(instance, member, {'id_token': asked(['given_name']), 'userinfo': asked(['given_name'])}).answer('allow_less')
    assert said['sub'] == member.account and 'verified_claims' not in said and 'verified_claims' not in info


@pytest.mark.parametrize('claims', [
    {}, {'id_token': {'email': None}}, {'id_token': asked([])}, {'id_token': asked(['x_licence_number'])}, {'id_token': asked(['no_such'])},
    {'id_token': asked(['given_name'], trust_framework={'value': 'eidas'})}, {'id_token': asked(['given_name'], time={'max_age': 0})}],
    ids=['nothing', 'unverified', 'no names', 'not verified here', 'unknown', 'another rule set', 'too old'])
def test_what_is_not_there_is_neither_shown_nor_given(instance, member, claims):
    """The sign-in itself goes on."""
    flow = Flow(instance, member, claims)
    assert 'Verified:' not in text_of(flow.page.text) and 'allow_less' not in flow.page.text
    said, info = flow.answer()
    assert 'verified_claims' not in said and 'verified_claims' not in info


def test_constraints_that_are_met_are_met(instance, member):
    """A rule set by value or one of several, an age, the first of several requests."""
    framework = instance.sql("select agora.policy_text('verification.trust_framework')")[0][0]
    wanted = asked(['given_name'], trust_framework={'values': ['eidas', framework]}, time={'max_age': 86400})
    said, _ = Flow(instance, member, {'id_token': {'verified_claims': [wanted['verified_claims']]}}).answer()
    assert said['verified_claims']['claims'] == {'given_name': 'Owen'}


@pytest.mark.parametrize('claims', ['{', '[]', '"x"', '{"id_token":1,"id_token":2}', '{"x":"' + 'y' * 8000 + '"}'])
def test_claims_that_are_no_object_are_an_error_of_the_client(instance, member, claims):
    """Sent back to it."""
    page = Flow(instance, member, claims).page
    assert page.status == 303 and 'error=invalid_request' in page.headers['location']


@pytest.mark.parametrize('claims', [{'id_token': 1}, {'id_token': {'verified_claims': 1}}, {'id_token': {'verified_claims': []}},
                                    {'id_token': {'verified_claims': {'claims': ['given_name']}}}, {'userinfo': None}])
def test_odd_shapes_ask_for_nothing(instance, member, claims):
    """Without a crash."""
    assert 'Verified:' not in text_of(Flow(instance, member, claims).page.text)


def test_what_ended_meanwhile_is_not_given(instance, member):
    """The facts are those of the moment of giving."""
    flow = Flow(instance, member, {'id_token': asked(['given_name'])})
    assert 'Verified: Given name' in text_of(flow.page.text)
    instance.sql("update agora.verification set state = 'suspended', version = version + 1 where account_id = $1::uuid", member.account)
    said, _ = flow.answer()
    instance.sql("update agora.verification set state = 'active', version = version + 1 where account_id = $1::uuid", member.account)
    assert 'verified_claims' not in said
