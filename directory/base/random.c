/* Randomness: libsodium's randombytes, which is getrandom(2) here. sodium_init() is main's. */
#include "directory/base/random.h"

#include <sodium.h>
#include <stdint.h>
#include <talloc.h>

#include "directory/base/crypto.h"

void random_bytes(void *out, size_t len)
{
    randombytes_buf(out, len);
}

char *random_token(const void *mem, size_t bytes)
{
    uint8_t *raw = talloc_size(mem, bytes);
    char *text = NULL;

    if (raw != NULL) {
        random_bytes(raw, bytes);
        text = base64url_encode(mem, raw, bytes);
        secret_wipe(raw, bytes);
    }
    talloc_free(raw);
    return text;
}

void random_id(char out[33])
{
    uint8_t raw[16];

    random_bytes(raw, sizeof raw);
    hex_encode(raw, sizeof raw, out);
}
