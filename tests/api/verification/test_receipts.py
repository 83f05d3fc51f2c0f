"""Receipts: signed, checked by our command and by libraries that others wrote; forged ones are refused by all."""
import base64
import hashlib
import hmac
import json
import time

import ida
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from example import verify
from jwcrypto import jwk, jws


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """A verified member, a verifier, somebody who is not signed in, and one without a verification."""
    made = {'owner': instance.person('Owen'), 'verifier': instance.person('Vera', 'verifier'), 'nobody': instance.anyone(),
            'newcomer': instance.person('Nora')}
    verify(made['owner'], made['verifier'], 'Owen', 'Sealed')
    return made


def b64(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b'=').decode()


def part(token, i):
    """A part of a token, decoded."""
    text = token.split('.')[i]
    return json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))


def receipt(people, **body):
    """A receipt of the owner's."""
    return people['owner'].expect(201, 'POST', 'me/verification/receipt', body).json


def keys(people):
    """The published keys."""
    return people['nobody'].expect(200, 'GET', '/.well-known/agora-keys').json


@pytest.fixture(name='check')
def a_check(instance, people, tmp_path):
    """Runs `agoractl receipt verify` on a token, without any configuration; gives exit status and output."""
    jwks = tmp_path / 'jwks.json'
    jwks.write_text(json.dumps(keys(people)))

    def run(token, by=jwks):
        file = tmp_path / 'receipt'
        file.write_text(token + '\n')
        done = instance.run('agoractl', 'receipt', 'verify', file, '--jwks', by, check=False)
        return done.returncode, done.stdout + done.stderr
    return run


def test_a_receipt_says_what_the_member_chose_and_nothing_more(people):
    """By the rules of verified_claims, with who, about whom and until when."""
    made = receipt(people, claims=['given_name', 'family_name'], evidence=True, days=30)
    said, header = part(made['receipt'], 1), part(made['receipt'], 0)
    assert header == {'alg': 'RS256', 'typ': 'agora-receipt+jwt', 'kid': header['kid']}
    assert set(said) == {'iss', 'sub', 'vct', 'status', 'jti', 'iat', 'exp', 'level', 'sentence', 'verified_claims'}
    assert said['sub'] == f'{said["iss"]}/m/{people["owner"].handle}' and said['vct'] == 'urn:agora:receipt:1'
    assert 30 * 86400 - 10 <= said['exp'] - said['iat'] <= 30 * 86400 + 10
    assert ida.check(said['verified_claims'])['claims'] == {'given_name': 'Owen', 'family_name': 'Sealed'}
    assert len(said['verified_claims']['verification']['evidence']) == 2
    assert 'X1234567' not in json.dumps(said) and '1980-05-17' not in json.dumps(said)
    assert made['page'].endswith('#' + made['receipt']) and made['status'] == said['status']['uri']


def test_without_a_choice_it_says_what_everyone_may_see(people):
    """Nothing is public until the member says so; the sentence is."""
    said = part(receipt(people)['receipt'], 1)
    assert 'verified_claims' not in said and said['sentence'].startswith('Known to ')
    people['owner'].expect(200, 'PUT', 'me/verification/disclosure', {'claims': {'family_name': 'public'}})
    said = part(receipt(people)['receipt'], 1)
    assert said['verified_claims']['claims'] == {'family_name': 'Sealed'} and 'evidence' not in said['verified_claims']['verification']


def test_other_libraries_accept_it(people):
    """jwcrypto and PyJWT, with the published keys alone."""
    token = receipt(people, claims=['given_name'])['receipt']
    published = keys(people)
    held = jws.JWS()
    held.deserialize(token)
    held.allowed_algs = ['RS256']
    held.verify(jwk.JWKSet.from_json(json.dumps(published)).get_key(held.jose_header["kid"]))
    assert json.loads(held.payload)['verified_claims']['claims'] == {'given_name': 'Owen'}
    kid = jwt.get_unverified_header(token)['kid']
    key = jwt.PyJWK(next(k for k in published['keys'] if k['kid'] == kid)).key
    assert jwt.decode(token, key, algorithms=['RS256'])['level'] == 2


