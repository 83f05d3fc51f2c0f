"""Files that somebody might send in to do harm, each made here from nothing, with what must come of it.

FILES maps a name to (what must come of it, function that makes the octets). What must come of it is a media type
when the file is taken, else the name of a refusal of directory/imager/refusals.def. MARK stands in every part of a
file that is not a picture, and so must not come out.
"""
import io
import os
import struct
import zlib

from PIL import Image

MARK = b'HIDDENPAYLOAD'
JPEG, PNG, WEBP, PDF = 'image/jpeg', 'image/png', 'image/webp', 'application/pdf'
FILES = {}


def file(name, becomes):
    """Adds a maker to FILES."""
    def add(make):
        FILES[name] = (becomes, make)
        return make
    return add


def saved(picture, kind, **options):
    """A picture of Pillow's as octets."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def plain(mode='RGB', size=(64, 48)):
    """A picture with something on it: its left half dark, its right half light."""
    picture = Image.new(mode, size)
    for y in range(size[1]):
        for x in range(size[0]):
            light = 220 if x >= size[0] // 2 else 30
            picture.putpixel((x, y), light if mode == 'L' else tuple([light] * len(picture.getbands())))
    return picture


# -- PNG -----------------------------------------------------------------------------------------------

def chunk(kind, data):
    """A chunk of a PNG."""
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def zeros(octets):
    """So many zeros, deflated, without ever having them all."""
    z = zlib.compressobj(9)
    part = bytes(1 << 20)
    out = b''.join(z.compress(part) for _ in range(octets >> 20))
    return out + z.compress(bytes(octets & ((1 << 20) - 1))) + z.flush()


def png(width, height, depth=8, colour=2, extra=b'', data=None):
    """A black PNG; `extra` are chunks before the pixels."""
    row = 1 + (width * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] + 7) // 8
    head = struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, 0)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + extra
            + chunk(b'IDAT', zeros(row * height) if data is None else data) + chunk(b'IEND', b''))


file('png_bomb_900_megapixels', 'DIMENSIONS')(lambda: png(30000, 30000, 1, 0))
file('png_bomb_400_megapixels', 'DIMENSIONS')(lambda: png(20000, 20000, 1, 0))
file('png_one_pixel_too_wide', 'DIMENSIONS')(lambda: png(20001, 1))
file('png_that_claims_two_billion_pixels_a_side', 'DIMENSIONS')(lambda: png(0x7fffffff, 1, data=zeros(10)))
file('png_of_the_largest_size', PNG)(lambda: png(7000, 7000))
file('png_20000_wide_and_1_high', PNG)(lambda: png(20000, 1))
file('png_without_size', 'DAMAGED')(lambda: png(0, 0, data=zeros(1)))
file('png_16_bit', PNG)(lambda: png(40, 30, 16, 6))
file('png_one_bit', PNG)(lambda: png(33, 30, 1, 0))
file('png_profile_bomb_100_mb', PNG)(lambda: png(32, 32, extra=chunk(b'iCCP', b'x\0\0' + zeros(100 << 20))))
file('png_text_bomb_100_mb', PNG)(lambda: png(32, 32, extra=chunk(b'zTXt', b'x\0\0' + zeros(100 << 20))))
file('png_with_text_and_script', PNG)(
    lambda: png(32, 32, extra=chunk(b'tEXt', b'Comment\0<script>' + MARK + b'</script>')
                + chunk(b'iTXt', b'XML:com.adobe.xmp\0\0\0\0\0<x>' + MARK + b'</x>')))
file('png_with_100000_chunks', PNG)(lambda: png(32, 32, extra=chunk(b'tEXt', b'a\0' + MARK) * 100000))
file('png_with_200000_unknown_chunks', PNG)(lambda: png(32, 32, extra=chunk(b'abCd', MARK) * 200000))
file('png_with_less_data_than_it_says', 'DAMAGED')(lambda: png(1000, 1000, data=zeros(3001 * 10)))
file('png_cut_short', 'DAMAGED')(lambda: saved(plain(), 'PNG')[:-40])
file('png_with_zip_behind', PNG)(lambda: saved(plain(), 'PNG') + b'PK\x03\x04' + MARK)
file('png_signature_alone', 'DAMAGED')(lambda: b'\x89PNG\r\n\x1a\n')


@file('png_with_a_wrong_checksum', 'DAMAGED')
def _():
    data = bytearray(saved(plain(), 'PNG'))
    data[data.index(b'IDAT') + 6] ^= 0xff
    return bytes(data)


@file('png_interlaced', PNG)
def _():
    row = b'\0' + b'\x80' * 3
    head = struct.pack('>IIBBBBB', 1, 1, 8, 2, 0, 0, 1)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(row)) + chunk(b'IEND', b''))


@file('png_animated', PNG)
def _():
    return saved(plain(), 'PNG', save_all=True, append_images=[Image.new('RGB', (64, 48), 'red')])


@file('png_see_through', PNG)
def _():
    return saved(Image.new('RGBA', (40, 30), (255, 0, 0, 0)), 'PNG')


@file('png_palette_index_out_of_range', PNG)
def _():
    rows = (b'\0' + b'\xff' * 16) * 16
    return png(16, 16, 8, 3, extra=chunk(b'PLTE', b'\x10\x20\x30'), data=zlib.compress(rows))


# -- JPEG ----------------------------------------------------------------------------------------------

def jpeg(**options):
    """A sound JPEG."""
    return saved(plain(), 'JPEG', quality=90, **options)


def segment(marker, data):
    """A segment of a JPEG."""
    return bytes([0xff, marker]) + struct.pack('>H', len(data) + 2) + data


def with_segments(data, *segments):
    """Segments put in right behind the start."""
    return data[:2] + b''.join(segments) + data[2:]


def exif(*entries, offset=8):
    """An EXIF segment with entries (tag, type, count, value)."""
    rows = b''.join(struct.pack('<HHI', t, kind, n) + struct.pack('<I', value) for t, kind, n, value in entries)
    tiff = b'II*\0' + struct.pack('<I', offset) + struct.pack('<H', len(entries)) + rows + bytes(4)
    return segment(0xe1, b'Exif\0\0' + tiff + b'GPS ' + MARK)


def resized(data, width, height):
    """A JPEG whose frame says another size."""
    at = data.index(b'\xff\xc0')
    return data[:at + 5] + struct.pack('>HH', height, width) + data[at + 9:]


file('jpeg_with_gps', JPEG)(lambda: with_segments(jpeg(), exif((0x8825, 4, 1, 26))))
for turn in range(1, 9):
    file(f'jpeg_turned_{turn}', JPEG)(lambda turn=turn: with_segments(jpeg(), exif((0x112, 3, 1, turn))))
file('jpeg_with_exif_that_points_outside', JPEG)(
    lambda: with_segments(jpeg(), exif((0x112, 3, 1, 6), offset=0xfffffff0)))
file('jpeg_with_exif_of_60000_entries', JPEG)(
    lambda: with_segments(jpeg(), segment(0xe1, b'Exif\0\0MM\0*\0\0\0\x08\xff\xff' + bytes(60000))))
file('jpeg_with_html_in_a_comment', JPEG)(lambda: with_segments(jpeg(), segment(0xfe, b'<script>' + MARK)))
file('jpeg_with_zip_behind', JPEG)(lambda: jpeg() + b'PK\x03\x04' + MARK * 100 + b'PK\x05\x06' + bytes(18))
file('jpeg_with_html_behind', JPEG)(lambda: jpeg() + b'<html><script>alert("' + MARK + b'")</script>')
file('jpeg_with_php_behind', JPEG)(lambda: jpeg() + b'<?php system("' + MARK + b'"); ?>')
file('jpeg_that_is_javascript_too', JPEG)(
    lambda: with_segments(jpeg(), segment(0xe0, b'/*' + MARK + bytes(0x2f00)), segment(0xfe, b'*/=alert("' + MARK + b'")/*')))
file('jpeg_with_16_mb_of_profile', JPEG)(
    lambda: with_segments(jpeg(), *(segment(0xe2, b'ICC_PROFILE\0' + bytes([i, 255]) + MARK * 4900) for i in range(1, 256))))
file('jpeg_that_claims_65500_a_side', 'DIMENSIONS')(lambda: resized(jpeg(), 65500, 65500))
file('jpeg_that_claims_49_megapixels_it_lacks', 'DAMAGED')(lambda: resized(jpeg(), 7000, 7000))
file('jpeg_without_height', 'DAMAGED')(lambda: resized(jpeg(), 64, 0))
file('jpeg_cut_short', 'DAMAGED')(lambda: jpeg()[:-60])
file('jpeg_start_alone', 'DAMAGED')(lambda: b'\xff\xd8\xff')
file('jpeg_start_and_noise', 'DAMAGED')(lambda: b'\xff\xd8\xff\xe0' + os.urandom(4096))
file('jpeg_cmyk', JPEG)(lambda: saved(Image.new('CMYK', (64, 48), (0, 255, 255, 0)), 'JPEG'))
file('jpeg_grey', JPEG)(lambda: saved(plain('L'), 'JPEG'))
file('jpeg_progressive', JPEG)(lambda: jpeg(progressive=True))
file('jpeg_of_12_bits', 'DAMAGED')(lambda: jpeg().replace(b'\xff\xc0\x00\x11\x08', b'\xff\xc0\x00\x11\x0c'))
file('jpeg_lossless_frame', 'DAMAGED')(lambda: jpeg().replace(b'\xff\xc0', b'\xff\xc3'))
file('jpeg_that_is_a_png_behind_its_start', 'DAMAGED')(lambda: b'\xff\xd8\xff' + saved(plain(), 'PNG'))


@file('jpeg_of_5000_scans', 'DAMAGED')
def _():
    """A progressive frame of 36 megapixels whose every scan of a few octets means a pass over all of it."""
    side, blocks = 6000, 750 * 750
    table = segment(0xdb, b'\0' + b'\x01' * 64)
    frame = segment(0xc2, struct.pack('>BHHB', 8, side, side, 1) + b'\x01\x11\0')
    # one code of one bit for DC: "no difference"; one for AC: a run of 32767 blocks without anything (EOB14)
    codes = segment(0xc4, b'\x00' + b'\x01' + bytes(15) + b'\x00') + segment(0xc4, b'\x10' + b'\x01' + bytes(15) + b'\xe0')
    first = segment(0xda, b'\x01\x01\x00\x00\x00\x00') + bytes((blocks + 7) // 8)
    bits = ('0' + '1' * 14) * (blocks // 32767 + 1)
    bits += '1' * (-len(bits) % 8)
    run = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(b'\xff', b'\xff\0')
    scan = segment(0xda, b'\x01\x01\x00\x01\x3f\x00') + run
    return b'\xff\xd8' + table + frame + codes + first + scan * 5000 + b'\xff\xd9'


# -- WebP ----------------------------------------------------------------------------------------------

def webp(**options):
    """A sound WebP."""
    return saved(plain(), 'WEBP', **options)


def riff(*chunks):
    """A WebP of such chunks."""
    body = b'WEBP' + b''.join(k + struct.pack('<I', len(d)) + d + bytes(len(d) % 2) for k, d in chunks)
    return b'RIFF' + struct.pack('<I', len(body)) + body


file('webp_lossy', WEBP)(webp)
file('webp_lossless_see_through', WEBP)(
    lambda: saved(Image.new('RGBA', (40, 30), (0, 0, 255, 0)), 'WEBP', lossless=True))
file('webp_with_exif', WEBP)(lambda: webp(exif=b'Exif\0\0II*\0\x08\0\0\0\0\0' + MARK))
file('webp_animated', 'ANIMATED')(
    lambda: saved(plain(), 'WEBP', save_all=True, append_images=[Image.new('RGB', (64, 48), 'red')]))
file('webp_cut_short', 'DAMAGED')(lambda: webp()[:60])
file('webp_with_zip_behind', WEBP)(lambda: webp() + b'PK\x03\x04' + MARK)
file('webp_bomb_268_megapixels', 'DIMENSIONS')(
    lambda: riff((b'VP8L', b'\x2f' + struct.pack('<I', 16382 | 16382 << 14) + bytes(64))))
file('webp_49_megapixels_of_nothing', 'DAMAGED')(
    lambda: riff((b'VP8L', b'\x2f' + struct.pack('<I', 6999 | 6999 << 14) + os.urandom(64))))
file('webp_with_a_size_that_lies', 'DAMAGED')(lambda: b'RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff' + bytes(40))
file('webp_that_claims_to_be_huge', 'DAMAGED')(
    lambda: riff((b'VP8X', bytes(4) + b'\xff\xff\xff\xff\xff\x00'), (b'VP8 ', webp()[20:])))


# -- PDF -----------------------------------------------------------------------------------------------

def stream(data, words=b''):
    """A stream object."""
    return b'<<' + words + b'/Length %d>>stream\n' % len(data) + data + b'\nendstream'


def pdf(*objects, trailer=b''):
    """Objects 1, 2 … as a PDF; the first is the catalogue."""
    out, places = b'%PDF-1.7\n', []
    for i, one in enumerate(objects, 1):
        places.append(len(out))
        out += b'%d 0 obj\n' % i + one + b'\nendobj\n'
    table = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    out += b''.join(b'%010d 00000 n \n' % p for p in places)
    return out + (b'trailer<</Size %d/Root 1 0 R' % (len(objects) + 1) + trailer
                  + b'>>\nstartxref\n%d\n%%%%EOF\n' % table)


def page(catalogue=b'', content=b'BT /F1 24 Tf 72 700 Td (A certificate) Tj ET', box=b'0 0 595 842', resources=b'', more=(),
         trailer=b'', content_object=None):
    """A PDF of one page; `more` are objects from number 6 on."""
    return pdf(b'<</Type/Catalog/Pages 2 0 R' + catalogue + b'>>', b'<</Type/Pages/Kids[3 0 R]/Count 1>>',
               b'<</Type/Page/Parent 2 0 R/MediaBox[' + box + b']/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>'
               + resources + b'>>>>', content_object or stream(content),
               b'<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>', *more, trailer=trailer)


file('pdf_plain', PDF)(page)
file('pdf_that_runs_javascript', PDF)(
    lambda: page(b'/OpenAction<</S/JavaScript/JS(app.alert("' + MARK + b'"); this.submitForm("http://127.0.0.1/"))>>'))
file('pdf_that_launches_a_program', PDF)(lambda: page(b'/OpenAction<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(' + MARK + b')>>>>'))
file('pdf_that_opens_another_file', PDF)(lambda: page(b'/OpenAction<</S/GoToR/F(/etc/passwd)/D[0/Fit]>>'))
file('pdf_with_a_file_inside', PDF)(
    lambda: page(b'/Names<</EmbeddedFiles<</Names[(x.exe)<</Type/Filespec/F(x.exe)/EF<</F 6 0 R>>>>]>>>>',
                 more=[stream(b'MZ' + MARK, b'/Type/EmbeddedFile')]))
file('pdf_with_a_form_in_xml', PDF)(
    lambda: page(b'/AcroForm<</Fields[]/XFA 6 0 R>>',
                 more=[stream(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;' + MARK + b'</x>')]))
file('pdf_with_a_password', 'PDF')(
    lambda: page(trailer=b'/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<' + b'11' * 32 + b'>/U<' + b'22' * 32
                 + b'>>>/ID[<00><00>]'))
file('pdf_of_20_pages', PDF)(lambda: pages(20))
file('pdf_of_21_pages', 'PDF_PAGES')(lambda: pages(21))
file('pdf_of_5000_pages', 'PDF_PAGES')(lambda: pages(5000))
file('pdf_whose_pages_contain_themselves', None)(
    lambda: pdf(b'<</Type/Catalog/Pages 2 0 R>>', b'<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>'))
file('pdf_whose_form_draws_itself', PDF)(
    lambda: page(content=b'/X Do', resources=b'/XObject<</X 6 0 R>>',
                 more=[stream(b'/X Do', b'/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>')]))
file('pdf_whose_length_is_itself', PDF)(
    lambda: page(content_object=b'<</Length 4 0 R>>stream\nBT ET\nendstream'))
file('pdf_cut_short', 'PDF')(lambda: page()[:40])
file('pdf_head_alone', 'PDF')(lambda: b'%PDF-1.7\n')
file('pdf_head_and_noise', 'PDF')(lambda: b'%PDF-1.7\n' + os.urandom(50000))
file('pdf_page_of_a_kilometre', PDF)(lambda: page(box=b'0 0 99999999 99999999'))
file('pdf_page_of_no_size', PDF)(lambda: page(box=b'0 0 0 0'))
file('pdf_page_of_a_thread', PDF)(lambda: page(box=b'0 0 100000 1'))
file('pdf_content_bomb_100_mb', PDF)(
    lambda: page(content_object=stream(zeros(100 << 20), b'/Filter/FlateDecode')))
file('pdf_picture_of_400_megapixels', None)(
    lambda: page(content=b'q 500 0 0 500 0 0 cm /I Do Q', resources=b'/XObject<</I 6 0 R>>',
                 more=[stream(zeros(20000 * 2500), b'/Type/XObject/Subtype/Image/Width 20000/Height 20000/BitsPerComponent 1'
                              b'/ColorSpace/DeviceGray/Filter/FlateDecode')]))
file('pdf_with_zip_behind', PDF)(lambda: page() + b'PK\x03\x04' + MARK)
file('pdf_behind_other_octets', 'KIND')(lambda: b'GIF89a' + page())


@file('pdf_that_draws_a_billion_times', 'PDF')
def _():
    """Ten forms, each of which draws the next ten times."""
    def form(i):
        inner = b'/X Do ' * 10 if i < 10 else b'0 0 600 800 re f '
        return stream(inner, b'/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X %d 0 R>>>>' % (i + 6))
    return page(content=b'/X Do', resources=b'/XObject<</X 6 0 R>>', more=[form(i) for i in range(1, 11)])


def pages(n):
    """A PDF of so many empty pages."""
    kids = b' '.join(b'%d 0 R' % (i + 3) for i in range(n))
    return pdf(b'<</Type/Catalog/Pages 2 0 R>>', b'<</Type/Pages/Kids[' + kids + b']/Count %d>>' % n,
               *[b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>'] * n)


# -- what is none of these -----------------------------------------------------------------------------

file('nothing', 'EMPTY')(lambda: b'')
file('one_octet', 'KIND')(lambda: b'\xff')
file('noise', 'KIND')(lambda: b'\0' + os.urandom(65536))
file('larger_than_20_mb', 'TOO_LARGE')(lambda: jpeg() + bytes(20 << 20))
file('svg_with_script', 'KIND')(lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>' + MARK + b'</script></svg>')
file('xml_that_reads_a_file', 'KIND')(lambda: b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>')
file('html', 'KIND')(lambda: b'<!DOCTYPE html><script>' + MARK + b'</script>')
file('shell_script', 'KIND')(lambda: b'#!/bin/sh\necho ' + MARK)
file('program', 'KIND')(lambda: b'\x7fELF\x02\x01\x01' + bytes(4096))
file('windows_program', 'KIND')(lambda: b'MZ' + bytes(4096))
file('zip', 'KIND')(lambda: b'PK\x03\x04' + bytes(200))
file('gzip', 'KIND')(lambda: b'\x1f\x8b\x08' + bytes(200))
file('postscript', 'KIND')(lambda: b'%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n')
file('gif', 'KIND')(lambda: saved(plain(), 'GIF'))
file('gif_animated', 'KIND')(lambda: saved(plain(), 'GIF', save_all=True, append_images=[Image.new('RGB', (64, 48), 'red')]))
file('gif_that_is_javascript_too', 'KIND')(lambda: b'GIF89a/*' + bytes(20) + b'*/=1;alert("' + MARK + b'")')
file('tiff', 'KIND')(lambda: saved(plain(), 'TIFF'))
file('bmp', 'KIND')(lambda: saved(plain(), 'BMP'))
file('ico', 'KIND')(lambda: saved(plain(size=(32, 32)), 'ICO'))
file('jpeg_2000', 'KIND')(lambda: b'\x00\x00\x00\x0cjP  \r\n\x87\n' + bytes(64))
file('heic', 'HEIC')(lambda: b'\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic' + bytes(64))
file('avif', 'HEIC')(lambda: b'\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif' + bytes(64))
file('film', 'KIND')(lambda: b'\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2' + bytes(64))
