/*
 * The admin interface (docs/tmtp-admin.md): HTTP and JSON by libmicrohttpd.
 *
 * libmicrohttpd has no thread of its own here; the loop calls it when its sockets are ready. A call
 * that needs the database is suspended and becomes a request like those of clients, in the same
 * batches: so there are no locks, a contact that is granted or ended counts for every post of the
 * same batch on, and a suspended user's links are closed by the loop that owns them. A call for
 * events that are not there yet stays suspended until the database notifies of one.
 */
#ifndef TMTPD_ADMIN_H
#define TMTPD_ADMIN_H

#include <stdbool.h>

struct admin;
struct server;

/**
 * Begin to serve at config->admin_listen.
 *
 * @return to be freed by admin_free; NULL, and the reason in the log, when that is not possible
 */
struct admin *admin_new(struct server *server) __attribute__((warn_unused_result));

/** Answer what is waiting with 503, stop, and free; NULL will do. */
void admin_free(struct admin *admin);

/** Read the tokens again; those before stay when that fails. */
void admin_reload(struct admin *admin);

/** There are new events: look for those who wait. */
void admin_notify(struct admin *admin);

#endif
