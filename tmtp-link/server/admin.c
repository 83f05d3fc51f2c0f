/*
 * HTTP: libmicrohttpd within the loop, who may call, and answers.
 */
#include "tmtp-link/server/admin.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/listener.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/tokens.h"

#define REFUSAL_US INT64_C(1000000) /* a wrong token waits so long for its answer */

enum { BODY_MAX = 1 << 20, CONNECTIONS_MAX = 64, IDLE_S = 90, MEMORY_MAX = 32 * 1024 };

struct admin {
    struct server *server;
    struct MHD_Daemon *daemon;
    struct watch watch;
    struct timer timer; /* libmicrohttpd's */
    struct tokens tokens;
    struct admin_call *suspended;
};

/* --- answers ------------------------------------------------------------------------------- */

void admin_suspend(struct admin_call *call)
{
    struct admin *admin = call->admin;

    call->suspended = true;
    call->prev = NULL;
    call->next = admin->suspended;
    if (call->next != NULL) {
        call->next->prev = call;
    }
    admin->suspended = call;
    MHD_suspend_connection(call->connection);
}

static void resume(struct admin_call *call)
{
    *(call->prev == NULL ? &call->admin->suspended : &call->prev->next) = call->next;
    if (call->next != NULL) {
        call->next->prev = call->prev;
    }
    call->suspended = false;
    call->waiting = false;
    loop_cancel(call->server->loop, &call->timer);
    MHD_resume_connection(call->connection);
    loop_after(call->server->loop, &call->admin->timer, 0); /* the answer goes out from there */
}

void admin_answer(struct admin_call *call, unsigned status, char *json)
{
    call->answered = true;
    call->status = status;
    call->answer = json;
    if (call->suspended) {
        resume(call);
    }
}

static const char *title(unsigned status)
{
    const char *text = MHD_get_reason_phrase_for(status);

    return text == NULL ? "Error" : text;
}

void admin_problem(struct admin_call *call, unsigned status, const char *detail)
{
    json_t *problem = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
                                title(status), "status", (int)status, "detail", detail);

    admin_answer(call, status, json_dumps(problem, JSON_COMPACT));
    json_decref(problem);
}

static enum MHD_Result respond(struct admin_call *call)
{
    size_t len = call->answer == NULL ? 0 : strlen(call->answer);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, call->answer, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result queued;

