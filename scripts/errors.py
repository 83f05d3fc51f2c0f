#!/usr/bin/env python3
"""Makes docs/errors.md from the registry of errors: the comment above each row is its paragraph.

usage: errors.py errors.def errors.md
"""
import pathlib
import re
import sys

ROW = re.compile(r'/\*(?P<text>(?:(?!\*/).)*)\*/\s*'
                 r'AGORA_ERROR\(\s*(?P<name>\w+),\s*"(?P<state>\w*)",\s*(?P<http>\d+),\s*"(?P<slug>[\w-]+)",\s*"(?P<title>[^"]*)"\)',
                 re.S)


def main():
    """Read the rows, write the page."""
    text = pathlib.Path(sys.argv[1]).read_text()
    rows = list(ROW.finditer(text))
    named = re.findall(r'^AGORA_ERROR\(\s*(\w+)', text, re.M)
    without = set(named) - {r['name'] for r in rows}
    if without:
        sys.exit(f'{sys.argv[1]}: no comment above {", ".join(sorted(without))}')
    page = ['# Kinds of error', '',
            'Made from `directory/base/errors.def` by `scripts/errors.py`; do not edit.', '',
            'A failed request is answered with `application/problem+json` (RFC 9457). Its `type` is `/errors/` and one of the',
            'names below, which do not change; `detail` is a sentence for a person; `instance` is the request id, the same as in',
            '`X-Request-Id` and in the log; `errors` names the field at fault, by a JSON pointer, where there is one.', '']
    for row in sorted(rows, key=lambda r: (int(r['http']), r['slug'])):
        state = f', SQLSTATE {row["state"]}' if row['state'] else ''
        page += [f'## {row["slug"]}', '', f'{row["http"]}{state}. *{row["title"]}*', '', re.sub(r'\s*\n \*\s*|\s+', ' ', row['text']).strip(), '']
    pathlib.Path(sys.argv[2]).write_text('\n'.join(page))


main()
