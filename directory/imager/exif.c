/* The one thing of EXIF that is honoured before all of it is dropped: which way up. TIFF 6.0: a
 * header, then a list of 12-octet entries; only the first list is looked at. */
#include "directory/imager/picture.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, ENTRY = 12, ENTRIES_MAX = 512 };

struct tiff {
    struct octets data;
    bool big; /* big-endian */
};

static unsigned two(const struct tiff *t, size_t at)
{
    const unsigned char *p = t->data.data + at;

    return t->big ? (unsigned)p[0] << 8 | p[1] : (unsigned)p[1] << 8 | p[0];
}

static size_t four(const struct tiff *t, size_t at)
{
    size_t first = two(t, at), second = two(t, at + 2);

    return t->big ? first << 16 | second : second << 16 | first;
}

unsigned picture_orientation(struct octets exif)
{
    struct tiff t = {exif, false};

    if (exif.len < 8 || exif.data[0] != exif.data[1] ||
        (exif.data[0] != 'I' && exif.data[0] != 'M'))
        return 1;
    t.big = exif.data[0] == 'M';
    size_t list = four(&t, 4);
    if (two(&t, 2) != 42 || list > exif.len - 2)
        return 1;
    size_t n = two(&t, list);
    for (size_t i = 0; i < n && i < ENTRIES_MAX; i++) {
        size_t at = list + 2 + i * ENTRY;
        if (at + ENTRY > exif.len)
            return 1;
        if (two(&t, at) != TAG_ORIENTATION)
            continue;
        unsigned turn = two(&t, at + 8);
        return two(&t, at + 2) == TYPE_SHORT && turn >= 1 && turn <= 8 ? turn : 1;
    }
    return 1;
}
