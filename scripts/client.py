"""A person at the HTTP interface: keeps the session cookie, sends what a browser sends.

Used by the demo, the example members and the tests; only the public interface, nothing else.
"""
import http.client
import json
import pathlib
import re
import time
import urllib.parse
import uuid

from patience import fair_time


class ApiError(Exception):
    """An answer that was not the one expected; `problem` is the RFC 9457 object."""

    def __init__(self, answer):
        super().__init__(f'{answer.method} {answer.path}: {answer.status} {answer.text[:600]}')
        self.status, self.problem, self.answer = answer.status, answer.json if answer.text else None, answer


class Answer:
    """Status, headers (lower-case names), text; json decoded when asked for."""

    def __init__(self, method, path, response, body):
        self.method, self.path = method, path
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.cookies = [v for k, v in response.getheaders() if k.lower() == 'set-cookie']
        self.body = body

    @property
    def text(self):
        """Body as text."""
        return self.body.decode('utf8', 'replace')

    @property
    def json(self):
        """Body as JSON, None when it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def etag(self):
        """The ETag as it came."""
        return self.headers.get('etag')


class Client:
    """Talks to one instance, one connection, one session."""

    def __init__(self, url, observe=None):
        self.url = urllib.parse.urlsplit(url)
        self.cookies = {}
        self.observe = observe
        self.connection = None

    def raw(self, method, path, body=None, headers=None):
        """One request as it is; returns an Answer whatever its status."""
        sent = {'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())} if self.cookies else {}
        sent.update(headers or {})
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=300)
            try:
                self.connection.request(method, path, body, sent)
                response = self.connection.getresponse()
                answer = Answer(method, path, response, response.read())
                break
            except (http.client.HTTPException, OSError):
                self.close()
                # A keep-alive connection that the server closed meanwhile; a first try on a fresh one is final.
                if attempt == 2:
                    raise
        for cookie in answer.cookies:
            name, value = re.match(r'([^=]+)=([^;]*)', cookie).groups()
            if value and 'max-age=0' not in cookie.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        if self.observe:
            self.observe(answer)
        return answer

    def close(self):
        """Drop the connection; the session stays."""
        if self.connection:
            self.connection.close()
        self.connection = None

    def request(self, method, path, data=None, etag=None, key=None, headers=None):
        """A JSON request of the browser app; `key` is the Idempotency-Key (made up for a POST when None)."""
        sent = {'Accept': 'application/json', 'Origin': f'{self.url.scheme}://{self.url.netloc}'}
        body = None
        if data is not None:
            body = json.dumps(data).encode()
            sent['Content-Type'] = 'application/merge-patch+json' if method == 'PATCH' else 'application/json'
        if method == 'POST':
            sent['Idempotency-Key'] = key or str(uuid.uuid4())
        if etag:
            sent['If-Match'] = etag
        sent.update(headers or {})
        return self.raw(method, path if path.startswith('/') else f'/api/v1/{path}', body, sent)

    def expect(self, status, method, path, data=None, **more):
        """As request, but any other status raises ApiError; gives the Answer."""
        answer = self.request(method, path, data, **more)
        if answer.status != status:
            raise ApiError(answer)
        return answer

    def get(self, path, **query):
        """GET that must be 200; gives the JSON."""
        q = '?' + urllib.parse.urlencode(query, doseq=True) if query else ''
        return self.expect(200, 'GET', path + q).json

    def sign_in(self, email, password):
        """Sign in; gives the session."""
        return self.expect(201, 'POST', 'session', {'email': email, 'password': password}).json


def wait_for(what, seconds=20, pause=0.05, why='condition'):
    """Call `what` until it gives something true; gives that."""
    end = fair_time() + seconds
    while True:
        found = what()
        if found:
            return found
        if fair_time() > end:
            raise TimeoutError(f'waited {seconds} s for {why}')
        time.sleep(pause)


def mail_code(folder, address, seconds=20):
    """The code in the newest message to `address` (the instance writes its messages to a folder)."""
    def look():
        for path in sorted(pathlib.Path(folder).glob('*.eml'), key=lambda p: p.stat().st_mtime, reverse=True):
            text = path.read_text(encoding='utf8', errors='replace')
            if re.search(rf'^To: .*{re.escape(address)}', text, re.M | re.I):
                found = re.search(r'^\s*([0-9A-Z]{4,}(?:-[0-9A-Z]{4,})*)\s*$', text.split('\n\n', 1)[-1].replace('\r', ''), re.M)
                if found:
                    return found.group(1)
        return None
    return wait_for(look, seconds, why=f'a message with a code to {address}')
