/* Persons who may be one, as found by their keyed hashes. Merging two is an act of two persons:
 * domain/two_person.h. */
#ifndef AGORA_DOMAIN_DUPLICATE_H
#define AGORA_DOMAIN_DUPLICATE_H

#include "directory/base/work.h"

/**
 * The 100 newest pairs that nobody has found to be two; none about the viewer.
 *
 * @param w         work; owns what is returned
 * @param viewer    verifier or admin: account, UUID as text
 * @param[out] body JSON text (schema DuplicateList)
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status duplicate_list(struct work *w, const char *viewer,
                                 const char **body) AGORA_CHECKED;

/**
 * Say that two members are two persons: they are listed no more, unless something else matches.
 *
 * @param handle of the one
 * @param other  handle of the other
 * @param note   how that was found, for staff
 * @return AGORA_OK; AGORA_FORBIDDEN, also about oneself; AGORA_NOT_FOUND; AGORA_INVALID_FIELD;
 *         AGORA_CONFLICT when the two have nothing in common
 */
enum agora_status duplicate_apart(struct work *w, const char *viewer, const char *handle,
                                  const char *other, const char *note) AGORA_CHECKED;

#endif
