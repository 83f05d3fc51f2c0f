"""What a TMTP server promises about queues, as a small model that walks beside a real tmtpd.

A node's queue is a list: `user` messages first, then the rest, each in the order in which the server took them
(which is that of their ids). One message is in flight; it stays the first until its Ack, and again after a lost
link. Whether the Acks that were sent last on a link have arrived is not known before the node's next login: each
of these messages then comes once more at its place, or is gone.

A step sends what it has to send from several links at once, then reads every answer that the model foresees.
Anything else that comes is a fault.
"""
import string

FIRST, REST = 0, 1  # ranks


class Message:
    """A message as the model knows it; `id` is None until the server has said it. A `user` message may tell of a node
    that it `makes`."""

    def __init__(self, place, op, uid, data=b'', rank=REST, ident=None, makes=None):
        self.place, self.op, self.uid, self.data, self.rank, self.id = place, op, uid, data, rank, ident
        self.makes = makes

    def order(self):
        """Where it stands in a queue."""
        return self.rank, self.place

    def __repr__(self):
        return f'{self.op} {self.data[:20]} ({self.id})'


class Node:
    """One device."""

    def __init__(self, uid, password, name):
        self.uid, self.node, self.name, self.alias = uid, password, name, None
        self.queue, self.link, self.flight = [], None, None
        self.fresh, self.unsure = [], []  # acknowledged, not known to be safe: on this link; on those before
        self.story = []  # for whoever reads of a fault

    def __repr__(self):
        return f'node {self.name} ({" ".join(self.story[-30:])})'

    def add(self, message):
        """Queue a message by rank; the model adds them in their order."""
        self.queue.append(message)
        self.queue.sort(key=Message.order)


