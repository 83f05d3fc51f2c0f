/*
 * A peer is kept for every connection, as libmicrohttpd's context of its socket.
 */
#include "tmtp-link/server/admin_access.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/admin_tls.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"

#define REFUSAL_US INT64_C(1000000)  /* a wrong token waits so long for its answer */
#define UNKNOWN_US INT64_C(10000000) /* from connecting to a valid token */

struct peer {
    struct server *server;
    struct timer timer;
    int fd;
    bool asked; /* a whole head has come, after the handshake if there is TLS */
    char host[NI_MAXHOST];
};

/* --- peers --------------------------------------------------------------------------------- */

static const union MHD_ConnectionInfo *info_of(struct MHD_Connection *connection,
                                               enum MHD_ConnectionInfoType what)
{
    return MHD_get_connection_info(connection, what);
}

static void name_peer(struct peer *peer, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = info_of(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *name = info == NULL ? NULL : info->client_addr;
    socklen_t len = name != NULL && name->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                : sizeof(struct sockaddr_in);

    snprintf(peer->host, sizeof peer->host, "unix socket");
    if (name != NULL && name->sa_family != AF_UNIX) {
        getnameinfo(name, len, peer->host, sizeof peer->host, NULL, 0, NI_NUMERICHOST);
    }
}

static void log_refusal(struct server *server, const char *host, const char *why)
{
    server->metrics.admin_refused++;
    log_event(LOG_LEVEL_WARNING, "admin_refused", "why", why, "peer", host, NULL);
}

static void unknown_for_too_long(struct timer *timer)
{
    const struct peer *peer = CONTAINER(timer, struct peer, timer);

    shutdown(peer->fd, SHUT_RDWR); /* libmicrohttpd sees the end and closes it */
}

static void *connected(struct admin_access *access, struct MHD_Connection *connection)
{
    struct peer *peer = calloc(1, sizeof *peer);
    const union MHD_ConnectionInfo *info = info_of(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (peer == NULL) {
        return NULL; /* every call on it is refused; see access_check */
    }
    peer->server = access->server;
    peer->fd = info == NULL ? -1 : info->connect_fd;
    peer->timer.fire = unknown_for_too_long;
    name_peer(peer, connection);
    loop_after(peer->server->loop, &peer->timer, UNKNOWN_US);
    if (access->tls != NULL && !admin_tls_begin(access->tls, connection)) {
        shutdown(peer->fd, SHUT_RDWR);
    }
    return peer;
}

static void disconnected(const struct admin_access *access, struct peer *peer)
{
    if (!peer->asked && access->tls != NULL) {
        log_refusal(peer->server, peer->host, "no handshake, or no valid certificate");
    }
    loop_cancel(peer->server->loop, &peer->timer);
    free(peer);
}

void access_connection(void *user, struct MHD_Connection *connection, void **context,
                       enum MHD_ConnectionNotificationCode what)
{
    struct admin_access *access = user;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = connected(access, connection);
    } else if (*context != NULL) {
        disconnected(access, *context);
        *context = NULL;
    }
}

static struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = info_of(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info == NULL ? NULL : info->socket_context;
}

/* --- tokens -------------------------------------------------------------------------------- */

/* The token of a call, or NULL. */
static const char *token_of(struct admin_call *call)
{
    static const char scheme[] = "Bearer ";
    const char *given =
        MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Authorization");

    return given != NULL && strncasecmp(given, scheme, sizeof scheme - 1) == 0
               ? given + sizeof scheme - 1
               : NULL;
}

bool access_check(const struct admin_access *access, struct admin_call *call)
{
    struct peer *peer = peer_of(call->connection);
    const char *token = token_of(call);

    if (peer != NULL) {
        peer->asked = true;
    }
    if (peer != NULL && token != NULL && tokens_match(&access->tokens, token, strlen(token))) {
        loop_cancel(access->server->loop, &peer->timer);
        return true;
    }
    call->refused = token == NULL ? MHD_HTTP_UNAUTHORIZED : MHD_HTTP_FORBIDDEN;
    log_refusal(access->server, peer == NULL ? NULL : peer->host,
                token == NULL ? "no token" : "wrong token");
    return false;
}

static void refusal_timer(struct timer *timer)
{
    struct admin_call *call = CONTAINER(timer, struct admin_call, timer);

    admin_problem(call, call->refused,
                  call->refused == MHD_HTTP_UNAUTHORIZED
                      ? "give a token: Authorization: Bearer TOKEN"
                      : "the token is not valid");
}

void access_refuse(struct admin_call *call)
{
    call->timer.fire = refusal_timer;
    admin_suspend(call);
    loop_after(call->server->loop, &call->timer, REFUSAL_US);
}

/* --- beginning and end --------------------------------------------------------------------- */

bool access_begin(struct admin_access *access, struct server *server)
{
    const struct config *config = server->config;

    access->server = server;
    if (!tokens_read(config->token_file, &access->tokens)) {
        return false;
    }
    if (config->admin_cert != NULL) {
        access->tls = admin_tls_new(config->admin_cert, config->admin_key, config->admin_client_ca);
    }
    return config->admin_cert == NULL || access->tls != NULL;
}

void access_reload(struct admin_access *access)
{
    if (tokens_read(access->server->config->token_file, &access->tokens)) {
        log_event(LOG_LEVEL_INFO, "tokens_read", "count", LOG_NUMBER(access->tokens.count), NULL);
    }
    if (access->tls != NULL) {
        admin_tls_reload(access->tls);
    }
}

void access_end(struct admin_access *access)
{
    admin_tls_free(access->tls);
    access->tls = NULL;
}
