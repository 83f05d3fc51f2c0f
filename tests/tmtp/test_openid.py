"""Registration with an id_token: every rule of tmtp.md, section 6, and where the keys come from."""
import json
import time

import pytest

from oidc_keys import CURVE, Key, KeyServer, base64url, claims
from patience import fair_time
from tmtpd import Tmtpd, escape, wait_until

NOW = int(time.time())


@pytest.fixture(name='keys', scope='module')
def two_keys(tmp_path_factory):
    """Two RSA keys and one of an elliptic curve."""
    folder = tmp_path_factory.mktemp('keys')
    return (Key(folder, 'one'), Key(folder, 'two'), Key(folder, 'ec', *CURVE))


@pytest.fixture(name='server', scope='module')
def key_server(keys):
    """Gives away key one, the EC key, both by the kid `both`, and some that are none or for something else."""
    short = {**keys[0].jwk(kid='short'), 'n': base64url(b'\xff' * 128)}
    server = KeyServer(keys[0].jwk(), {'kty': 'EC', 'crv': 'P-256', 'kid': 'curve', 'alg': 'RS256', 'x': 'AA', 'y': 'AA'}, short,
                       keys[2].jwk(), keys[0].jwk(kid='both'), keys[2].jwk(kid='both'), {**keys[2].jwk(kid='no kid'), 'kid': 5},
                       {k: v for k, v in keys[0].jwk(kid='no alg').items() if k != 'alg'}, keys[0].jwk(kid='enc', use='enc'), keys[0].jwk(kid='other alg', alg='RS512'), {'kty': 'RSA'}, 'junk')
    yield server
    server.close()


def provider(url, issuer='https://id.example', **more):
    """A provider with its keys at that address."""
    return {'issuer': issuer, 'audience': 'tmtp', 'jwks_url': url,
            'login_url': f'{issuer}/authorize', 'login_params': 'response_type=code&client_id=tmtp',
            'token_url': f'{issuer}/token', 'token_params': 'grant_type=authorization_code', **more}


def settings(url, **server):
    """One provider, and keys of [server]."""
    return {'server': server, 'oidc Example': provider(url)}


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
    {'ver': 1, 'idp': 'x', 'jti': 'x', 'amr': ['pwd', 'otp'], 'at_hash': 'x', 'nonce': {'any': 1}, 'extra': 'x' * 40000},
    {'nbf': NOW - 10}, {'nbf': NOW + 30}, {'amr': []}, {'iat': NOW + 600}, {'exp': NOW + 10**6}, {'auth_time': 0},
])
def test_other_claims_do_no_harm(tmtpd, keys, more):
    assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims(f'fine {json.dumps(more)[:40]}', **more))))


@pytest.mark.parametrize('wrong', [
    {'exp': NOW - 1}, {'exp': NOW + 300.5}, {'exp': str(NOW + 300)}, {'exp': 1e20}, {'exp': -1}, {'exp': None}, {'exp': True},
    {'iat': str(NOW)}, {'iat': 1.5}, {'iat': -1}, {'iat': 2**62}, {'auth_time': 'now'}, {'iss': 'https://id.example/'}, {'iss': None},
    {'aud': 'other'}, {'aud': ['tmtp']}, {'aud': None}, {'sub': ''}, {'sub': 7}, {'sub': None}, {'amr': 'pwd'}, {'amr': [1]},
    {'ver': '1'}, {'ver': 1.0}, {'jti': 7}, {'idp': 7}, {'nbf': NOW + 3600}, {'nbf': 'now'}, {'at_hash': 1}, {'auth_time': -1},
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
    {'kid': 'curve'}, {'kid': 'short'}, {'kid': 'enc'}, {'kid': 'other alg'}, {'kid': 'no alg'}, {'kid': 'ec'}, {'kid': ''},
    {'crit': ['exp']},
])
def test_wrong_header_is_refused(tmtpd, keys, header):
    ask(tmtpd, oidc=oidc(keys[0].token(claims('wrong'), **header))).quits('authentication required')


def test_iat_is_kept_and_may_be_missing(tmtpd, keys):
    given = claims('no iat')
    del given['iat'], given['auth_time']
    assert tmtpd.register('alice', oidc=oidc(keys[0].token(given)))
    assert tmtpd.register('bobby', oidc=oidc(keys[0].token(claims('with iat', iat=1700000000))))
    assert tmtpd.sql("select subject, extract(epoch from issued_at)::bigint from tmtp.account where subject like '%iat' order by 1") \
        == 'no iat|\nwith iat|1700000000'


