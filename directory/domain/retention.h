/* Retention: what is kept how long, what is removed then, and the legal holds that keep it. The
 * rules are in sql/directory/functions/retention_*.sql.
 *
 * See docs/verification.md, "Retention". */
#ifndef AGORA_DOMAIN_RETENTION_H
#define AGORA_DOMAIN_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "directory/base/work.h"

/** What goes when, what went, and the holds, for admins. @param[out] body schema RetentionReport */
enum agora_status retention_report(struct work *w, const char *viewer,
                                   const char **body) AGORA_CHECKED;

/** The same without holds, as lines for an operator. */
enum agora_status retention_print(struct work *w, FILE *out) AGORA_CHECKED;

/**
 * Remove what is due and not held, a bounded number of each class, and print a line a class.
 *
 * @param dry only count
 */
enum agora_status retention_run(struct work *w, bool dry, FILE *out) AGORA_CHECKED;

/** The same as a duty by the clock; tells owners of holds whose review is due. @param[out] n done
 */
enum agora_status retention_by_clock(struct work *w, int64_t *n) AGORA_CHECKED;

/* Legal holds, for admins; AGORA_FORBIDDEN for others. `review_on` is YYYY-MM-DD, at most six
 * months away, else AGORA_INVALID_FIELD. */

/** @param kind case, person or complaint; @param subject its reference, or a member's handle */
enum agora_status hold_place(struct work *w, const char *viewer, const char *kind,
                             const char *subject, const char *reason, const char *review_on,
                             const char **body) AGORA_CHECKED;

/** Still needed, and the viewer's to answer for. @return AGORA_CONFLICT when it was lifted */
enum agora_status hold_extend(struct work *w, const char *viewer, const char *id,
                              const char *review_on, const char **body) AGORA_CHECKED;

/** End a hold. @return AGORA_CONFLICT when it was lifted */
enum agora_status hold_lift(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

#endif
