/* UTF-8 as RFC 3629 has it. The ranges below are its table: the first octet says how many follow
 * and, for a few, bounds the second, which shuts out overlong forms and surrogates. */
#include "directory/base/utf8.h"

#include <string.h>

int32_t utf8_next(const char **at, const char *end)
{
    const unsigned char *p = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at);

    if (left == 0)
        return -1;
    unsigned char first = p[0], low = 0x80, high = 0xbf;
    size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || left <= more)
        return -1;
    if (first == 0xe0)
        low = 0xa0;
    else if (first == 0xed)
        high = 0x9f;
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f;

    int32_t c = more == 0 ? first : first & (0x3f >> more);
    for (size_t i = 1; i <= more; i++) {
        if (p[i] < low || p[i] > high)
            return -1;
        low = 0x80, high = 0xbf;
        c = c << 6 | (p[i] & 0x3f);
    }
    *at += more + 1;
    return c;
}

bool utf8_valid(const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end)
        if (utf8_next(&text, end) < 0)
            return false;
    return true;
}

void utf8_mend(char *text)
{
    const char *at = text, *end = text + strlen(text);

    while (at < end) {
        if (utf8_next(&at, end) < 0) {
            text[at - text] = '?';
            at++;
        }
    }
}

size_t utf8_length(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}
