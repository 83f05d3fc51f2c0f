/* Checkpoints of the audit log: how high it was at a time and the hash of its last row, signed. The
 * chain alone cannot show that its end was cut off; a checkpoint kept elsewhere does. */
#ifndef AGORA_DOMAIN_AUDIT_CHECKPOINT_H
#define AGORA_DOMAIN_AUDIT_CHECKPOINT_H

#include <jansson.h>

#include "directory/domain/audit.h"

#define AUDIT_CHECKPOINT_TYP "agora-audit-checkpoint+jwt"
#define AUDIT_CHECKPOINT_VCT "urn:agora:audit-checkpoint:1"

/**
 * Make a checkpoint of the log as it is, and keep it. The rows since the last one are checked
 * first: a broken chain is never signed.
 *
 * @param[out] jws the signed statement, owned by w->mem
 * @return AGORA_OK; AGORA_CONFLICT when the log is empty or broken, the text saying where;
 *         AGORA_UNAVAILABLE when the database is away or there is no key to sign with
 */
enum agora_status audit_checkpoint_make(struct work *w, const char **jws) AGORA_CHECKED;

/** audit_checkpoint_make(), when it is time (policy audit.checkpoint_hours). */
enum agora_status audit_checkpoint_keep_up(struct work *w) AGORA_CHECKED;

/** The newest one as JSON text (schema AuditCheckpoint). @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status audit_checkpoint_newest(struct work *w, const char **json) AGORA_CHECKED;

/**
 * Read a checkpoint and check who signed it.
 *
 * @param jws       the signed statement
 * @param jwks      keys it may be signed by; NULL for this instance's own, old ones included
 * @param[out] mark what it says
 * @return AGORA_OK; AGORA_INVALID_FIELD (/checkpoint) when it is no checkpoint signed by one of
 * them; AGORA_UNAVAILABLE
 */
enum agora_status audit_checkpoint_read(struct work *w, const char *jws, const json_t *jwks,
                                        struct audit_mark *mark) AGORA_CHECKED;

#endif
