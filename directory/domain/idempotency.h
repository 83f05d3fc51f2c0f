/* Idempotency-Key: the same request twice is done once. The claim of the key, the change and the
 * stored answer are one transaction, so that a crash leaves all of it or nothing. */
#ifndef AGORA_DOMAIN_IDEMPOTENCY_H
#define AGORA_DOMAIN_IDEMPOTENCY_H

#include "directory/base/work.h"

/**
 * Open a transaction and claim a key in it.
 *
 * @param w         work; on AGORA_OK with *status 0 a transaction is open
 * @param account   who asks, UUID as text
 * @param route     method and path of the request
 * @param key       Idempotency-Key, 1 to 128 characters
 * @param body_hash SHA-256 of the body, 64 hexadecimal digits
 * @param[out] status 0 when the request is new; else the HTTP status of the first answer
 * @param[out] answer its body, or NULL
 * @param[out] etag   its ETag, or NULL
 * @return AGORA_OK; AGORA_KEY_REUSED when the body is another; AGORA_IN_PROGRESS when the first
 * request is still running; AGORA_UNAVAILABLE
 */
enum agora_status idempotency_begin(struct work *w, const char *account, const char *route,
                                    const char *key, const char *body_hash, unsigned *status,
                                    const char **answer, const char **etag) AGORA_CHECKED;

/**
 * Keep the answer under the key, and commit.
 *
 * @return AGORA_OK; AGORA_UNCERTAIN when the commit's answer was lost; as db_commit()
 */
enum agora_status idempotency_finish(struct work *w, const char *account, const char *route,
                                     const char *key, unsigned status, const char *answer,
                                     const char *etag) AGORA_CHECKED;

/** Undo the transaction, the claim included, so that the key may be used again. */
void idempotency_abandon(struct work *w);

#endif
