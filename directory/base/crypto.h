/* Hashes, text forms of octets and comparison in constant time; nothing else about cryptography. */
#ifndef AGORA_BASE_CRYPTO_H
#define AGORA_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32

/** SHA-256 of @a len octets at @a data. Cannot fail. */
void sha256(const void *data, size_t len, uint8_t out[SHA256_LEN]);

/** SHA-256 as 64 lower-case hexadecimal digits and a NUL; the way PostgreSQL takes it: '\x' ||
 * text. */
void sha256_hex(const void *data, size_t len, char out[2 * SHA256_LEN + 1]);

/** HMAC-SHA-256 (RFC 2104) of @a len octets at @a data, as 64 lower-case hexadecimal digits and a
 * NUL. @return false when OpenSSL refused */
bool hmac_sha256_hex(const void *key, size_t key_len, const void *data, size_t len,
                     char out[2 * SHA256_LEN + 1]);

/** @a len octets as lower-case hexadecimal digits; @a out holds 2 × @a len + 1 octets. */
void hex_encode(const void *data, size_t len, char *out);

/**
 * Octets as base64url without padding (RFC 4648, 5).
 *
 * @param mem talloc parent of the text
 * @return text, or NULL when memory ran out
 */
char *base64url_encode(const void *mem, const void *data, size_t len);

/**
 * Octets of a base64url text without padding. Strict: no other character, no line end.
 *
 * @param mem          talloc parent of the octets
 * @param text         text
 * @param text_len     its length in octets
 * @param[out] out_len octets found
 * @return octets (a NUL follows the last), or NULL when the text is not base64url or memory ran out
 */
uint8_t *base64url_decode(const void *mem, const char *text, size_t text_len, size_t *out_len);

/** Whether two secrets are the same text, in time that depends on the length of @a given only. */
bool secret_equal(const char *given, const char *expected);

/** Overwrite a secret; not removed by the compiler. */
void secret_wipe(void *secret, size_t len);

#endif
