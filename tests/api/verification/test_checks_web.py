"""Pages, domains and registers looked at over real TLS and DNS: found good, failing, away, lying; grace and lapse; standing."""
import json

import pytest
from client import wait_for
from conftest import make_instance
from web_peer import DOMAIN, WebPeer

GOOD = {'status': 'Registered', 'who': {'name': 'EXAMPLE, Ada Maria'}}


@pytest.fixture(scope='module', name='web')
def the_web(tmp_path_factory):
    """Sites, a register, name servers."""
    peer = WebPeer(tmp_path_factory.mktemp('web'))
    yield peer
    peer.stop()


@pytest.fixture(scope='module', name='instance')
def an_instance(cluster, template, web):
    """One that meets that web."""
    stack = make_instance(cluster, template, 'checks_web', {'agorad': {'fetch': web.settings()}})
    yield stack
    stack.stop()


@pytest.fixture(scope='module', name='admin')
def an_admin(instance):
    """Who runs the instance."""
    return instance.person('Adam', 'admin')


@pytest.fixture(scope='module', name='register')
def a_register(admin, web):
    """A professional register's web service, known to the instance; gives its address of an entry."""
    admin.expect(201, 'POST', 'admin/connectors', {
        'kind': 'register_http', 'subject': 'professional', 'name': 'Register of Engineers', 'settings': {
            'url': f'https://{web.host("register")}/entries/{{number}}', 'answer': 'json', 'status_pointer': '/status',
            'name_pointer': '/who/name', 'good': ['Registered', 'Chartered']}})
    return lambda number: f'register.{DOMAIN}/entries/{number}'


def proof(member, wanted):
    """A proof as its member sees it."""
    return next(p for p in member.get('me/proofs')['items'] if p['id'] == wanted)


def looked_at(instance, member, wanted):
    """The proof once it was looked at after what is there now."""
    before = instance.sql(f"select checked_at::text from agora.register_watch where id = '{wanted}'")
    member.expect(202, 'POST', f'me/proofs/{wanted}/check')
    wait_for(lambda: instance.sql(f"select checked_at::text from agora.register_watch where id = '{wanted}'") != before, why='a look')
    return proof(member, wanted)


def name(member, url, method):
    """Name a page or site."""
    return member.expect(201, 'POST', 'me/proofs/web', {'url': url, 'method': method}).json


def age(instance, wanted, days):
    """Let days go by for a watch."""
    instance.sql(f"update agora.register_watch set passed_at = passed_at - interval '{days} days', "
                 f"failing_since = failing_since - interval '{days} days', checked_at = checked_at - interval '{days} days', "
                 f"created_at = created_at - interval '{days} days' where id = '{wanted}'")


@pytest.mark.parametrize('method', ['rel_me', 'dns', 'well_known'])
def test_each_way_is_told_what_to_put_where_fails_without_and_passes_with_it(instance, web, method):
    """Not found, then found; then gone again: grace, and after a week it lapses and its member is told."""
    member, site = instance.person('Wanda'), f'{method.replace("_", "-")}.{DOMAIN}'
    page = f'https://{site}:{web.port}/about'
    web.pages[f'{site}/about'] = (200, '<p>Nothing here yet</p>')
    made = name(member, page, method)
    assert made['state'] == 'waiting'
    first = looked_at(instance, member, made['id'])
    assert (first['state'], bool(first['problem'])) == ('waiting', True), first

    if method == 'rel_me':
        web.pages[f'{site}/about'] = (200, f'<html><body><a class=x rel="nofollow me" href="{instance.url}/m/{member.handle}">me</a>')
    elif method == 'dns':
        assert made['put_where'] == f'_agora.{site}'
        web.texts[made['put_where']] = ['v=spf1 -all', made['put_what']]
    else:
        assert made['put_where'] == f'https://{site}:{web.port}/.well-known/agora-verification.txt'
        web.pages[f'{site}/.well-known/agora-verification.txt'] = (200, f'other\r\n {made["put_what"]} \r\n')
    good = looked_at(instance, member, made['id'])
    assert good['state'] == 'good' and 'problem' not in good, good
    assert instance.sql(f"select round(extract(epoch from next_at - now()) / 86400) from agora.register_watch where id = '{made['id']}'") == [(7,)]

    web.texts.clear()
    for known in [p for p in web.pages if p.startswith(site)]:
        del web.pages[known]
    grace = looked_at(instance, member, made['id'])
    assert (grace['state'], bool(grace['until'])) == ('grace', True)
    age(instance, made['id'], 6)
    assert looked_at(instance, member, made['id'])['state'] == 'grace'
    age(instance, made['id'], 2)
    assert looked_at(instance, member, made['id'])['state'] == 'lapsed'
    told = instance.sql("select payload ->> 'subject' from agora.outbox where kind = 'mail' and payload ->> 'to' = "
                        f"'{member.email}' order by id")
    assert len(told) == 2 and 'any more' in told[0][0] and 'not confirmed' in told[1][0], told