@pytest.mark.parametrize('number', ['9e9', '9000000000.0', '"9000000000"', '0x7fffffff', '+9000000000', '09000000000', 'null', '1E10', '-1'])
@pytest.mark.parametrize('name', ['exp', 'iat', 'auth_time'])
def test_a_time_is_a_plain_integer(tmtpd, keys, name, number):
    text = json.dumps({k: v for k, v in claims('wrong').items() if k != name})
    ask(tmtpd, oidc=oidc(keys[0].token(f'{text[:-1]},"{name}":{number}}}'.encode()))).quits('authentication required')


def test_es256_registers_by_its_own_key(tmtpd, keys):
    alice = tmtpd.register('alice', oidc=oidc(keys[2].token(claims('curve'))))
    assert tmtpd.admin('GET', '/v1/users?subject=curve')[1]['users'][0]['uid'] == alice.uid


@pytest.mark.parametrize('header', [{'alg': 'RS256'}, {'kid': 'one'}, {'kid': 'curve'}, {'kid': 'no kid'}, {'alg': 'ES384'}, {'kid': 'one', 'alg': 'RS256'}])
def test_es256_is_refused_where_its_key_or_algorithm_is_another(tmtpd, keys, header):
    ask(tmtpd, oidc=oidc(keys[2].token(claims('wrong'), **header))).quits('authentication required')


def test_a_kid_of_two_keys_is_told_apart_by_the_algorithm(tmtpd, keys):
    assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims('both rsa'), kid='both')))
    assert tmtpd.register('bobby', oidc=oidc(keys[2].token(claims('both ec'), kid='both')))
    ask(tmtpd, oidc=oidc(keys[0].token(claims('wrong'), kid='both', alg='ES256'))).quits('authentication required')


def test_an_es256_signature_in_der_is_refused(tmtpd, keys):
    head, body, signature = keys[2].token(claims('wrong')).split('.')
    for wrong in (base64url(b'\0' * 64), base64url(b'\xff' * 64), signature[:-2], base64url(b'\x30\x06\x02\x01\x01\x02\x01\x01'), ''):
        ask(tmtpd, oidc=oidc(f'{head}.{body}.{wrong}')).quits('authentication required')


def test_rsa_keys_of_2048_to_4096_bits_and_any_odd_exponent_do(cluster, keys, tmp_path):
    """The stock server dies of an exponent other than 65537, and takes 1,024 bits too, which are not enough."""
    made = {bits: Key(tmp_path, str(bits), '-algorithm', 'RSA', '-pkeyopt', f'rsa_keygen_bits:{bits}') for bits in (1024, 3072, 4096)}
    three = Key(tmp_path, 'three', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-pkeyopt', 'rsa_keygen_pubexp:3')
    server = KeyServer(*(k.jwk() for k in (*made.values(), three)), keys[0].jwk(kid='even', e='Ag'), keys[0].jwk(kid='one', e='AQ'))
    with Tmtpd(cluster, 'sizes', settings(server.url)) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_fetched'))
        assert tmtpd.logs('keys_fetched')[0]['keys'] == '3'
        for key in (made[3072], made[4096], three):
            assert tmtpd.register('alice', oidc=oidc(key.token(claims(key.kid))))
        for key, header in ((made[1024], {}), (keys[0], {'kid': 'even'}), (keys[0], {})):
            ask(tmtpd, oidc=oidc(key.token(claims('wrong'), **header))).quits('authentication required')
    server.close()


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
    def reason(token):
        ask(tmtpd, oidc=oidc(token)).quits('authentication required')
        line = tmtpd.logs('registration_refused')[-1]
        return line['why'], line.get('issuer')

    given = claims('secret-subject')
    ours = 'https://id.example'
    assert reason(keys[0].token({**given, 'exp': NOW - 1})) == ('id_token has expired', ours)
    assert reason(keys[0].token({**given, 'iss': 'https://elsewhere.example'})) == ('id_token is of an unknown issuer', None)
    assert reason(keys[0].token({**given, 'aud': 'secret-subject'})) == ('id_token is for another audience', None)
    assert reason(keys[0].token({**given, 'iat': 'secret-subject'})) == ('claim iat of the id_token is not a time', ours)
    assert reason(keys[0].token(given, kid='secret-subject')) == ('id_token is signed by an unknown key', ours)
    assert reason(keys[0].token(given, alg='ES256')) == ('id_token names another algorithm than its key has', ours)
    assert reason(keys[1].token(given, kid='one')) == ('id_token has a wrong signature', ours)
    assert reason('secret-subject') == ('id_token is not a compact JWS', None)
    assert reason('') == ('there is no id_token', None)
    text = tmtpd.tmtpd.log_text()
    assert 'secret-subject' not in text and 'eyJ' not in text  # how a token begins


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


def test_keys_are_fetched_again_by_themselves(cluster, keys):
    server = KeyServer(keys[0].jwk())
    with Tmtpd(cluster, 'refresh', settings(server.url, keys_refresh='100ms')) as tmtpd:
        wait_until(lambda: len(tmtpd.logs('keys_fetched')) > 2)
        server.keys = [keys[1].jwk()]
        asked = server.asked
        wait_until(lambda: server.asked > asked + 1)
        assert tmtpd.register('alice', oidc=oidc(keys[1].token(claims('new key'))))
        ask(tmtpd, oidc=oidc(keys[0].token(claims('withdrawn key')))).quits('authentication required')
    server.close()


def test_keys_that_cannot_be_fetched_at_start_are_fetched_when_needed(cluster, keys):
    server = KeyServer(keys[0].jwk())
    server.broken = True
    with Tmtpd(cluster, 'late_keys', settings(server.url)) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_not_fetched'))
        ask(tmtpd, oidc=oidc(keys[0].token(claims('too early')))).quits('authentication required')
        assert tmtpd.logs('registration_refused')[-1]['why'] == "the provider's keys could not be fetched"
        server.broken = False
        assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims('in time'))))
    server.close()


