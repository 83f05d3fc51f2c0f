/* What counts as a letter. PostgreSQL folds words and takes out what is none to it, so that this
 * need only tell the signs that people type between words. */
#include <stdint.h>
#include <string.h>

#include "directory/base/utf8.h"
#include "directory/domain/search_query.h"

/* Ranges of signs among the code points beyond ASCII; all others count as letters. */
static bool is_sign(int32_t c)
{
    static const int32_t ranges[][2] = {
        {0x80, 0xa9},     {0xab, 0xb1},     {0xb4, 0xb4},     {0xb6, 0xb8},       {0xbb, 0xbb},
        {0xbf, 0xbf},     {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2000, 0x206f},   {0x20a0, 0x20cf},
        {0x2190, 0x2bff}, {0x3000, 0x303f}, {0xfe10, 0xfe6f}, {0xff00, 0xff0f},   {0xff1a, 0xff20},
        {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xfff0, 0xffff}, {0x1f000, 0x1ffff},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static bool is_letter(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return !is_sign(c);
}

const char *search_word(const char **at, size_t *len)
{
    const char *end = *at + strlen(*at), *begin = NULL, *here = *at, *before = *at;
    int32_t c;

    while ((c = utf8_next(&here, end)) >= 0) {
        if (is_letter(c) && begin == NULL)
            begin = before;
        if (!is_letter(c) && begin != NULL)
            break;
        before = here;
    }
    *at = before;
    *len = begin != NULL ? (size_t)(before - begin) : 0;
    return begin;
}
