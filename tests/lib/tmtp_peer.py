"""A TMTP server that does what a test tells it: to see what the client makes of servers that are slow, rude,
or lie. Real TLS on a free port of localhost."""
import json
import socket
import ssl
import subprocess
import threading

UID, NODE = 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB', 'C' * 40


def make_certificate(folder, name='localhost'):
    """A self-signed certificate; gives (certificate, key)."""
    cert, key = folder / f'{name}.crt', folder / f'{name}.key'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
                    key, '-out', cert, '-days', '2', '-subj', f'/CN={name}', '-addext', f'subjectAltName=DNS:{name}'],
                   check=True, capture_output=True)
    return cert, key


class Link:
    """The server's end of one link."""

    def __init__(self, sock):
        self.sock, self.buffer = sock, b''

    def raw(self, octets):
        """Send as it is."""
        self.sock.sendall(octets)

    def send(self, data=b'', **header):
        """Send a frame."""
        text = json.dumps(header, separators=(',', ':'), sort_keys=True).encode()
        self.raw(b'%04x' % len(text) + text + data)

    def receive(self):
        """The next frame as (header, data); None when the client has gone."""
        while True:
            if len(self.buffer) >= 4:
                end = 4 + int(self.buffer[:4], 16)
                if len(self.buffer) >= end:
                    header = json.loads(self.buffer[4:end])
                    last = end + header.get('datalen', 0)
                    if len(self.buffer) >= last:
                        data, self.buffer = self.buffer[end:last], self.buffer[last:]
                        return header, data
            got = self.sock.recv(65536)
            if not got:
                return None
            self.buffer += got

    def expect(self, op):
        """The next frame, which must be of this op."""
        header, data = self.receive()
        assert header['op'] == op, f'the client sent op {header["op"]}, not {op}'
        return header, data

    def greet(self, **more):
        """The start of every session."""
        self.expect(0)
        self.send(op='tmtprev', id='1', name='peer', **more)

    def login(self):
        """Greet and take any login."""
        self.greet()
        header, _ = self.expect(2)
        self.send(op='info', info='login ok')
        return header

    def quit(self):
        """Take the client's quit."""
        self.expect(12)
        self.send(op='quit', error='logout ok')


class Peer:
    """Listens; each link is one call of the next of `scripts`, in order."""

    def __init__(self, certificate, *scripts):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.server = f'localhost:{self.listener.getsockname()[1]}'
        self.scripts, self.failure = scripts, None
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        for script in self.scripts:
            try:
                sock, _ = self.listener.accept()
                sock.settimeout(20)
                with self.context.wrap_socket(sock, server_side=True) as tls:
                    script(Link(tls))
                    while tls.recv(65536):
                        pass
            except OSError:
                pass  # the client has closed
            except Exception as e:  # shown by __exit__, in the test
                self.failure = e

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failed):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(20)
        if self.failure and not failed[0]:
            raise self.failure