    if (response == NULL) {
        return MHD_NO;
    }
    if (len > 0) {
        MHD_add_response_header(response, "Content-Type",
                                call->status >= 400 ? "application/problem+json"
                                                    : "application/json");
    }
    if (call->status == MHD_HTTP_UNAUTHORIZED) {
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    } else if (call->status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        MHD_add_response_header(response, "Retry-After", "1");
    }
    MHD_add_response_header(response, "Cache-Control", "no-store");
    queued = MHD_queue_response(call->connection, call->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* --- who may call -------------------------------------------------------------------------- */

static void refusal_timer(struct timer *timer)
{
    struct admin_call *call = CONTAINER(timer, struct admin_call, timer);

    admin_problem(call, call->status,
                  call->status == MHD_HTTP_UNAUTHORIZED
                      ? "give a token: Authorization: Bearer TOKEN"
                      : "the token is not valid");
}

static void log_refusal(const struct admin_call *call)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *peer = info == NULL ? NULL : info->client_addr;
    socklen_t len = peer != NULL && peer->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                : sizeof(struct sockaddr_in);
    char host[NI_MAXHOST] = "unix socket";

    if (peer != NULL && peer->sa_family != AF_UNIX) {
        getnameinfo(peer, len, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    }
    log_event(LOG_LEVEL_WARNING, "admin_refused", "status", LOG_NUMBER(call->status), "peer", host,
              NULL);
}

/* Whether the call carries a valid token; else it is answered, slowly. */
static bool authorized(struct admin_call *call)
{
    static const char scheme[] = "Bearer ";
    const char *given =
        MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Authorization");

    if (given != NULL && strncasecmp(given, scheme, sizeof scheme - 1) == 0) {
        const char *token = given + sizeof scheme - 1;

        if (tokens_match(&call->admin->tokens, token, strlen(token))) {
            return true;
        }
        call->status = MHD_HTTP_FORBIDDEN;
    } else {
        call->status = MHD_HTTP_UNAUTHORIZED;
    }
    log_refusal(call);
    call->timer.fire = refusal_timer;
    admin_suspend(call);
    loop_after(call->server->loop, &call->timer, REFUSAL_US);
    return false;
}

/* --- calls --------------------------------------------------------------------------------- */

static void take_body(struct admin_call *call, const char *data, size_t len)
{
    if (buffer_len(&call->body) + len > BODY_MAX || !buffer_add(&call->body, data, len)) {
        call->too_large = true;
    }
}

static enum MHD_Result handle(void *user, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data,
                              size_t *len, void **state)
{
    struct admin *admin = user;
    struct admin_call *call = *state;

    (void)version;
    if (call == NULL) {
        call = calloc(1, sizeof *call);
        if (call == NULL) {
            return MHD_NO;
        }
        call->admin = admin;
        call->server = admin->server;
        call->connection = connection;
        *state = call;
        return MHD_YES;
    }
    if (*len > 0) {
        take_body(call, data, *len);
        *len = 0;
        return MHD_YES;
    }
    if (!call->answered && call->too_large) {
        admin_problem(call, MHD_HTTP_CONTENT_TOO_LARGE, "a request has 1 MiB at most");
    } else if (!call->answered && authorized(call)) {
        admin_route(call, method, path);
    }
    return call->answered ? respond(call) : MHD_YES;
}

static void completed(void *user, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode why)
{
    struct admin_call *call = *state;

    (void)user;
    (void)connection;
    (void)why;
    if (call == NULL) {
        return;
    }
    for (int i = 0; i < call->value_count; i++) {
        free(call->values[i].text);
    }
    loop_cancel(call->server->loop, &call->timer);
    buffer_free(&call->body);
    free(call->answer);
    free(call->suspends);
    free(call);
    *state = NULL;
}

void admin_notify(struct admin *admin)
{
    struct admin_call *next;

    if (admin == NULL) {
        return;
    }
    for (struct admin_call *call = admin->suspended; call != NULL; call = next) {
        next = call->next;
        if (call->waiting && !call->stored) {
            admin_events_again(call);
        }
    }
}

/* --- libmicrohttpd and the loop ------------------------------------------------------------ */

static void run(struct admin *admin)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;

    MHD_run(admin->daemon);
    if (MHD_get_timeout(admin->daemon, &ms) == MHD_YES) {
        loop_after(admin->server->loop, &admin->timer, (int64_t)ms * 1000);
    } else {
        loop_cancel(admin->server->loop, &admin->timer);
    }
}

static void admin_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    run(CONTAINER(watch, struct admin, watch));
}

static void admin_timer(struct timer *timer)
{
    run(CONTAINER(timer, struct admin, timer));
}

static bool start(struct admin *admin)
{
    const union MHD_DaemonInfo *info;
    int fd = listener_socket(admin->server->config->admin_listen);

    if (fd < 0) {
        return false;
    }
    admin->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, admin,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX, MHD_OPTION_END);
    if (admin->daemon == NULL) {
        close(fd);
        return false;
    }
    info = MHD_get_daemon_info(admin->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL || info->epoll_fd < 0) {
        return false;
    }
    admin->watch = (struct watch){.fd = info->epoll_fd, .ready = admin_ready};
    return loop_watch(admin->server->loop, &admin->watch, EPOLLIN);
}

struct admin *admin_new(struct server *server)
{
    struct admin *admin;

    if (!listener_is_local(server->config->admin_listen)) {
        log_event(LOG_LEVEL_ERROR, "cannot_listen", "address", server->config->admin_listen, "why",
                  "the admin interface needs a Unix socket or a loopback address", NULL);
        return NULL;
    }
    admin = calloc(1, sizeof *admin);
    if (admin == NULL) {
        return NULL;
    }
    admin->server = server;
    admin->timer.fire = admin_timer;
    if (!tokens_read(server->config->token_file, &admin->tokens) || !start(admin)) {
        admin_free(admin);
        return NULL;
    }
    return admin;
}

void admin_reload(struct admin *admin)
{
    if (tokens_read(admin->server->config->token_file, &admin->tokens)) {
        log_event(LOG_LEVEL_INFO, "tokens_read", "count", LOG_NUMBER(admin->tokens.count), NULL);
    }
}

void admin_free(struct admin *admin)
{
    if (admin == NULL) {
        return;
    }
    loop_unwatch(admin->server->loop, &admin->watch);
    loop_cancel(admin->server->loop, &admin->timer);
    while (admin->suspended != NULL) {
        admin_problem(admin->suspended, MHD_HTTP_SERVICE_UNAVAILABLE, "the server is stopping");
    }
    if (admin->daemon != NULL) {
        MHD_run(admin->daemon); /* sends these answers */
        MHD_stop_daemon(admin->daemon);
    }
    free(admin);
}
