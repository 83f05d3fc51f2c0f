#!/usr/bin/env python3
"""A recall of 10,000 contacts: from the second person's word until tmtpd has confirmed that each has ended.

usage: recall.py; both daemons and their databases (fsync on) are on this machine.
"""
import pathlib
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests/lib')]
from client import Client, wait_for  # noqa: E402
from cluster import throwaway  # noqa: E402
from figure import figure, told  # noqa: E402
from recalled import Recalled  # noqa: E402
from stack import Stack  # noqa: E402

RECALLED, KNOWN, EACH = 200, 1000, 50
PASSWORD = 'a long enough password'


def staff(stack, name, role):
    """Somebody with a role, signed in."""
    stack.account(f'{name}@example.org', name, 'Staff', PASSWORD, role)
    client = Client(stack.url)
    client.account = client.sign_in(f'{name}@example.org', PASSWORD)['account']
    return client


def settled(first, act):
    """Whether all that the recall is about has ended, and the server has said so."""
    recall = first.get(f'two-person/{act}').get('recall', {})
    return 'finished_at' in recall and recall['contacts_unconfirmed'] == 0 and recall


def measure(stack):
    """Ask, confirm, wait, compare."""
    first, second, bad = (staff(stack, *who) for who in (('adam', 'admin'), ('anna', 'admin'), ('vito', 'verifier')))
    crowd = Recalled(stack, bad.account['id'], RECALLED, KNOWN, EACH)
    stack.cluster.psql(stack.agora_db, 'analyze')
    assert crowd.on_server() == crowd.contacts == RECALLED * EACH
    begun = time.monotonic()
    first.get('admin/recall', verifier=bad.account['handle'])
    figure('recall_radius', time.monotonic() - begun, 's', '<=', 2)
    act = first.expect(201, 'POST', 'two-person', {'kind': 'recall', 'payload': {'verifier': bad.account['handle']},
                                                   'reason': 'Measured, and for no other reason.'})
    begun = time.monotonic()
    second.expect(200, 'POST', f'two-person/{act.json["id"]}/confirm', etag=act.etag)
    figure('recall_confirm', time.monotonic() - begun, 's', '<=', 2)
    wait_for(lambda: crowd.wanted() == 0, 300, pause=0.2, why='the ledger')
    figure('recall_in_the_ledger', time.monotonic() - begun, 's', '<=', 60)
    wait_for(lambda: crowd.on_server() == 0, 300, pause=0.2, why='the server')
    figure('recall_on_the_server', time.monotonic() - begun, 's', '<=', 60)
    recall = wait_for(lambda: settled(first, act.json['id']), 300, pause=0.2, why='the recall')
    figure('recall_10000_contacts_confirmed', time.monotonic() - begun, 's', '<=', 60)
    told(f'{recall["contacts_ended"]} contacts of {recall["verifications"]} members; the auditor ends with '
         f'{stack.ctl("check", check=False).returncode}')


def main():
    """Measure and print."""
    cluster = throwaway(durable=True)
    stack = Stack(cluster.folder / 'var', cluster)
    try:
        stack.prepare(topics=False).start()
        measure(stack)
    finally:
        stack.stop()
        cluster.remove()


main()
