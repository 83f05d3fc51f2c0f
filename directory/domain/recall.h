/* Recalls: everything that a verifier has touched is looked at again. Asking and confirming are
 * acts of two persons (two_person.h); here is what one would reach, and the worker's steps. */
#ifndef AGORA_DOMAIN_RECALL_H
#define AGORA_DOMAIN_RECALL_H

#include <stdint.h>
#include <stdio.h>

#include "directory/base/work.h"

/**
 * What a recall would reach; nothing is done.
 *
 * @param viewer    admin
 * @param verifier  handle
 * @param[out] body JSON text (schema RecallRadius)
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_INVALID_FIELD when there is no such member
 */
enum agora_status recall_radius(struct work *w, const char *viewer, const char *verifier,
                                const char **body) AGORA_CHECKED;

/**
 * The same for the operator, as lines of text.
 *
 * @param out where they go
 * @return AGORA_OK; AGORA_NOT_FOUND when there is no such member
 */
enum agora_status recall_print(struct work *w, const char *verifier, FILE *out) AGORA_CHECKED;

/**
 * Ask for a recall in the name of an admin, as the operator; another person must confirm it.
 *
 * @param verifier handle of whose work it is
 * @param by       handle of the admin
 * @param reason   why, 10 to 2,000 characters
 * @param[out] act id of the act of two persons
 * @return as two_person_ask()
 */
enum agora_status recall_ask(struct work *w, const char *verifier, const char *by,
                             const char *reason, const char **act) AGORA_CHECKED;

/** The next step of a recall that was confirmed. @param[out] n 0 when there is nothing to do */
enum agora_status recall_step(struct work *w, int64_t *n) AGORA_CHECKED;

#endif
