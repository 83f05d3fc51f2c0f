/* Passwords: the rules for choosing one, and Argon2id by libsodium (ops 2, 64 MiB), two at once. */
#ifndef AGORA_DOMAIN_PASSWORD_H
#define AGORA_DOMAIN_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/work.h"

/* Characters (code points) that a password has. */
enum { PASSWORD_MIN = 12, PASSWORD_MIN_ROLE = 15, PASSWORD_MAX = 256 };

/**
 * Whether a password may be chosen.
 *
 * @param w        work; w->error says what to do instead, at /password
 * @param password UTF-8
 * @param min      characters it needs: PASSWORD_MIN, or PASSWORD_MIN_ROLE for verifiers and admins
 * @param email    address of the account, which must not be the password; lower case
 * @return AGORA_OK; AGORA_INVALID_FIELD when it is too short or long, a common one (also repeated,
 * or with digits and signs around it), a row of the keyboard or alphabet, or the address
 */
enum agora_status password_check(struct work *w, const char *password, size_t min,
                                 const char *email) AGORA_CHECKED;

/** Whether it is long enough for a verifier or admin. */
bool password_is_strong(const char *password);

/**
 * Hash a password. Takes about 50 ms and 64 MiB.
 *
 * @param[out] out Argon2id string, owned by w->mem
 * @return AGORA_OK; AGORA_UNAVAILABLE when too many wait for their turn already
 */
enum agora_status password_hash(struct work *w, const char *password,
                                const char **out) AGORA_CHECKED;

/**
 * Check a password. Takes as long whatever comes out.
 *
 * @param stored   Argon2id string; NULL when there is no such account, and then nothing is right
 * @param password as given
 * @param[out] right whether it is the one
 * @return AGORA_OK, right or not; AGORA_UNAVAILABLE when too many wait for their turn already
 */
enum agora_status password_verify(struct work *w, const char *stored, const char *password,
                                  bool *right) AGORA_CHECKED;

#endif