def test_tokens_do_not_make_a_provider_that_is_down_be_asked_more_often(cluster, keys):
    """Tries after a failure come 0.5 s, 1 s, 2 s … after it, however many tokens come meanwhile."""
    server = KeyServer(keys[0].jwk())
    server.broken = True
    with Tmtpd(cluster, 'down', settings(server.url, login_timeout='20s')) as tmtpd:
        begun = time.monotonic()
        wait_until(lambda: len(tmtpd.logs('keys_not_fetched')) == 4)
        links = [ask(tmtpd, oidc=oidc(keys[0].token(claims(f'crowd {i}')))) for i in range(40)]
        for link in links:
            link.quits('authentication required')
        tries = 1 + sum(time.monotonic() - begun > due for due in (0.5, 1.5, 3.5, 7.5, 15.5))
        assert server.asked <= tries
    server.close()


@pytest.fixture(name='turning', scope='module')
def server_whose_provider_turns_bad(cluster, keys):
    """A tmtpd that fetches keys all the time, and its key server."""
    server = KeyServer(keys[0].jwk())
    tmtpd = Tmtpd(cluster, 'turning', settings(server.url, keys_refresh='50ms')).prepare().start()
    wait_until(lambda: tmtpd.logs('keys_fetched'))
    yield tmtpd, server
    tmtpd.stop()
    server.close()


def body(octets, status=200, **headers):
    """An answer with this body."""
    def answer(handler):
        handler.send_response(status)
        for name, value in {'Content-Length': str(len(octets)), **headers}.items():
            handler.send_header(name.replace('_', '-'), value)
        handler.end_headers()
        try:
            handler.wfile.write(octets)
        except OSError:
            pass
    return answer


def endless(handler):
    """A body that never ends."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b' ' * 65536)
    except OSError:
        pass


def dripping(handler):
    """An octet now and then, until the other end has enough."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b' ')
            time.sleep(0.1)
    except OSError:
        pass


def hanging_up(handler):
    """Closes in the middle."""
    body(b'{"keys":', Content_Length='1000')(handler)
    handler.close_connection = True


@pytest.mark.parametrize('answer,why', [
    (body(b'<html>not keys</html>'), 'not a set of keys'), (body(b''), 'not a set of keys'), (body(b'[]'), 'not a set of keys'),
    (body(b'{"keys": 5}'), 'not a set of keys'), (body(b'{"keys":[],"keys":[]}'), 'not a set of keys'), (body(b'\xff\xfe'), 'not a set of keys'),
    (body(b'[' * 200000), 'not a set of keys'), (body(b'{"keys":[' + b'{},' * 85000 + b'{}]}'), None),
    (body(b' ' * 300000 + b'{"keys":[]}'), 'the answer is too long'), (endless, 'the answer is too long'),
    (body(b'{"keys":[]}', 404), 'the answer is not a 200'), (body(b'', 204), 'the answer is not a 200'),
    (body(b'', 302, Location='/keys2'), 'the answer is not a 200'), (body(b'', 301, Location='file:///etc/passwd'), 'the answer is not a 200'),
    (hanging_up, 'partial'), (dripping, 'Timeout'),
], ids=lambda x: getattr(x, '__name__', x) if callable(x) else str(x))
def test_a_provider_that_lies_harms_nothing(turning, keys, answer, why):
    """The keys there were stay; the server goes on; when the provider is itself again all is well."""
    tmtpd, server = turning
    before = len(tmtpd.logs('keys_not_fetched'))
    server.answer = answer
    if why:
        wait_until(lambda: len(tmtpd.logs('keys_not_fetched')) > before)
        assert why.lower() in tmtpd.logs('keys_not_fetched')[before]['why'].lower()
        assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims(f'meanwhile {NOW} {before}'))))
    else:
        wait_until(lambda: tmtpd.logs('keys_fetched')[-1]['keys'] == '0')
    server.answer = None
    after = server.asked
    wait_until(lambda: server.asked > after + 1 and tmtpd.logs('keys_fetched')[-1]['keys'] == '1')
    assert tmtpd.register('bobby', oidc=oidc(keys[0].token(claims(f'afterwards {NOW} {before} {why}'))))


