/* The audit log for auditors at a browser: its rows by page, and its chain checked in steps. */
#ifndef AGORA_DOMAIN_AUDIT_PAGE_H
#define AGORA_DOMAIN_AUDIT_PAGE_H

#include "directory/base/work.h"

/* What rows are wanted; all texts, NULL for any. */
struct audit_filter {
    const char *action;  /* whole, or its first words: case, case.approve */
    const char *actor;   /* handle */
    const char *subject; /* UUID */
    const char *since;   /* first day, YYYY-MM-DD, UTC */
    const char *until;   /* last day */
    const char *limit;   /* rows */
    const char *cursor;  /* next of the page before */
};

/** A page of the log (schema AuditPage). @return AGORA_OK; AGORA_FORBIDDEN for other than auditors
 * and admins */
enum agora_status audit_page(struct work *w, const char *viewer, const struct audit_filter *filter,
                             const char **json) AGORA_CHECKED;

/**
 * Check some of the chain: 20,000 rows at most, so that a request stays short.
 *
 * @param after      place of the last row found good, as text; NULL for the beginning
 * @param head       its hash; NULL for the beginning
 * @param checkpoint a checkpoint kept elsewhere; NULL for the newest published one
 * @param[out] json  {"rows", "head", "done", "fault", "broken", "checkpoint"} (schema AuditCheck)
 * @return AGORA_OK, whether the chain is whole or not; AGORA_INVALID_FIELD (/checkpoint)
 */
enum agora_status audit_check_step(struct work *w, const char *after, const char *head,
                                   const char *checkpoint, const char **json) AGORA_CHECKED;

#endif