def test_a_page_that_comes_back_within_the_grace_is_good_again(instance, web):
    """Nobody is told twice, and the week begins anew."""
    member = instance.person('Grace')
    made = name(member, f'https://back.{DOMAIN}:{web.port}/', 'rel_me')
    link = (200, f'<link rel=me href={instance.url}/m/{member.handle}>')
    web.pages[f'back.{DOMAIN}/'] = link
    assert looked_at(instance, member, made['id'])['state'] == 'good'
    web.pages[f'back.{DOMAIN}/'] = (500, 'broken')
    assert looked_at(instance, member, made['id'])['state'] == 'grace'
    age(instance, made['id'], 6)
    web.pages[f'back.{DOMAIN}/'] = link
    assert looked_at(instance, member, made['id'])['state'] == 'good'
    assert instance.sql(f"select failing_since from agora.register_watch where id = '{made['id']}'") == [(None,)]


@pytest.mark.parametrize('page', [
    '<!-- <a rel="me" href="{url}">me</a> -->',
    '<script>"<a rel=me href={url}>"</script>',
    '<textarea><a rel="me" href="{url}">me</a></textarea>',
    '<a rel="men" href="{url}">me</a>',
    '<a href="{url}">me</a>',
    '<a rel="me" href="{url}x">me</a>',
    '<a rel="me" href="{url}?next=https://evil.example">me</a>',
    '<a rel="me" href="https://evil.example/#{url}">me</a>',
    '<a rel="me" href="https://evil.example/" href="{url}">me</a>',
    '<b rel="me" href="{url}">me</b>',
    '<a rel="me" title="x href="{url}>me</a>',
    '&lt;a rel="me" href="{url}"&gt;',
])
def test_what_is_no_link_to_the_profile_is_not_taken_for_one(instance, web, page):
    """Text that looks like a link, links elsewhere, links to somebody else."""
    member = instance.person('Liar')
    made = name(member, f'https://liar.{DOMAIN}:{web.port}/{member.handle}', 'rel_me')
    web.pages[f'liar.{DOMAIN}/{member.handle}'] = (200, page.format(url=f'{instance.url}/m/{member.handle}'))
    assert looked_at(instance, member, made['id'])['state'] == 'waiting'


def test_a_site_proves_only_for_whom_its_token_is(instance, web):
    """Another member who names the same site gets another token; the page of one does not count for the other."""
    one, other = instance.person('One'), instance.person('Other')
    site = f'shared.{DOMAIN}'
    mine, theirs = (name(m, f'https://{site}/', 'dns') for m in (one, other))
    assert mine['put_what'] != theirs['put_what']
    web.texts[mine['put_where']] = [mine['put_what']]
    assert looked_at(instance, one, mine['id'])['state'] == 'good'
    assert looked_at(instance, other, theirs['id'])['state'] == 'waiting'
    for act in ('check', ''):
        method = 'POST' if act else 'DELETE'
        assert other.request(method, f'me/proofs/{mine["id"]}/{act}'.rstrip('/')).status == 404
    one.expect(204, 'DELETE', f'me/proofs/{mine["id"]}')
    assert one.get('me/proofs')['items'] == []


def test_addresses_that_are_none_are_refused_at_once(instance):
    """And those inside are refused when they are looked at."""
    member = instance.person('Inside')
    for url in ('http://example.org/', 'https://', 'https://localhost/', 'https://10.0.0.1/', 'https://user@example.org/', 'ftp://example.org/'):
        assert member.request('POST', 'me/proofs/web', {'url': url, 'method': 'rel_me'}).status == 422, url
    made = name(member, f'https://elsewhere.{DOMAIN}:22/', 'rel_me')
    assert looked_at(instance, member, made['id'])['state'] == 'waiting'


def professional(instance, member, number, family='Example', given='Ada'):
    """A case with an entry of the register, looked up; gives (case id, result)."""
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    path = f'cases/{case.json["id"]}'
    n = int(member.account[-6:], 16)  # nobody is taken for another
    birthdate = f'{1940 + n % 60}-{1 + n // 60 % 12:02}-{1 + n // 720 % 28:02}'
    member.expect(200, 'PUT', f'{path}/claims', {'given_name': given, 'family_name': family, 'birthdate': birthdate}, etag=case.etag)
    for subtype, document in (('x_professional_register', number), ('passport', f'P{number}')):
        member.expect(201, 'POST', f'{path}/evidence', {'type': 'document' if subtype == 'passport' else 'electronic_record',
                                                        'subtype': subtype, 'document_number': document})
    found = wait_for(lambda: instance.sql(f"select result from agora.register_watch where account_id = '{member.account}' "
                                          'and result is not null'), why='the register to be asked')
    return case.json['id'], found[0][0]


