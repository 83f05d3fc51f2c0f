"""agora-fetch against web servers that are slow, long, broken or under a wrong name: a whole answer in time or a
reason, never more octets than allowed. And TXT records."""
import socket
import threading
import time

import pytest

from fetcher import Fetched, fetch, order
from web_trap import Authority, Names, Site, give

BODY_MAX, HEAD_MAX, SECONDS = 256 * 1024, 32 * 1024, 5


@pytest.fixture(scope='module')
def names():
    """A name server on which every host of example.test is this machine."""
    served = Names()
    for host in ('good', 'other', 'wrong'):
        served.zone[f'{host}.example.test'] = [('A', '127.0.0.1')]
    served.zone['six.example.test'] = [('AAAA', '::1')]
    yield served
    served.close()


@pytest.fixture(scope='module')
def authority(tmp_path_factory):
    """Signs the certificates."""
    return Authority(tmp_path_factory.mktemp('authority'))


@pytest.fixture(scope='module')
def site(authority):
    """A site with a good certificate."""
    served = Site(authority.context('good.example.test'))
    yield served
    served.close()


@pytest.fixture
def get(names, authority, site):
    """Fetch a path of the site, or another URL."""
    def run(path, port=None, **how):
        port = port or site.port
        url = path if path.startswith('https') else f'https://good.example.test:{port}{path}'
        return fetch(f'get {url}', f'dns {names.address}', f'port {port}', f'ca {authority.file}', 'loopback yes', **how)
    return run


def test_a_page_comes_whole_with_its_status_type_and_address(get, site):
    body = bytes(range(256)) * 1024
    site.pages['/whole'] = lambda h: give(h, body, kind='text/plain; charset=utf-8')
    got = get('/whole')
    assert len(body) == BODY_MAX and got.body == body
    assert (got.status, got.type, got.address) == (200, 'text/plain; charset=utf-8', '127.0.0.1')
    assert got.url == f'https://good.example.test:{site.port}/whole'


def test_a_page_that_is_not_there_is_an_answer_too(get):
    got = get('/nowhere')
    assert (got.status, got.refusal) == (404, None)


def test_nothing_is_sent_that_tells_who_asks(get, site):
    """No cookie, no authorization, no referrer; the fragment stays here."""
    site.pages['/quiet'] = lambda h: give(h, b'', **{'Set_Cookie': 'a=b'})
    get('/quiet#secret')
    path, headers = site.seen[-1]
    assert path == '/quiet' and set(headers) == {'Host', 'User-Agent', 'Accept'}


def test_a_redirect_within_the_host_is_followed_three_times(get, site):
    site.pages['/1'] = lambda h: give(h, b'', status=301, Location='/2')
    site.pages['/2'] = lambda h: give(h, b'', status=302, Location=f'https://GOOD.example.test:{site.port}/3')
    site.pages['/3'] = lambda h: give(h, b'', status=308, Location='4')
    site.pages['/4'] = lambda h: give(h, b'there')
    got = get('/1')
    assert (got.body, got.url.lower()) == (b'there', f'https://good.example.test:{site.port}/4')
    site.pages['/0'] = lambda h: give(h, b'', status=307, Location='/1')
    assert get('/0').refusal == 'REDIRECTS'


def test_a_redirect_in_a_circle_ends(get, site):
    site.pages['/circle'] = lambda h: give(h, b'', status=302, Location='/circle')
    assert get('/circle').refusal == 'REDIRECTS'


def test_a_body_that_is_too_long_is_not_taken(get, site):
    site.pages['/long'] = lambda h: give(h, bytes(BODY_MAX + 1))
    assert get('/long').refusal == 'BODY'


def test_a_body_without_end_is_not_taken(get, site):
    """Neither by chunks nor until the connection closes does it say how long it is."""
    def chunked(h):
        h.send_response(200)
        h.send_header('Transfer-Encoding', 'chunked')
        h.end_headers()
        while True:
            h.wfile.write(b'1000\r\n' + bytes(0x1000) + b'\r\n')

    def open_ended(h):
        h.send_response(200)
        h.end_headers()
        while True:
            h.wfile.write(bytes(0x1000))
    site.pages['/chunks'], site.pages['/open'] = chunked, open_ended
    assert get('/chunks').refusal == 'BODY' and get('/open').refusal == 'BODY'


def test_a_body_that_would_unpack_to_more_is_not_unpacked(get, site):
    import gzip
    packed = gzip.compress(bytes(50 << 20))
    site.pages['/packed'] = lambda h: give(h, packed, Content_Encoding='gzip')
    got = get('/packed')
    assert got.body == packed


