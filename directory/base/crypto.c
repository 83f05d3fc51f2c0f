/* Hashing by OpenSSL, text forms by libsodium; one line each where the library does it all. */
#include "directory/base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>
#include <talloc.h>

void sha256(const void *data, size_t len, uint8_t out[SHA256_LEN])
{
    SHA256(data, len, out);
}

void hex_encode(const void *data, size_t len, char *out)
{
    sodium_bin2hex(out, 2 * len + 1, data, len);
}

void sha256_hex(const void *data, size_t len, char out[2 * SHA256_LEN + 1])
{
    uint8_t hash[SHA256_LEN];

    sha256(data, len, hash);
    hex_encode(hash, sizeof hash, out);
}

bool hmac_sha256_hex(const void *key, size_t key_len, const void *data, size_t len,
                     char out[2 * SHA256_LEN + 1])
{
    uint8_t hash[SHA256_LEN];
    size_t got = 0;

    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, key_len, data, len, hash, sizeof hash,
                  &got) == NULL ||
        got != sizeof hash)
        return false;
    hex_encode(hash, sizeof hash, out);
    return true;
}

char *base64url_encode(const void *mem, const void *data, size_t len)
{
    size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = talloc_size(mem, size);

    if (text != NULL)
        sodium_bin2base64(text, size, data, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text;
}

uint8_t *base64url_decode(const void *mem, const char *text, size_t text_len, size_t *out_len)
{
    size_t max = text_len / 4 * 3 + 3, len = 0;
    uint8_t *out = talloc_size(mem, max);

    if (out == NULL || sodium_base642bin(out, max - 1, text, text_len, NULL, &len, NULL,
                                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
        talloc_free(out);
        return NULL;
    }
    out[len] = 0;
    *out_len = len;
    return out;
}

bool secret_equal(const char *given, const char *expected)
{
    /* Hashes have one length whatever was given, and say nothing about where two texts part. */
    uint8_t a[SHA256_LEN], b[SHA256_LEN];

    sha256(given, strlen(given), a);
    sha256(expected, strlen(expected), b);
    return CRYPTO_memcmp(a, b, sizeof a) == 0;
}

void secret_wipe(void *secret, size_t len)
{
    OPENSSL_cleanse(secret, len);
}