def test_our_command_accepts_it_offline_and_by_address(instance, people, check):
    """With keys of a file, or fetched from who issued it."""
    token = receipt(people, claims=['given_name'])['receipt']
    for by in ({}, {'by': f'{instance.url}/.well-known/agora-keys'}):
        status, text = check(token, **by)
        assert status == 0 and 'This receipt is good' in text and 'given_name: "Owen"' in text, text


def forged(token, name, published):
    """A forgery by its name."""
    head, body, signature = token.split('.')
    said, header = part(token, 1), part(token, 0)
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwk.JWK(**next(k for k in published['keys'] if k['kid'] == header['kid'])).export_to_pem()
    unsigned = b64({**header, 'alg': 'HS256'}) + '.' + body
    own_pem = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        'changed': '.'.join((head, b64({**said, 'level': 4}), signature)),
        'alg none': b64({**header, 'alg': 'none'}) + '.' + body + '.',
        'alg none with a signature': '.'.join((b64({**header, 'alg': 'none'}), body, signature)),
        'hmac by the public key': unsigned + '.' + b64(hmac.new(public, unsigned.encode(), hashlib.sha256).digest()),
        'another algorithm': '.'.join((b64({**header, 'alg': 'PS256'}), body, signature)),
        'another key under our kid': jwt.encode(said, own_pem, 'RS256', headers=header),
        'a key of its own in the header': jwt.encode(said, own_pem, 'RS256', headers={
            **header, 'jwk': json.loads(jwk.JWK.from_pem(own_pem).export_public())}),
        'unknown kid': '.'.join((b64({**header, 'kid': 'x'}), body, signature)),
        'no kid': '.'.join((b64({'alg': 'RS256', 'typ': header['typ']}), body, signature)),
        'another type': '.'.join((b64({**header, 'typ': 'JWT'}), body, signature)),
        'critical extension': '.'.join((b64({**header, 'crit': ['b64'], 'b64': False}), body, signature)),
        'cut signature': token[:-4],
        'no signature': head + '.' + body + '.',
        'four parts': token + '.x',
        'padding': '.'.join((head, body + '=', signature)),
        'a line break inside': head + '.\n' + body + '.' + signature,
        'empty': '',
        'two heads': '.'.join((b64(json.dumps(header)[:-1].encode() + b', "alg": "RS256"}'), body, signature)),
    }[name]


FORGERIES = ('changed', 'alg none', 'alg none with a signature', 'hmac by the public key', 'another algorithm', 'another key under our kid',
             'a key of its own in the header', 'unknown kid', 'no kid', 'another type', 'critical extension', 'cut signature', 'no signature',
             'four parts', 'padding', 'a line break inside', 'empty', 'two heads')


@pytest.mark.parametrize('name', FORGERIES)
def test_a_forgery_is_refused(people, check, name):
    """With a sentence, never with a crash."""
    token = receipt(people, claims=['given_name'])['receipt']
    status, text = check(forged(token, name, keys(people)))
    assert status == 1 and 'This receipt does not hold: ' in text, text


def signed(instance, typ, claims):
    """A statement by the instance's own key, as no act of ours makes it."""
    file = max((instance.var / 'keys').glob('*.pem'))
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    kid = jwk.JWK.from_pem(file.read_bytes()).thumbprint()
    return jwt.encode(claims, key, 'RS256', headers={'typ': typ, 'kid': kid})


@pytest.mark.parametrize('change,why', [
    ({'exp': 1}, 'it has expired'), ({'vct': 'urn:agora:receipt:2'}, 'another version'), ({'iat': 4102444800}, 'in the future'),
    ({'sub': 'https://elsewhere.example/m/x'}, "somebody else's member"), ({'exp': 'never'}, 'no times'), ({'iss': None}, "somebody else's member")])
def test_a_rightly_signed_one_that_does_not_hold_is_refused(instance, people, check, change, why):
    """Too old, of another version, about another site's member."""
    said = part(receipt(people)['receipt'], 1)
    assert check(signed(instance, 'agora-receipt+jwt', said))[0] == 0
    status, text = check(signed(instance, 'agora-receipt+jwt', {**said, **change}))
    assert status == 1 and why in text, text


