/*
 * Base 32 with TMTP's alphabet. Five octets make eight characters, most significant bits first, as
 * in RFC 4648.
 */
#include "tmtp-link/wire/base32.h"

#include <string.h>

#include "tmtp-link/wire/limits.h"

static const char alphabet[] = "%+123456789BCDFGHJKLMNPQRSTVWXYZ";

void base32_encode(const uint8_t *data, size_t len, char *text)
{
    for (size_t i = 0; i + 5 <= len; i += 5) {
        uint64_t group = 0;

        for (size_t k = 0; k < 5; k++) {
            group = group << 8 | data[i + k];
        }
        for (int shift = 35; shift >= 0; shift -= 5) {
            *text++ = alphabet[group >> shift & 31];
        }
    }
    *text = '\0';
}

/* Value of a character, or -1. */
static int value_of(char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    return at == NULL ? -1 : (int)(at - alphabet);
}

bool base32_decode(const char *text, size_t len, uint8_t *data, size_t room)
{
    if (room % 5 != 0 || len != BASE32_CHARS(room)) {
        return false;
    }
    for (size_t i = 0; i < len; i += 8) {
        uint64_t group = 0;

        for (size_t k = 0; k < 8; k++) {
            int v = value_of(text[i + k]);

            if (v < 0) {
                return false;
            }
            group = group << 5 | (uint64_t)v;
        }
        for (int shift = 32; shift >= 0; shift -= 8) {
            *data++ = (uint8_t)(group >> shift);
        }
    }
    return true;
}

bool base32_is_text(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (value_of(text[i]) < 0) {
            return false;
        }
    }
    return len > 0 && len % 8 == 0;
}

bool base32_is_uid(const char *text, size_t len)
{
    uint8_t octets[TMTP_UID_OCTETS];

    return base32_decode(text, len, octets, sizeof octets);
}
