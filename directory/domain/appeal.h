/* Appeals: a member objects, once and within 30 days, to a decision about them; somebody who never
 * touched it decides. The rules are in sql/directory/functions/appeal_*.sql.
 *
 * Common parameters: `viewer` is the account that acts, a UUID as text; `body` is JSON text (schema
 * Appeal unless said otherwise) owned by w->mem.
 *
 * Common returns: AGORA_NOT_FOUND when there is none or the viewer may not see it; AGORA_FORBIDDEN
 * without the role, or for somebody who had to do with the decision; AGORA_CONFLICT when it cannot
 * be appealed (any more) or has been decided; AGORA_INVALID_FIELD naming the field;
 * AGORA_UNAVAILABLE when the database is away.
 *
 * See docs/verification.md, "Appeal and redress". */
#ifndef AGORA_DOMAIN_APPEAL_H
#define AGORA_DOMAIN_APPEAL_H

#include "directory/base/work.h"

struct appeal_decision {
    const char *outcome;       /* upheld, overturned, varied */
    const char *text;          /* what the member reads */
    const char *private_note;  /* for verifiers and admins only, or NULL */
    const char *level;         /* of a varied case: the level to verify the member at, or NULL */
    const char *revoke_reason; /* of a varied revocation: the reason that holds, or NULL */
};

/** Appeal the decision of a case. @param access_need "true", "false" or NULL */
enum agora_status appeal_case(struct work *w, const char *viewer, const char *id, const char *text,
                              const char *access_need, const char **body) AGORA_CHECKED;

/** Appeal the revocation of a verification for fraud. */
enum agora_status appeal_verification(struct work *w, const char *viewer, const char *id,
                                      const char *text, const char *access_need,
                                      const char **body) AGORA_CHECKED;

/** The viewer's appeals, and what they could appeal (schema MyAppeals). */
enum agora_status appeal_mine(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/** Appeals for verifiers and admins. @param view open or decided; body: schema AppealList */
enum agora_status appeal_list(struct work *w, const char *viewer, const char *view,
                              const char **body) AGORA_CHECKED;

/** One appeal; with what it is about for who may decide it. */
enum agora_status appeal_get(struct work *w, const char *viewer, const char *id,
                             const char **body) AGORA_CHECKED;

/** Tell the member that somebody looks at it. */
enum agora_status appeal_acknowledge(struct work *w, const char *viewer, const char *id,
                                     const char **body) AGORA_CHECKED;

/** Decide, and carry the outcome out. */
enum agora_status appeal_decide(struct work *w, const char *viewer, const char *id,
                                const struct appeal_decision *decision,
                                const char **body) AGORA_CHECKED;

#endif
