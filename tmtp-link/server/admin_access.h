/*
 * Who may use the admin interface: tokens, peers, and how long those who have not shown one may
 * stay.
 *
 * A call without a valid token is answered after a second, and its connection closed. A connection
 * that has not brought a valid token within ten seconds is closed whatever it is doing, since
 * libmicrohttpd's own time-out counts from the last octet and would let one drip for ever.
 */
#ifndef TMTPD_ADMIN_ACCESS_H
#define TMTPD_ADMIN_ACCESS_H

#include <microhttpd.h>
#include <stdbool.h>

#include "tmtp-link/server/tokens.h"

struct admin_call;
struct admin_tls;
struct server;

struct admin_access {
    struct server *server;
    struct tokens tokens;
    struct admin_tls *tls; /**< NULL without TLS */
};

/** Read tokens and certificates; false, and the reason in the log, when they can't be used. */
bool access_begin(struct admin_access *access, struct server *server)
    __attribute__((warn_unused_result));

/** Read them again; those before stay when that fails. */
void access_reload(struct admin_access *access);

/** Free what it holds, when no connection is left. */
void access_end(struct admin_access *access);

/** For MHD_OPTION_NOTIFY_CONNECTION, with the struct admin_access. */
void access_connection(void *user, struct MHD_Connection *connection, void **context,
                       enum MHD_ConnectionNotificationCode what);

/** Whether the call carries a valid token; sets call->refused, and logs it, when not. */
bool access_check(const struct admin_access *access, struct admin_call *call)
    __attribute__((warn_unused_result));

/** Answer a call that was refused, after a second. */
void access_refuse(struct admin_call *call);

#endif
