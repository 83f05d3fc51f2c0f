/* Questions to the organisation, by members whose search found nobody. The rules are in
 * sql/directory/functions/concierge.sql. */
#ifndef AGORA_DOMAIN_CONCIERGE_H
#define AGORA_DOMAIN_CONCIERGE_H

#include "directory/base/work.h"
#include "directory/domain/search.h"

/**
 * Ask.
 *
 * @param what     the search that found nobody; must be one that can be understood
 * @param words    whom the member looks for, UTF-8, at most 1,000 characters
 * @param[out] body JSON text (schema ConciergeQuestion)
 * @return AGORA_OK; AGORA_INVALID_FIELD as search_members(); AGORA_CONFLICT when the member has as
 *         many open questions as they may
 */
enum agora_status concierge_ask(struct work *w, const char *viewer, const struct search_ask *what,
                                const char *words, const char **body) AGORA_CHECKED;

/** The viewer's own questions. @param[out] body JSON text (schema ConciergeList) */
enum agora_status concierge_mine(struct work *w, const char *viewer,
                                 const char **body) AGORA_CHECKED;

/**
 * Others' questions, for verifiers and admins.
 *
 * @param answered "true" for the last ones that were answered, "false" for those that are open
 * @param[out] body JSON text (schema ConciergeList)
 * @return AGORA_OK; AGORA_FORBIDDEN
 */
enum agora_status concierge_list(struct work *w, const char *viewer, const char *answered,
                                 const char **body) AGORA_CHECKED;

/**
 * Answer one; the answer goes to who asked by e-mail too.
 *
 * @param words    UTF-8, at most 2,000 characters
 * @param[out] body JSON text (schema ConciergeQuestion)
 * @return AGORA_OK; AGORA_FORBIDDEN; AGORA_NOT_FOUND, also for one's own; AGORA_CONFLICT when it
 * has been answered
 */
enum agora_status concierge_answer(struct work *w, const char *viewer, const char *id,
                                   const char *words, const char **body) AGORA_CHECKED;

#endif
