/* Unguessable values, from the kernel through libsodium. */
#ifndef AGORA_BASE_RANDOM_H
#define AGORA_BASE_RANDOM_H

#include <stddef.h>

#include "directory/base/crypto.h"

/** Fill @a out with @a len random octets. Cannot fail. */
void random_bytes(void *out, size_t len);

/**
 * A secret of 32 random octets for a browser or a program to keep, and its hash for the database,
 * which never holds the secret itself.
 *
 * @param mem       talloc parent of the text
 * @param[out] hash SHA-256 of the text, in hexadecimal digits
 * @return base64url text of 43 characters, or NULL when memory ran out
 */
char *random_token(const void *mem, char hash[2 * SHA256_LEN + 1]);

/** 32 random hexadecimal digits and a NUL: an id for a request. */
void random_id(char out[33]);

#endif
