/* Acts that one person asks for and another one confirms: docs of the kinds are the rows of
 * agora.two_person_kind. Nothing is done before the second person has confirmed. */
#ifndef AGORA_DOMAIN_TWO_PERSON_H
#define AGORA_DOMAIN_TWO_PERSON_H

#include "directory/base/work.h"

/**
 * What waits for a second person, or what was settled, as far as the viewer may see it.
 *
 * @param w         work; owns what is returned
 * @param viewer    account, UUID as text
 * @param settled   "true" or "false"
 * @param limit     1 to 100, as text
 * @param[out] body JSON text (schema TwoPersonList)
 * @return AGORA_OK; AGORA_UNAVAILABLE when the database is away
 */
enum agora_status two_person_list(struct work *w, const char *viewer, const char *settled,
                                  const char *limit, const char **body) AGORA_CHECKED;

/**
 * One act, and its version.
 *
 * @param[out] body JSON text (schema TwoPersonAct)
 * @param[out] etag version: what is asked for, and its state
 * @return AGORA_OK; AGORA_NOT_FOUND also for whom it is about
 */
enum agora_status two_person_get(struct work *w, const char *viewer, const char *id,
                                 const char **body, const char **etag) AGORA_CHECKED;

/**
 * Ask for an act.
 *
 * @param kind    row of agora.two_person_kind
 * @param payload JSON object: what it is done to
 * @param reason  why, 10 to 2,000 characters
 * @param[out] body, etag the act, as two_person_get() has it
 * @return AGORA_OK; AGORA_FORBIDDEN without a role for it or about oneself; AGORA_INVALID_FIELD
 *         naming the field; AGORA_CONFLICT when the same waits already, or its state does not allow
 */
enum agora_status two_person_ask(struct work *w, const char *viewer, const char *kind,
                                 const char *payload, const char *reason, const char **body,
                                 const char **etag) AGORA_CHECKED;

/**
 * Confirm an act as the second person: it is done, in one transaction.
 *
 * @param seen the version that the viewer has read, or NULL for any
 * @param[out] body, etag the act as it is then
 * @return AGORA_OK; AGORA_NOT_FOUND; AGORA_FORBIDDEN for the first person, whom it is about, and
 *         those without a role for it; AGORA_CONFLICT when it does not wait any more;
 *         AGORA_CHANGED when @a seen is not what it is
 */
enum agora_status two_person_confirm(struct work *w, const char *viewer, const char *id,
                                     const char *seen, const char **body,
                                     const char **etag) AGORA_CHECKED;

/**
 * Refuse an act, or take it back; nothing is done.
 *
 * @param note why not, 1 to 2,000 characters
 * @param[out] body, etag the act as it is then
 */
enum agora_status two_person_refuse(struct work *w, const char *viewer, const char *id,
                                    const char *note, const char **body,
                                    const char **etag) AGORA_CHECKED;

/**
 * The case behind a broken glass; the read is written into the audit log.
 *
 * @param id        the act of two persons
 * @param[out] body JSON text (schema Case)
 * @return AGORA_OK; AGORA_NOT_FOUND when it is not the viewer's, or its hour is over
 */
enum agora_status two_person_case(struct work *w, const char *viewer, const char *id,
                                  const char **body) AGORA_CHECKED;

#endif
