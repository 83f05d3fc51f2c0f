"""Runs agora-fetch with an order, as agorad does."""
import os
import pathlib
import struct
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]


class Fetched:
    """What came of an order."""

    def __init__(self, order):
        program = TOP / os.environ['AGORA_BUILD'] / 'bin/agora-fetch'
        begun = time.monotonic()
        done = subprocess.run([program], input=order, capture_output=True, check=False, env={'LC_ALL': 'C.UTF-8'})
        self.seconds = time.monotonic() - begun
        self.exit, self.said = done.returncode, done.stderr.decode(errors='replace')
        self.status = self.url = self.address = self.type = self.body = self.refusal = None
        self.texts, self.whole = [], False
        self._read(done.stdout)

    def _read(self, out):
        names = {b'U': 'url', b'A': 'address', b'C': 'type', b'R': 'refusal'}
        while out:
            kind, length = out[:1], struct.unpack('>I', out[1:5])[0]
            data, out = out[5:5 + length], out[5 + length:]
            assert len(data) == length and not self.whole
            if kind == b'S':
                self.status = struct.unpack('>I', data)[0]
            elif kind == b'B':
                self.body = data
            elif kind == b'T':
                self.texts.append(data)
            elif kind == b'E':
                self.whole = True
            else:
                setattr(self, names[kind], data.decode())


def order(*lines):
    """The lines of an order as octets."""
    return b''.join((line.encode() if isinstance(line, str) else line) + b'\n' for line in lines)


def fetch(*lines, slow_is_meant=False):
    """Carry out an order. What a busy machine makes late is asked again, unless lateness is what is tested."""
    for _ in range(4):
        got = Fetched(order(*lines))
        assert got.exit == 0 and got.whole and got.said == '', got.said
        if slow_is_meant or got.refusal not in ('TIME', 'CONNECT', 'DNS'):
            break
    return got
