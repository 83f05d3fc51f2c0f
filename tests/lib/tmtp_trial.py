"""Clients that post and read through every loss of their link, and a ledger of what was promised to them.

Each node of each user is a thread of its own. It posts texts of which no two are alike, acknowledges what it
gets, and sometimes drops its link or stays away. The rules that can be seen at once (order, no message again
after its Ack is safe) are judged when a frame arrives; `Ledger.verdict` judges the rest at the end.

When is an Ack safe? tmtpd does not answer it. It is known to be on disk when, on the same link, a later
message has come or a Post that was sent after it has been acked. An Ack that was sent just before a crash
may be lost, and its message comes again: that is allowed.
"""
import collections
import random
import threading

WINDOW = 3  # posts of one client without an ack
LONG = 70000  # octets of a long message, which tmtpd stores in pieces
PENDING_MAX = 300  # deliveries still due, above which nobody posts


class Promise:
    """A post: what was sent to whom, and the id under which the server said that it is safe."""

    def __init__(self, text, nodes, floor):
        self.text, self.nodes, self.floor, self.msgid = text, nodes, floor, None


class Ledger:
    """What all clients have seen, under one lock."""

    def __init__(self):
        self.changed = threading.Condition()
        self.promises, self.faults = {}, []
        self.highest, self.acks, self.deliveries, self.due = '', 0, 0, 0
        self.done = threading.Event()

    def fault(self, text):
        """A broken rule."""
        with self.changed:
            self.faults.append(text)

    def promise(self, text, nodes):
        """A post is about to be sent."""
        with self.changed:
            made = self.promises[text] = Promise(text, nodes, self.highest)
        return made

    def acked(self, promise, msgid):
        """It is safe. Its id is larger than any that was known before it was sent."""
        with self.changed:
            if msgid <= promise.floor:
                self.faults.append(f'{promise.text} has the id {msgid}, not above {promise.floor}')
            promise.msgid = msgid
            self.highest = max(self.highest, msgid)
            self.acks += 1
            self.due += len(promise.nodes)
            self.changed.notify_all()

    def delivered(self):
        """Some node got a message for the first time."""
        with self.changed:
            self.deliveries += 1
            self.changed.notify_all()

    def may_post(self):
        """Whether the readers keep up."""
        return self.due - self.deliveries < PENDING_MAX

    def wait_for_acks(self, count, seconds=60):
        """Until so many more posts were acked."""
        with self.changed:
            wanted = self.acks + count
            assert self.changed.wait_for(lambda: self.acks >= wanted or self.faults, seconds), 'no post was acked'
            assert not self.faults, self.faults[:5]

    def verdict(self):
        """Every rule that is still to be judged, once all queues are empty; what is broken, as texts."""
        faults = list(self.faults)
        for p in self.promises.values():
            got = [n for n in p.nodes if p.text in n.texts]
            if p.msgid is not None:
                faults += [f'{p.text} was acked but {n} never got it' for n in p.nodes if n not in got]
                faults += [f'{p.text} came to {n} as {n.texts[p.text]}, not {p.msgid}' for n in got if n.texts[p.text] != p.msgid]
            elif got and len(got) < len(p.nodes):
                faults.append(f'{p.text}, not acked, came to {got} but not to all of {p.nodes}')
        return faults


class Node:
    """One device of a user and what it has seen, over all its links."""

    def __init__(self, ledger, user, number, person):
        self.ledger, self.user, self.number = ledger, user, number
        self.uid, self.node, self.alias = person.uid, person.node, person.alias
        self.texts, self.senders = {}, collections.defaultdict(int)
        self.seen, self.safe, self.last = set(), set(), ''

    def __repr__(self):
        return f'node {self.user.number}.{self.number}'

    def take(self, header, data):
        """A queued message has come."""
        ident = header['id']
        if ident in self.safe:
            self.ledger.fault(f'{self} got {ident} again after its Ack was safe')
        if ident in self.seen:
            return
        if ident <= self.last:
            self.ledger.fault(f'{self} got {ident} after {self.last}')
        self.seen.add(ident)
        self.last = ident
        if header['op'] == 'delivery':
            self._text(ident, data)
            self.ledger.delivered()

    def _text(self, ident, data):
        text = data.split(b'\0')[0].decode()
        sender, count = text.rsplit('/', 1)
        if text in self.texts:
            self.ledger.fault(f'{self} got {text} twice, as {self.texts[text]} and {ident}')
        if int(count) <= self.senders[sender]:
            self.ledger.fault(f'{self} got {text} after {sender}/{self.senders[sender]}')
        self.texts[text], self.senders[sender] = ident, int(count)


