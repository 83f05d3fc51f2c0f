"""Profiles over the interface: the own one and its merge patch, what each kind of viewer sees, previews."""
import pytest


@pytest.fixture(scope='module', name='people')
def some_people(instance):
    """Someone with a profile, someone else, a verifier, and nobody."""
    return {'nobody': instance.anyone(), 'member': instance.person('Paula'), 'other': instance.person('Otto', level=2),
            'verifier': instance.person('Vera', 'verifier')}


def patch(client, body, **more):
    """Change the own profile at its present version."""
    more.setdefault('etag', client.expect(200, 'GET', 'me/profile').etag)
    return client.request('PATCH', 'me/profile', body, **more)


def test_a_new_profile_has_a_name_for_members_and_is_empty(instance):
    """What an account begins with."""
    new = instance.person('Nora')
    mine = new.get('me/profile')
    assert mine['fields']['shown_name']['value'].startswith('Nora ') and mine['fields']['shown_name']['tier'] == 'members'
    assert mine['completeness'] == 0 and mine['version'] == 1
    assert {t['tier'] for t in mine['topics'].values()} == {'members'}


def test_a_patch_answers_with_the_profile_and_its_new_version(people):
    """The ETag moves on, and the next GET says the same."""
    done = patch(people['member'], {'fields': {'headline': {'value': 'Bridges', 'tier': 'public'}}})
    assert done.status == 200
    assert done.json['fields']['headline'] == {'value': 'Bridges', 'tier': 'public'}
    again = people['member'].expect(200, 'GET', 'me/profile')
    assert again.json == done.json and again.etag == done.etag


def test_an_old_version_is_refused_and_nothing_lost(people):
    """Two windows: the second one is told."""
    member = people['member']
    old = member.expect(200, 'GET', 'me/profile').etag
    assert patch(member, {'fields': {'title': {'value': 'First'}}}, etag=old).status == 200
    late = patch(member, {'fields': {'title': {'value': 'Second'}}}, etag=old)
    assert late.status == 412 and late.json['type'].endswith('changed')
    assert member.get('me/profile')['fields']['title']['value'] == 'First'


def test_a_patch_without_a_version_is_refused(people):
    """If-Match is needed."""
    assert people['member'].request('PATCH', 'me/profile', {}).status == 428


@pytest.mark.parametrize('body,pointer', [
    ({'fields': {'headline': {'value': 'x' * 161}}}, '/fields/headline/value'),
    ({'fields': {'country': {'value': 'XX'}}}, '/fields/country/value'),
    ({'fields': {'shown_name': {'tier': 'self'}}}, '/fields/shown_name/tier'),
    ({'fields': {'languages': {'value': ['de', 'deutsch!']}}}, '/fields/languages/value/1'),
    ({'topics': {'seeking': {'items': ['T0']}}}, '/topics/seeking/items/0'),
    ({'colour': 'red'}, '/colour'),
])
def test_what_is_wrong_is_named(people, body, pointer):
    """422 with the pointer, and nothing changes."""
    before = people['member'].get('me/profile')
    refused = patch(people['member'], body)
    assert refused.status == 422
    assert [e['pointer'] for e in refused.json['errors']] == [pointer]
    assert people['member'].get('me/profile') == before


def test_nobody_sees_a_member_whose_name_is_for_members(people):
    """404, the same as for a handle that does not exist."""
    hidden = people['nobody'].request('GET', f'members/{people["other"].handle}')
    nothing = people['nobody'].request('GET', 'members/no-such-member')
    assert hidden.status == nothing.status == 404
    assert {k: v for k, v in hidden.json.items() if k != 'instance'} == {k: v for k, v in nothing.json.items() if k != 'instance'}


def test_each_viewer_sees_the_fields_of_their_tier(people):
    """Public and members' fields on the page, with the verified line."""
    member = people['member']
    patch(member, {'fields': {'shown_name': {'tier': 'public'}, 'headline': {'value': 'For all', 'tier': 'public'},
                              'place': {'value': 'For members', 'tier': 'members'},
                              'organisation': {'value': 'For contacts', 'tier': 'contacts'},
                              'about': {'value': 'For me', 'tier': 'self'}}})
    path = f'members/{member.handle}'
    nobody, other, own = (people[k].get(path) for k in ('nobody', 'other', 'member'))
    for page in (nobody, other, own):
        assert page['headline'] == 'For all'
        assert page['verified'] == {'level': 0, 'label': 'Not checked', 'sentence': 'Not checked.'}
    assert 'place' not in nobody and other['place'] == own['place'] == 'For members'
    assert 'organisation' not in nobody and 'organisation' not in other and own['organisation'] == 'For contacts'
    assert 'about' not in nobody and 'about' not in other and own['about'] == 'For me'
    assert [p['relation']['state'] for p in (nobody, other, own)] == ['none', 'none', 'self']


def test_the_own_page_can_be_seen_as_others_do(people):
    """as= is for the own profile only."""
    member = people['member']
    path = f'members/{member.handle}'
    assert 'place' not in member.get(path, **{'as': 'public'})
    assert member.get(path, **{'as': 'contacts'})['organisation'] == 'For contacts'
    assert people['other'].request('GET', path + '?as=public').status == 403
    assert people['nobody'].request('GET', path + '?as=public').status == 403
    assert member.request('GET', path + '?as=enemies').status == 422
    other = people['other']
    assert other.request('GET', f'members/{other.handle}?as=public').status == 404


def test_the_page_of_others_does_not_change_with_a_hidden_field(people):
    """Neither its text nor its ETag."""
    path = f'members/{people["member"].handle}'
    before = people['other'].expect(200, 'GET', path)
    patch(people['member'], {'fields': {'about': {'value': 'Something else'}}})
    after = people['other'].expect(200, 'GET', path)
    assert (before.body, before.etag) == (after.body, after.etag)


def test_a_page_that_is_known_is_not_sent_again(people):
    """If-None-Match."""
    path = f'members/{people["member"].handle}'
    known = people['other'].expect(200, 'GET', path).etag
    assert people['other'].request('GET', path, headers={'If-None-Match': known}).status == 304


def test_only_verifiers_learn_the_verification(people):
    """What a revoke names is on the page for them alone."""
    path = f'members/{people["other"].handle}'
    assert people['verifier'].get(path)['verification_id']
    assert 'verification_id' not in people['member'].get(path)
    assert people['member'].get(path)['verified']['level'] == 2
