"""Hostile inputs by table: name, octets, and what the protocol answers. The tests put them to a running server.

An outcome is the text of a quit, or ALIVE: the link goes on.
"""
import pytest

ALIVE = 'alive'
INVALID, LENGTH = 'invalid header', 'invalid header length'
UNAUTHENTICATED, CONNECTED = 'disallowed op on unauthenticated link', 'disallowed op on connected link'


def named(table):
    """A table as parameters of a test, each with its name."""
    return pytest.mark.parametrize('case', table.values(), ids=table.keys())


def frame(text, data=b''):
    """A frame of any text."""
    text = text.encode() if isinstance(text, str) else text
    return b'%04x' % len(text) + text + data


def pulse(more):
    """A pulse with something more in its header."""
    return frame(f'{{"op":11,{more}}}')


# -- before tmtprev: nothing is ever answered ------------------------------------------------------

BEFORE_REV = {
    'length in no digits': b'....{"op":0,"id":"1"}',
    'length with a plus': b'+016{"op":0,"id":"1"}',
    'length of spaces': b'    {"op":0,"id":"1"}',
    'length in full-width digits': '００１６{"op":0,"id":"1"}'.encode(),
    'a line of HTTP': b'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n',
    'a line of SMTP': b'EHLO example.org\r\n',
    'an SSH banner': b'SSH-2.0-OpenSSH_9.2\r\n',
    'UTF-16 with a mark': '0016{"op":0,"id":"1"}'.encode('utf-16'),
    'UTF-32': '0016{"op":0,"id":"1"}'.encode('utf-32-le'),
    'NUL only': b'\x00' * 4096,
    '0xff only': b'\xff' * 4096,
    'TLS within TLS': b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + b'\x00' * 500,
    'a gzip stream': b'\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03' + b'\x00' * 100,
    'JSON without a length': b'{"op":0,"id":"1"}',
    'length after the header': b'{"op":0,"id":"1"}0011',
    'op 12 first': frame('{"op":12}'),
    'login first': frame('{"op":2,"uid":"x","node":"y"}'),
    'register first': frame('{"op":1,"newnode":"x","newalias":"_"}'),
    'post first, with data': frame('{"op":7,"id":"m","for":[],"datalen":5}', b'12345'),
    'no op': frame('{"id":"1"}  '),
    'op that is a text': frame('{"op":"0","id":"1"}'),
    'tmtprev without an id': frame('{"op":0}'),
    'tmtprev with an empty id': frame('{"op":0,"id":""}'),
    'tmtprev with a number for an id': frame('{"op":0,"id":1}'),
    'tmtprev with data': frame('{"op":0,"id":"1","datalen":1}', b'x'),
    'tmtprev of a server': frame('{"op":"tmtprev","id":"1","name":"x"}'),
}

# -- after tmtprev, before login -------------------------------------------------------------------