def test_headers_without_end_are_not_taken(get, site):
    def many(h):
        h.wfile.write(b'HTTP/1.1 200 OK\r\n')
        while True:
            h.wfile.write(b'X-More: ' + b'a' * 1000 + b'\r\n')

    def hints(h):
        while True:
            h.wfile.write(b'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
    site.pages['/many'], site.pages['/hints'] = many, hints
    assert get('/many').refusal == 'HEAD' and get('/hints').refusal == 'HEAD'


def drip(h):
    """One octet now and then, so that no connection is ever idle for long."""
    h.send_response(200)
    h.send_header('Content-Length', '1000')
    h.end_headers()
    for _ in range(1000):
        h.wfile.write(b'.')
        time.sleep(0.1)


def test_a_slow_answer_is_not_waited_for(get, site):
    """Five seconds for the whole, however it is spread."""
    site.pages['/drip'] = drip
    got = get('/drip', slow_is_meant=True)
    assert got.refusal == 'TIME' and got.seconds > SECONDS * 0.9


def test_who_takes_the_connection_and_says_nothing_is_not_waited_for(get):
    with socket.socket() as silent:
        silent.bind(('127.0.0.1', 0))
        silent.listen()
        got = get('/', port=silent.getsockname()[1], slow_is_meant=True)
    assert got.refusal in ('TIME', 'CONNECT')


def test_an_answer_that_is_none_is_refused(get, site):
    def nonsense(h):
        h.wfile.write(b'SSH-2.0-OpenSSH_9.2\r\n\r\n')

    def short(h):
        h.send_response(200)
        h.send_header('Content-Length', '1000')
        h.end_headers()
        h.wfile.write(b'only this')
    site.pages['/nonsense'], site.pages['/short'] = nonsense, short
    assert get('/nonsense').refusal == 'ANSWER' and get('/short').refusal == 'ANSWER'


def test_a_closed_port_is_not_reached(get):
    with socket.socket() as closed:
        closed.bind(('127.0.0.1', 0))
        assert get('/', port=closed.getsockname()[1], slow_is_meant=True).refusal == 'CONNECT'


@pytest.mark.parametrize('days, host', [(-1, 'good'), (30, 'wrong')])
def test_a_certificate_that_is_over_or_for_another_name_is_refused(get, authority, days, host):
    served = Site(authority.context('good.example.test', days=days))
    try:
        assert get(f'https://{host}.example.test:{served.port}/', port=served.port).refusal == 'CERTIFICATE'
    finally:
        served.close()


def test_a_certificate_of_an_unknown_authority_is_refused(get, names, site, tmp_path):
    """Signed by another authority than is trusted; and by the tests' where the system's are trusted."""
    served = Site(Authority(tmp_path).context('good.example.test'))
    try:
        assert get('/', port=served.port).refusal == 'CERTIFICATE'
    finally:
        served.close()
    got = fetch(f'get https://good.example.test:{site.port}/', f'dns {names.address}', f'port {site.port}', 'loopback yes')
    assert got.refusal == 'CERTIFICATE'


def test_a_host_with_an_address_of_version_6_is_read(get, authority):
    served = Site(authority.context('six.example.test'), address='::1')
    served.pages['/'] = lambda h: give(h, b'six')
    try:
        got = get(f'https://six.example.test:{served.port}/', port=served.port)
        assert (got.body, got.address) == (b'six', '::1')
    finally:
        served.close()


def test_a_name_that_is_not_there_or_not_answered_for_says_which(names):
    names.zone['empty.example.test'], names.zone['broken.example.test'] = [], 'broken'
    names.zone['silent.example.test'] = 'silent'
    assert fetch('get https://nobody.example.test/', f'dns {names.address}').refusal == 'NAME'
    assert fetch('get https://empty.example.test/', f'dns {names.address}').refusal == 'NAME'
    assert fetch('get https://broken.example.test/', f'dns {names.address}', slow_is_meant=True).refusal == 'DNS'
    got = fetch('get https://silent.example.test/', f'dns {names.address}', slow_is_meant=True)
    assert got.refusal in ('DNS', 'TIME')


# -- TXT -----------------------------------------------------------------------------------------------

def test_txt_records_come_with_their_strings_joined(names):
    names.zone['_agora.example.test'] = [('TXT', [b'agora-verify=', b'abc']), ('TXT', [b'v=spf1 -all']), ('TXT', [b''])]
    got = fetch('txt _agora.example.test', f'dns {names.address}')
    assert sorted(got.texts) == [b'', b'agora-verify=abc', b'v=spf1 -all']


def test_a_name_without_txt_records_has_none(names):
    for name in ('good.example.test', '_agora.nobody.test'):
        got = fetch(f'txt {name}', f'dns {names.address}')
        assert (got.texts, got.refusal) == ([], None)


def test_a_name_server_that_fails_is_not_a_name_without_records(names):
    """Else a failure would look as if a proof had been taken away."""
    names.zone['_broken.example.test'], names.zone['_silent.example.test'] = 'broken', 'silent'
    assert fetch('txt _broken.example.test', f'dns {names.address}', slow_is_meant=True).refusal == 'DNS'
    assert fetch('txt _silent.example.test', f'dns {names.address}', slow_is_meant=True).refusal in ('DNS', 'TIME')


@pytest.mark.parametrize('name', ['localhost', '', '.', 'a..b', '127.0.0.1', '*.example.test', 'a b.example.test', 'ex\u00e4mple.test',
                                  'a' * 64 + '.test', 'a.' * 130 + 'test', '-a.example.test', 'https://example.test/'])
def test_what_is_no_name_of_a_domain_is_not_asked_for(names, name):
    names.asked.clear()
    got = Fetched(order(f'txt {name}', f'dns {names.address}'))
    assert (got.refusal == 'DOMAIN' or got.exit == 64) and not names.asked


def test_an_answer_of_garbage_is_not_believed(names):
    """From the name server itself: random octets, and a record that is longer than the answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as liar:
        liar.bind(('127.0.0.1', 0))

        def lie():
            lies = [b'', b'\xff' * 500, None]
            for i in range(1000):
                try:
                    question, peer = liar.recvfrom(4096)
                    what = lies[i % len(lies)]
                    if what is None:
                        what = (question[:2] + b'\x81\x80\0\1\0\1\0\0\0\0' + question[12:]
                                + b'\xc0\x0c\0\x10\0\1\0\0\0\0\xff\xff' + b'\xff' + b'short')
                    liar.sendto(what, peer)
                except OSError:
                    return
        threading.Thread(target=lie, daemon=True).start()
        got = fetch('txt _agora.example.test', f'dns 127.0.0.1:{liar.getsockname()[1]}', slow_is_meant=True)
        assert got.refusal in ('DNS', 'TIME') and not got.texts