class Model:
    """Users with their nodes, and the steps that may be taken."""

    def __init__(self, tmtpd, dice, users=3):
        self.tmtpd, self.dice, self.history, self.texts = tmtpd, dice, [], 0
        self.users = {}
        for i in range(users):
            link = tmtpd.register(f'user {i}')
            node = Node(link.uid, link.node, f'{i}.0')
            node.link = link
            self.users[link.uid] = [node]

    @property
    def nodes(self):
        """All devices."""
        return [n for nodes in self.users.values() for n in nodes]

    @property
    def online(self):
        """Those with a link."""
        return [n for n in self.nodes if n.link]

    def _message(self, op, uid, **more):
        message = Message(len(self.history), op, uid, **more)
        self.history.append(message)
        return message

    # -- steps ---------------------------------------------------------------------------------------

    def burst(self):
        """Several nodes post and acknowledge at once."""
        sent = []
        for node in self.dice.sample(self.online, self.dice.randint(1, len(self.online))) if self.online else []:
            if node.flight and self.dice.random() < 0.6:
                self._acknowledge(node)
            for _ in range(self.dice.randint(0, 3)):
                sent.append(self._post(node, self.dice.sample(list(self.users), self.dice.randint(0, len(self.users)))))
        acks = []
        for node, uids, text in sent:
            ack = node.link.find('ack')
            assert ack['id'] == text.split(b'\0')[0].decode() and 'error' not in ack, ack
            node.fresh = []  # the Acks before this post are safe
            acks.append((ack['msgid'], node, uids, text))
        for ident, node, uids, text in sorted(acks, key=lambda a: a[0]):
            message = self._message('delivery', node.uid, data=text, ident=ident)
            for n in self.nodes:
                if n.uid in uids or (n.uid == node.uid and n is not node):
                    n.add(message)
        self.settle()

    def _post(self, node, uids):
        self.texts += 1
        ident = f'{node.name}/{self.texts}'
        text = ident.encode() + b'\0' * (70000 if self.dice.random() < 0.05 else self.dice.randint(1, 200))
        node.link.send({'op': 7, 'id': ident, 'for': [{'id': u, 'type': 1} for u in uids], 'datalen': len(text)}, text)
        return node, uids, text

    def _acknowledge(self, node):
        node.link.ack({'id': node.flight.id})
        node.story.append(f'ack:{node.flight.id}')
        node.queue.remove(node.flight)
        node.fresh.append(node.flight)
        node.flight = None

    def acknowledge(self):
        """A node acknowledges some messages, one after the other."""
        busy = [n for n in self.online if n.flight]
        node = self.dice.choice(busy) if busy else None
        for _ in range(self.dice.randint(1, 6)):
            if node and node.flight:
                self._acknowledge(node)
                self.settle()

    def drop(self):
        """A node's link is lost, perhaps right behind an Ack."""
        if self.online:
            node = self.dice.choice(self.online)
            if node.flight and self.dice.random() < 0.5:
                self._acknowledge(node)
            self._lose(node)

    def _lose(self, node):
        node.story.append('lost')
        node.link.close()
        node.link = node.flight = None
        node.unsure, node.fresh = node.unsure + node.fresh, []

    def login(self):
        """A node comes back."""
        away = [n for n in self.nodes if not n.link and n.node]
        if away:
            self._login(self.dice.choice(away))

    def _login(self, node):
        while True:  # the loss of the link before may not be known yet
            link = self.tmtpd.link().rev().login(node.uid, node.node)
            header, _ = link.receive()
            if header['op'] == 'info':
                break
            assert header['error'] == 'node already connected', header
            link.close()
        node.link = link
        node.story.append('login')
        note = self._message('login', node.uid)
        for n in self.users[node.uid]:
            n.add(note)
        self.settle()

    def alias(self):
        """A user takes another alias, of which a `user` message tells every node, ahead of the rest."""
        if self.online:
            self._edit(self.dice.choice(self.online), newalias=''.join(self.dice.choices(string.ascii_lowercase, k=20)))

    def new_node(self):
        """A user gets another node, which begins with a copy of the queue of the one that asks."""
        if self.online:
            node = self.dice.choice(self.online)
            nodes = self.users[node.uid]
            if len(nodes) < 4:
                made = Node(node.uid, None, f'{nodes[0].name[0]}.{len(nodes)}')
                made.queue, made.unsure = list(node.queue), list(node.unsure)
                made.story.append(f'made by {node}')
                nodes.append(made)
                self._edit(node, made, newnode=made.name)

    def _edit(self, node, made=None, **change):
        node.link.send({'op': 3, 'id': 'edit', **change})
        assert 'error' not in node.link.find('ack')
        node.fresh = []
        message = self._message('user', node.uid, rank=FIRST, makes=made)
        for n in self.users[node.uid]:
            n.add(message)
        self.settle()

    def restart(self):
        """tmtpd stops in order."""
        self.tmtpd.stop()
        self._start()

    def kill(self):
        """It does not."""
        self.tmtpd.tmtpd.kill()
        self._start()

    def _start(self):
        for node in self.online:
            self._lose(node)
        self.tmtpd.start()

    # -- what must come ------------------------------------------------------------------------------

    def settle(self):
        """Every node that is online and has none in flight gets the first of its queue, and no node anything else."""
        for node in self.online:
            if node.queue and not node.flight:
                self._arrive(node, *node.link.receive())
            assert not node.link.kept, f'{node} also got {node.link.kept}'

    def _arrive(self, node, header, data):
        first = node.queue[0]
        node.story.append(f'got:{header["id"]}')
        node.fresh = []
        for message in [m for m in node.unsure if m.id == header['id']]:
            first = message  # its Ack came too late
            node.add(first)
            assert node.queue[0] is first, f'{node} got {header} ahead of {node.queue[0]}'
        node.unsure = [m for m in node.unsure if m.order() > first.order()]
        assert header['op'] == first.op and header['from'] == first.uid and data == first.data, \
            f'{node} got {header} {data[:20]} instead of {first}'
        assert first.id in (None, header['id']), f'{header} was {first} before'
        first.id, node.flight = header['id'], first
        if first.makes:
            first.makes.node = header['nodeid']

    def finish(self):
        """Everybody logs in and empties their queue; nothing more is in it."""
        while any(n.flight or not n.link for n in self.nodes):
            for node in self.nodes:
                if not node.link and node.node:
                    self._login(node)
                elif node.flight:
                    self._acknowledge(node)
            self.settle()
        sender = self.nodes[0]
        sender.link.send({'op': 7, 'id': 'end', 'for': [{'id': u, 'type': 1} for u in self.users], 'datalen': 3}, b'end')
        sender.link.find('ack')
        for node in self.nodes:
            assert node.link.expect('delivery')['data'] == b'end', f'{node} had more in its queue'
            node.link.close()
        ids = [m.id for m in self.history if m.id]
        assert ids == sorted(set(ids)), 'ids are not in the order of what happened'
