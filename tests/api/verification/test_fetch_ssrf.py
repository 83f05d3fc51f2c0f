"""agora-fetch is no way in: whatever a member writes, and whatever a name server says, it connects to public addresses
alone, by https, on port 443. Traps on this machine count who knocks: nobody may."""
import pytest

from fetcher import fetch
from web_trap import Authority, Names, Site, Trap, give

# An address of each range that is not the public internet, or that leads round the table of IPv4.
FORBIDDEN = [
    '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254',
    '169.254.169.254', '169.254.0.1', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.0.170', '192.0.2.1', '192.31.196.1',
    '192.52.193.1', '192.88.99.1', '192.168.0.1', '192.168.255.255', '192.175.48.1', '198.18.0.1', '198.19.255.255',
    '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1', '100::1', '2001::1', '2001:0:7f00:1::', '2001:2::1', '2001:10::1', '2001:20::1',
    '2001:db8::1', '2002:7f00:1::1', '2002:a00:1::', '2620:4f:8000::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1',
    'fec0::1', 'ff02::1',
]

# What is no address of a page that may be looked at, in the many ways of writing one.
NOT_A_PAGE = [
    'http://good.example.test/', 'ftp://good.example.test/', 'file:///etc/passwd', 'gopher://good.example.test/', 'dict://good.example.test/',
    'ldap://good.example.test/', 'ws://good.example.test/', 'javascript:alert(1)', 'data:text/html,x', '//good.example.test/', 'good.example.test',
    'https:good.example.test', 'https:/good.example.test', 'https:///good.example.test/', 'https://', 'https:///',
    'https://127.0.0.1/', 'https://127.1/', 'https://127.0.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://0x7f.0.0.1/',
    'https://0177.0.0.1/', 'https://017700000001/', 'https://127.0.0.1./', 'https://0/', 'https://00/', 'https://1.2.3.0x4/',
    'https://169.254.169.254/latest/meta-data/', 'https://[::1]/', 'https://[::]/', 'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/', 'https://[fe80::1%25lo]/', 'https://[fd00:ec2::254]/', 'https://[64:ff9b::7f00:1]/',
    'https://localhost/', 'https://localhost./', 'https://good.example.test./', 'https://good..example.test/', 'https://-good.example.test/',
    'https://good_.example.test/', 'https://user@good.example.test/', 'https://user:secret@good.example.test/', 'https://@good.example.test/',
    'https://good.example.test@127.0.0.1/', 'https://good.example.test:x@127.0.0.1/', 'https://127.0.0.1\\@good.example.test/',
    'https://good.example.test\\@127.0.0.1/', 'https://good.example.test:80/', 'https://good.example.test:22/', 'https://good.example.test:0/',
    'https://good.example.test:65536/', 'https://good.example.test:x/', 'https://good.example.test /', 'https://good.example.test/ x',
    'https://good.example.test/\tx', 'https://g\u00f6\u00f6d.example.test/', 'https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/',
    'https://127\u30020\u30020\u30021/', 'https://\u2460\u2461\u2466.0.0.1/', 'https://%31%32%37.0.0.1/', 'https://127.0.0.1%23@good.example.test/',
    'https://good.example.test%00.evil.test/', 'https://good.example.test%2f@127.0.0.1/', 'https://*/', 'https://.../',
]


@pytest.fixture(scope='module')
def names():
    """A name server."""
    served = Names()
    served.zone['good.example.test'] = [('A', '127.0.0.1')]
    yield served
    served.close()


@pytest.fixture(scope='module')
def trap():
    """Nobody may knock here."""
    made = Trap()
    yield made
    made.close()
    assert made.knocks == 0


@pytest.fixture(scope='module')
def authority(tmp_path_factory):
    """Signs the certificates."""
    return Authority(tmp_path_factory.mktemp('authority'))


@pytest.fixture(scope='module')
def site(authority):
    """A site on loopback, which an order has to allow."""
    served = Site(authority.context('good.example.test', '*.example.test'))
    served.pages['/'] = lambda h: give(h, b'hello')
    yield served
    served.close()


@pytest.mark.parametrize('address', FORBIDDEN)
def test_a_name_that_leads_inside_is_not_followed(names, trap, address):
    names.zone['inside.example.test'] = [('AAAA' if ':' in address else 'A', address)]
    got = fetch('get https://inside.example.test/', f'dns {names.address}')
    assert got.refusal == 'ADDRESS'
    assert fetch(f'get https://inside.example.test:{trap.port}/', f'dns {names.address}', f'port {trap.port}').refusal == 'ADDRESS'


@pytest.mark.parametrize('url', NOT_A_PAGE)
def test_what_is_no_page_on_the_web_is_not_asked_for(names, url):
    names.asked.clear()
    assert fetch(f'get {url}', f'dns {names.address}').refusal == 'URL'
    assert not names.asked