@pytest.mark.parametrize('answer,result', [
    ((200, json.dumps(GOOD)), 'passed'),
    ((200, json.dumps({**GOOD, 'status': 'Chartered'})), 'passed'),
    ((200, json.dumps({**GOOD, 'status': 'Lapsed'})), 'failed'),
    ((200, json.dumps({**GOOD, 'who': {'name': 'Ada Schmidt'}})), 'failed'),
    ((404, 'no such entry'), 'failed'),
])
def test_a_register_confirms_or_not(instance, web, register, answer, result):
    """By its status and its name; no such entry is no confirmation. The member is not told which."""
    member = instance.person('Ada')
    number = f'E{member.account[-6:]}'
    web.pages[register(number)] = answer
    case, found = professional(instance, member, number)
    assert found == result
    shown = [p for p in member.get('me/proofs')['items'] if p['kind'] == 'professional']
    assert [(p['state'], 'problem' in p) for p in shown] == [('good' if result == 'passed' else 'waiting', False)]
    member.expect(200, 'POST', f'cases/{case}/withdraw')


@pytest.mark.parametrize('answer', [(500, 'down'), (200, 'not json'), (200, '{"status":["Registered"],"who":7}'), (301, ''), (200, '{"a":1')])
def test_a_register_that_is_away_or_lies_says_nothing(instance, web, register, admin, answer):
    """No check is recorded; it is asked again, and the admin sees why it was not answered."""
    member = instance.person('Away')
    number = f'W{member.account[-6:]}'
    web.pages[register(number)] = answer
    case = member.expect(201, 'POST', 'cases', {'level': 2})
    member.expect(200, 'PUT', f'cases/{case.json["id"]}/claims', {'given_name': 'Ada', 'family_name': 'Example'}, etag=case.etag)
    member.expect(201, 'POST', f'cases/{case.json["id"]}/evidence', {
        'type': 'electronic_record', 'subtype': 'x_professional_register', 'document_number': number})
    wait_for(lambda: instance.sql(f"select 1 from agora.register_watch where account_id = '{member.account}' and tries = 1 "
                                  'and result is null and next_at > now()'), why='a look that got no answer')
    assert instance.sql(f"select count(*) from agora.vcheck k join agora.evidence e on e.id = k.evidence_id where e.case_id = '{case.json['id']}'") == [(0,)]
    connector = next(c for c in admin.get('admin/connectors')['items'] if c['kind'] == 'register_http')
    assert connector.get('last_problem') or answer
    member.expect(200, 'POST', f'cases/{case.json["id"]}/withdraw')


def test_standing_needs_a_decision_and_a_register_that_confirmed_lately(instance, web, register):
    """Not before the decision; gone when the licence lapses, back when it is good again, gone when nobody could ask for a month."""
    member, verifier = instance.person('Ada'), instance.person('Vera', 'verifier')
    number = f'S{member.account[-6:]}'
    web.pages[register(number)] = (200, json.dumps(GOOD))
    case, found = professional(instance, member, number)
    assert found == 'passed'

    def standing():
        return instance.sql(f"select agora.standing_of(person_id) ->> 'words' from agora.account where id = '{member.account}'")[0][0]
    assert standing() is None
    current = member.expect(200, 'GET', f'cases/{case}')
    member.expect(200, 'POST', f'cases/{case}/submit', etag=current.etag)
    taken = verifier.expect(200, 'POST', 'cases/next')
    passport = next(e for e in taken.json['evidence'] if e['subtype'] == 'passport')
    for method in ('vri', 'pvr'):
        taken = verifier.expect(201, 'POST', f'cases/{case}/checks', {'evidence': passport['id'], 'check_method': method, 'result': 'passed'})
    verifier.expect(200, 'POST', f'cases/{case}/decision', {'outcome': 'approve', 'snapshot': taken.json['snapshot']}, etag=taken.etag)
    assert standing().startswith('on the register (Register of Engineers), last confirmed ')

    watch = instance.sql(f"select id from agora.register_watch where account_id = '{member.account}'")[0][0]

    def look():
        before = instance.sql(f"select checked_at from agora.register_watch where id = '{watch}'")
        instance.sql(f"update agora.register_watch set next_at = now() where id = '{watch}'; notify agora_checks")
        wait_for(lambda: instance.sql(f"select checked_at from agora.register_watch where id = '{watch}'") != before, why='a look')
    web.pages[register(number)] = (200, json.dumps({**GOOD, 'status': 'Suspended'}))
    look()
    assert standing() is None
    web.pages[register(number)] = (200, json.dumps(GOOD))
    look()
    assert standing() is not None
    instance.sql(f"update agora.register_watch set passed_at = now() - interval '32 days' where id = '{watch}'")
    assert standing() is None
    instance.sql(f"update agora.register_watch set passed_at = now() where id = '{watch}'")
    instance.sql(f"update agora.verification set verified_at = now() - interval '37 months' where case_id = '{case}'")
    assert standing() is None


