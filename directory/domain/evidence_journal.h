/* The erasure journal: the ids of files that were destroyed, one a line, in a file outside the
 * database ([evidence] journal). An id is safe there before the file's key is deleted, so that a
 * database that was restored from an older copy, which has the key again, can be made to forget it
 * before anybody is served. */
#ifndef AGORA_DOMAIN_EVIDENCE_JOURNAL_H
#define AGORA_DOMAIN_EVIDENCE_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "directory/base/work.h"

/**
 * Write ids to the end of the journal, and to the disk.
 *
 * @param ids UUIDs in text form (36 characters)
 * @param n   how many
 * @return AGORA_OK; AGORA_UNAVAILABLE when it cannot be written: then nothing may be destroyed
 */
enum agora_status evidence_journal_append(struct work *w, const char *const ids[],
                                          size_t n) AGORA_CHECKED;

/**
 * Destroy whatever the journal names and the database still, or again, has the key of. May be
 * repeated.
 *
 * @param[out] n files that were destroyed by this
 * @return AGORA_OK, also when there is no journal; AGORA_UNAVAILABLE when it, or the database,
 * cannot be reached
 */
enum agora_status evidence_journal_replay(struct work *w, int64_t *n) AGORA_CHECKED;

#endif
