"""Holds every answer of the interface against docs/openapi.yaml: status, media type, body."""
import pathlib
import re

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DESCRIPTION = yaml.safe_load((TOP / 'docs/openapi.yaml').read_text(encoding='utf8'))


def _closed(schema):
    """The schema with no member allowed that it does not name: an answer must not say more than is described."""
    if isinstance(schema, list):
        return [_closed(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: _closed(v) for k, v in schema.items()}
    if 'properties' in made and 'additionalProperties' not in made:
        made['additionalProperties'] = False
    return made


DOCUMENT = {**DESCRIPTION, 'components': {**DESCRIPTION['components'], 'schemas': _closed(DESCRIPTION['components']['schemas'])}}
PATHS = [(re.compile('^' + re.sub(r'\{[^}]+\}', '[^/]+', path) + '$'), path) for path in DESCRIPTION['paths']]


def operations():
    """(method, path template, operation) of everything described."""
    for path, item in DESCRIPTION['paths'].items():
        for method, operation in item.items():
            if method in ('get', 'post', 'put', 'patch', 'delete'):
                yield method.upper(), path, operation


def _resolve(part):
    while isinstance(part, dict) and '$ref' in part:
        found = DOCUMENT
        for name in part['$ref'].removeprefix('#/').split('/'):
            found = found[name]
        part = found
    return part


def check(answer):
    """Raise AssertionError where an answer of /api/v1 differs from the description."""
    path = answer.path.split('?')[0]
    # A literal path wins over one with a parameter, as in the router.
    matches = sorted((template for pattern, template in PATHS if pattern.match(path)), key=lambda t: t.count('{'))
    if not path.startswith('/api/v1') or not matches:
        return
    operation = DESCRIPTION['paths'][matches[0]].get(answer.method.lower())
    if operation is None:
        assert answer.status == 405, f'{answer.method} {path} is not described but answered {answer.status}'
        return
    responses = operation['responses']
    if answer.status == 304:
        return
    if answer.status < 400:
        assert str(answer.status) in responses, f'{answer.method} {path}: status {answer.status} is not described'
        response = _resolve(responses[str(answer.status)])
    else:
        response = _resolve({'$ref': '#/components/responses/Problem'})
    content = response.get('content')
    if not content:
        assert answer.body == b'', f'{answer.method} {path}: a body where none is described'
        return
    media = answer.headers.get('content-type', '').split(';')[0]
    assert media in content, f'{answer.method} {path}: {media} instead of {list(content)}'
    if 'json' in media:
        validator = jsonschema.Draft202012Validator(
            {**content[media]['schema'], 'components': DOCUMENT['components']} if '$ref' in content[media]['schema']
            else {**_closed(content[media]['schema']), 'components': DOCUMENT['components']},
            format_checker=jsonschema.FormatChecker())
        errors = [f'{"/".join(map(str, e.absolute_path))}: {e.message[:300]}' for e in validator.iter_errors(answer.json)]
        assert not errors, f'{answer.method} {path} {answer.status}: {errors[:3]}'
