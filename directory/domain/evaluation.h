/* Scoring cases: the facts come from the database, the scorer of directory/score says what they
 * come to, and that is kept for exactly the snapshot that was scored. The database refuses a
 * decision on a case that has not been scored as it is now. */
#ifndef AGORA_DOMAIN_EVALUATION_H
#define AGORA_DOMAIN_EVALUATION_H

#include "directory/base/work.h"

/**
 * Score a case under every policy that matters for it, unless that has been done since it changed.
 *
 * @param id         case, UUID as text
 * @param[out] anew  whether something was scored; may be NULL
 * @return AGORA_OK, also when there is no such case; AGORA_INTERNAL when a published policy cannot
 * be read; AGORA_UNAVAILABLE
 */
enum agora_status evaluation_ensure(struct work *w, const char *id, bool *anew) AGORA_CHECKED;

/**
 * How far a case is: for its member what they can still add, for its verifier all of it.
 *
 * @param[out] body JSON text (schema CaseLevel), owned by w->mem
 * @return AGORA_OK; AGORA_NOT_FOUND when there is no such case or the viewer may not see it
 */
enum agora_status evaluation_get(struct work *w, const char *viewer, const char *id,
                                 const char **body) AGORA_CHECKED;

#endif
