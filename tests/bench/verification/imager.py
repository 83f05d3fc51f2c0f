#!/usr/bin/env python3
"""Time and memory of agora-imager, a file at a time: what members send, and the worst that is still taken."""
import io
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(TOP / 'tests/lib'))

from PIL import Image  # noqa: E402

import hostile_files  # noqa: E402
from figure import figure, told  # noqa: E402

PROGRAM = TOP / os.environ.get('AGORA_BUILD', 'build/release') / 'bin/agora-imager'
MEMORY_GOAL, RUNS = 768, 7


def photograph(width, height, quality=85):
    """What a telephone takes: noise on a gradient, so that it does not compress to nothing."""
    small = Image.frombytes('RGB', (width // 8, height // 8), os.urandom(width // 8 * (height // 8) * 3))
    out = io.BytesIO()
    small.resize((width, height), Image.Resampling.BICUBIC).save(out, 'JPEG', quality=quality)
    return out.getvalue()


def scans(pages):
    """A PDF of photographs, as scanners make them."""
    out = io.BytesIO()
    leaf = Image.open(io.BytesIO(photograph(2480, 3504, 25)))
    leaf.save(out, 'PDF', save_all=True, append_images=[leaf] * (pages - 1), quality=25)
    return out.getvalue()


# What a process has used at most counts from before it became another program, so a small one starts it.
STARTER = """
import os, sys, time
begun = time.monotonic()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:2], {})
_, status, used = os.wait4(pid, 0)
print(time.monotonic() - begun, used.ru_maxrss, status, file=sys.stderr)
"""


def measure(name, data, goal_ms, runs=RUNS):
    """Median time on the wall and greatest memory over some runs."""
    times, memory = [], 0
    with tempfile.TemporaryFile() as file:
        file.write(data)
        for _ in range(runs):
            file.seek(0)
            done = subprocess.run([sys.executable, '-S', '-c', STARTER, PROGRAM], stdin=file, capture_output=True, check=True)
            seconds, most, status = done.stderr.split()
            times.append(float(seconds) * 1000)
            memory = max(memory, int(most) / 1024)
            assert int(status) == 0 and done.stdout.startswith(b'T') and done.stdout.endswith(b'E\0\0\0\0')
            assert b'R\0\0\0' not in done.stdout[-40:]
    figure(f'imager_{name}_ms', statistics.median(times), 'ms', '<=', goal_ms)
    figure(f'imager_{name}_memory', memory, 'MiB', '<=', MEMORY_GOAL)


def main():
    """All of them."""
    told('one process a file: its start is in every figure; memory is the greatest of the program and of pdftoppm')
    measure('thumbnail', hostile_files.jpeg(), 100)
    measure('photograph_12_megapixels', photograph(4032, 3024), 1500)
    measure('png_49_megapixels', hostile_files.FILES['png_of_the_largest_size'][1](), 5000, 3)
    measure('pdf_1_page', hostile_files.page(), 500)
    measure('pdf_20_scanned_pages', scans(20), 25000, 1)


if __name__ == '__main__':
    main()
