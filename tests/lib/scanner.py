"""A real clamd with a database of one signature, so that it needs neither a download nor memory."""
import pathlib
import shutil
import socket
import subprocess
import tempfile

from patience import fair_time

PROGRAM = '/usr/sbin/clamd'
SIGNATURE = b'THIS-IS-WHAT-THE-TEST-CALLS-HARMFUL'


class Scanner:
    """clamd in the foreground, on a Unix socket of its own."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='agora-clamd-', dir='/tmp'))
        self.socket = self.folder / 'clamd.sock'
        (self.folder / 'db').mkdir()
        (self.folder / 'db/test.ndb').write_text(f'Agora.Test.Harmful:0:*:{SIGNATURE.hex()}\n')
        (self.folder / 'clamd.conf').write_text(
            f'LocalSocket {self.socket}\nDatabaseDirectory {self.folder}/db\nForeground yes\nStreamMaxLength 1M\n'
            f'TemporaryDirectory {self.folder}\nMaxThreads 2\nExitOnOOM yes\nLogFile {self.folder}/log\nPidFile {self.folder}/pid\n')
        self.process = None

    def start(self):
        """Start, and wait until it answers."""
        self.process = subprocess.Popen([PROGRAM, '--config-file', self.folder / 'clamd.conf'], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        end = fair_time() + 60
        while not self._answers():
            if self.process.poll() is not None or fair_time() > end:
                raise RuntimeError((self.folder / 'log').read_text())
        return self

    def _answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.socket))
                s.sendall(b'zPING\0')
                return s.recv(16) == b'PONG\0'
        except OSError:
            return False

    def stop(self):
        """Stop; its socket answers no more."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.socket.unlink(missing_ok=True)

    def remove(self):
        """Stop, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
