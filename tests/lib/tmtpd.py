"""tmtpd alone, without agorad, and people who talk to it: what the tests of the server share."""
import json
import os
import random
import socket
import ssl
import string
import time

from contract import TMTPD
from patience import fair_time
from stack import Stack
from unix_http import UnixConnection, exchange

PATIENCE = 15  # seconds in which the machine lets us run
LONGEST = 120  # seconds of a wall clock for one answer, for sockets know no other


class Tmtpd(Stack):
    """One tmtpd on a database of its own. `settings` as of Stack; [oidc …] only when given. Posts may have any data
    unless the settings ask for check_inner: most tests are about something else."""

    def __init__(self, cluster, name, settings=None):
        server = {'check_inner': 'no', **(settings or {}).get('server', {})}
        wanted = {'oidc Agora': None, **(settings or {}), 'server': server}
        super().__init__(cluster.folder / name, cluster, suffix='_' + name, settings={'tmtpd': wanted})

    def prepare(self, **_):
        """Folder, certificate, configuration, migrated database, the introducer's account."""
        return self.prepare_tmtpd()

    def start(self):
        """Start it and wait until it serves, its database included."""
        self.tmtpd.start()
        self._wait(self.tmtpd, lambda: self.admin('GET', '/v1/server')[0] == 200, 30)
        return self

    def stop(self):
        """Stop it; raises when it ended badly (a sanitizer's report, a crash)."""
        if self.tmtpd.process is None:
            return
        status = self.tmtpd.stop()
        if status != 0:
            raise RuntimeError(f'tmtpd exited {status}:\n{self.tmtpd.tail(60)}')

    def __enter__(self):
        return self.prepare().start()

    def __exit__(self, *failed):
        self.stop()

    def admin_connection(self, timeout=30):
        """A fresh connection to the admin interface."""
        return UnixConnection(self.admin_socket, timeout)

    def call(self, method, path, body=None, token=None, timeout=30, headers=None):
        """A request to the admin interface, whose answer is held against its description."""
        token = self.admin_token.read_text().splitlines()[0] if token is None else token
        headers = {**({'Authorization': f'Bearer {token}'} if token else {}), **(headers or {})}
        answer = exchange(self.admin_connection(timeout), method, path, body, headers)
        TMTPD.check(answer)
        return answer

    def admin(self, method, path, body=None, token=None, **more):
        """The same as (status, JSON or None). Status 0 when nobody listens."""
        try:
            answer = self.call(method, path, body, token, **more)
        except (FileNotFoundError, ConnectionRefusedError):
            return 0, None
        return answer.status, answer.json

    def introduce(self, a, b, **body):
        """The two may write to each other; gives the status."""
        return self.admin('PUT', f'/v1/contacts/{escape(a.uid)}/{escape(b.uid)}', body)[0]

    def part(self, a, b):
        """They may no longer."""
        return self.admin('DELETE', f'/v1/contacts/{escape(a.uid)}/{escape(b.uid)}')[0]

    def sql(self, statement):
        """Look into the database."""
        return self.cluster.psql(self.tmtpd_db, statement)

    def resident(self):
        """Octets of memory that the process has."""
        with open(f'/proc/{self.tmtpd.process.pid}/statm', encoding='utf8') as f:
            return int(f.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')

    def link(self):
        """A link that has said nothing yet."""
        return Link(self.tmtp_port)

    def register(self, name, **more):
        """A new user on a link of their own."""
        return self.link().rev().register(name, **more)

    def login(self, person):
        """The same user and node on another link, with `info` read."""
        link = self.link().rev().login(person.uid, person.node)
        link.expect('info')
        link.alias = person.alias
        return link

    def friends(self, *names):
        """Users each of whom may write to every other."""
        people = [self.register(n) for n in names]
        for i, a in enumerate(people):
            for b in people[i + 1:]:
                self.introduce(a, b)
        return people

    def second(self, person, label='phone'):
        """Another node of a user who has nothing in the queue: made, logged in, and with its news read on both."""
        person.send({'op': 3, 'id': 'n', 'newnode': label}).find('ack')
        other = self.link().rev().login(person.uid, person.take('user')['nodeid'])
        other.expect('info')
        other.alias = person.alias
        for op in ('user', 'login'):
            other.take(op)
        person.take('login')
        return other

    def logs(self, event):
        """Lines of the log about an event."""
        return [line for line in map(json.loads, self._json_lines()) if line['event'] == event]

    def _json_lines(self):
        with open(self.tmtpd.log, encoding='utf8') as f:
            return [line for line in f if line.startswith('{')]


def escape(uid):
    """A uid as part of a path."""
    return uid.replace('%', '%25').replace('+', '%2B')


def wait_until(condition, seconds=PATIENCE):
    """Wait for a state that no event tells of."""
    end = fair_time() + seconds
    while not condition():
        assert fair_time() < end, 'it did not come about'
        time.sleep(0.01)


def silent(*people):
    """Nothing is in their queues: the next they get is their own."""
    for person in people:
        person.post(person, data=b'silence')
        assert person.take()['data'] == b'silence'


def frame(header, data=b''):
    """A frame as octets."""
    text = json.dumps(header, ensure_ascii=False, separators=(',', ':')).encode()
    return b'%04x' % len(text) + text + data


class Link:
    """A client's link. Every frame is taken in order; what is queued is acknowledged only when a test does."""

    def __init__(self, port, patience=LONGEST):
        self.uid = self.node = self.alias = None
        self.buffer, self.kept = bytearray(), []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.tcp = socket.create_connection(('127.0.0.1', port), patience)
        self.tcp_name = self.tcp.getsockname(), self.tcp.getpeername()
        self.sock = context.wrap_socket(self.tcp)
        self.sock.settimeout(patience)

    def raw(self, octets):
        """Send octets as they are."""
        self.sock.sendall(octets)
        return self

    def send(self, header, data=b''):
        """Send a frame."""
        return self.raw(frame(header, data))

    def taken(self):
        """Whether the server has read all that was sent, by the kernel's table of connections (proc(5), tx_queue and
        rx_queue): what Nagle's algorithm holds back with us has not come to it yet."""
        ports = {f'{name[1]:04X}' for name in self.tcp_name}
        with open('/proc/net/tcp', encoding='ascii') as table:
            rows = [line.split()[:5] for line in table]
        queues = [row[4] for row in rows if {row[1][-4:], row[2][-4:]} == ports]
        return set(queues) == {'00000000:00000000'}

    def receive(self):
        """The next frame as (header, data), of those kept first; None when the server has closed."""
        return self.kept.pop(0) if self.kept else self._receive()

    def _receive(self):
        while True:
            if len(self.buffer) >= 4:
                end = 4 + int(self.buffer[:4], 16)
                if len(self.buffer) >= end:
                    header = json.loads(self.buffer[4:end])
                    last = end + header.get('datalen', 0)
                    if len(self.buffer) >= last:
                        data = bytes(self.buffer[end:last])
                        del self.buffer[:last]
                        return header, data
            try:
                got = self.sock.recv(1 << 18)
            except (ConnectionResetError, ssl.SSLEOFError):
                got = b''
            if not got:
                return None
            self.buffer += got

    def expect(self, op):
        """The next frame, which must be of this op; its header, with the data as `data`."""
        frame = self.receive()
        assert frame is not None, f'the server closed instead of {op}'
        assert frame[0]['op'] == op, f'{frame[0]} instead of {op}'
        return {**frame[0], 'data': frame[1]}

    def find(self, op):
        """The first frame of this op; the others are kept for later."""
        skipped = []
        while True:
            frame = self.receive()
            assert frame is not None, f'the server closed before {op}; it had said {skipped}'
            if frame[0]['op'] == op:
                self.kept = skipped + self.kept
                return {**frame[0], 'data': frame[1]}
            skipped.append(frame)

    def quits(self, text):
        """The server says quit with this text (after frames that don't matter), and closes."""
        assert self.find('quit')['error'] == text
        self.kept = []
        assert self.receive() is None

    def closed(self):
        """The server closes without a word."""
        frame = self.receive()
        assert frame is None, frame

    def rev(self):
        """TmtpRev and its answer."""
        self.send({'op': 0, 'id': '1'}).expect('tmtprev')
        return self

    def register(self, name, alias=None, **more):
        """Register; gives the link, logged in."""
        self.alias = alias or f'{name} {"".join(random.choices(string.ascii_lowercase, k=8))}'
        self.send({'op': 1, 'newnode': 'laptop', 'newalias': self.alias, **more})
        made = self.expect('registered')
        self.uid, self.node = made['uid'], made['nodeid']
        self.expect('info')
        return self

    def login(self, uid, node):
        """Ask to log in; the answer is not read."""
        self.uid, self.node = uid, node
        return self.send({'op': 2, 'uid': uid, 'node': node})

    def post(self, *to, data=b'text', ident='m', **more):
        """Post to users and give the ack. An item may be a uid as well."""
        items = [{'id': getattr(t, 'uid', t), 'type': 1} for t in to]
        self.send({'op': 7, 'id': ident, 'for': items, 'datalen': len(data), **more}, data)
        return self.find('ack')

    def ping(self, to, text='hello', ident='p'):
        """Ping an alias and give the ack."""
        self.send({'op': 9, 'id': ident, 'from': self.alias, 'to': to, 'datalen': len(text)}, text.encode())
        return self.find('ack')

    def invite(self, gid, to, text='join us', ident='i', **more):
        """Invite an alias to a group and give the ack."""
        data = text.encode()
        self.send({'op': 5, 'id': ident, 'gid': gid, 'from': self.alias, 'to': to, 'datalen': len(data), **more}, data)
        return self.find('ack')

    def group(self, act, gid, ident='g', **more):
        """GroupEdit; gives the ack."""
        return self.send({'op': 6, 'id': ident, 'act': act, 'gid': gid, **more}).find('ack')

    def post_group(self, gid, kind=3, data=b'text', ident='m'):
        """Post to a group and give the ack."""
        self.send({'op': 7, 'id': ident, 'for': [{'id': gid, 'type': kind}], 'datalen': len(data)}, data)
        return self.find('ack')

    def ohi(self, kind, *to, ident='o'):
        """OhiEdit; gives the ack. An item may be a uid as well."""
        return self.send({'op': 4, 'id': ident, 'type': kind, 'for': [{'id': getattr(t, 'uid', t)} for t in to]}).find('ack')

    def ack(self, message):
        """Acknowledge a message."""
        return self.send({'op': 10, 'id': message['id'], 'type': 'ok'})

    def take(self, op='delivery'):
        """The next queued message, which must be of this op, acknowledged; its header with `data`."""
        message = self.expect(op)
        self.ack(message)
        return message

    def quit(self):
        """Log out as a client should."""
        self.send({'op': 12}).quits('logout ok')
        self.close()

    def close(self):
        """Drop the link."""
        self.sock.close()
