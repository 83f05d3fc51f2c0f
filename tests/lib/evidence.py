"""A member's draft with files of evidence, for the tests of what becomes of them."""
import struct
import subprocess
import zlib

from client import wait_for
from cluster import BIN

CLAIMS = {'given_name': 'Ada', 'family_name': 'Example', 'birthdate': '1980-05-17'}
PASSPORT = {'type': 'document', 'subtype': 'passport', 'document_number': 'X 1'}
PART = 1024 * 1024
OCTETS = 'application/offset+octet-stream'


def png(width=40, height=30, colour=(200, 30, 30), text=b''):
    """A picture; `text` goes into a comment."""
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = (b'\0' + bytes(colour) * width) * height
    comment = chunk(b'tEXt', b'Comment\0' + text) if text else b''
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) + comment
            + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


class Files:
    """A member's draft with one piece of evidence."""

    def __init__(self, member):
        self.member = member
        case = member.expect(201, 'POST', 'cases', {'level': 3}).json
        self.id, self.path = case['id'], f'cases/{case["id"]}'
        self.item = member.expect(201, 'POST', f'{self.path}/evidence', PASSPORT).json['evidence'][0]['id']

    def announce(self, length, status=201, name='passport.png', **more):
        """Announce a file."""
        return self.member.expect(status, 'POST', f'{self.path}/files',
                                  {'evidence': self.item, 'name': name, 'length': length, **more}).json

    def part(self, file, offset, data, member=None):
        """Send a part; the Answer."""
        member = member or self.member
        return member.raw('PATCH', f'/api/v1/files/{file["id"]}', data, {
            'Content-Type': OCTETS, 'Upload-Offset': str(offset), 'Origin': f'{member.url.scheme}://{member.url.netloc}'})

    def send(self, data, part=PART, name='passport.png'):
        """Announce and send a whole file."""
        file = self.announce(len(data), name=name)
        for at in range(0, len(data), part):
            answer = self.part(file, at, data[at:at + part])
            assert answer.status == 204, answer.text
        return file

    def get(self, file):
        """The file as its member sees it."""
        return self.member.get(f'files/{file["id"]}')

    def seen(self, file):
        """Wait until the file was looked at."""
        return wait_for(lambda: (f := self.get(file))['state'] not in ('receiving', 'received') and f, 60, why='a look')

    def submit(self):
        """State the claims and send the case to the verifiers."""
        case = self.member.expect(200, 'GET', self.path)
        case = self.member.expect(200, 'PUT', f'{self.path}/claims', CLAIMS, etag=case.etag)
        return self.member.expect(200, 'POST', f'{self.path}/submit', etag=case.etag)

    def take(self, verifier):
        """The verifier takes it."""
        taken = verifier.expect(200, 'POST', 'cases/next')
        assert taken.json['id'] == self.id
        return taken

    def reject(self, verifier):
        """The verifier, who has it, rejects it."""
        case = verifier.expect(200, 'GET', self.path)
        verifier.expect(200, 'POST', f'{self.path}/decision', {
            'outcome': 'reject', 'reason_codes': ['missing_evidence'], 'public_text': 'Sorry.'}, etag=case.etag)

    def destroyed(self, file):
        """Wait until the file was destroyed."""
        return wait_for(lambda: (f := self.get(file)).get('destroyed_at') and f, 60, why='its end')


def withdraw_all(instance):
    """End every open case, so that its member can begin the next."""
    instance.sql("select agora.case_withdraw(account_id, id) from agora.vcase "
                 "where state::text in ('draft', 'submitted', 'queued', 'in_review', 'needs_member')")


def page(client, file, number=1):
    """A page, whatever the answer."""
    return client.request('GET', f'files/{file["id"]}/pages/{number}')


def dump(instance):
    """What pg_dump makes of an instance's database."""
    return subprocess.run([BIN / 'pg_dump', '-d', instance.cluster.dsn(instance.agora_db, 'agora_owner')],
                          check=True, capture_output=True).stdout
