"""Registration with an id_token: every rule of tmtp.md, section 6, and where the keys come from."""
import json
import time

import pytest

from oidc_keys import Key, KeyServer, base64url, claims
from tmtpd import Tmtpd, wait_until

NOW = int(time.time())


@pytest.fixture(name='keys', scope='module')
def two_keys(tmp_path_factory):
    """Two RSA keys and one of an elliptic curve."""
    folder = tmp_path_factory.mktemp('keys')
    return (Key(folder, 'one'), Key(folder, 'two'), Key(folder, 'curve', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'))


@pytest.fixture(name='server', scope='module')
def key_server(keys):
    """Gives away key one, an EC key of the kid `curve`, one too short and one for encryption."""
    short = {**keys[0].jwk(kid='short'), 'n': base64url(b'\xff' * 128)}
    server = KeyServer(keys[0].jwk(), {'kty': 'EC', 'crv': 'P-256', 'kid': 'curve', 'alg': 'RS256', 'x': 'AA', 'y': 'AA'}, short,
                       keys[0].jwk(kid='enc', use='enc'), keys[0].jwk(kid='other alg', alg='RS512'), {'kty': 'RSA'}, 'junk')
    yield server
    server.close()


def settings(url, **server):
    """A provider with its keys at that address."""
    return {'server': server, 'oidc Example': {'issuer': 'https://id.example', 'audience': 'tmtp', 'jwks_url': url,
                             'login_url': 'https://id.example/authorize', 'login_params': 'response_type=code&client_id=tmtp',
                             'token_url': 'https://id.example/token', 'token_params': 'grant_type=authorization_code'}}


@pytest.fixture(name='tmtpd', scope='module')
def server_with_openid(cluster, server):
    """A tmtpd that demands OpenID."""
    made = Tmtpd(cluster, 'openid', settings(server.url)).prepare().start()
    wait_until(lambda: made.logs('keys_fetched'))
    yield made
    made.stop()


def oidc(token, **more):
    """What a client sends of its sign-in."""
    return {'token_type': 'Bearer', 'expires_in': 300, 'scope': 'openid', 'access_token': 'x', 'id_token': token, **more}


def ask(tmtpd, **more):
    """A registration, its answer not read."""
    return tmtpd.link().rev().send({'op': 1, 'newnode': 'n', 'newalias': '_', **more})


def test_tmtprev_tells_where_to_sign_in(tmtpd):
    rev = tmtpd.link().send({'op': 0, 'id': '1'}).expect('tmtprev')
    assert rev['auth'] == 1
    assert rev['authby'] == [{'label': 'Example', 'login': ['https://id.example/authorize', 'response_type=code&client_id=tmtp'],
                              'token': ['https://id.example/token', 'grant_type=authorization_code']}]


def test_a_good_token_registers_and_the_subject_is_kept(tmtpd, keys):
    alice = tmtpd.register('alice', oidc=oidc(keys[0].token(claims('member-1'))))
    found = tmtpd.admin('GET', '/v1/users?subject=member-1')[1]['users']
    assert [(u['uid'], u['subject'], u['issuer']) for u in found] == [(alice.uid, 'member-1', 'https://id.example')]
    event = tmtpd.admin('GET', '/v1/events?limit=1000')[1]['events'][-1]
    assert (event['type'], event['uid'], event['subject'], event['issuer']) == ('registered', alice.uid, 'member-1', 'https://id.example')
    assert tmtpd.sql("select audience, issued_at is not null from tmtp.account where subject = 'member-1'") == 'tmtp|t'


def test_a_subject_has_one_account(tmtpd, keys):
    alice = tmtpd.register('alice', oidc=oidc(keys[0].token(claims('member-2'))))
    ask(tmtpd, oidc=oidc(keys[0].token(claims('member-2')))).quits('register failure')
    assert [u['uid'] for u in tmtpd.admin('GET', '/v1/users?subject=member-2')[1]['users']] == [alice.uid]


def test_login_needs_no_token(tmtpd, keys):
    alice = tmtpd.register('alice', oidc=oidc(keys[0].token(claims('member-3'))))
    alice.quit()
    assert tmtpd.login(alice).take('login')


@pytest.mark.parametrize('more', [
    {'ver': 1, 'idp': 'x', 'jti': 'x', 'amr': ['pwd', 'otp'], 'at_hash': 'x', 'nonce': {'any': 1}, 'extra': 'x' * 20000},
    {'nbf': NOW - 10}, {'amr': []}, {'iat': NOW + 600},
])
def test_other_claims_do_no_harm(tmtpd, keys, more):
    assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims(f'fine {json.dumps(more)[:40]}', **more))))