def test_an_old_comparison_cannot_carry_an_approval(instance, web, register):
    """120 days at the decision; compared once more, it can."""
    member, verifier = instance.person('Old'), instance.person('Viktor', 'verifier')
    number = f'O{member.account[-6:]}'
    web.pages[register(number)] = (200, json.dumps(GOOD))
    case, _ = professional(instance, member, number)
    current = member.expect(200, 'GET', f'cases/{case}')
    member.expect(200, 'POST', f'cases/{case}/submit', etag=current.etag)
    taken = verifier.expect(200, 'POST', 'cases/next')
    passport = next(e for e in taken.json['evidence'] if e['subtype'] == 'passport')
    for method in ('vri', 'pvr'):
        taken = verifier.expect(201, 'POST', f'cases/{case}/checks', {'evidence': passport['id'], 'check_method': method, 'result': 'passed'})
    instance.sql(f"update agora.vcheck k set at = now() - interval '121 days' from agora.evidence e "
                 f"where e.id = k.evidence_id and e.case_id = '{case}' and k.check_method = 'data'")
    snapshot = verifier.get(f'cases/{case}')['snapshot']  # the time of a check is in it
    refused = verifier.request('POST', f'cases/{case}/decision', {'outcome': 'approve', 'snapshot': snapshot}, etag=taken.etag)
    assert refused.status == 409 and 'too long ago' in refused.json['detail'], refused.text
    entry = next(e for e in taken.json['evidence'] if e['subtype'] == 'x_professional_register')
    taken = verifier.expect(201, 'POST', f'cases/{case}/checks', {'evidence': entry['id'], 'check_method': 'data', 'result': 'passed'})
    verifier.expect(200, 'POST', f'cases/{case}/decision', {'outcome': 'approve', 'snapshot': taken.json['snapshot']}, etag=taken.etag)


def test_an_admin_tries_a_connector_and_changes_it(admin, web, register):
    """A trial counts for nobody and says what came; settings that cannot work are refused by their field."""
    web.pages[register('T-1')] = (200, json.dumps(GOOD))
    connector = next(c for c in admin.get('admin/connectors')['items'] if c['kind'] == 'register_http')
    admin.expect(202, 'POST', f'admin/connectors/{connector["id"]}/trial', {'number': 'T-1', 'given_name': 'Ada', 'family_name': 'Example'})

    def done():
        found = next(c for c in admin.get('admin/connectors')['items'] if c['id'] == connector['id'])
        return found if found['trial']['state'] == 'done' else None
    tried = wait_for(done, why='the trial')
    assert tried['trial']['result'] == {'result': 'passed', 'name': 'EXAMPLE, Ada Maria', 'status': 'Registered'}
    settings = tried['settings']
    for wrong, pointer in (({'url': 'http://x.example/{number}'}, 'url'), ({'url': 'https://{number}.example/'}, 'url'),
                           ({'url': 'https://x.example/fixed'}, 'url'), ({'good': []}, 'good'), ({'answer': 'xml'}, 'answer'),
                           ({'status_pointer': 'status'}, 'status_pointer'), ({'name_pointer': ''}, 'name_pointer')):
        answer = admin.request('PATCH', f'admin/connectors/{connector["id"]}', {'settings': {**settings, **wrong}}, etag='"*"'.strip('"'))
        assert answer.status == 422 and answer.json['errors'][0]['pointer'] == f'/settings/{pointer}', (wrong, answer.text)
    text = {'url': settings['url'], 'answer': 'text', 'match': '<td>{number}</td>.*{family_name}.*(Active|Registered)'}
    changed = admin.expect(200, 'PATCH', f'admin/connectors/{connector["id"]}', {'settings': text}, etag='*')
    web.pages[register('T-1')] = (200, '<td>T-1</td><td>Example, Ada</td><td>Active</td>')
    admin.expect(202, 'POST', f'admin/connectors/{connector["id"]}/trial', {'number': 'T-1', 'given_name': 'Ada', 'family_name': 'Example'})
    assert wait_for(done, why='the trial')['trial']['result']['result'] == 'passed'
    stale = admin.request('PATCH', f'admin/connectors/{connector["id"]}', {'enabled': False}, etag='"1"')
    assert stale.status == 412
    admin.expect(200, 'PATCH', f'admin/connectors/{connector["id"]}', {'settings': settings}, etag=changed.etag)