class User:
    """A user with one node or more. `absent` says that they are away half of the time."""

    def __init__(self, tmtpd, ledger, number, nodes=1, absent=False):
        self.number, self.absent, self.nodes = number, absent, []
        link = tmtpd.register(f'user {number}')
        self.nodes.append(Node(ledger, self, 0, link))
        for i in range(1, nodes):
            link.send({'op': 3, 'id': 'n', 'newnode': f'node {i}'}).find('ack')
            link.node = link.take('user')['nodeid']
            self.nodes.append(Node(ledger, self, i, link))
        link.close()
        self.uid = link.uid


class Session:
    """What one link still owes its client: acks of posts, and the certainty that its Acks are safe."""

    def __init__(self, client, link):
        self.node, self.ledger, self.link = client.node, client.node.ledger, link
        self.waiting, self.acked, self.late = {}, [], None

    def post(self, text, items, nodes, size):
        """Post to users; the text is padded to `size` octets."""
        data = text.encode() + b'\0' * max(1, size - len(text))
        self.waiting[text] = (self.ledger.promise(text, nodes), len(self.acked))
        self.link.send({'op': 7, 'id': text, 'for': items, 'datalen': len(data)}, data)

    def take(self, header, data, wait):
        """A frame has come; a message is acknowledged now, or by the next call when `wait`."""
        self.catch_up()
        if header['op'] == 'ack':
            promise, before = self.waiting.pop(header['id'])
            assert 'error' not in header, header
            self.node.safe.update(self.acked[:before])
            self.ledger.acked(promise, header['msgid'])
        elif 'from' in header:
            self.node.safe.update(a for a in self.acked if a != header['id'])
            self.node.take(header, data)
            if wait:
                self.late = header
            else:
                self._acknowledge(header)

    def catch_up(self):
        """Send the Ack that was put off."""
        if self.late:
            self._acknowledge(self.late)
            self.late = None

    def _acknowledge(self, header):
        self.link.ack(header)
        self.acked.append(header['id'])


class Client(threading.Thread):
    """A node at work until the ledger says that it is done."""

    def __init__(self, tmtpd, node, users, seed):
        super().__init__(daemon=True)
        self.tmtpd, self.node, self.users, self.ledger = tmtpd, node, users, node.ledger
        self.dice, self.count = random.Random(f'{seed} {node}'), 0

    def run(self):
        while not self.ledger.done.is_set():
            try:
                link = self.tmtpd.login(self.node)
            except (OSError, AssertionError):  # killed, or its database is
                self.ledger.done.wait(0.02)
                continue
            try:
                self._session(Session(self, link))
            except OSError:
                pass
            except Exception as e:  # a frame that nobody should get
                self.ledger.fault(f'{self.node}: {e!r}')
            finally:
                link.close()
            self._stay_away()

    def _session(self, session):
        session.link.sock.settimeout(0.2)
        for _ in range(self.dice.randint(20, 80) if self.node.user.absent else 1 << 30):
            if self.ledger.done.is_set():
                break
            if len(session.waiting) < WINDOW and self.ledger.may_post():
                self._post(session)
            try:
                frame = session.link.receive()
            except TimeoutError:
                session.catch_up()
                continue
            if frame is None:
                break
            session.take(*frame, wait=self.dice.random() < 0.1)

    def _post(self, session):
        self.count += 1
        to = self.dice.sample(self.users, self.dice.randint(0, 2))
        nodes = {n for u in [*to, self.node.user] for n in u.nodes if n is not self.node or self.node.user in to}
        session.post(f'{self.node}/{self.count}', [{'id': u.uid, 'type': 1} for u in to], nodes,
                     LONG if self.dice.random() < 0.03 else self.dice.randint(1, 300))

    def _stay_away(self):
        """Half of the time, by the count of what the others do meanwhile."""
        if self.node.user.absent:
            with self.ledger.changed:
                until = self.ledger.acks + self.dice.randint(20, 150)
                self.ledger.changed.wait_for(lambda: self.ledger.acks >= until or self.ledger.done.is_set(), 5)


def drain(tmtpd, node, mark):
    """Read a node's queue to the marking message, by the same rules."""
    link = tmtpd.login(node)
    session = Session(Client(tmtpd, node, [], 0), link)
    while True:
        header, data = link.receive()
        if data == mark:
            link.ack(header)
            break
        session.take(header, data, wait=False)
    link.quit()