NODE = 'B' * 40
BEFORE_LOGIN = {
    'user edit': (frame('{"op":3,"id":"x","newalias":"Some new alias"}'), UNAUTHENTICATED),
    'presence': (frame('{"op":4,"id":"x","for":[{"id":"u"}],"type":"init"}'), UNAUTHENTICATED),
    'invitation': (frame('{"op":5,"id":"x","gid":"Some group","from":"somebody","to":"another one"}'), UNAUTHENTICATED),
    'group edit': (frame('{"op":6,"id":"x","gid":"Some group","act":"join"}'), UNAUTHENTICATED),
    'post': (frame('{"op":7,"id":"x","for":[],"datalen":1}', b'x'), UNAUTHENTICATED),
    'post notify': (frame('{"op":8,"id":"x","for":[],"notelen":1,"datalen":2}', b'xx'), UNAUTHENTICATED),
    'ping': (frame('{"op":9,"id":"x","from":"somebody","to":"another one"}'), UNAUTHENTICATED),
    'ack': (frame('{"op":10,"id":"x","type":"ok"}'), UNAUTHENTICATED),
    'pulse': (frame('{"op":11}'), UNAUTHENTICATED),
    'quit': (frame('{"op":12}'), UNAUTHENTICATED),
    'post of 32 MiB announced': (frame('{"op":7,"id":"x","for":[],"datalen":33554432}'), UNAUTHENTICATED),
    'second tmtprev': (frame('{"op":0,"id":"1"}'), 'disallowed op repetition'),
    'login without a node': (frame('{"op":2,"uid":"x"}'), INVALID),
    'login without a uid': (frame('{"op":2,"node":"x"}'), INVALID),
    'login with an empty uid': (frame('{"op":2,"uid":"","node":"x"}'), INVALID),
    'login with a list for a uid': (frame('{"op":2,"uid":["x"],"node":"x"}'), INVALID),
    'login with data': (frame('{"op":2,"uid":"x","node":"x","datalen":3}', b'xxx'), INVALID),
    'login with a uid of 31': (frame(f'{{"op":2,"uid":"{"B" * 31}","node":"{NODE}"}}'), INVALID),
    'login with a uid of 33': (frame(f'{{"op":2,"uid":"{"B" * 33}","node":"{NODE}"}}'), INVALID),
    'login with vowels in the uid': (frame(f'{{"op":2,"uid":"{"A" * 32}","node":"{NODE}"}}'), 'login failed'),
    'login with SQL in the uid': (frame(f'{{"op":2,"uid":"{"1 or 1=1;--":32}","node":"{NODE}"}}'), 'login failed'),
    'login with NUL in the uid': (frame(f'{{"op":2,"uid":"{"B" * 31}\\u0000","node":"{NODE}"}}'), 'login failed'),
    'login with no base 32 for a node': (frame(f'{{"op":2,"uid":"{"B" * 32}","node":"{"a" * 40}"}}'), 'corrupt base32 value'),
    'login with a node of 64 KiB': (frame(f'{{"op":2,"uid":"{"B" * 32}","node":"{"B" * 65000}"}}'), 'login failed'),
    'login with a node of one letter': (frame(f'{{"op":2,"uid":"{"B" * 32}","node":"B"}}'), 'corrupt base32 value'),
    'login of nobody': (frame(f'{{"op":2,"uid":"{"B" * 32}","node":"{NODE}"}}'), 'login failed'),
    'register without a node': (frame('{"op":1,"newalias":"_"}'), INVALID),
    'register without an alias': (frame('{"op":1,"newnode":"x"}'), INVALID),
    'register with an empty alias': (frame('{"op":1,"newnode":"x","newalias":""}'), INVALID),
    'register with a label of 256': (frame(f'{{"op":1,"newnode":"{"x" * 256}","newalias":"_"}}'), INVALID),
    'register with a text for oidc': (frame('{"op":1,"newnode":"x","newalias":"_","oidc":"x"}'), INVALID),
    'register with a float in oidc': (frame('{"op":1,"newnode":"x","newalias":"_","oidc":{"expires_in":1.5}}'), INVALID),
    'register with a negative time in oidc': (frame('{"op":1,"newnode":"x","newalias":"_","oidc":{"expires_in":-1}}'), INVALID),
    'register with a number for a token': (frame('{"op":1,"newnode":"x","newalias":"_","oidc":{"id_token":7}}'), INVALID),
    'length with a minus': (b'-00b{"op":11}', LENGTH),
}

# -- logged in: JSON, text, numbers ----------------------------------------------------------------

