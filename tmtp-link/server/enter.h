/*
 * Coming and going: tmtprev, registration, login, and which nodes are logged in.
 */
#ifndef TMTPD_ENTER_H
#define TMTPD_ENTER_H

#include <jansson.h>
#include <stdint.h>

#include "tmtp-link/server/store.h"

struct link;
struct server;

/** Kinds: register a user, log a node in, note that one has left. */
extern const struct request_kind enter_register_kind;
extern const struct request_kind enter_login_kind;
extern const struct request_kind enter_logout_kind;

/** The answer to TmtpRev, the caller's. */
json_t *enter_tmtprev(const struct server *server);

/** Carry out Register; makes the header wait while an OpenID provider's keys are fetched. */
void enter_register(struct link *link);

/** Carry out Login. */
void enter_login(struct link *link);

/** The link is closed: its node, if it was logged in, may log in again. */
void enter_leave(struct link *link);

/** The link of a node that is logged in, or NULL. */
struct link *enter_online(const struct server *server, int64_t node);

#endif