@pytest.mark.parametrize('wrong', [
    {'exp': NOW - 1}, {'exp': NOW + 300.5}, {'exp': str(NOW + 300)}, {'exp': 1e20}, {'exp': -1}, {'exp': None}, {'exp': True},
    {'iat': str(NOW)}, {'iat': 1.5}, {'iat': -1}, {'iat': 2**62}, {'auth_time': 'now'}, {'iss': 'https://id.example/'}, {'iss': None},
    {'aud': 'other'}, {'aud': ['tmtp']}, {'aud': None}, {'sub': ''}, {'sub': 7}, {'sub': None}, {'amr': 'pwd'}, {'amr': [1]},
    {'ver': '1'}, {'jti': 7}, {'nbf': NOW + 3600}, {'at_hash': 1},
])
def test_wrong_claim_is_refused(tmtpd, keys, wrong):
    given = {k: v for k, v in {**claims('wrong'), **wrong}.items() if v is not None}
    ask(tmtpd, oidc=oidc(keys[0].token(given))).quits('authentication required')


def test_token_without_exp_is_refused(tmtpd, keys):
    given = claims('wrong')
    del given['exp']
    ask(tmtpd, oidc=oidc(keys[0].token(given))).quits('authentication required')


@pytest.mark.parametrize('header', [
    {'alg': 'none'}, {'alg': 'HS256'}, {'alg': 'RS512'}, {'alg': 'ES256'}, {'alg': None}, {'alg': 256}, {'kid': None}, {'kid': 7},
    {'kid': 'curve'}, {'kid': 'short'}, {'kid': 'enc'}, {'kid': 'other alg'}, {'kid': ''}, {'crit': ['exp']},
])
def test_wrong_header_is_refused(tmtpd, keys, header):
    ask(tmtpd, oidc=oidc(keys[0].token(claims('wrong'), **header))).quits('authentication required')


def spoiled(key):
    """Tokens that are not quite right."""
    good = key.token(claims('wrong'))
    head, body, signature = good.split('.')
    other = base64url(json.dumps(claims('somebody else')).encode())
    yield from ('', '.', '..', 'x', good[:-1], good + 'A', good + '=', f'{head}={"."}{body}.{signature}', f'{head}.{other}.{signature}',
                f'{head}.{body}.', f'{head}.{body}', good.replace('.', '..', 1), f'{head}.{body}.{signature}.x', good[:40] + '\x00' + good[41:],
                good[:-1] + ('B' if good[-1] == 'A' else 'A'), f'{head}.{base64url(b"[]")}.{signature}', 'é' * 500, f' {good}',
                key.token(b'{"iss":"https://id.example","aud":"tmtp","aud":"tmtp","sub":"x","exp":9999999999}'))


def test_spoiled_token_is_refused(tmtpd, keys):
    for token in spoiled(keys[0]):
        ask(tmtpd, oidc=oidc(token)).quits('authentication required')


def test_no_token_is_refused(tmtpd):
    ask(tmtpd).quits('authentication required')
    ask(tmtpd, oidc={}).quits('authentication required')


@pytest.mark.parametrize('more', [{'expires_in': -1}, {'expires_in': '300'}, {'expires_in': 1.5}, {'id_token': 5}, {'scope': []}])
def test_wrong_type_in_oidc_is_an_invalid_header(tmtpd, keys, more):
    ask(tmtpd, oidc=oidc(keys[0].token(claims('wrong')), **more)).quits('invalid header')
    ask(tmtpd, oidc='token').quits('invalid header')


def test_reasons_are_only_in_the_log(tmtpd, keys):
    ask(tmtpd, oidc=oidc(keys[0].token(claims('secret-subject', exp=NOW - 1)))).quits('authentication required')
    assert tmtpd.logs('registration_refused')[-1]['why'] == 'id_token has expired'
    with open(tmtpd.tmtpd.log, encoding='utf8') as f:
        assert 'secret-subject' not in f.read()


def test_keys_are_not_fetched_again_within_the_interval(cluster, keys):
    server = KeyServer(keys[0].jwk())
    with Tmtpd(cluster, 'rotation', settings(server.url)) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_fetched'))
        server.keys = [keys[1].jwk()]
        before = server.asked
        for i in range(3):
            ask(tmtpd, oidc=oidc(keys[1].token(claims(f'early {i}')))).quits('authentication required')
        assert server.asked == before
        assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims('old key'))))
    server.close()


def test_a_new_key_is_fetched_when_a_token_names_it(cluster, keys):
    server = KeyServer(keys[0].jwk())
    with Tmtpd(cluster, 'new_key', settings(server.url, keys_interval='1ms')) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_fetched'))
        server.keys = [keys[1].jwk()]
        assert tmtpd.register('alice', oidc=oidc(keys[1].token(claims('new key'))))
        ask(tmtpd, oidc=oidc(keys[0].token(claims('withdrawn key')))).quits('authentication required')
    server.close()


def test_keys_that_cannot_be_fetched_at_start_are_fetched_when_needed(cluster, keys):
    server = KeyServer(keys[0].jwk())
    server.broken = True
    with Tmtpd(cluster, 'late_keys', settings(server.url)) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_not_fetched'))
        ask(tmtpd, oidc=oidc(keys[0].token(claims('too early')))).quits('authentication required')
        server.broken = False
        assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims('in time'))))
    server.close()
