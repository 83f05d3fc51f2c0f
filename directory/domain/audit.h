/* The audit log read back: is its chain of hashes whole, and what do its latest rows say. */
#ifndef AGORA_DOMAIN_AUDIT_H
#define AGORA_DOMAIN_AUDIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "directory/base/work.h"

enum audit_fault {
    AUDIT_WHOLE,
    AUDIT_MISSING,   /* rows before it were taken out */
    AUDIT_REORDERED, /* another row stands before it than when it was written */
    AUDIT_CHANGED,   /* its contents are not what was hashed */
    AUDIT_UNSEALED,  /* a row has no place in the chain */
    AUDIT_CUT,       /* it ends before the checkpoint does */
    AUDIT_OTHER      /* at the checkpoint's height stands another row than it says */
};

/* How high the log was and what its last row's hash was at that time, from a checkpoint. */
struct audit_mark {
    int64_t height;
    char head[65]; /* hexadecimal digits and a NUL */
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
 * @param mark     what a checkpoint says, or NULL
 * @param[out] out what was found
 * @return AGORA_OK, whether the chain is whole or not; AGORA_UNAVAILABLE when the database is away
 * @see docs/design.md, "Data"
 */
enum agora_status audit_verify(struct work *w, const struct audit_mark *mark,
                               struct audit_report *out) AGORA_CHECKED;

/**
 * Check a part of the log: the rows after those that @a report says are good, so that a long log
 * can be checked in many short requests.
 *
 * @param w              work
 * @param mark           what a checkpoint says, or NULL
 * @param most           rows to check at most, in steps of 1,000
 * @param[in,out] report rows and head found good before; all zero for the beginning
 * @param[out] done      whether the end of the log was reached, or a fault found
 * @return as audit_verify()
 */
enum agora_status audit_verify_part(struct work *w, const struct audit_mark *mark, int64_t most,
                                    struct audit_report *report, bool *done) AGORA_CHECKED;

/** What a fault means, in words that go after "row 7: "; "" for AUDIT_WHOLE. */
const char *audit_fault_words(enum audit_fault fault);

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
