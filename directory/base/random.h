/* Unguessable values, from the kernel through libsodium. */
#ifndef AGORA_BASE_RANDOM_H
#define AGORA_BASE_RANDOM_H

#include <stddef.h>

/** Fill @a out with @a len random octets. Cannot fail. */
void random_bytes(void *out, size_t len);

/**
 * A random token as base64url text without padding.
 *
 * @param mem   talloc parent of the text
 * @param bytes octets of randomness; 32 for a session or a code
 * @return text of about 4/3 @a bytes characters, or NULL when memory ran out
 */
char *random_token(const void *mem, size_t bytes);

/** 32 random hexadecimal digits and a NUL: an id for a request. */
void random_id(char out[33]);

#endif
