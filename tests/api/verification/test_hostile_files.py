"""Hostile files against agora-imager: each is drawn anew or refused with a reason, within its memory and time, and
nothing of it but pixels comes out.

Every file goes through the program as it is shipped (built without sanitizers, so that its limits and its filter of
system calls are those of production) and through the one under test (with sanitizers, which find what does not crash).
"""
import io
import os
import pathlib
import resource
import struct
import subprocess
import tempfile

import pytest
from PIL import Image

import hostile_files
from hostile_files import FILES, MARK

TOP = pathlib.Path(__file__).resolve().parents[3]
MEMORY_MAX = 768 << 20   # the program's own limit of its address space, in octets
CPU_MAX = 45             # seconds, of the program and of pdftoppm, each of which is killed behind 20
SIDE_MAX, PAGES_MAX = 3000, 20
TYPES = {'image/jpeg', 'image/png', 'image/webp', 'application/pdf'}
# Segments that a plain baseline JPEG is made of; whatever else may hold something.
SEGMENTS = {0xe0: 'APP0', 0xdb: 'DQT', 0xc0: 'SOF0', 0xc4: 'DHT', 0xda: 'SOS'}


@pytest.fixture(scope='session')
def shipped():
    """agora-imager without sanitizers."""
    subprocess.run(['make', '-s', 'VARIANT=release', 'build/release/bin/agora-imager'], cwd=TOP, check=True)
    return TOP / 'build/release/bin/agora-imager'


@pytest.fixture(scope='session')
def checked():
    """agora-imager of the build under test."""
    return TOP / os.environ['AGORA_BUILD'] / 'bin/agora-imager'


class Answer:
    """What the program made of a file, and what that took."""

    def __init__(self, program, data, user=None, cpu=None):
        with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as said:
            file.write(data)
            file.seek(0)
            with subprocess.Popen([program], stdin=file, stdout=subprocess.PIPE, stderr=said, env={'LC_ALL': 'C.UTF-8'}, user=user, group=user,
                                  extra_groups=[] if user else None,
                                  preexec_fn=lambda: cpu and resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))) as p:
                out = p.stdout.read()
                _, self.status, used = os.wait4(p.pid, 0)
                p.returncode = self.status
            said.seek(0)
            self.said = said.read().decode(errors='replace')
        self.memory, self.cpu = used.ru_maxrss << 10, used.ru_utime + used.ru_stime
        self.type, self.refusal, self.pages, self.whole = None, None, [], False
        self._read(out)

    def _read(self, out):
        while len(out) >= 5:
            kind, length = out[:1], struct.unpack('>I', out[1:5])[0]
            data, out = out[5:5 + length], out[5 + length:]
            assert len(data) == length and not self.whole
            if kind == b'T':
                self.type = data.decode()
            elif kind == b'R':
                self.refusal = data.decode()
            elif kind == b'P':
                self.pages.append((struct.unpack('>II', data[:8]), data[8:]))
            else:
                assert kind == b'E' and not data
                self.whole = True
        assert not out


def segments(data):
    """The markers of a JPEG up to its pixels."""
    assert data[:2] == b'\xff\xd8'
    at, found = 2, []
    while True:
        assert data[at] == 0xff
        found.append(data[at + 1])
        if data[at + 1] == 0xda:
            return found
        at += 2 + struct.unpack('>H', data[at + 2:at + 4])[0]


def see_clean(page):
    """A page is a plain JPEG of the size that is said, and nothing else."""
    size, data = page
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert picture.format == 'JPEG' and picture.mode == 'RGB' and picture.size == size
        assert max(size) <= SIDE_MAX
        assert not picture.getexif() and 'icc_profile' not in picture.info and 'comment' not in picture.info
    assert set(segments(data)) <= set(SEGMENTS)
    assert data.endswith(b'\xff\xd9') and MARK not in data


def see(answer, becomes, name):
    """What came of a file is what must come of it; `becomes` None: whichever of the two, but cleanly."""
    assert answer.whole and os.waitstatus_to_exitcode(answer.status) == 0, f'{name}: {answer.said}'
    assert answer.said == ''
    if becomes is None:
        becomes = answer.refusal or answer.type
    if becomes in TYPES:
        assert answer.refusal is None, f'{name}: {answer.refusal}'
        assert answer.type == becomes and 1 <= len(answer.pages) <= PAGES_MAX
        for page in answer.pages:
            see_clean(page)
    else:
        assert answer.refusal == becomes, f'{name}: {answer.type} {answer.refusal}'


# What takes long by design: shows nothing more with sanitizers.
LONG = {'pdf_that_draws_a_billion_times', 'pdf_picture_of_400_megapixels', 'pdf_content_bomb_100_mb'}


