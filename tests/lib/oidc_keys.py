"""An OpenID provider as tmtpd sees it: an address with keys, and whoever signs with them."""
import base64
import http.server
import json
import subprocess
import threading
import time


def base64url(octets):
    """base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b'=').decode()


class Key:
    """A key pair, made by openssl; `kid` as in the set."""

    def __init__(self, folder, kid, *how):
        self.kid, self.path = kid, folder / f'{kid}.pem'
        how = how or ('-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
        subprocess.run(['openssl', 'genpkey', '-quiet', *how, '-out', self.path], check=True)

    def jwk(self, **more):
        """The public half of an RSA key."""
        text = subprocess.run(['openssl', 'rsa', '-in', self.path, '-noout', '-modulus'], check=True, capture_output=True, text=True)
        n = bytes.fromhex(text.stdout.strip().split('=')[1])
        return {'kty': 'RSA', 'use': 'sig', 'alg': 'RS256', 'kid': self.kid, 'n': base64url(n), 'e': 'AQAB', **more}

    def sign(self, octets):
        """PKCS#1 v1.5 with SHA-256 (or what the key does)."""
        return subprocess.run(['openssl', 'dgst', '-sha256', '-sign', self.path], input=octets, check=True, capture_output=True).stdout

    def token(self, claims, **header):
        """A compact JWS."""
        parts = [{'alg': 'RS256', 'typ': 'JWT', 'kid': self.kid, **header}, claims]
        text = '.'.join(base64url(p if isinstance(p, bytes) else json.dumps(p).encode()) for p in parts)
        return text + '.' + base64url(self.sign(text.encode()))


class KeyServer:
    """Serves a key set; `keys` may be changed at any time, `asked` counts."""

    def __init__(self, *keys):
        self.keys, self.asked, self.broken = list(keys), 0, False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                """The set, or an error while broken."""
                outer.asked += 1
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