def test_loopback_is_allowed_for_tests_alone_and_nothing_besides(names, authority, site):
    """The same page, with and without leave; and leave for loopback is none for other addresses inside."""
    lines = [f'get https://good.example.test:{site.port}/', f'dns {names.address}', f'port {site.port}', f'ca {authority.file}']
    assert fetch(*lines).refusal == 'ADDRESS'
    got = fetch(*lines, 'loopback yes')
    assert (got.status, got.body, got.address) == (200, b'hello', '127.0.0.1')
    names.zone['inside.example.test'] = [('A', '10.0.0.1'), ('AAAA', 'fd00::1'), ('A', '169.254.169.254')]
    assert fetch(lines[0].replace('good', 'inside'), *lines[1:], 'loopback yes').refusal == 'ADDRESS'


def test_of_a_name_with_good_and_bad_addresses_only_the_good_are_connected_to(names, authority, site):
    names.zone['many.example.test'] = [('A', '10.0.0.1'), ('AAAA', '::ffff:10.0.0.1'), ('A', '127.0.0.1'), ('A', '169.254.169.254')]
    got = fetch(f'get https://many.example.test:{site.port}/', f'dns {names.address}', f'port {site.port}', f'ca {authority.file}',
                'loopback yes')
    assert (got.body, got.address) == (b'hello', '127.0.0.1')


def test_a_name_that_moves_inside_between_two_requests_is_not_followed(names, authority, site):
    """It is looked up for each request, and what is connected to is what was checked."""
    answers = iter(['127.0.0.1'])
    names.zone['moves.example.test'] = lambda kind: [('A', next(answers, '10.0.0.1'))] if kind == 1 else []
    site.pages['/moved'] = lambda h: give(h, b'', status=302, Location='/')
    got = fetch(f'get https://moves.example.test:{site.port}/moved', f'dns {names.address}', f'port {site.port}',
                f'ca {authority.file}', 'loopback yes')
    assert got.refusal == 'ADDRESS'


@pytest.mark.parametrize('where', [
    'http://good.example.test/', 'https://other.example.test/', 'https://127.0.0.1/', 'https://[::1]/', 'https://169.254.169.254/',
    'https://10.0.0.1/', 'file:///etc/passwd', 'https://user@good.example.test/', '//other.example.test/', 'https://good.example.test:22/',
    'https://good.example.test/', 'gopher://127.0.0.1:6379/_x', 'https://2130706433/', 'https://good.example.test.evil.test/',
])
def test_a_page_that_sends_elsewhere_is_not_followed(names, authority, site, trap, where):
    site.pages['/away'] = lambda h: give(h, b'', status=302, Location=where)
    got = fetch(f'get https://good.example.test:{site.port}/away', f'dns {names.address}', f'port {site.port}', f'port {trap.port}',
                f'ca {authority.file}', 'loopback yes')
    assert got.refusal == 'REDIRECT'


def test_a_private_address_is_not_reached_unless_host_and_port_were_named(names):
    """A register inside: host and port must be among those of the organisation, and named private."""
    names.zone['register.example.test'] = [('A', '10.99.99.99')]
    lines = ['get https://register.example.test/', f'dns {names.address}']
    assert fetch(*lines).refusal == 'ADDRESS'
    assert fetch(*lines, 'host register.example.test').refusal == 'ADDRESS'
    assert fetch(*lines, 'host other.example.test', 'private register.example.test').refusal == 'HOST'
    assert fetch(*lines, 'host register.example.test', 'private register.example.test:8443').refusal == 'ADDRESS'
    for never in ('169.254.169.254', '127.0.0.1', '::1', '::ffff:10.0.0.1', 'fe80::1', '224.0.0.1'):
        names.zone['register.example.test'] = [('AAAA' if ':' in never else 'A', never)]
        assert fetch(*lines, 'host register.example.test', 'private register.example.test').refusal == 'ADDRESS'


def test_a_host_that_was_not_named_is_not_asked_by_a_look_up_in_a_register(names):
    names.asked.clear()
    for url in ('https://evil.test/', 'https://register.example.test:444/', 'https://register.example.test.evil.test/'):
        assert fetch(f'get {url}', f'dns {names.address}', 'host register.example.test').refusal == 'HOST'
    assert not names.asked


@pytest.mark.parametrize('lines', [
    (), ('get https://a.example.test/', 'get https://b.example.test/'), ('get https://a.example.test/', 'txt a.example.test'),
    ('loopback yes',), ('get https://a.example.test/', 'loopback no'), ('get https://a.example.test/', 'nonsense x'),
    ('get https://a.example.test/', 'port 0'), ('get https://a.example.test/', 'port 70000'), ('get https://a.example.test/', 'port 4 43'),
    ('get https://a.example.test/' + 'a' * 2000,), ('get',), ('get ',), (b'get https://a.example.test/\0x',),
    ('get https://a.example.test/', 'host x:y'),
])
def test_an_order_that_is_not_sound_is_not_carried_out(lines):
    from fetcher import Fetched, order
    got = Fetched(order(*lines))
    assert got.exit == 64 and not got.whole
