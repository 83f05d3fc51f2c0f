/* The life of an exchange on the HTTP thread: head, body, queue, answer. Nothing here blocks. */
#include "directory/http/callbacks.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/http/exchange.h"
#include "directory/http/server_state.h"
#include "directory/http/subscription.h"

static const int64_t request_us = 60 * SECOND_US, progress_us = 30 * SECOND_US;
/* The body of a refused request is read up to this, so that the answer is not lost by closing
 * early. */
static const size_t drain_max = (size_t)2 * 1024 * 1024;

void *on_request_line(void *server, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = server;
    struct exchange *x = exchange_begin(s, mhd, uri);

    if (x != NULL)
        atomic_fetch_add(&s->in_hand, 1);
    return x;
}

/* Whether the client waits for our word before it sends a body, means to send too much to read, or
 * what it sends cannot be read at all. */
static bool must_answer_now(const struct exchange *x)
{
    const struct request *rq = &x->rq;
    const char *length = request_header(rq, "content-length");

    return x->ambiguous || request_header(rq, "expect") != NULL ||
           (length != NULL && strtoull(length, NULL, 10) > drain_max);
}

static enum MHD_Result refuse(struct exchange *x)
{
    carry_refusal(x);
    return send_answer(x);
}

static enum MHD_Result on_head(struct exchange *x, const char *method)
{
    enum agora_status s = exchange_head(x, method);

    connection_deadline(x->server->connections, x->connection, x->began_us + progress_us);
    x->state = EXCHANGE_BODY;
    if (s == AGORA_OK)
        s = gate_check(x);
    x->refused = s != AGORA_OK;
    return x->refused && must_answer_now(x) ? refuse(x) : MHD_YES;
}

static enum MHD_Result on_body(struct exchange *x, const char *data, size_t len)
{
    const struct route *route = x->rq.match.route;
    size_t max = x->refused || route == NULL ? 0 : route->body_max;
    int64_t deadline_us = monotonic_us() + progress_us, last_us = x->began_us + request_us;

    connection_deadline(x->server->connections, x->connection,
                        deadline_us < last_us ? deadline_us : last_us);
    return exchange_body(x, data, len, max) ? MHD_YES : MHD_NO;
}

/* From here the exchange is the worker's. */
static enum MHD_Result hand_to_worker(struct exchange *x)
{
    struct http_server *server = x->server;

    connection_deadline(server->connections, x->connection, INT64_MAX);
    x->state = EXCHANGE_QUEUED;
    MHD_suspend_connection(x->mhd);
    if (queue_push(server->queue, x, x->rq.match.route->lane))
        return MHD_YES;
    carry_too_late(x);
    x->state = EXCHANGE_DONE;
    MHD_resume_connection(x->mhd);
    return MHD_YES;
}

static enum MHD_Result on_end(struct exchange *x)
{
    if (x->refused)
        return refuse(x);
    if (x->discarded > 0) {
        error_set(&x->rq.work.error, AGORA_TOO_LARGE, NULL, "The body is too long.");
        return refuse(x);
    }
    return x->file != NULL ? send_answer(x) : hand_to_worker(x);
}

enum MHD_Result on_request(void *server, struct MHD_Connection *mhd, const char *url,
                           const char *method, const char *version, const char *data, size_t *len,
                           void **con_cls)
{
    struct exchange *x = *con_cls;
    enum MHD_Result done = MHD_NO;

    (void)server, (void)mhd, (void)url, (void)version;
    if (x == NULL)
        return MHD_NO; /* no memory: libmicrohttpd closes the connection */
    switch (x->state) {
    case EXCHANGE_HEAD:
        return on_head(x, method);
    case EXCHANGE_BODY:
        done = *len > 0 ? on_body(x, data, *len) : on_end(x);
        *len = 0;
        return done;
    case EXCHANGE_DONE:
        return send_answer(x);
    default:
        return MHD_NO;
    }
}

void on_completed(void *server, struct MHD_Connection *mhd, void **con_cls,
                  enum MHD_RequestTerminationCode why)
{
    struct http_server *s = server;
    struct exchange *x = *con_cls;

    (void)mhd, (void)why;
    if (x == NULL)
        return;
    *con_cls = NULL;
    /* Until the next head is there, an idle connection is libmicrohttpd's to close; one that is
     * still here after that drips its head. */
    connection_deadline(s->connections, x->connection,
                        monotonic_us() + progress_us + 10 * SECOND_US);
    if (x->rs.stream != NULL)
        subscription_drop(x->rs.stream);
    talloc_free(x);
    atomic_fetch_sub(&s->in_hand, 1);
}

static void peer_text(const struct sockaddr *address, char out[CONNECTION_PEER])
{
    const struct sockaddr_in *four = (const void *)address;
    const struct sockaddr_in6 *six = (const void *)address;

    snprintf(out, CONNECTION_PEER, "unix");
    if (address == NULL)
        return;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &four->sin_addr, out, CONNECTION_PEER);
    else if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], out, CONNECTION_PEER);
    else if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &six->sin6_addr, out, CONNECTION_PEER);
}

void on_connection(void *server, struct MHD_Connection *mhd, void **socket_context,
                   enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = server;
    char peer[CONNECTION_PEER];

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*socket_context != NULL)
            connection_close(s->connections, *socket_context);
        *socket_context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    peer_text(address != NULL ? address->client_addr : NULL, peer);
    *socket_context =
        connection_open(s->connections, peer, fd->connect_fd, !proxies_trust(s->proxies, peer));
}

void on_log(void *server, const char *format, va_list ap)
{
    char text[512];

    (void)server;
    vsnprintf(text, sizeof text, format, ap);
    text[strcspn(text, "\n")] = '\0';
    log_event(LOG_DEBUG, "http_library", NULL, "text", text, NULL);
}
