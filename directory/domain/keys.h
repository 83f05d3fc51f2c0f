/* The keys that sign id_tokens: PEM files in [oidc] key_dir, named by when they were made. The
 * newest signs, all are published, so that what an older one signed can still be checked.
 *
 * They are read anew each time: a sign-in at another program is rare, and what `agoractl keys
 * rotate` did is in force at once, in every process, without a signal. They are protected by the
 * permissions of their files, which must be closed to everybody else. */
#ifndef AGORA_DOMAIN_KEYS_H
#define AGORA_DOMAIN_KEYS_H

#include <jansson.h>

#include "directory/base/work.h"

/**
 * Make a new key, which signs from now on; of the older ones the newest stays.
 *
 * @param[out] kid id of the new key, owned by w->mem
 * @return AGORA_OK; AGORA_UNAVAILABLE when the folder cannot be written; AGORA_INTERNAL
 */
enum agora_status keys_rotate(struct work *w, const char **kid) AGORA_CHECKED;

/**
 * Sign claims by the newest key.
 *
 * @param typ        kind of statement: see jose_sign()
 * @param[out] token compact JWS, owned by w->mem
 * @return AGORA_OK; AGORA_UNAVAILABLE when there is no key, or one that others can read
 */
enum agora_status keys_sign(struct work *w, const char *typ, const json_t *claims,
                            const char **token) AGORA_CHECKED;

/** The public keys as a JWKS, the newest first. @return as keys_sign() */
enum agora_status keys_published(struct work *w, const char **jwks) AGORA_CHECKED;

/**
 * The public keys as a JWKS, with those that sign no more and are published nowhere else: for what
 * must be checked long after it was signed (receipts, checkpoints of the audit log).
 *
 * @return as keys_sign()
 */
enum agora_status keys_published_ever(struct work *w, const char **jwks) AGORA_CHECKED;

#endif
