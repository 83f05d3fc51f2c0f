"""HTTP and JSON over a Unix socket, or any other connection."""
import http.client
import json
import socket


class UnixConnection(http.client.HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, path, timeout=30):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        """To the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    """What came back; `headers` by their names in small letters."""

    def __init__(self, method, path, answer):
        self.method, self.path, self.status = method, path, answer.status
        self.headers = {k.lower(): v for k, v in answer.getheaders()}
        self.body = answer.read()

    @property
    def json(self):
        """The body, None when there is none."""
        return json.loads(self.body) if self.body else None


def exchange(connection, method, target, body=None, headers=None):
    """One request on a connection, which is closed. A body that is no text is sent as JSON."""
    if body is not None and not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    try:
        connection.request(method, target, body, headers or {})
        return Answer(method, target, connection.getresponse())
    finally:
        connection.close()


def ask(path, method, target, body=None, headers=None, timeout=30):
    """One request to a Unix socket: (status, JSON or None); status 0 when nobody listens."""
    try:
        answer = exchange(UnixConnection(path, timeout), method, target, body, headers)
    except (FileNotFoundError, ConnectionRefusedError):
        return 0, None
    return answer.status, answer.json