def test_a_sign_in_and_a_checkpoint_are_no_receipts(instance, people, check):
    """One kind of statement is never taken for another, though one key signs all."""
    said = part(receipt(people)['receipt'], 1)
    for typ in ('JWT', 'agora-audit-checkpoint+jwt'):
        assert 'another kind of statement' in check(signed(instance, typ, said))[1]


def test_keys_of_another_address_do_not_vouch_for_it(instance, people, check):
    """A receipt that says who issued it is checked by that one's keys."""
    said = part(receipt(people)['receipt'], 1)
    strange = signed(instance, 'agora-receipt+jwt', {**said, 'iss': 'https://elsewhere.example', 'sub': 'https://elsewhere.example/m/x'})
    status, text = check(strange, by=f'{instance.url}/.well-known/agora-keys')
    assert status == 1 and 'the keys are from elsewhere' in text


def test_anyone_can_ask_whether_it_holds_and_learns_nothing_else(instance, people):
    """valid; ended by the member, by its time, by what happens to the verification; unknown looks as ended."""
    def status(made):
        return people['nobody'].expect(200, 'GET', made['status'].removeprefix(instance.url)).json
    one, two = receipt(people), receipt(people)
    assert status(one) == {'status': 'valid'}
    listed = [r['id'] for r in people['owner'].get('me/verification/receipts')['items']]
    assert one['id'] in listed and two['id'] in listed
    people['verifier'].expect(404, 'DELETE', f'me/verification/receipts/{one["id"]}')
    people['owner'].expect(204, 'DELETE', f'me/verification/receipts/{one["id"]}')
    people['owner'].expect(404, 'DELETE', f'me/verification/receipts/{one["id"]}')
    assert status(one) == {'status': 'ended'} and status(two) == {'status': 'valid'}
    assert people['nobody'].get('receipts/01900000-0000-7000-8000-000000000000') == {'status': 'ended'}
    instance.sql("update agora.receipt set issued_at = now() - interval '2 days', expires_at = now() - interval '1 day' where id = $1::uuid", two['id'])
    assert status(two) == {'status': 'ended'}
    three = receipt(people)
    instance.sql("update agora.verification set state = 'suspended', version = version + 1 where account_id = $1::uuid", people['owner'].account)
    assert status(three) == {'status': 'ended'}
    instance.sql("update agora.verification set state = 'active', version = version + 1 where account_id = $1::uuid", people['owner'].account)
    assert status(three) == {'status': 'valid'}


@pytest.mark.parametrize('body,status,pointer', [
    ({'claims': ['x_licence_number']}, 422, '/claims'), ({'claims': ['no_such']}, 422, '/claims'), ({'days': 366}, 422, '/days'),
    ({'days': 0}, 422, '/days'), ({'evidence': 'yes'}, 422, '/evidence'), ({'other': 1}, 422, '/other')])
def test_only_verified_facts_and_a_bounded_time(people, body, status, pointer):
    """What was stated and not verified is in no receipt."""
    assert people['owner'].expect(status, 'POST', 'me/verification/receipt', body).json['errors'][0]['pointer'] == pointer


def test_one_who_is_not_verified_gets_none(people):
    """There is nothing to state."""
    people['newcomer'].expect(409, 'POST', 'me/verification/receipt', {})
    people['nobody'].expect(401, 'POST', 'me/verification/receipt', {})


def test_it_is_checked_on_after_its_key_is_retired(instance, people, check, tmp_path):
    """Two rotations later tokens are signed by other keys, and the old public one is still published for receipts."""
    made = receipt(people, claims=['given_name'])
    for _ in range(2):
        instance.ctl('keys', 'rotate')
    kid = part(made['receipt'], 0)['kid']
    assert kid not in json.dumps(people['nobody'].expect(200, 'GET', '/oauth2/jwks').json)
    file = tmp_path / 'now.json'
    file.write_text(json.dumps(keys(people)))
    assert '"d"' not in file.read_text()
    assert check(made['receipt'], by=file)[0] == 0
    assert time.time() < part(made['receipt'], 1)['exp']