LOGGED_IN = {
    'comma at the end': (frame('{"op":11,}'), INVALID),
    'single quotes': (frame("{'op':11}"), INVALID),
    'key without quotes': (frame('{op:11    }'), INVALID),
    'comment': (frame('{"op":11}//'), INVALID),
    'two objects': (frame('{"op":11} {"op":11}'), INVALID),
    'byte order mark': (frame('\ufeff{"op":11}'), INVALID),
    'NUL at the end': (frame(b'{"op":11}\x00'), INVALID),
    'NUL at the start': (frame(b'\x00{"op":11}'), INVALID),
    'NUL between': (frame(b'{"op"\x00:11}'), INVALID),
    'null': (frame('null    '), INVALID),
    'a number': (frame('12345678'), INVALID),
    'a text': (frame('"textual"'), INVALID),
    'a list': (frame('[11, 11, 11]'), INVALID),
    'spaces only': (frame(' ' * 100), INVALID),
    'an empty object': (frame('{       }'), INVALID),
    'space before and after': (frame(' \r\n\t{"op":11}\t\n '), ALIVE),
    'keys of all cases': (frame('{"oP":11}'), ALIVE),
    'op with a leading zero': (frame('{"op":011}'), INVALID),
    'op in hexadecimal': (frame('{"op":0xb}'), INVALID),
    'op with a plus': (frame('{"op":+11}'), INVALID),
    'op as a float': (frame('{"op":11.0}'), INVALID),
    'op with an exponent': (frame('{"op":11e0}'), INVALID),
    'op true': (frame('{"op":true}'), INVALID),
    'op null': (frame('{"op":null}'), INVALID),
    'op in a list': (frame('{"op":[11]}'), INVALID),
    'op 10^20': (frame('{"op":100000000000000000000}'), INVALID),
    'op 10^400': (frame('{"op":1e400}'), INVALID),
    'op -11': (frame('{"op":-11}'), INVALID),
    'op 2^32 + 11': (frame('{"op":4294967307}'), INVALID),
    'op NaN': (frame('{"op":NaN}'), INVALID),
    'op Infinity': (frame('{"op":Infinity}'), INVALID),
    'op of a server': (frame('{"op":"delivery","id":"0000000000000001"}'), INVALID),
    'the last of two ops counts': (frame('{"op":11,"op":12}'), 'logout ok'),
    'the last of two spellings counts': (frame('{"op":12,"OP":11}'), ALIVE),
    '5,000 times the same key': (pulse(','.join(['"x":1'] * 5000)), ALIVE),
    '4,000 keys': (pulse(','.join(f'"k{i}":0' for i in range(4000))), ALIVE),
    'a key of 60,000 octets': (pulse(f'"{"k" * 60000}":1'), ALIVE),
    'an empty key': (pulse('"":""'), ALIVE),
    'NUL in a key': (pulse('"\\u0000op":1'), INVALID),
    'NUL in a text': (pulse('"x":"\\u0000"'), ALIVE),
    'a key of Kelvin': (frame('{"op":11,"\u212aey":1}'), ALIVE),
    '16 levels': (pulse('"x":' + '[' * 15 + ']' * 15), ALIVE),
    '17 levels': (pulse('"x":' + '[' * 16 + ']' * 16), INVALID),
    '17 levels of both sorts': (pulse('"x":' + '[{"y":' * 8 + '[' + ']' + '}]' * 8), INVALID),
    'levels that never end': (pulse('"x":' + '[' * 60000), INVALID),
    'objects that never end': (frame('{"op":' * 10000), INVALID),
    'brackets in a text are no levels': (pulse(f'"x":"{"[{" * 20000}"'), ALIVE),
    'brackets after an escaped quote': (pulse('"x":"\\"' + '[' * 100 + '"'), ALIVE),
    'brackets after an escaped backslash': (pulse('"x":"\\\\","y":[]'), ALIVE),
    'closing brackets only': (frame(']' * 1000), INVALID),
    'a text that never ends': (frame('{"op":11,"x":"' + 'y' * 60000), INVALID),
    'an escape at the end': (frame('{"op":11,"x":"\\'), INVALID),
    'an unknown escape': (pulse('"x":"\\q"'), INVALID),
    'half an escape': (pulse('"x":"\\u12"'), INVALID),
    'a pair of surrogates': (pulse('"x":"\\ud834\\udd1e"'), ALIVE),
    'half a pair': (pulse('"x":"\\ud834"'), INVALID),
    'a pair the wrong way round': (pulse('"x":"\\udd1e\\ud834"'), INVALID),
    'a line end in a text': (pulse('"x":"\n"'), INVALID),
    'a control character in a text': (pulse('"x":"\x01"'), INVALID),
    'a DEL in a text': (pulse('"x":"\x7f"'), ALIVE),
    'UTF-8: a slash too long': (frame(b'{"op":11,"x":"\xc0\xaf"}'), INVALID),
    'UTF-8: NUL too long': (frame(b'{"op":11,"x":"\xe0\x80\x80"}'), INVALID),
    'UTF-8: cut off': (frame(b'{"op":11,"x":"\xe2\x82"}'), INVALID),
    'UTF-8: a lone continuation': (frame(b'{"op":11,"x":"\x80"}'), INVALID),
    'UTF-8: five octets': (frame(b'{"op":11,"x":"\xf8\x88\x80\x80\x80"}'), INVALID),
    'UTF-8: beyond 10ffff': (frame(b'{"op":11,"x":"\xf4\x90\x80\x80"}'), INVALID),
    'UTF-8: the last character': (pulse('"x":"\U0010ffff"'), ALIVE),
    'UTF-8: no character': (pulse('"x":"\ufffe\uffff"'), ALIVE),
    'UTF-8: CESU-8': (frame(b'{"op":11,"x":"\xed\xa0\xb4\xed\xb4\x9e"}'), INVALID),
    'UTF-8: in a key': (frame(b'{"op":11,"\xff":1}'), INVALID),
    'Latin-1': (frame(b'{"op":11,"x":"caf\xe9"}'), INVALID),
    'a number of 5,000 digits': (pulse('"x":' + '9' * 5000), INVALID),
    'a float of 5,000 digits': (pulse('"x":0.' + '9' * 5000), ALIVE),
    'a float too small': (pulse('"x":1e-5000'), ALIVE),
    'a float too large': (pulse('"x":1e5000'), INVALID),
    'minus': (pulse('"x":-'), INVALID),
    'a dot at the end': (pulse('"x":1.'), INVALID),
    '2^63': (pulse('"x":9223372036854775808'), INVALID),
    'quit with data': (frame('{"op":12,"datalen":5}', b'xxxxx'), INVALID),
    'pulse with data': (frame('{"op":11,"datalen":1}', b'x'), INVALID),
    'ack with data': (frame('{"op":10,"id":"x","type":"ok","datalen":1}', b'x'), INVALID),
    'pulse with datahead': (pulse('"datahead":1'), INVALID),
    'pulse with notehead': (pulse('"notehead":1'), INVALID),
    'uppercase digits of a length': (b'000D{"op":11}    ', ALIVE),
    'op 255': (frame('{"op":255}'), INVALID),
    'user edit of nothing': (frame('{"op":3,"id":"x"}'), INVALID),
    'user edit with an empty alias': (frame('{"op":3,"id":"x","newalias":""}'), INVALID),
    'presence of another type': (frame('{"op":4,"id":"x","for":[{"id":"u"}],"type":"all"}'), INVALID),
    'presence of somebody empty': (frame('{"op":4,"id":"x","for":[{"id":""}],"type":"add"}'), INVALID),
    'group edit of another act': (frame('{"op":6,"id":"x","gid":"Some group","act":"burn"}'), INVALID),
    'group edit: drop nobody': (frame('{"op":6,"id":"x","gid":"Some group","act":"drop"}'), INVALID),
    'group edit: alias without one': (frame('{"op":6,"id":"x","gid":"Some group","act":"alias"}'), INVALID),
    'post to a text': (frame('{"op":7,"id":"x","for":"everybody","datalen":1}', b'x'), INVALID),
    'post to null': (frame('{"op":7,"id":"x","for":null,"datalen":1}', b'x'), INVALID),
    'post to a list in a list': (frame('{"op":7,"id":"x","for":[[]],"datalen":1}', b'x'), INVALID),
    'post to a type that is a text': (frame('{"op":7,"id":"x","for":[{"id":"y","type":"1"}],"datalen":1}', b'x'), INVALID),
    'post to a type -1': (frame('{"op":7,"id":"x","for":[{"id":"y","type":-1}],"datalen":1}', b'x'), INVALID),
    'post to type 4': (frame('{"op":7,"id":"x","for":[{"id":"y","type":4}],"datalen":1}', b'x'), INVALID),
    'post to no type': (frame('{"op":7,"id":"x","for":[{"id":"y"}],"datalen":1}', b'x'), INVALID),
    'post to no id': (frame('{"op":7,"id":"x","for":[{"type":1}],"datalen":1}', b'x'), INVALID),
    'post without data': (frame('{"op":7,"id":"x","for":[]}'), INVALID),
    'post notify without for': (frame('{"op":8,"id":"x","notelen":1,"datalen":2}', b'xx'), INVALID),
    'post notify with a text for a flag': (frame('{"op":8,"id":"x","for":[],"fornotself":"yes","notelen":1,"datalen":2}', b'xx'), INVALID),
    'post notify with a bad notefor': (frame('{"op":8,"id":"x","for":[],"notefor":[{}],"notelen":1,"datalen":2}', b'xx'), INVALID),
    'post notify with notehead over notelen': (frame('{"op":8,"id":"x","for":[],"notelen":1,"notehead":2,"datalen":3}', b'xxx'), INVALID),
    'ping from nobody': (frame('{"op":9,"id":"x","to":"another one"}'), INVALID),
    'ping to nobody': (frame('{"op":9,"id":"x","from":"somebody"}'), INVALID),
    'ping of 4 GiB': (frame('{"op":9,"id":"x","from":"somebody","to":"another one","datalen":4294967296}'), 'data too long for request type'),
    'ping from 9,000 control characters': (frame('{"op":9,"id":"x","from":"%s","to":"another one"}' % ('\\u0001' * 9000)), ALIVE),
    'ack without a type': (frame('{"op":10,"id":"x"}'), INVALID),
    'ack without an id': (frame('{"op":10,"type":"ok"}'), INVALID),
    'ack of nothing': (frame('{"op":10,"id":"x","type":"ok"}'), ALIVE),
    'ack of the last id there can be': (frame('{"op":10,"id":"ffffffffffffffff","type":"ok"}'), ALIVE),
    'ack of a negative id': (frame('{"op":10,"id":"-000000000000001","type":"ok"}'), ALIVE),
    'ack of a path': (frame('{"op":10,"id":"../../../../../","type":"ok"}'), ALIVE),
    'ack of NUL': (frame('{"op":10,"id":"\\u0000","type":"\\u0000"}'), ALIVE),
    'ack of 8,192 octets': (frame('{"op":10,"id":"%s","type":"ok"}' % ('x' * 8192)), ALIVE),
    'ack of 8,193 octets': (frame('{"op":10,"id":"%s","type":"ok"}' % ('x' * 8193)), INVALID),
    '2,000 acks of nothing': (frame('{"op":10,"id":"0000000000000001","type":"ok"}') * 2000, ALIVE),
    '3,000 pulses': (frame('{"op":11}') * 3000, ALIVE),
    'quit and more': (frame('{"op":12}') + frame('{"op":7,"id":"x","for":[],"datalen":1}', b'x') * 50, 'logout ok'),
    'a bad frame between good ones': (frame('{"op":11}') * 5 + frame('{"op":99}') + frame('{"op":12}'), INVALID),
}

# Every key of the protocol with a value of a type it never has, in a request that doesn't need it.
WRONG_TYPE = {
    **dict.fromkeys(('id', 'uid', 'gid', 'node', 'newnode', 'newalias', 'from', 'to', 'act', 'type', 'name', 'nodeid', 'alias', 'info', 'error',
                     'msgid', 'posted', 'postid'), ('7', '["x"]')),
    **dict.fromkeys(('datalen', 'datahead', 'datasum', 'notelen', 'notehead', 'notesum', 'headsum', 'status', 'notify', 'auth'),
                    ('-1', '1.0', '9007199254740992', '"1"')),
    'for': ('{}', '[7]'), 'notefor': ('"x"',), 'fornotself': ('0',), 'oidc': ('[]',), 'authby': ('{}',), 'ohi': ('"x"',),
}
for _key, _values in WRONG_TYPE.items():
    for _value in _values:
        LOGGED_IN[f'{_key} is {_value}'] = (pulse(f'"{_key}":{_value}'), INVALID)
