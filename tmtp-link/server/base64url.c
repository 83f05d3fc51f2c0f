/*
 * base64url without padding. OpenSSL's decoder takes padding and drops stray bits, so this is ours.
 */
#include "tmtp-link/server/base64url.h"

#include <stdlib.h>
#include <string.h>

uint8_t *base64url_decode(const char *text, size_t len, size_t *octets_len)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t *octets = len % 4 == 1 ? NULL : malloc(len / 4 * 3 + 3);
    size_t n = 0;
    uint32_t bits = 0;
    unsigned held = 0;

    for (size_t i = 0; octets != NULL && i < len; i++) {
        const char *at = text[i] == '\0' ? NULL : strchr(alphabet, text[i]);

        if (at == NULL) {
            free(octets);
            return NULL;
        }
        bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            octets[n++] = (uint8_t)(bits >> held);
        }
    }
    if (octets != NULL && (bits & ((1U << held) - 1)) != 0) {
        free(octets);
        return NULL;
    }
    *octets_len = n;
    return octets;
}
