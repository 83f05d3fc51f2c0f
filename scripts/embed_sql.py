#!/usr/bin/env python3
"""Turns a folder of SQL into a C source and header, so that a program carries its own SQL.

usage: embed_sql.py SQL_FOLDER OUTPUT_WITHOUT_SUFFIX

SQL_FOLDER/queries/*.sql    one statement a file; becomes `enum PREFIX_query` and `PREFIX_queries[]`
SQL_FOLDER/migrations/*.sql numbered steps, run once each, in order; `PREFIX_migrations[]`
SQL_FOLDER/functions/*.sql  functions and views, created again after every migration; `PREFIX_functions[]`
"""
import pathlib
import sys


def literal(text):
    """A C string literal, one line of SQL a line of C."""
    lines = []
    for line in text.splitlines(keepends=True):
        line = line.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n').replace('\t', '\\t')
        lines.append(f'    "{line}"')
    return '\n'.join(lines) or '    ""'


def main():
    folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    prefix = folder.name
    queries = sorted((folder / 'queries').glob('*.sql'))
    names = [q.stem for q in queries]
    guard = f'{prefix.upper()}_SQL_H'
    header = [f'/* Made by scripts/embed_sql.py from {folder}; do not edit. */', f'#ifndef {guard}', f'#define {guard}',
              '#include <stddef.h>', '', f'enum {prefix}_query {{']
    header += [f'    QUERY_{n.upper()},' for n in names]
    header += [f'    {prefix.upper()}_QUERIES', '};', '',
               f'struct {prefix}_sql {{', '    const char *name;', '    const char *text;', '};', '',
               f'extern const struct {prefix}_sql {prefix}_queries[];']
    for kind in ('migrations', 'functions'):
        header += [f'extern const struct {prefix}_sql {prefix}_{kind}[];', f'extern const size_t {prefix}_{kind}_count;']
    header += ['', '#endif', '']
    source = [f'/* Made by scripts/embed_sql.py from {folder}; do not edit. */', f'#include "{prefix}_sql.h"', '']
    for kind in ('queries', 'migrations', 'functions'):
        files = sorted((folder / kind).glob('*.sql'))
        source.append(f'const struct {prefix}_sql {prefix}_{kind}[] = {{')
        source += [f'    {{"{f.stem}",\n{literal(f.read_text())}}},' for f in files]
        source += ['    {NULL, NULL},', '};', '']
        if kind != 'queries':
            source += [f'const size_t {prefix}_{kind}_count = {len(files)};', '']
    pathlib.Path(out + '.h').write_text('\n'.join(header))
    pathlib.Path(out + '.c').write_text('\n'.join(source))


main()
