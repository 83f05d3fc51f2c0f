"""A way to PostgreSQL that can lose the answer to a commit, as a broken connection does at the worst moment."""
import pathlib
import socket
import threading


class Lossy:
    """Listens in `folder` for libpq and passes all on to the server in `target` (a folder as well)."""

    def __init__(self, folder, target):
        self.folder, self.target = pathlib.Path(folder), pathlib.Path(target)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.statement, self.pass_over, self.lost = None, 0, threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / '.s.PGSQL.5432'))
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self, statement, pass_over=0):
        """The next transaction that runs this prepared statement, or a later one, commits, but nobody is told; `lost` is set then."""
        self.lost.clear()
        self.pass_over = pass_over
        self.statement = statement.encode() + b'\0'

    def close(self):
        """Take no more connections."""
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.target / '.s.PGSQL.5432'))
            armed = threading.Event()
            for of, to, look in ((client, server, self._asked), (server, client, self._answered)):
                threading.Thread(target=self._pass_on, args=(of, to, look, armed), daemon=True).start()

    def _asked(self, octets, armed):
        if self.statement is not None and self.statement in octets:
            if self.pass_over == 0:
                self.statement = None
                armed.set()
            self.pass_over -= 1
        return True

    def _answered(self, octets, armed):
        if armed.is_set() and b'COMMIT\0' in octets:
            self.lost.set()
            return False
        return True

    @staticmethod
    def _pass_on(of, to, look, armed):
        try:
            while octets := of.recv(1 << 20):
                if not look(octets, armed):
                    break
                to.sendall(octets)
        except OSError:
            pass
        for side in (of, to):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
