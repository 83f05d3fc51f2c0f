"""What every answer says to the browser that shows it, and the files of the browser app."""
import hashlib
import http.client
import pathlib
import re

import pytest
from conftest import make_instance

SCRIPT, STYLE = b'console.log("agora");' * 200, b'body{color:#123}' * 100
FORMS = {'': SCRIPT, '.gz': b'\x1f\x8b gzip form', '.br': b'brotli form'}
PAGE = b'<!doctype html><title>Agora</title><script src="/assets/app.0123abcd.js"></script>'


@pytest.fixture(scope='module', name='site')
def a_site(cluster, template, tmp_path_factory):
    """An instance with a small browser app of known files, and a secret beside its folder."""
    top = tmp_path_factory.mktemp('site')
    web = top / 'web'
    (web / 'assets').mkdir(parents=True)
    (top / 'secret.txt').write_text('not for anybody')
    (web / 'index.html').write_bytes(PAGE)
    (web / 'favicon.svg').write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (web / '.hidden').write_text('not for anybody')
    for ending, data in FORMS.items():
        (web / f'assets/app.0123abcd.js{ending}').write_bytes(data)
    (web / 'assets/plain.css').write_bytes(STYLE)
    (web / 'assets/link.txt').symlink_to(top / 'secret.txt')
    stack = make_instance(cluster, template, 'site', {'agorad': {'http': {'static_dir': web}}})
    yield stack
    stack.stop()


@pytest.fixture(scope='module', name='get')
def a_get(site):
    """GET of a path exactly as given: nothing is cleaned on the way; (status, headers, body)."""
    def get(path, **headers):
        connection = http.client.HTTPConnection('localhost', site.http_port, timeout=20)
        connection.putrequest('GET', path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace('_', '-'), value)
        connection.endheaders()
        response = connection.getresponse()
        answer = response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        connection.close()
        return answer
    return get


def policy(headers):
    """Content-Security-Policy as {directive: sources}."""
    return {p.split()[0]: p.split()[1:] for p in headers['content-security-policy'].split(';') if p.strip()}


def every_kind(site, get):
    """(name, status, headers) of each kind of answer."""
    member = site.person('Hanna')
    yield 'page', *get('/', Accept='text/html')[:2]
    yield 'deep page', *get('/introductions', Accept='text/html')[:2]
    yield 'script', *get('/assets/app.0123abcd.js')[:2]
    yield 'missing', *get('/assets/none.js')[:2]
    yield 'signed-in json', *get('/api/v1/me/profile', Cookie=f'agora={member.cookies["agora"]}')[:2]
    yield 'public json', *get('/api/v1/instance')[:2]
    yield '401', *get('/api/v1/session')[:2]
    yield '404 of the interface', *get('/api/v1/members/no-such-member')[:2]
    yield '400', *get('/api/v1/members?q=%ff')[:2]
    yield 'discovery', *get('/.well-known/openid-configuration')[:2]
    yield 'consent page', *get('/oauth2/authorize?client_id=nobody', Accept='text/html')[:2]
    yield 'sign-out', *(lambda a: (a.status, a.headers))(member.request('DELETE', 'session'))


def test_every_answer_protects_the_browser(site, get):
    """Not sniffed, not framed, no script of its own, no address told to other sites; the type is named with its charset."""
    seen = {}
    for name, status, headers in every_kind(site, get):
        seen[name] = status
        csp = policy(headers)
        assert headers['x-content-type-options'] == 'nosniff', name
        assert csp['frame-ancestors'] == ["'none'"] and csp['default-src'] == ["'none'"], (name, csp)
        assert not re.search(r"unsafe-|https?:|\*", headers['content-security-policy']), (name, csp)
        assert set(csp.get('script-src', [])) <= {"'self'", "'none'"} and set(csp.get('object-src', [])) <= {"'none'"}, name
        assert headers['referrer-policy'] in ('same-origin', 'no-referrer'), name
        assert re.fullmatch(r'[0-9a-f]{32}', headers['x-request-id']), name
        assert 'server' not in headers and 'x-powered-by' not in headers, name
        kind = headers.get('content-type', '')
        assert not kind.startswith('text/') or kind.endswith('; charset=utf-8'), (name, kind)
        if kind.startswith('text/html'):
            assert headers['cross-origin-opener-policy'] == 'same-origin', name
            assert 'camera=' in headers['permissions-policy'], name
            assert csp.get('base-uri', csp['default-src']) == ["'none'"] and 'form-action' in csp, (name, csp)
    assert seen == {'page': 200, 'deep page': 200, 'script': 200, 'missing': 404, 'signed-in json': 200, 'public json': 200, '401': 401,
                    '404 of the interface': 404, '400': 400, 'discovery': 200, 'consent page': 400, 'sign-out': 204}


