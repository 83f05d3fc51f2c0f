/* Whether the service can do its work. */
#ifndef AGORA_DOMAIN_READINESS_H
#define AGORA_DOMAIN_READINESS_H

#include "directory/base/work.h"

/**
 * Whether the database is there and is the one this program was made for.
 *
 * @return AGORA_OK; AGORA_UNAVAILABLE with a sentence that says what is missing
 */
enum agora_status readiness_check(struct work *w) AGORA_CHECKED;

/**
 * readiness_check(), and every statement checked by PostgreSQL; for the start of the program.
 *
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away; AGORA_CONFLICT when it is older or
 *         newer than the program; AGORA_INTERNAL when a statement is wrong, its file in the detail
 */
enum agora_status readiness_check_all(struct work *w) AGORA_CHECKED;

#endif
