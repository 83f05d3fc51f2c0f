/* Verifications: the results of approved cases, with a life of their own. */
#ifndef AGORA_DOMAIN_VERIFICATION_H
#define AGORA_DOMAIN_VERIFICATION_H

#include "directory/base/work.h"

/**
 * Where a member's verification stands: level, open case, past cases, verifications.
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text
 * @param[out] body JSON text (schema MyVerification)
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status verification_mine(struct work *w, const char *viewer,
                                    const char **body) AGORA_CHECKED;

/**
 * End a verification. Open introductions of its member are cancelled and, for fraud kinds, contacts
 * ended, in the same transaction; the member is told the class of the reason.
 *
 * @param w      work
 * @param viewer verifier or admin, not the member themself
 * @param id     verification, UUID as text
 * @param reason code of the vocabulary's revoke_reasons
 * @param note   why, 1 to 2,000 characters, for verifiers and admins only
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_FORBIDDEN for the own one; AGORA_INVALID_FIELD naming
 *         the field; AGORA_CONFLICT when it has ended already
 */
enum agora_status verification_revoke(struct work *w, const char *viewer, const char *id,
                                      const char *reason, const char *note) AGORA_CHECKED;

#endif