def test_what_a_member_sees_is_kept_nowhere(site, get):
    """no-store on everything that depends on who asks, refusals included; only files are cached."""
    for name, _, headers in every_kind(site, get):
        cache = headers.get('cache-control', '')
        if name == 'script':
            assert cache == 'public, max-age=31536000, immutable'
        elif name in ('page', 'deep page'):
            assert cache in ('no-cache', 'no-store')
        elif name not in ('discovery', 'public json'):
            assert cache == 'no-store', (name, cache)


@pytest.mark.parametrize('path', [
    '/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt', '/..%5csecret.txt',
    '/assets/..%252f..%252fsecret.txt', '//secret.txt', '//../secret.txt', '/./../secret.txt', '/assets/%00', '/index.html%00.js',
    '/assets/app.0123abcd.js%00', '/.hidden', '/assets/.%2e/.hidden', '/%2ehidden', '/assets/link.txt', '/....//secret.txt',
    '/assets/', '/assets', '/assets/app.0123abcd.js/', '/assets/app.0123abcd.js.gz', '/assets/app.0123abcd.js.br', '/web/index.html',
    '/etc/passwd', '//etc/passwd', '/%2fetc/passwd', 'http://localhost/../secret.txt', '/assets/%c0%ae%c0%ae/secret.txt', '/index.html/..'])
def test_only_files_of_the_app_are_served(get, path):
    """Whatever a path is made of: a file by its exact name, or nothing. Links out of the folder are not followed."""
    for accept in ('*/*', 'text/html'):
        status, _, body = get(path, Accept=accept)
        assert b'not for anybody' not in body and b'root:' not in body
        assert status in (400, 404) or body == PAGE and accept == 'text/html', (path, accept, status, body[:80])


def test_a_missing_asset_is_not_the_page(get):
    """A script that is gone must not come as HTML with 200, nor an address of the interface."""
    for path in ('/assets/gone.js', '/api/v1/nothing', '/api/', '/oauth2/nothing', '/.well-known/nothing'):
        assert get(path, Accept='text/html')[0] == 404, path
    assert get('/search', Accept='text/html')[2] == PAGE
    assert get('/search', Accept='application/json')[0] == 404


def test_the_smallest_form_that_the_browser_takes_is_sent(get):
    """Brotli before gzip before plain, each with its own tag; q=0 is a no."""
    path = '/assets/app.0123abcd.js'
    tags = set()
    for accept, form in (('gzip, deflate, br', '.br'), ('gzip', '.gz'), ('', ''), ('identity', ''), ('br;q=0, gzip', '.gz'),
                         ('gzip;q=0, br;q=0', ''), ('x-br, xgzip', ''), ('GZIP', ''), ('gzip;q=0.5,br;q=1', '.br')):
        status, headers, body = get(path, **({'Accept_Encoding': accept} if accept else {}))
        assert (status, body) == (200, FORMS[form]), accept
        assert headers.get('content-encoding') == {'.br': 'br', '.gz': 'gzip', '': None}[form]
        assert headers['content-type'] == 'text/javascript; charset=utf-8' and 'accept-encoding' in headers['vary'].lower()
        tags.add(headers['etag'])
    assert len(tags) == 3
    assert get('/assets/plain.css', Accept_Encoding='br, gzip')[2] == STYLE


def test_a_known_file_is_not_sent_again(get):
    """304 for the tag that was given, with the same protections and no body; 200 for any other."""
    _, headers, body = get('/assets/plain.css')
    assert headers['etag'] == f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    for known in (headers['etag'], f'W/{headers["etag"]}', f'"other", {headers["etag"]}'):
        status, again, nothing = get('/assets/plain.css', If_None_Match=known)
        assert (status, nothing) == (304, b'') and again['etag'] == headers['etag'], known
        assert again['x-content-type-options'] == 'nosniff'
    assert get('/assets/plain.css', If_None_Match='"other"')[0] == 200


def test_the_app_as_it_is_built_runs_no_inline_script():
    """The page that is shipped obeys the policy that it is sent with."""
    built = pathlib.Path(__file__).resolve().parents[2] / 'web'
    page = (built / ('dist/index.html' if (built / 'dist/index.html').exists() else 'index.html')).read_text(encoding='utf8')
    assert not re.search(r'<script(?![^>]*\bsrc=)[^>]*>|<style|\son[a-z]+\s*=|\sstyle\s*=|javascript:', page, re.I)
    assert not re.search(r'(src|href)="(https?:)?//', page)
