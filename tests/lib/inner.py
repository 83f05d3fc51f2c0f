"""Inner headers as members write them, and with lies: what the tests of check_inner post."""
import json


def entry(who, by, **changes):
    """One entry of cc: a link, or the name of a group."""
    alias, uid = (who, who) if isinstance(who, str) else (who.alias, who.uid)
    return {'who': alias, 'whouid': uid, 'by': by.alias, 'byuid': by.uid, 'date': '2027-01-31T00:00:00Z', 'note': '',
            'subscribe': True, **changes}


def thread(author, *people, **changes):
    """The head of a new thread: everybody in cc, the author first."""
    cc = [entry(author, author, note='author'), *(entry(p, author) for p in people)]
    return {'threadid': '', 'alias': author.alias, 'subject': 'Hello', 'cc': cc, 'attach': [], **changes}


def reply(author, threadid='0000000000000001', **changes):
    """The head of a reply."""
    return {'threadid': threadid, 'alias': author.alias, 'subject': '', 'attach': [], **changes}


def octets(head):
    """A head as it goes over the wire; octets are taken as they are."""
    return head if isinstance(head, bytes) else json.dumps(head, ensure_ascii=False, separators=(',', ':')).encode()


def post(link, head, *to, body=b'text', ident='m', groups=(), **more):
    """Post with this head and give the ack."""
    head = octets(head)
    items = [{'id': getattr(t, 'uid', t), 'type': 1} for t in to] + [{'id': g, 'type': 3} for g in groups]
    link.send({'op': 7, 'id': ident, 'for': items, 'datalen': len(head) + len(body), 'datahead': len(head), **more}, head + body)
    return link.find('ack')


def refused(ack, fault):
    """The ack of a post that was refused for exactly this."""
    assert ack.get('error') == fault, ack
    assert 'msgid' not in ack and 'posted' not in ack
    return True
