"""A small piece of the internet on this machine: name servers that answer what a test says, https servers under a
certificate authority of our own, and traps that count who knocks. Real UDP, real TLS."""
import contextlib
import datetime
import http.server
import ipaddress
import pathlib
import socket
import socketserver
import ssl
import struct
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

A, AAAA, TXT, CNAME = 1, 28, 16, 5


class Names:
    """A name server. `zone[name]` is a list of ('A', '192.0.2.1'), ('TXT', [b'one', b'string']) …, or a function that
    gives such a list each time it is asked; 'silent' says nothing at all, 'broken' answers SERVFAIL."""

    def __init__(self):
        self.zone, self.asked = {}, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.address = f'127.0.0.1:{self.port}'
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        """Answer no more."""
        self.socket.close()

    def _serve(self):
        while True:
            try:
                question, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            answer = self._answer(question)
            if answer:
                with contextlib.suppress(OSError):
                    self.socket.sendto(answer, peer)

    def _answer(self, question):
        at, labels = 12, []
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode('ascii', 'replace'))
            at += 1 + question[at]
        kind = struct.unpack('>H', question[at + 1:at + 3])[0]
        asked, name = question[12:at + 5], '.'.join(labels).lower()
        self.asked.append((name, kind))
        records = self.zone.get(name)
        if callable(records):
            records = records(kind)
        if records == 'silent':
            return None
        code = 2 if records == 'broken' else 3 if records is None else 0
        answers = [self._record(*r) for r in (records or []) if code == 0 and {'A': A, 'AAAA': AAAA, 'TXT': TXT}[r[0]] == kind]
        return question[:2] + struct.pack('>HHHHH', 0x8180 | code, 1, len(answers), 0, 0) + asked + b''.join(answers)

    @staticmethod
    def _record(kind, value):
        if kind == 'TXT':
            number, data = TXT, b''.join(bytes([len(s)]) + s for s in value)
        else:
            address = ipaddress.ip_address(value)
            number, data = (A if address.version == 4 else AAAA), address.packed
        return b'\xc0\x0c' + struct.pack('>HHIH', number, 1, 0, len(data)) + data


class Authority:
    """A certificate authority whose certificates are files in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'Authority of the tests')])
        self.certificate = self._sign(self.name, self.key.public_key(), x509.BasicConstraints(True, None))
        self.file = self.folder / 'authority.pem'
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _sign(self, subject, key, extension, days=30):
        now = datetime.datetime.utcnow()
        first = now - datetime.timedelta(days=60)
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
                .serial_number(x509.random_serial_number()).not_valid_before(first)
                .not_valid_after(now + datetime.timedelta(days=days)).add_extension(extension, False)
                .sign(self.key, hashes.SHA256()))

    def context(self, *names, days=30):
        """A server's TLS context with a certificate for such names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        signed = self._sign(subject, key.public_key(), x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), days)
        file = self.folder / f'{signed.serial_number}.pem'
        file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


class Site:
    """An https server; `pages[path]` is a function that is given the handler and answers by it."""

    def __init__(self, context, address='127.0.0.1'):
        self.pages, self.seen = {}, []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                """Answer by the page of that path."""
                site.seen.append((self.path, dict(self.headers)))
                page = site.pages.get(self.path)
                if page is None:
                    give(self, b'nothing here', status=404)
                else:
                    with contextlib.suppress(OSError):
                        page(self)
                self.close_connection = True

            def log_message(self, *_):
                """Say nothing."""

        class Server(http.server.ThreadingHTTPServer):
            """TLS in the thread of the connection, so that a client that waits holds up nobody."""
            address_family = socket.AF_INET6 if ':' in address else socket.AF_INET
            daemon_threads = True

            def finish_request(self, request, client_address):
                try:
                    with context.wrap_socket(request, server_side=True) as wrapped:
                        socketserver.BaseServer.finish_request(self, wrapped, client_address)
                except OSError:
                    pass

            def handle_error(self, *_):
                """Broken connections are what is tried here."""

        self.server = Server((address, 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        """Serve no more."""
        self.server.shutdown()
        self.server.server_close()


def give(handler, body, status=200, kind='text/html', **headers):
    """Answer with a body."""
    handler.send_response(status)
    handler.send_header('Content-Type', kind)
    handler.send_header('Content-Length', str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace('_', '-'), value)
    handler.end_headers()
    handler.wfile.write(body)


class Trap:
    """A listener that counts connections and says nothing."""

    def __init__(self, address='127.0.0.1', port=0):
        self.knocks = 0
        self.socket = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
        self.socket.bind((address, port))
        self.socket.listen()
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.knocks += 1
            connection.close()

    def close(self):
        """Listen no more."""
        self.socket.close()
