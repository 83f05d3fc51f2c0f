/* The signatures of the four kinds that are taken, at the very beginning of the file; and of HEIC,
 * to be able to say what to do. That a signature fits says nothing of the rest: only what can be
 * decoded and drawn anew is taken. */
#include "directory/imager/kind.h"

#include <string.h>

static bool begins(struct octets head, size_t at, const char *with, size_t n)
{
    return head.len >= at + n && memcmp(head.data + at, with, n) == 0;
}

/* ISO 14496-12: the file type box comes first and names a brand. */
static bool is_heic(struct octets head)
{
    static const char brands[][5] = {"heic", "heix", "heim", "heis", "hevc",
                                     "hevx", "mif1", "msf1", "heif", "avif"};

    if (!begins(head, 4, "ftyp", 4))
        return false;
    for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++)
        if (begins(head, 8, brands[i], 4))
            return true;
    return false;
}

enum imager_kind kind_of(struct octets head)
{
    if (begins(head, 0, "\xff\xd8\xff", 3))
        return KIND_JPEG;
    if (begins(head, 0, "\x89PNG\r\n\x1a\n", 8))
        return KIND_PNG;
    if (begins(head, 0, "RIFF", 4) && begins(head, 8, "WEBPVP8", 7))
        return KIND_WEBP;
    if (begins(head, 0, "%PDF-", 5))
        return KIND_PDF;
    return is_heic(head) ? KIND_HEIC : KIND_OTHER;
}

const char *kind_type(enum imager_kind kind)
{
    switch (kind) {
    case KIND_JPEG:
        return "image/jpeg";
    case KIND_PNG:
        return "image/png";
    case KIND_WEBP:
        return "image/webp";
    case KIND_PDF:
        return "application/pdf";
    default:
        return "";
    }
}
