/* Profiles: the member's own, and what others see of it. */
#ifndef AGORA_DOMAIN_PROFILE_H
#define AGORA_DOMAIN_PROFILE_H

#include "directory/base/work.h"

/**
 * A member's profile as a viewer may see it.
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text; NULL when nobody is signed in
 * @param handle    whose
 * @param preview   "public", "members" or "contacts" to see the own profile as these do; NULL
 * @param[out] page JSON text (schema Profile)
 * @param[out] etag of what is seen
 * @return AGORA_OK; AGORA_NOT_FOUND when there is none or the viewer may not know of them;
 *         AGORA_FORBIDDEN for a preview of another's
 */
enum agora_status profile_page(struct work *w, const char *viewer, const char *handle,
                               const char *preview, const char **page,
                               const char **etag) AGORA_CHECKED;

/**
 * The own profile with who may see each field.
 *
 * @param[out] mine JSON text (schema MyProfile)
 * @param[out] etag its version
 * @return AGORA_OK; AGORA_NOT_FOUND for an account without one
 */
enum agora_status profile_mine(struct work *w, const char *viewer, const char **mine,
                               const char **etag) AGORA_CHECKED;

/**
 * Change the own profile.
 *
 * @param patch    merge patch (RFC 7396) as JSON text
 * @param expected version it is made for, "*" for any
 * @return AGORA_OK, with the profile as it is then; AGORA_CHANGED when it has another version by
 *         now; AGORA_INVALID_FIELD with a pointer into the patch
 */
enum agora_status profile_patch(struct work *w, const char *viewer, const char *patch,
                                const char *expected, const char **mine,
                                const char **etag) AGORA_CHECKED;

#endif
