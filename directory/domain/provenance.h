/* What a verification tells others, and who may see which part of it. */
#ifndef AGORA_DOMAIN_PROVENANCE_H
#define AGORA_DOMAIN_PROVENANCE_H

#include "directory/base/work.h"

/**
 * The verification of a member as a viewer may see it.
 *
 * @param viewer    account, UUID as text; NULL for somebody who is not signed in
 * @param handle    member
 * @param preview   public, members or contacts, for the own one only; or NULL
 * @param[out] json JSON text (schema Provenance), owned by w->mem
 * @return AGORA_OK; AGORA_NOT_FOUND when the viewer may not know of the member; AGORA_FORBIDDEN for
 *         a preview of another's
 */
enum agora_status provenance_of(struct work *w, const char *viewer, const char *handle,
                                const char *preview, const char **json) AGORA_CHECKED;

/** Who sees what of the own verification (schema Disclosure). */
enum agora_status disclosure_mine(struct work *w, const char *viewer,
                                  const char **json) AGORA_CHECKED;

/** Say who sees it. @param wanted JSON object. @return AGORA_INVALID_FIELD naming the part */
enum agora_status disclosure_put(struct work *w, const char *viewer, const char *wanted,
                                 const char **json) AGORA_CHECKED;

/**
 * Figures about cases.
 *
 * @param viewer    admin or verifier
 * @param since     first day, YYYY-MM-DD; NULL for the last twelve months
 * @param until     last day; NULL for today
 * @param[out] text JSON text (schema Statistics), or CSV
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_INVALID_FIELD
 */
enum agora_status statistics_get(struct work *w, const char *viewer, const char *since,
                                 const char *until, const char **text) AGORA_CHECKED;
enum agora_status statistics_csv(struct work *w, const char *viewer, const char *since,
                                 const char *until, const char **text) AGORA_CHECKED;

#endif
