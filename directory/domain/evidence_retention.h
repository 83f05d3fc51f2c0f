/* The end of files of evidence, and the rotation of the master key. */
#ifndef AGORA_DOMAIN_EVIDENCE_RETENTION_H
#define AGORA_DOMAIN_EVIDENCE_RETENTION_H

#include <stdint.h>

#include "directory/base/work.h"
#include "directory/domain/evidence_master.h"

/** Mark the files whose time has come. @param[out] n how many; 0 when none is left. @return as
 * db_run() */
enum agora_status evidence_by_clock(struct work *w, int64_t *n) AGORA_CHECKED;

/**
 * Destroy files that are marked: first their ids go into the erasure journal, then their keys go.
 *
 * @param[out] n how many; 0 when none is left
 * @return AGORA_OK; AGORA_UNAVAILABLE when journal or database cannot be reached; whatever was
 * begun is done the next time, here or at the replay
 */
enum agora_status evidence_destroy(struct work *w, int64_t *n) AGORA_CHECKED;

/**
 * Note what a file shows, and destroy it before this returns.
 *
 * @param viewer who has the case and looked at every page
 * @param note   what they saw
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_FORBIDDEN to its member; AGORA_INVALID_FIELD;
 * AGORA_CONFLICT when it is to be kept or was not looked at; AGORA_UNAVAILABLE when journal or
 * database cannot be reached: when it was noted before that, nobody sees it any more and the worker
 * destroys it
 */
enum agora_status evidence_noted(struct work *w, const char *viewer, const char *id,
                                 const char *note) AGORA_CHECKED;

/**
 * Wrap all keys of files by the newest master key.
 *
 * @param newest   its fingerprint
 * @param[out] n   keys that were wrapped anew
 * @return AGORA_OK; AGORA_UNAVAILABLE when an older master key is missing that is still needed;
 * what was done until then stays
 */
enum agora_status evidence_rewrap(struct work *w, const char *newest, int64_t *n) AGORA_CHECKED;

#endif
