/*
 * HTTP: libmicrohttpd within the loop, calls from their head to their answer.
 */
#include "tmtp-link/server/admin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tmtp-link/server/admin_access.h"
#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/admin_tls.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/listener.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/server.h"

enum {
    BODY_MAX = 1 << 20,
    DRAIN_MAX = 4 * BODY_MAX, /* a body that is too long is read so far, that its answer be read */
    CONNECTIONS_MAX = 64,
    OF_ADDRESS_MAX = 32, /* connections from one address; a Unix socket has none */
    IDLE_S = 90,
    MEMORY_MAX = 64 * 1024 /* of a connection, for line, headers and the answer's */
};

struct admin {
    struct server *server;
    struct MHD_Daemon *daemon;
    struct watch watch;
    struct timer timer; /* libmicrohttpd's */
    struct admin_access access;
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

void admin_answer(struct admin_call *call, unsigned status, char *text)
{
    call->answered = true;
    call->status = status;
    call->answer = text;
    call->server->metrics.admin[status / 100]++;
    if (call->suspended) {
        resume(call);
    }
}

static const char *title(unsigned status)
{
    const char *text = MHD_get_reason_phrase_for(status);

    return text == NULL ? "Error" : text;
}

char *admin_problem_text(unsigned status, const char *detail)
{
    json_t *problem = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
                                title(status), "status", (int)status, "detail", detail);
    char *text = json_dumps(problem, JSON_COMPACT);

    json_decref(problem);
    return text;
}

void admin_problem(struct admin_call *call, unsigned status, const char *detail)
{
    call->media = "application/problem+json";
    admin_answer(call, status, admin_problem_text(status, detail));
}

static void add_headers(const struct admin_call *call, struct MHD_Response *response)
{
    if (call->answer != NULL) {
        MHD_add_response_header(response, "Content-Type",
                                call->media == NULL ? "application/json" : call->media);
    }
    if (call->status == MHD_HTTP_UNAUTHORIZED) {
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    } else if (call->status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, "Allow", call->allow);
    } else if (call->status == MHD_HTTP_SERVICE_UNAVAILABLE) {
        MHD_add_response_header(response, "Retry-After", "1");
    }
    if (call->refused != 0 || call->body_len > BODY_MAX) {
        MHD_add_response_header(response, "Connection", "close");
    }
    MHD_add_response_header(response, "Cache-Control", "no-store");
}

static enum MHD_Result respond(struct admin_call *call)
{
    size_t len = call->answer == NULL ? 0 : strlen(call->answer);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, call->answer, MHD_RESPMEM_MUST_FREE);
    enum MHD_Result queued;

    if (response == NULL) {
        return MHD_NO;
    }
    add_headers(call, response);
    call->answer = NULL; /* the response's */
    queued = MHD_queue_response(call->connection, call->status, response);
    MHD_destroy_response(response);
    return queued;
}

/* --- calls --------------------------------------------------------------------------------- */

/* Whether the client would send more than is worth reading, or waits for our word before it sends.
 */
static bool must_answer_now(const struct admin_call *call, uint64_t announced)
{
    return announced > DRAIN_MAX ||
           MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Expect") != NULL;
}

static enum MHD_Result finish(struct admin_call *call, const char *method, const char *path)
{
    if (call->answered) {
        return respond(call);
    }
    if (call->refused != 0) {
        access_refuse(call);
    } else if (call->body_len > BODY_MAX) {
        admin_problem(call, MHD_HTTP_CONTENT_TOO_LARGE, "a request has 1 MiB at most");
    } else {
        admin_route(call, method, path);
    }
    return call->answered && !call->suspended ? respond(call) : MHD_YES;
}

/* The head is there, the body not yet. */
static enum MHD_Result begin(struct admin_call *call, const char *method, const char *path)
{
    const char *length =
        MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Content-Length");
    uint64_t announced = length == NULL ? 0 : strtoull(length, NULL, 10);

    if (announced > BODY_MAX) {
        call->body_len = announced;
    }
    if ((access_check(&call->admin->access, call) && announced <= BODY_MAX) ||
        !must_answer_now(call, announced)) {
        return MHD_YES;
    }
    return finish(call, method, path);
}

static enum MHD_Result take_body(struct admin_call *call, const char *data, size_t *len)
{
    call->drained += *len;
    if (call->drained > call->body_len) {
        call->body_len = call->drained;
    }
    if (call->drained > DRAIN_MAX) {
        return MHD_NO; /* closes the connection */
    }
    if (call->refused == 0 && call->body_len <= BODY_MAX && !buffer_add(&call->body, data, *len)) {
        return MHD_NO;
    }
    *len = 0;
    return MHD_YES;
}

static struct admin_call *call_new(struct admin *admin, struct MHD_Connection *connection)
{
    struct admin_call *call = calloc(1, sizeof *call);

    if (call != NULL) {
        call->admin = admin;
        call->server = admin->server;
        call->connection = connection;
    }
    return call;
}

static enum MHD_Result handle(void *user, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data,
                              size_t *len, void **state)
{
    struct admin_call *call = *state;

    (void)version;
    if (call == NULL) {
        *state = call = call_new(user, connection);
        return call == NULL ? MHD_NO : begin(call, method, path);
    }
    return *len > 0 ? take_body(call, data, len) : finish(call, method, path);
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
    admin_batch_free(call->batch);
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
        if (call->wait_us == 0) {
            continue; /* it asks for something else, or is about to look for the last time */
        }
        if (call->stored) {
            call->missed = true;
        } else {
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

static struct MHD_Daemon *start_daemon(struct admin *admin, int fd)
{
    bool tls = admin->access.tls != NULL;
    unsigned flags = (unsigned)MHD_USE_EPOLL | (unsigned)MHD_ALLOW_SUSPEND_RESUME |
                     (tls ? (unsigned)MHD_USE_TLS : 0);
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    return MHD_start_daemon(
        flags, 0, NULL, NULL, handle, admin, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        access_connection, &admin->access, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)OF_ADDRESS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX, MHD_OPTION_ARRAY,
        tls ? admin_tls_options : none, MHD_OPTION_END);
}

static bool start(struct admin *admin)
{
    const union MHD_DaemonInfo *info;
    int fd = listener_socket(admin->server->config->admin_listen);

    if (fd < 0) {
        return false;
    }
    admin->daemon = start_daemon(admin, fd);
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
    const struct config *config = server->config;
    struct admin *admin;

    if (config->admin_cert == NULL && !listener_is_local(config->admin_listen)) {
        log_event(LOG_LEVEL_ERROR, "cannot_listen", "address", config->admin_listen, "why",
                  "without a certificate the admin interface needs a Unix socket or a loopback "
                  "address",
                  NULL);
        return NULL;
    }
    admin = calloc(1, sizeof *admin);
    if (admin == NULL) {
        return NULL;
    }
    admin->server = server;
    admin->timer.fire = admin_timer;
    if (!access_begin(&admin->access, server) || !start(admin)) {
        admin_free(admin);
        return NULL;
    }
    return admin;
}

void admin_reload(struct admin *admin)
{
    access_reload(&admin->access);
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
    access_end(&admin->access);
    free(admin);
}
