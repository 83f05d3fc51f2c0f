/*
 * Presence: `info` and `ohi` tell a user who of those that name them in OhiEdit (ohi.h) is here,
 * comes and goes.
 *
 * It is in memory alone (people.h) and never queued. Whether one may be told is asked of the
 * database each time, so that nobody learns when a former contact is there: at an OhiEdit, at the
 * login of the one to be told, when the one they would be told of leaves, and when a contact ends.
 */
#ifndef TMTPD_PRESENCE_H
#define TMTPD_PRESENCE_H

#include <jansson.h>
#include <stdbool.h>

#include "tmtp-link/server/store.h"

struct link;
struct params;
struct people;
struct presence;
struct server;

/** What `ohi` says of somebody. */
enum presence_status { PRESENCE_ON = 1, PRESENCE_OFF = 2 };

/** Kinds: tell that a user has left; look for contacts that have ended. */
extern const struct request_kind presence_leave_kind;
extern const struct request_kind presence_parted_kind;

/** Make the presence of a server; NULL when there is no memory. */
struct presence *presence_new(struct server *server) __attribute__((warn_unused_result));
/** Free it, once no link is logged in and nothing is in the store; NULL will do. */
void presence_free(struct presence *presence);

/** There may be new events in the database: see whether contacts have ended. */
void presence_look(struct presence *presence);

/** Add to the parameters of a login who tells the user of this uid, and whether all may. */
void presence_login_write(struct params *params, const struct server *server, const char *uid);

/**
 * A link has logged in; presence_left is owed.
 *
 * @return false when there is no memory
 */
bool presence_entered(struct link *link) __attribute__((warn_unused_result));

/**
 * Send `info`, with those who are here and tell the user.
 *
 * @param info    without `ohi`; taken over
 * @param tellers result whose column @a column has the accounts of those who may tell, in rising
 *                order; NULL for a user whom nobody can know
 */
void presence_greet(struct link *link, json_t *info, const PGresult *tellers, int column);

/** A link that had logged in is at its end. */
void presence_left(struct link *link);

/** Send `ohi` of the user of a uid to a node, if it is logged in. */
void presence_tell(struct server *server, int64_t node, const char *uid,
                   enum presence_status status);

/** Who tells whom. */
struct people *presence_people(const struct presence *presence);

#endif