@pytest.mark.parametrize('name', [n for n in FILES if n != 'pdf_that_draws_a_billion_times'])
def test_as_shipped_it_is_drawn_anew_or_refused_within_its_limits(shipped, name):
    becomes, make = FILES[name]
    answer = Answer(shipped, make())
    see(answer, becomes, name)
    assert answer.memory < MEMORY_MAX and answer.cpu < CPU_MAX


def test_what_would_never_end_is_ended_by_its_limit_of_processor_time(shipped):
    """Here by a lower limit than the program's own of 20 s, for the test's sake: it keeps to the lower of the two."""
    becomes, make = FILES['pdf_that_draws_a_billion_times']
    see(Answer(shipped, make(), cpu=2), becomes, 'a billion')


@pytest.mark.parametrize('name', [n for n in FILES if n not in LONG])
def test_under_sanitizers_nothing_is_found(checked, name):
    becomes, make = FILES[name]
    see(Answer(checked, make()), becomes, name)


def test_there_are_at_least_forty_hostile_files():
    assert len(FILES) >= 40


@pytest.mark.parametrize('turn', range(1, 9))
def test_a_picture_comes_out_upright(shipped, turn):
    """Its left half is dark when it stands as stored; each turn puts that half where EXIF says."""
    size, data = Answer(shipped, FILES[f'jpeg_turned_{turn}'][1]()).pages[0]
    with Image.open(io.BytesIO(data)) as picture:
        left, right = (picture.getpixel((x, size[1] // 2))[0] for x in (2, size[0] - 3))
        top, bottom = (picture.getpixel((size[0] // 2 + 4, y))[0] for y in (2, size[1] - 3))
    found = [side for side, dark, light in (('left', left, right), ('right', right, left), ('top', top, bottom),
                                            ('bottom', bottom, top)) if dark < 100 < 150 < light]
    expected = {1: 'left', 2: 'right', 3: 'right', 4: 'left', 5: 'top', 6: 'top', 7: 'bottom', 8: 'bottom'}[turn]
    assert found == [expected] and size == ((64, 48) if turn < 5 else (48, 64))


def test_colours_survive(shipped):
    """Ink becomes light, what is see-through becomes white."""
    for name, expected in (('jpeg_cmyk', (255, 0, 0)), ('png_see_through', (255, 255, 255)),
                           ('webp_lossless_see_through', (255, 255, 255))):
        _, data = Answer(shipped, FILES[name][1]()).pages[0]
        with Image.open(io.BytesIO(data)) as picture:
            assert all(abs(a - b) < 12 for a, b in zip(picture.getpixel((10, 10)), expected)), name


def test_a_large_picture_is_made_smaller(shipped):
    picture = Image.new('RGB', (3600, 2400), (10, 200, 30))
    for kind in ('PNG', 'JPEG', 'WEBP'):
        size, data = Answer(shipped, hostile_files.saved(picture, kind)).pages[0]
        assert size == (3000, 2000)
        with Image.open(io.BytesIO(data)) as smaller:
            assert all(abs(a - b) < 12 for a, b in zip(smaller.getpixel((1500, 1000)), (10, 200, 30)))


def test_every_cut_of_a_file_ends_cleanly(checked):
    """A file may end anywhere."""
    for make in (hostile_files.jpeg, hostile_files.webp, lambda: hostile_files.saved(hostile_files.plain(), 'PNG')):
        data = make()
        for length in sorted({len(data) * i // 12 for i in range(12)}):
            answer = Answer(checked, data[:length])
            assert answer.whole and answer.refusal and answer.said == '', f'{length}: {answer.said}'


@pytest.mark.skipif(os.geteuid() != 0, reason='it takes root to be somebody else')
def test_it_works_for_an_unprivileged_user(shipped):
    with tempfile.TemporaryDirectory(prefix='agora-') as folder:
        os.chmod(folder, 0o755)
        program = pathlib.Path(folder) / 'agora-imager'
        program.write_bytes(shipped.read_bytes())
        program.chmod(0o755)
        for name in ('jpeg_with_gps', 'pdf_plain'):
            see(Answer(program, FILES[name][1](), user=12345), FILES[name][0], name)


def test_it_takes_a_file_and_no_pipe(shipped):
    done = subprocess.run([shipped], input=b'\xff\xd8\xff', capture_output=True, check=False)
    assert done.returncode == 69 and b'not a file' in done.stderr


def test_it_says_what_protects(shipped):
    done = subprocess.run([shipped, '--check'], capture_output=True, text=True, check=True)
    assert 'system calls filtered' in done.stdout
