"""What the tests of tmtpd's admin interface share."""
from contract import TMTPD
from tmtpd import escape

NOBODY = escape('%' * 32)


def contact(a, b):
    """Path of the contact of two users."""
    return f'/v1/contacts/{escape(a.uid)}/{escape(b.uid)}'


def user(person, more=''):
    """Path of a user."""
    return f'/v1/users/{escape(person.uid)}{more}'


def latest(tmtpd):
    """Number of the newest event."""
    return int(tmtpd.sql('select coalesce(max(n), 0) from tmtp.event'))


def events_after(tmtpd, n, *types):
    """All events after one, of these types only if there are any."""
    events = tmtpd.admin('GET', f'/v1/events?after={n}&limit=1000')[1]['events']
    return [e for e in events if not types or e['type'] in types]


def problem(answer, status):
    """An error as RFC 9457 has it."""
    assert answer[0] == status, answer
    assert answer[1]['status'] == status and answer[1]['title'] and answer[1]['detail']
    return True


def routes():
    """(method, path of nobody's) of everything that the description has."""
    return [(method, path.replace('{uid}', NOBODY).replace('{other}', NOBODY).replace('{n}', '1'))
            for method, path, _ in TMTPD.operations()]


def certificates(folder, run):
    """An authority, and certificates of callers: {name: (certificate, key)}; `run` runs a command.

    `good` may call; `server` is of the authority, for servers only; `stranger` of another authority.
    """
    made = {}
    for authority in ('ca', 'other'):
        run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', folder / f'{authority}.key',
            '-out', folder / f'{authority}.crt', '-days', '30', '-subj', f'/CN={authority}')
        made[authority] = folder / f'{authority}.crt', folder / f'{authority}.key'
    for name, authority, purpose in (('good', 'ca', 'clientAuth'), ('server', 'ca', 'serverAuth'), ('stranger', 'other', 'clientAuth')):
        key, crt, csr, ext = (folder / f'{name}.{x}' for x in ('key', 'crt', 'csr', 'ext'))
        ext.write_text(f'extendedKeyUsage={purpose}\n')
        run('openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', csr, '-subj', f'/CN={name}')
        run('openssl', 'x509', '-req', '-in', csr, '-CA', folder / f'{authority}.crt', '-CAkey', folder / f'{authority}.key', '-CAcreateserial',
            '-out', crt, '-days', '30', '-extfile', ext)
        made[name] = crt, key
    return made
