/* Verifications: the results of approved cases, with a life of their own. */
#ifndef AGORA_DOMAIN_VERIFICATION_H
#define AGORA_DOMAIN_VERIFICATION_H

#include <stdint.h>

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
 * End a verification. Open introductions of its member are cancelled, and the member is told the
 * class of the reason. For fraud kinds a second person must confirm it first (two_person.h); then
 * contacts end too.
 *
 * @param w      work
 * @param viewer verifier or admin, not the member themself
 * @param id     verification, UUID as text
 * @param reason code of the vocabulary's revoke_reasons
 * @param note   why, 1 to 2,000 characters, for verifiers and admins only
 * @param[out] asked NULL when it has ended; or what waits for a second person, JSON text (schema
 *         TwoPersonAct)
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_FORBIDDEN for the own one; AGORA_INVALID_FIELD naming
 *         the field; AGORA_CONFLICT when it has ended already
 */
enum agora_status verification_revoke(struct work *w, const char *viewer, const char *id,
                                      const char *reason, const char *note,
                                      const char **asked) AGORA_CHECKED;

/**
 * Let a verification not count for a time: its member is hidden from searches, open introductions
 * wait, contacts are kept for 14 days.
 *
 * @param reason code of the vocabulary's suspend_reasons
 * @param note   why, 1 to 2,000 characters, for verifiers and admins only
 * @return as verification_revoke()
 */
enum agora_status verification_suspend(struct work *w, const char *viewer, const char *id,
                                       const char *reason, const char *note) AGORA_CHECKED;

/**
 * Let a suspended verification count again.
 *
 * @param note why, 1 to 2,000 characters
 * @return as verification_revoke(); AGORA_CONFLICT also when it was recalled
 */
enum agora_status verification_reinstate(struct work *w, const char *viewer, const char *id,
                                         const char *note) AGORA_CHECKED;

/** What is due by the clock in the life of verifications. @param[out] n how many; 0 for none */
enum agora_status verification_by_clock(struct work *w, int64_t *n) AGORA_CHECKED;

#endif
