"""Holds every answer of an interface against its description (OpenAPI): status, media type, body."""
import pathlib
import re

import jsonschema
import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
METHODS = ('get', 'post', 'put', 'patch', 'delete')


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


class Contract:
    """One description; only answers whose path begins with `prefix` are held against it. A method that is not
    described is answered by one of `unknown`."""

    def __init__(self, file, prefix, unknown=(405,)):
        self.prefix, self.unknown = prefix, unknown
        self.described = yaml.safe_load((TOP / file).read_text(encoding='utf8'))
        components = self.described['components']
        self.document = {**self.described, 'components': {**components, 'schemas': _closed(components['schemas'])}}
        self.paths = [(re.compile('^' + re.sub(r'\{[^}]+\}', '[^/]+', path) + '$'), path) for path in self.described['paths']]

    def operations(self):
        """(method, path template, operation) of everything described."""
        for path, item in self.described['paths'].items():
            for method, operation in item.items():
                if method in METHODS:
                    yield method.upper(), path, operation

    def resolve(self, part):
        """What a $ref stands for; anything else is itself."""
        while isinstance(part, dict) and '$ref' in part:
            found = self.document
            for name in part['$ref'].removeprefix('#/').split('/'):
                found = found[name]
            part = found
        return part

    def sample(self, schema):
        """A body of this form, with every member that is described; whether it makes sense is another matter."""
        schema = self.resolve(schema)
        if 'anyOf' in schema or 'oneOf' in schema:
            return self.sample((schema.get('anyOf') or schema.get('oneOf'))[0])
        if 'const' in schema or 'enum' in schema:
            return schema.get('const', (schema.get('enum') or [None])[0])
        kind = schema.get('type', 'object')
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == 'object':
            return {name: self.sample(one) for name, one in schema.get('properties', {}).items()}
        if kind == 'array':
            return [self.sample(schema['items'])]
        if kind == 'string':
            return {'uuid': '01900000-0000-7000-8000-000000000000', 'date': '2026-05-01', 'date-time': '2030-05-01T10:00:00Z'}.get(
                schema.get('format'), 'text')
        return {'integer': schema.get('minimum', 1), 'boolean': True}.get(kind)  # null for any other

    def _response(self, answer, operation):
        if answer.status >= 400:
            return self.resolve({'$ref': '#/components/responses/Problem'})
        assert str(answer.status) in operation['responses'], \
            f'{answer.method} {answer.path}: status {answer.status} is not described'
        return self.resolve(operation['responses'][str(answer.status)])

    def check(self, answer):
        """Raise AssertionError where an answer differs from the description."""
        path = answer.path.split('?')[0]
        # A literal path wins over one with a parameter, as in the router.
        matches = sorted((template for pattern, template in self.paths if pattern.match(path)), key=lambda t: t.count('{'))
        if not path.startswith(self.prefix) or not matches:
            return
        operation = self.described['paths'][matches[0]].get(answer.method.lower())
        if operation is None:
            assert answer.status in self.unknown, f'{answer.method} {path} is not described but answered {answer.status}'
            return
        if answer.status == 304:
            return
        content = self._response(answer, operation).get('content')
        if not content:
            assert answer.body == b'', f'{answer.method} {path}: a body where none is described'
            return
        media = answer.headers.get('content-type', '').split(';')[0]
        assert media in content, f'{answer.method} {path}: {media} instead of {list(content)}'
        if 'json' in media:
            self._check_json(answer, content[media]['schema'])

    def _check_json(self, answer, schema):
        schema = schema if '$ref' in schema else _closed(schema)
        validator = jsonschema.Draft202012Validator({**schema, 'components': self.document['components']},
                                                    format_checker=jsonschema.FormatChecker())
        errors = [f'{"/".join(map(str, e.absolute_path))}: {e.message[:300]}' for e in validator.iter_errors(answer.json)]
        assert not errors, f'{answer.method} {answer.path} {answer.status}: {errors[:3]}'


AGORAD = Contract('docs/openapi.yaml', '/api/v1')
TMTPD = Contract('docs/tmtp-admin.openapi.yaml', '/', unknown=(401, 403, 405))  # who may call is looked at first
operations, check, sample = AGORAD.operations, AGORAD.check, AGORAD.sample
