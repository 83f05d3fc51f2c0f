"""The web and the name servers as the tests need them: sites by name over real TLS, records by real DNS, on this machine."""
import http.server
import socket
import socketserver
import ssl
import struct
import subprocess
import threading

DOMAIN = 'web.test'


def _openssl(*arguments):
    subprocess.run(['openssl', *map(str, arguments)], check=True, capture_output=True)


def certificate(folder, domain=DOMAIN):
    """An authority, and a certificate of it for every name of the domain; gives (authority, certificate with key)."""
    ca, key, made, request, names = (folder / n for n in ('ca.pem', 'site.key', 'site.pem', 'site.csr', 'names.ext'))
    new = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes')
    _openssl('req', '-x509', *new, '-keyout', folder / 'ca.key', '-out', ca, '-days', 7, '-subj', '/CN=Tests')
    _openssl('req', *new, '-keyout', key, '-out', request, '-subj', f'/CN={domain}')
    names.write_text(f'subjectAltName=DNS:*.{domain}\n', encoding='ascii')
    _openssl('x509', '-req', '-in', request, '-CA', ca, '-CAkey', folder / 'ca.key', '-CAcreateserial', '-days', 7, '-out', made,
             '-extfile', names)
    made.write_bytes(made.read_bytes() + key.read_bytes())
    return ca, made


class _Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        """What the peer has for this host and path."""
        peer = self.server.peer
        host = self.headers.get('Host', '').split(':')[0]
        peer.asked.append(host + self.path)
        status, body = peer.pages.get(host + self.path, (404, 'Nothing here.'))
        octets = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json' if octets[:1] == b'{' else 'text/html; charset=utf-8')
        self.send_header('Content-Length', str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        """Silence."""


class _Https(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that does not trust us, or left: what the tests mean to happen."""


def _question(packet):
    """Name and type of a DNS question, and where it ends."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode('ascii', 'replace'))
        at += 1 + packet[at]
    return '.'.join(labels).lower(), struct.unpack('>H', packet[at + 1:at + 3])[0], at + 5


class WebPeer:
    """`pages` is {host + path: (status, body)}, `texts` {name: [TXT records]}; every name of web.test is this machine."""

    def __init__(self, folder):
        self.pages, self.texts, self.asked = {}, {}, []
        self.ca, pem = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.https = _Https(('127.0.0.1', 0), _Site)
        self.https.peer = self
        self.https.socket = context.wrap_socket(self.https.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.https.server_address[1]
        self.dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.dns.bind(('127.0.0.1', 0))
        self.dns_port = self.dns.getsockname()[1]
        self.threads = [threading.Thread(target=t, daemon=True) for t in (self.https.serve_forever, self._names)]
        for t in self.threads:
            t.start()

    def settings(self):
        """The [fetch] section of an instance that meets this web."""
        return {'allow_loopback_for_tests': 'yes', 'dns_servers': f'127.0.0.1:{self.dns_port}', 'test_ports': self.port,
                'test_ca_file': self.ca, 'register_hosts': f'register.{DOMAIN}:{self.port}'}

    def host(self, name):
        """A site's name with its port."""
        return f'{name}.{DOMAIN}:{self.port}'

    def _names(self):
        while True:
            try:
                packet, sender = self.dns.recvfrom(2048)
            except OSError:
                return
            if len(packet) > 12:
                self.dns.sendto(self._answer(packet), sender)

    def _answer(self, packet):
        name, kind, end = _question(packet)
        records = []
        if kind == 1 and name.endswith('.' + DOMAIN) and not name.startswith('_'):
            records = [socket.inet_aton('127.0.0.1')]
        elif kind == 16:
            # Longer ones come in pieces of 255 octets.
            records = [b''.join(bytes([len(t[i:i + 255])]) + t[i:i + 255] for i in range(0, len(t), 255))
                       for t in (text.encode() for text in self.texts.get(name, []))]
        head = packet[:2] + struct.pack('>HHHHH', 0x8180, 1, len(records), 0, 0)
        return head + packet[12:end] + b''.join(struct.pack('>HHHIH', 0xC00C, kind, 1, 0, len(r)) + r for r in records)

    def stop(self):
        """Close both."""
        self.https.shutdown()
        self.https.server_close()
        self.dns.close()
