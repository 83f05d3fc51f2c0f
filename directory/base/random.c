/* Randomness: libsodium's randombytes, which is getrandom(2) here. sodium_init() is main's. */
#include "directory/base/random.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

void random_bytes(void *out, size_t len)
{
    randombytes_buf(out, len);
}

char *random_token(const void *mem, char hash[2 * SHA256_LEN + 1])
{
    uint8_t raw[32];

    random_bytes(raw, sizeof raw);
    char *text = base64url_encode(mem, raw, sizeof raw);
    secret_wipe(raw, sizeof raw);
    if (text != NULL)
        sha256_hex(text, strlen(text), hash);
    return text;
}

void random_id(char out[33])
{
    uint8_t raw[16];

    random_bytes(raw, sizeof raw);
    hex_encode(raw, sizeof raw, out);
}
