"""The audit log held against a signed checkpoint kept elsewhere; read and checked by auditors at the interface."""
import base64
import json

import pytest
from client import wait_for
from jwcrypto import jwk, jws


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Who may read the log and who may not."""
    made = {'nobody': instance.anyone(), 'member': instance.person('Marta', level=2), 'verifier': instance.person('Vera', 'verifier'),
            'admin': instance.person('Adam', 'admin'), 'auditor': instance.person('Aud', 'auditor')}
    return made


@pytest.fixture(name='checkpoint')
def a_checkpoint(instance, people, tmp_path):
    """A checkpoint of the log as it is, in a file; a few rows come after it."""
    file = tmp_path / 'checkpoint'
    instance.ctl('audit', 'checkpoint', '--to', file)
    for tier in ('self', 'members', 'public'):
        people['member'].expect(200, 'PUT', 'me/verification/disclosure', {'history': tier})
    return file


def verify(instance, *arguments):
    """`agoractl audit verify`: exit status and output."""
    done = instance.ctl('audit', 'verify', *arguments, check=False)
    return done.returncode, done.stdout + done.stderr


def said(file):
    """What a checkpoint says."""
    text = file.read_text().split('.')[1]
    return json.loads(base64.urlsafe_b64decode(text + '=' * (-len(text) % 4)))


def tampered(instance, statement, look):
    """What `look` gives while the log is changed past its protection; the log is whole again afterwards."""
    instance.sql('create table if not exists public.kept as select * from agora.audit_event with no data')
    instance.sql('truncate public.kept; insert into public.kept select * from agora.audit_event')
    try:
        instance.sql(f'set session_replication_role = replica; {statement}', user=instance.cluster.superuser)
        return look()
    finally:
        instance.sql('set session_replication_role = replica; delete from agora.audit_event; insert into agora.audit_event select * from public.kept',
                     user=instance.cluster.superuser)


# The chain made anew from a row on, as somebody would who knows how: every hash is right again.
FORGE = ("do $$ declare e agora.audit_event; before bytea := (select previous_hash from agora.audit_event where seq = {row}); begin "
         "update agora.audit_event set detail = '{{\"forged\": true}}' where seq = {row}; "
         'for e in select * from agora.audit_event where seq >= {row} order by seq loop e.previous_hash := before; '
         'before := agora.audit_hash(e); update agora.audit_event set previous_hash = e.previous_hash, hash = before where id = e.id; end loop; end $$')


def test_a_log_that_grew_goes_on_from_the_checkpoint(instance, checkpoint):
    """Whole, and said so."""
    status, text = verify(instance, '--checkpoint', checkpoint)
    assert status == 0 and f'It goes on from the checkpoint at row {said(checkpoint)["height"]}.' in text


@pytest.mark.parametrize('name,statement,why', [
    ('change', "update agora.audit_event set detail = '{\"x\": 1}' where seq = {height} - 1", 'it was changed'),
    ('deletion', 'delete from agora.audit_event where seq = {height} - 1', 'rows before it are missing'),
    ('reordering', 'update agora.audit_event set seq = -seq where seq in ({height}, {height} - 1); '
     'update agora.audit_event set seq = 2 * {height} - 1 + seq where seq < 0', 'another row stands before it'),
    ('cut tail', 'delete from agora.audit_event where seq >= {height}', 'the end was cut off'),
    ('cut tail and new rows', 'delete from agora.audit_event where seq >= {height}; ' + FORGE.replace('{row}', '({height} - 1)'),
     'the end was cut off'),
    ('chain made anew', FORGE.replace('{row}', '({height} - 1)'), 'not the row that the checkpoint was made of'),
    ('whole chain made anew', FORGE.replace('{row}', '1'), 'not the row that the checkpoint was made of')])
def test_tampering_is_found(instance, checkpoint, name, statement, why):
    """Also what the chain alone cannot show."""
    height = said(checkpoint)['height']
    statement = statement.replace('{height}', str(height)).replace('{{', '{').replace('}}', '}')
    status, text = tampered(instance, statement, lambda: verify(instance, '--checkpoint', checkpoint))
    assert status == 1 and why in text, f'{name}: {text}'
    assert verify(instance, '--checkpoint', checkpoint)[0] == 0


@pytest.mark.parametrize('name', ['cut tail', 'chain made anew'])
def test_without_a_checkpoint_the_chain_alone_does_not_show_it(instance, checkpoint, name):
    """Why checkpoints are kept elsewhere."""
    height = said(checkpoint)['height']
    statement = {'cut tail': f'delete from agora.audit_event where seq >= {height}',
                 'chain made anew': FORGE.replace('{row}', str(height - 1)).replace('{{', '{').replace('}}', '}')}[name]
    assert tampered(instance, statement, lambda: verify(instance))[0] == 0


def test_a_broken_log_is_not_signed(instance, checkpoint, tmp_path):
    """A checkpoint never blesses what was tampered with since the last one, nor a cut."""
    height = said(checkpoint)['height']
    for statement in (f"update agora.audit_event set detail = '{{\"x\": 1}}' where seq = {height + 1}",
                      f'delete from agora.audit_event where seq >= {height}'):
        done = tampered(instance, statement, lambda: instance.ctl('audit', 'checkpoint', '--to', tmp_path / 'other', check=False))
        assert done.returncode == 1 and 'It is not signed' in done.stderr
    assert not (tmp_path / 'other').exists()


def test_a_forged_checkpoint_is_refused(instance, checkpoint, tmp_path):
    """Changed, signed by another key, or a receipt in its place."""
    head, body, signature = checkpoint.read_text().strip().split('.')
    changed = base64.urlsafe_b64encode(json.dumps({**said(checkpoint), 'height': 1}).encode()).rstrip(b'=').decode()
    own = jwk.JWK.generate(kty='RSA', size=2048)
    other = jws.JWS(json.dumps(said(checkpoint)))
    other.add_signature(own, protected=json.dumps({'alg': 'RS256', 'typ': 'agora-audit-checkpoint+jwt', 'kid': own.thumbprint()}))
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"agora-audit-checkpoint+jwt"}').rstrip(b'=').decode()
    for token in (f'{head}.{changed}.{signature}', other.serialize(compact=True), f'{unsigned}.{body}.', 'nonsense'):
        file = tmp_path / 'forged'
        file.write_text(token)
        status, text = verify(instance, '--checkpoint', file)
        assert status == 1 and 'This is no checkpoint of the log' in text, text
    keys = tmp_path / 'own.json'
    keys.write_text(json.dumps({'keys': [json.loads(own.export_public())]}))
    assert verify(instance, '--checkpoint', checkpoint, '--jwks', keys)[0] == 1


def test_the_newest_is_published_and_any_library_can_check_it(people, checkpoint):
    """For anyone, with the published keys."""
    published = people['nobody'].expect(200, 'GET', '/.well-known/agora-audit-checkpoint').json
    keys = jwk.JWKSet.from_json(people['nobody'].expect(200, 'GET', '/.well-known/agora-keys').text)
    token = jws.JWS()
    token.deserialize(published['checkpoint'])
    token.verify(keys.get_key(token.jose_header['kid']))
    assert json.loads(token.payload)['head'] == published['head'] and published['height'] >= said(checkpoint)['height']


def test_the_worker_makes_one_by_itself(instance):
    """When the last is a day old and the log has grown."""
    instance.sql("update agora.audit_checkpoint set at = now() - interval '25 hours'")
    before = instance.sql('select max(height) from agora.audit_checkpoint')[0][0] or 0
    instance.sql("select agora.audit(null, 'test.act', 'test', null)")
    wait_for(lambda: (instance.sql('select max(height) from agora.audit_checkpoint')[0][0] or 0) > before, seconds=90, why='a checkpoint')


@pytest.mark.parametrize('who,status', [('nobody', 401), ('member', 403), ('verifier', 403), ('admin', 200), ('auditor', 200)])
def test_the_log_is_for_auditors_and_admins(people, who, status):
    """Rows and check alike."""
    assert people[who].request('GET', 'admin/audit').status == status
    assert people[who].request('POST', 'admin/audit/check', {}).status == status


def test_the_log_is_read_by_page_and_filter(instance, people, checkpoint):
    """Newest first; an action by its first words, who, about what, when."""
    auditor, member = people['auditor'], people['member']
    first = auditor.get('admin/audit', limit=2)
    second = auditor.get('admin/audit', limit=2, cursor=first['next'])
    seqs = [i['seq'] for i in first['items'] + second['items']]
    assert seqs == sorted(seqs, reverse=True) and len(set(seqs)) == 4
    found = auditor.get('admin/audit', action='verification', actor=member.handle, subject=member.account)
    assert {i['action'] for i in found['items']} == {'verification.disclose'}
    assert found['items'][0]['detail'] == {'what': {'history': 'public'}}
    assert not auditor.get('admin/audit', actor='no-such-member')['items']
    today = instance.sql("select (now() at time zone 'UTC')::date")[0][0].isoformat()
    assert auditor.get('admin/audit', since=today, until=today)['items'] and not auditor.get('admin/audit', until='2020-01-01')['items']
    assert first['checkpoint']['height'] >= said(checkpoint)['height']


def test_the_check_at_the_interface_finds_the_same(instance, people, checkpoint):
    """Whole, held against the newest checkpoint or the one that is brought; cut, changed."""
    auditor, height, token = people['auditor'], said(checkpoint)['height'], checkpoint.read_text().strip()
    whole = auditor.expect(200, 'POST', 'admin/audit/check', {'checkpoint': token}).json
    assert whole['done'] and 'fault' not in whole and whole['checkpoint'] == height and whole['rows'] >= height
    rest = auditor.expect(200, 'POST', 'admin/audit/check', {'after': whole['rows'] - 2, 'head': instance.sql(
        'select encode(hash, $1) from agora.audit_event where seq = $2', 'hex', whole['rows'] - 2)[0][0]}).json
    assert rest['rows'] == whole['rows'] and rest['head'] == whole['head']

    def look():
        return auditor.expect(200, 'POST', 'admin/audit/check', {}).json
    cut = tampered(instance, f'delete from agora.audit_event where seq >= {height}', look)
    assert cut['done'] and cut['broken'] == height and 'cut off' in cut['fault']
    changed = tampered(instance, "update agora.audit_event set action = 'test.other' where seq = 1", look)
    assert changed['broken'] == 1 and changed['rows'] == 0
    auditor.expect(422, 'POST', 'admin/audit/check', {'checkpoint': 'nonsense'})
