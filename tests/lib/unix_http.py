"""HTTP and JSON over a Unix socket."""
import http.client
import json
import socket


class _Connection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        """To the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=None, timeout=30):
    """One request: (status, JSON or None); status 0 when nobody listens. A body that is no text is sent as JSON."""
    connection = _Connection(path, timeout)
    if body is not None and not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    except (FileNotFoundError, ConnectionRefusedError):
        return 0, None
    finally:
        connection.close()
