/*
 * The caller of a TMTP server's admin interface (docs/tmtp-admin.md): who may write to whom, who a
 * user is, and what has happened. Every request may be repeated.
 */
#ifndef TMTP_ADMIN_ADMIN_H
#define TMTP_ADMIN_ADMIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/base/result.h"

struct admin;

struct admin_options {
    const char *unix_socket; /**< path; or NULL to use url */
    const char *url;        /**< such as `https://tmtp.example.org:7443`; unused with unix_socket */
    const char *token_file; /**< its first line is the bearer token; read again when refused */
    const char *ca_file;    /**< authorities to trust for https, or NULL for the system's */
    int timeout_ms;         /**< of each request; 0 for 30 s */
};

/** A change of a contact, for admin_contacts_change. Texts may be NULL, but for the uids. */
struct admin_change {
    const char *uids[2];
    bool ends;                       /**< they may no longer; the rest does not matter then */
    const char *ref, *until, *first; /**< as for admin_contact_put */
};

/** Something that happened on the server. Texts are NULL when it has none, and live as long as the
 * page. */
struct admin_event {
    int64_t n;
    const char *type; /**< registered, alias, node, suspended, resumed, contact, contact_ended */
    const char *at;   /**< when, as in `2026-11-24T11:52:00.123Z` */
    const char *uid, *subject, *issuer, *alias; /**< whom it is about */
    const char *uids[2], *ref;                  /**< the two of a contact, and what for */
};

/** Events in order. */
struct admin_events {
    json_t *json; /**< what was answered; owns the texts */
    struct admin_event *items;
    size_t count;
    int64_t next; /**< the `after` of the next request */
};

/**
 * Get ready; nothing is asked yet. All texts of @a options are copied.
 *
 * @param[out] admin to be closed by admin_close; for one thread at a time
 * @return TMTP_OK; TMTP_LOCAL when the token can't be read
 */
enum tmtp_result admin_open(const struct admin_options *options, struct admin **admin,
                            struct tmtp_error *error) __attribute__((warn_unused_result));

/** Close and free; NULL will do. */
void admin_close(struct admin *admin);

/*
 * Of each request: TMTP_RETRY when the server is away, busy or broken; TMTP_REFUSED when it says no
 * for good (the error has its words); TMTP_AUTH when it does not take the token or the certificate;
 * TMTP_PROTOCOL when it answers what it should not; TMTP_LOCAL.
 */

/**
 * Name, version, policy and counts of the server.
 *
 * @param[out] server JSON object, freed by json_decref
 */
enum tmtp_result admin_server(struct admin *admin, json_t **server, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Two users may write to each other from now.
 *
 * @param ref   what for: the introduction
 * @param until date at which it ends by itself, as in `2027-01-31T00:00:00Z`, or NULL
 * @param first uid of the only one who may write until they have, or NULL
 * @return TMTP_OK when new; TMTP_ALREADY when they might before (ref and until are updated);
 * TMTP_REFUSED also when a uid is unknown or a user suspended
 */
enum tmtp_result admin_contact_put(struct admin *admin, const char *uid_a, const char *uid_b,
                                   const char *ref, const char *until, const char *first,
                                   struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * They may no longer.
 *
 * @return TMTP_OK, also when they might not before
 */
enum tmtp_result admin_contact_delete(struct admin *admin, const char *uid_a, const char *uid_b,
                                      struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * The contact of two users.
 *
 * @param[out] contact JSON object, freed by json_decref
 * @return TMTP_OK; TMTP_NONE when there is none
 */
enum tmtp_result admin_contact_get(struct admin *admin, const char *uid_a, const char *uid_b,
                                   json_t **contact, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Up to 1,000 changes in one transaction: first the grants in their order, then the ends.
 *
 * @param key      with the same key and changes within 24 hours nothing more is changed, and the
 * outcomes are those of the first time; NULL for none
 * @param[out] outcomes one for each change: as admin_contact_put and admin_contact_delete have it
 * @return TMTP_OK when they are done, whatever the outcomes; TMTP_REFUSED for more than 1,000, and
 * when the key was used for other changes; TMTP_PROTOCOL when the server has no batches
 */
enum tmtp_result admin_contacts_change(struct admin *admin, const struct admin_change changes[],
                                       size_t count, const char *key, enum tmtp_result outcomes[],
                                       struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Whom a user may write to, in the order of their uids.
 *
 * @param after `next` of the page before, or NULL for the first
 * @param limit at most so many, 1 to 1,000
 * @param[out] page JSON object {"contacts": [{"uid", "ref", "until", "first", "created"}], "next"};
 * without "next" it is the last. Freed by json_decref
 * @return TMTP_OK; TMTP_NONE when there is no such user
 */
enum tmtp_result admin_user_contacts(struct admin *admin, const char *uid, const char *after,
                                     int limit, json_t **page, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Bar a lost device of a user: it is logged out at once and cannot log in, and its queue goes.
 *
 * @param n its number, as in "nodes" of admin_user
 * @return TMTP_OK, also when the user has no such device; TMTP_REFUSED when the uid is unknown
 */
enum tmtp_result admin_node_bar(struct admin *admin, const char *uid, int64_t n,
                                struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * A user by uid.
 *
 * @param[out] user JSON object, freed by json_decref
 * @return TMTP_OK; TMTP_NONE when there is none
 */
enum tmtp_result admin_user(struct admin *admin, const char *uid, json_t **user,
                            struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * The user who registered with this subject of the OpenID provider.
 *
 * @param issuer of the subject, or NULL for any
 * @param[out] user JSON object, freed by json_decref
 * @return TMTP_OK; TMTP_NONE when there is none
 */
enum tmtp_result admin_user_by_subject(struct admin *admin, const char *issuer, const char *subject,
                                       json_t **user, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Suspend a user, who is logged out at once and cannot log in, or let them in again.
 *
 * @return TMTP_OK, also when it was so before; TMTP_REFUSED when the uid is unknown
 */
enum tmtp_result admin_user_suspend(struct admin *admin, const char *uid, bool suspended,
                                    struct tmtp_error *error) __attribute__((warn_unused_result));

/**
 * What happened after event @a after, oldest first.
 *
 * @param wait_s  seconds to wait for one, 0 to 60; the request's time-out is longer by that
 * @param limit   at most so many
 * @param[out] events to be freed by admin_events_free; none when the wait was in vain
 */
enum tmtp_result admin_events(struct admin *admin, int64_t after, int wait_s, int limit,
                              struct admin_events *events, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Free what a page holds. */
void admin_events_free(struct admin_events *events);

#endif