def test_links_go_on_while_a_provider_is_slow(cluster, keys):
    """Who waits for keys waits alone, and not for longer than a client has for its login."""
    server = KeyServer(keys[0].jwk())
    server.answer = dripping
    with Tmtpd(cluster, 'slow_keys', {**settings(server.url), 'oidc Other': provider(server.url + '/other', 'https://other.example')}) as tmtpd:
        begun = fair_time()
        waiting = ask(tmtpd, oidc=oidc(keys[0].token(claims('waits'))))
        ask(tmtpd, oidc=oidc('nonsense')).quits('authentication required')
        assert fair_time() - begun < 2
        waiting.quits('authentication required')
        assert fair_time() - begun < 5
    server.close()


def test_nobody_listens_at_a_provider(cluster, keys):
    server = KeyServer()
    server.close()
    with Tmtpd(cluster, 'nobody', settings(server.url)) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_not_fetched'))
        ask(tmtpd, oidc=oidc(keys[0].token(claims('nobody')))).quits('authentication required')


def test_several_providers_are_told_and_taken_each_by_its_own_keys(cluster, keys):
    one, two = KeyServer(keys[0].jwk()), KeyServer(keys[1].jwk(), keys[2].jwk())
    with Tmtpd(cluster, 'several', {'oidc First': provider(one.url), 'oidc Second': provider(two.url, 'https://two.example', label='The second')}) as tmtpd:
        wait_until(lambda: len(tmtpd.logs('keys_fetched')) == 2)
        rev = tmtpd.link().send({'op': 0, 'id': '1'}).expect('tmtprev')
        assert [p['label'] for p in rev['authby']] == ['First', 'The second']
        second = {'iss': 'https://two.example'}
        alice = tmtpd.register('alice', oidc=oidc(keys[0].token(claims('same'))))
        bobby = tmtpd.register('bobby', oidc=oidc(keys[1].token(claims('same', **second))))
        assert tmtpd.register('carla', oidc=oidc(keys[2].token(claims('other', **second))))
        users = tmtpd.admin('GET', '/v1/users?subject=same')[1]['users']
        assert {(u['uid'], u['issuer']) for u in users} == {(alice.uid, 'https://id.example'), (bobby.uid, 'https://two.example')}
        ask(tmtpd, oidc=oidc(keys[0].token(claims('wrong', **second)))).quits('authentication required')
        ask(tmtpd, oidc=oidc(keys[1].token(claims('wrong')))).quits('authentication required')
        ask(tmtpd, oidc=oidc(keys[1].token(claims('same', **second)))).quits('register failure')
    for server in (one, two):
        server.close()


def test_a_provider_that_is_down_does_not_hold_up_another(cluster, keys):
    one, two = KeyServer(keys[0].jwk()), KeyServer()
    two.close()
    with Tmtpd(cluster, 'one_down', {'oidc First': provider(two.url, 'https://two.example'), 'oidc Second': provider(one.url)}) as tmtpd:
        assert tmtpd.register('alice', oidc=oidc(keys[0].token(claims('fine'))))
    one.close()


def test_without_openid_required_a_token_is_optional_but_checked(cluster, keys):
    server = KeyServer(keys[0].jwk())
    with Tmtpd(cluster, 'optional', settings(server.url, openid_required='no')) as tmtpd:
        wait_until(lambda: tmtpd.logs('keys_fetched'))
        rev = tmtpd.link().send({'op': 0, 'id': '1'}).expect('tmtprev')
        assert (rev['auth'], len(rev['authby'])) == (0, 1)
        alice = tmtpd.register('alice')
        assert tmtpd.register('bobby', oidc={'scope': 'none'})
        carla = tmtpd.register('carla', oidc=oidc(keys[0].token(claims('carla'))))
        assert 'subject' not in tmtpd.admin('GET', f'/v1/users/{escape(alice.uid)}')[1]
        assert tmtpd.admin('GET', '/v1/users?subject=carla')[1]['users'][0]['uid'] == carla.uid
        ask(tmtpd, oidc=oidc(keys[1].token(claims('wrong')))).quits('authentication required')
        ask(tmtpd, oidc=oidc('nonsense')).quits('authentication required')
        ask(tmtpd, oidc=oidc(keys[0].token(claims('late', exp=NOW - 1)))).quits('authentication required')
    server.close()
