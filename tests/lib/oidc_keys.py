"""An OpenID provider as tmtpd sees it: an address with keys, and whoever signs with them."""
import base64
import http.server
import json
import subprocess
import threading
import time

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key


def base64url(octets):
    """base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b'=').decode()


CURVE = ('-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')


class Key:
    """A key pair, made by openssl: RSA of 2,048 bits for RS256, or with `*CURVE` for ES256; `kid` as in the set."""

    def __init__(self, folder, kid, *how):
        self.kid, self.path = kid, folder / f'{kid}.pem'
        how = how or ('-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
        subprocess.run(['openssl', 'genpkey', '-quiet', *how, '-out', self.path], check=True)
        self.algorithm = 'ES256' if 'EC' in how else 'RS256'

    def jwk(self, **more):
        """The public half."""
        numbers = load_pem_private_key(self.path.read_bytes(), None).public_key().public_numbers()
        if self.algorithm == 'ES256':
            key = {'kty': 'EC', 'crv': 'P-256', 'x': base64url(numbers.x.to_bytes(32, 'big')), 'y': base64url(numbers.y.to_bytes(32, 'big'))}
        else:
            key = {'kty': 'RSA', **{name: base64url(n.to_bytes((n.bit_length() + 7) // 8, 'big'))
                                    for name, n in (('n', numbers.n), ('e', numbers.e))}}
        return {**key, 'use': 'sig', 'alg': self.algorithm, 'kid': self.kid, **more}

    def sign(self, octets):
        """PKCS#1 v1.5 with SHA-256; or ECDSA, the two numbers one after the other."""
        made = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', self.path], input=octets, check=True, capture_output=True).stdout
        if self.algorithm == 'ES256':
            return b''.join(n.to_bytes(32, 'big') for n in decode_dss_signature(made))
        return made

    def token(self, claims, **header):
        """A compact JWS."""
        parts = [{'alg': self.algorithm, 'typ': 'JWT', 'kid': self.kid, **header}, claims]
        text = '.'.join(base64url(p if isinstance(p, bytes) else json.dumps(p).encode()) for p in parts)
        return text + '.' + base64url(self.sign(text.encode()))


class KeyServer:
    """Serves a key set; `keys` may be changed at any time, `asked` counts. `answer`, when set, is called with the
    request's handler and does what it likes with the connection."""

    def __init__(self, *keys):
        self.keys, self.asked, self.broken, self.answer = list(keys), 0, False, None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                """The set, or an error while broken."""
                outer.asked += 1
                if outer.answer:
                    outer.answer(self)
                    return
                body = json.dumps({'keys': outer.keys}).encode()
                self.send_response(500 if outer.broken else 200)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}/keys'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        """Stop."""
        self.server.shutdown()
        self.server.server_close()


def claims(subject, **more):
    """Of a good id_token."""
    now = int(time.time())
    return {'iss': 'https://id.example', 'aud': 'tmtp', 'sub': subject, 'iat': now, 'exp': now + 300, 'auth_time': now, **more}
