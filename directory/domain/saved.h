/* Saved searches: what a member keeps of a search, and its alerts. A saved search is kept as it was
 * typed and taken apart anew by the parser of every search each time it is run; what it tells of is
 * decided by what a search would show at that moment. The rules are in
 * sql/directory/functions/saved_*.sql.
 *
 * See docs/decisions/0084-saved-searches.md. */
#ifndef AGORA_DOMAIN_SAVED_H
#define AGORA_DOMAIN_SAVED_H

#include <stdbool.h>
#include <stdint.h>

#include "directory/base/work.h"
#include "directory/domain/search.h"

/* What is to be saved. */
struct saved_wish {
    const char *name; /* UTF-8, at most 80 characters */
    struct search_ask what;
    const char *every;   /* never, daily, weekly; NULL for weekly */
    const char *by_mail; /* "true", "false"; NULL for true */
};

/**
 * Save a search; who is among its results now is not told of later.
 *
 * @param viewer   account, UUID as text
 * @param[out] body JSON text (schema SavedSearch), owned by w->mem
 * @return AGORA_OK; AGORA_INVALID_FIELD as search_members(), and at /name when another one of the
 *         member has it; AGORA_CONFLICT when the member has as many as they may
 */
enum agora_status saved_add(struct work *w, const char *viewer, const struct saved_wish *wish,
                            const char **body) AGORA_CHECKED;

/** The viewer's saved searches. @param[out] body JSON text (schema SavedSearchList) */
enum agora_status saved_list(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/**
 * Rename, pause or resume, or change how often and by which way it tells.
 *
 * @param patch    JSON object: name, every, by_mail, paused; checked
 * @param[out] body JSON text (schema SavedSearch)
 * @return AGORA_OK; AGORA_NOT_FOUND when it is not the viewer's; AGORA_INVALID_FIELD at /name
 */
enum agora_status saved_patch(struct work *w, const char *viewer, const char *id, const char *patch,
                              const char **body) AGORA_CHECKED;

/** Delete one. @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status saved_delete(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/**
 * Whom one has told of, as far as it would show them now.
 *
 * @param limit      at most so many, as text
 * @param[out] body   JSON text (schema SavedSearchMembers)
 * @param[out] wait_s seconds to wait, for AGORA_PEOPLE_SEEN
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_PEOPLE_SEEN as search_members(); AGORA_INVALID_FIELD
 * when the search cannot be understood any more
 */
enum agora_status saved_members(struct work *w, const char *viewer, const char *id,
                                const char *limit, const char **body,
                                int64_t *wait_s) AGORA_CHECKED;

/** Note that the viewer has looked at whom one told of. @return AGORA_OK; AGORA_NOT_FOUND */
enum agora_status saved_looked(struct work *w, const char *viewer, const char *id) AGORA_CHECKED;

/**
 * Have the saved searches that are due look for new members, at most a hundred. For the worker.
 *
 * @param[out] n how many looked; when not 0 there may be more
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status saved_sweep(struct work *w, int64_t *n) AGORA_CHECKED;

/** Forget changes, counts and questions that are old. @return AGORA_OK; AGORA_UNAVAILABLE */
enum agora_status saved_prune(struct work *w) AGORA_CHECKED;

/**
 * Whether a link to end e-mails is ours; nothing is ended.
 *
 * @param token      from the address
 * @param[out] known whether it is
 */
enum agora_status saved_unsubscribe_known(struct work *w, const char *token,
                                          bool *known) AGORA_CHECKED;

/** End the e-mails of the saved search whose link it is; the same for one that was deleted. */
enum agora_status saved_unsubscribe(struct work *w, const char *token, bool *known) AGORA_CHECKED;

#endif
