/* The audit log read back: is its chain of hashes whole, and what do its latest rows say. */
#ifndef AGORA_DOMAIN_AUDIT_H
#define AGORA_DOMAIN_AUDIT_H

#include <stdint.h>
#include <stdio.h>

#include "directory/base/work.h"

enum audit_fault {
    AUDIT_WHOLE,
    AUDIT_MISSING,   /* rows before it were taken out */
    AUDIT_REORDERED, /* another row stands before it than when it was written */
    AUDIT_CHANGED,   /* its contents are not what was hashed */
    AUDIT_UNSEALED   /* a row has no place in the chain */
};

struct audit_report {
    int64_t rows;           /* rows found good */
    enum audit_fault fault; /* of the first row that is not */
    int64_t broken;         /* its place in the chain; 0 when whole */
    char head[65];          /* hash of the last good row: kept elsewhere, it shows a cut tail */
};

/**
 * Recompute the chain of the whole log from its rows, in this program rather than in the database.
 *
 * @param w        work
 * @param[out] out what was found
 * @return AGORA_OK, whether the chain is whole or not; AGORA_UNAVAILABLE when the database is away
 * @see docs/design.md, "Data"
 */
enum agora_status audit_verify(struct work *w, struct audit_report *out) AGORA_CHECKED;

/**
 * Print the latest rows, oldest first, one a line.
 *
 * @param w    work
 * @param most how many at most, as text
 * @param out  where to
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status audit_print(struct work *w, const char *most, FILE *out) AGORA_CHECKED;

#endif
