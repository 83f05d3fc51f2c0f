/* Vouching: a member says "I know this person as this name", as evidence in that person's case. The
 * rules (who may vouch, how often, for how long it holds, rings) are in
 * sql/directory/functions/vouch_*.sql; each act is one statement that locks voucher, case and vouch
 * in this order, checks, changes, and writes the audit row and the messages in one transaction.
 *
 * Common parameters: `viewer` is the account that acts, `id` the vouch unless said otherwise, both
 * UUIDs as text; `body` is JSON text owned by w->mem.
 *
 * Common returns: AGORA_NOT_FOUND when there is none or the viewer may not see it; AGORA_FORBIDDEN
 * without the role; AGORA_CONFLICT when its state or a limit does not allow it; AGORA_INVALID_FIELD
 * naming the field; AGORA_UNAVAILABLE when the database is away.
 *
 * See docs/verification.md, "Vouching". */
#ifndef AGORA_DOMAIN_VOUCH_H
#define AGORA_DOMAIN_VOUCH_H

#include <stdint.h>

#include "directory/base/work.h"

/* What a voucher says; all UTF-8. The three truths are "true" or "false". */
struct vouch_answer {
    const char *relation;         /* how they know the person */
    const char *known_since;      /* YYYY-MM-DD */
    const char *known_as;         /* by which name */
    const char *not_family;       /* must be true */
    const char *not_same_address; /* must be true */
    const char *confirms;         /* must be true */
};

/**
 * Name a member who is to vouch in one's own case; they are asked when the case is sent.
 *
 * @param id      case
 * @param handle  of the member, or the address of their page
 * @param message what they read, or NULL
 */
enum agora_status vouch_name(struct work *w, const char *viewer, const char *id, const char *handle,
                             const char *message, const char **body) AGORA_CHECKED;

/** The vouches of a case, for its member or its verifier. @param id case */
enum agora_status vouch_of_case(struct work *w, const char *viewer, const char *id,
                                const char **body) AGORA_CHECKED;

/** The verifier of a case waits for its vouchers. @param id case; body and etag are the case. */
enum agora_status vouch_wait(struct work *w, const char *viewer, const char *id, const char *seen,
                             const char **body, const char **etag) AGORA_CHECKED;

/** What the viewer was asked to vouch for. */
enum agora_status vouch_list(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/** Vouch. @return AGORA_CONFLICT also when the voucher has vouched too often within a year. */
enum agora_status vouch_give(struct work *w, const char *viewer, const char *id,
                             const struct vouch_answer *answer, const char **body) AGORA_CHECKED;

/** Decline. @param reason for verifiers only, or NULL */
enum agora_status vouch_decline(struct work *w, const char *viewer, const char *id,
                                const char *reason, const char **body) AGORA_CHECKED;

/** Take one's word back. @param reason for verifiers only, or NULL */
enum agora_status vouch_withdraw(struct work *w, const char *viewer, const char *id,
                                 const char *reason, const char **body) AGORA_CHECKED;

/** Say that it is still true, when asked. */
enum agora_status vouch_repeat(struct work *w, const char *viewer, const char *id,
                               const char **body) AGORA_CHECKED;

/** The vouches that a verifier must look at. */
enum agora_status vouch_review_list(struct work *w, const char *viewer,
                                    const char **body) AGORA_CHECKED;

/** A verifier has looked. @param id review; @param outcome kept or set_aside; @param note why */
enum agora_status vouch_review_close(struct work *w, const char *viewer, const char *id,
                                     const char *outcome, const char *note) AGORA_CHECKED;

/** What is due by the clock, a bounded number. @param[out] n how many were done */
enum agora_status vouch_by_clock(struct work *w, int64_t *n) AGORA_CHECKED;

#endif
