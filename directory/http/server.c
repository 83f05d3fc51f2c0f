/* Putting the server together, and taking it apart in an order in which nobody waits for ever. */
#include "directory/http/server.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/file.h"
#include "directory/base/log.h"
#include "directory/http/callbacks.h"
#include "directory/http/exchange.h"
#include "directory/http/listener.h"
#include "directory/http/server_state.h"
#include "directory/http/subscription.h"

enum {
    QUEUE_MAX = 256,
    SLOW_WORKERS = 2,
    IDLE_S = 30, /* libmicrohttpd closes a connection without any octet for so long */
    CONNECTION_MEMORY = 32 * 1024,
    FINISH_MS = 7000, /* how long requests in hand may take when we stop */
    BEAT_S = 15
};

static void *work_off(void *cls)
{
    struct http_server *server = cls;
    void *mem = talloc_new(NULL);
    struct db *db = NULL;
    struct exchange *x;
    enum lane lane;
    bool late;

    if (server->hooks->thread_begin != NULL &&
        server->hooks->thread_begin(mem, server->config, &db) != AGORA_OK)
        log_event(LOG_ERR, "worker_without_database", NULL, NULL);
    while ((x = queue_pop(server->queue, &lane, &late)) != NULL) {
        struct MHD_Connection *mhd = x->mhd;
        if (late)
            carry_too_late(x);
        else
            carry_out(x, db);
        queue_done(server->queue, lane, late);
        x->state = EXCHANGE_DONE;
        MHD_resume_connection(mhd); /* the exchange is the HTTP thread's again */
    }
    talloc_free(mem);
    return NULL;
}

/* Deadlines every second, a sign of life into every stream now and then. */
static void *keep_time(void *cls)
{
    struct http_server *server = cls;
    struct pollfd stop = {.fd = server->timer_stop, .events = POLLIN};

    for (int second = 1; poll(&stop, 1, 1000) == 0; second++) {
        connections_reap(server->connections);
        if (second % BEAT_S == 0)
            hub_beat(server->hub);
    }
    return NULL;
}

static enum agora_status start_thread(struct http_server *server, pthread_t *thread,
                                      void *(*run)(void *), struct error *e)
{
    if (pthread_create(thread, NULL, run, server) != 0)
        return error_detail(e, AGORA_INTERNAL, "cannot start a thread");
    return AGORA_OK;
}

static enum agora_status start_threads(struct http_server *server, struct error *e)
{
    size_t n = (size_t)server->config->http_workers;

    server->timer_stop = eventfd(0, EFD_CLOEXEC);
    server->workers = talloc_array(server, pthread_t, (unsigned)n);
    if (server->timer_stop < 0 || server->workers == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory or descriptors");
    enum agora_status s = start_thread(server, &server->timer, keep_time, e);
    server->timer_runs = s == AGORA_OK;
    while (s == AGORA_OK && server->workers_n < n) {
        s = start_thread(server, &server->workers[server->workers_n], work_off, e);
        server->workers_n += s == AGORA_OK;
    }
    return s;
}

static enum agora_status start_daemon(struct http_server *server, int fd, struct error *e)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (server->tls != NULL ? (unsigned)MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)certificate_for_handshake},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(size_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, server, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)server->config->http_connections, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT,
        1, MHD_OPTION_ARRAY, server->tls != NULL ? tls : none, MHD_OPTION_END);
    if (server->daemon != NULL)
        return AGORA_OK;
    close(fd);
    return error_set(e, AGORA_UNAVAILABLE, NULL, "libmicrohttpd does not start.");
}

static enum agora_status read_files(struct http_server *server, struct error *e)
{
    const struct config *c = server->config;
    char *token = NULL;
    enum agora_status s = AGORA_OK;

    if (c->http_tls_cert[0] != '\0') {
        s = certificate_read(server, c->http_tls_cert, c->http_tls_key, &server->tls, e);
        if (s == AGORA_OK)
            certificate_serve(server->tls);
    }
    if (s == AGORA_OK && c->http_metrics_token_file[0] != '\0') {
        s = file_secret(server, c->http_metrics_token_file, &token, e);
        server->metrics_token = token;
    }
    if (s == AGORA_OK && c->http_static_dir[0] != '\0' &&
        static_read(server, c->http_static_dir, &server->files, e) != AGORA_OK)
        log_event(LOG_WARNING, "no_browser_app", NULL, "detail", e->detail, NULL);
    return s;
}

static enum agora_status make_parts(struct http_server *server, const struct route routes[],
                                    size_t n, struct error *e)
{
    const struct config *c = server->config;
    size_t slow = c->http_workers > SLOW_WORKERS ? SLOW_WORKERS : 1;

    server->router = router_make(server, routes, n, e);
    if (server->router == NULL)
        return e->status;
    server->queue = queue_make(server, QUEUE_MAX, slow, c->http_queue_age * 1000);
    server->connections = connections_make(server, c->http_connections_per_address);
    server->proxies = proxies_make(server, c->http_trusted_proxies);
    server->sign_in_rate = rate_make(server, c->http_sign_in_rate);
    server->public_rate = rate_make(server, c->http_public_rate);
    server->metrics = metrics_make(server, routes, n);
    server->hub = hub_make(server);
    if (server->queue == NULL || server->connections == NULL || server->proxies == NULL ||
        server->sign_in_rate == NULL || server->public_rate == NULL || server->metrics == NULL ||
        server->hub == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    return AGORA_OK;
}

enum agora_status http_start(void *mem, const struct config *config, const struct route routes[],
                             size_t n, const struct http_hooks *hooks, struct http_server **out,
                             struct error *e)
{
    struct http_server *server = talloc_zero(mem, struct http_server);
    int fd = -1;

    if (server == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    server->config = config;
    server->hooks = hooks;
    server->timer_stop = -1;
    enum agora_status s = make_parts(server, routes, n, e);
    if (s == AGORA_OK)
        s = read_files(server, e);
    if (s == AGORA_OK)
        s = listener_open(config->http_listen, &fd, e);
    if (s == AGORA_OK)
        s = start_daemon(server, fd, e);
    if (s == AGORA_OK)
        s = start_threads(server, e);
    if (s != AGORA_OK) {
        http_stop(server);
        talloc_free(server);
        return s;
    }
    *out = server;
    return AGORA_OK;
}

const char *http_page(const struct http_server *server, size_t *len)
{
    const struct static_file *page = server->files != NULL ? static_page(server->files) : NULL;

    if (page == NULL)
        return NULL;
    *len = page->forms[FORM_PLAIN].len;
    return page->forms[FORM_PLAIN].data;
}

const char *http_metrics(struct http_server *server, void *mem)
{
    struct metrics_now now = {
        .queue_depth = queue_depth(server->queue),
        .streams = hub_streams(server->hub),
        .in_hand = atomic_load(&server->in_hand),
    };
    return metrics_text(server->metrics, &now, mem);
}

struct hub *http_hub(struct http_server *server)
{
    return server->hub;
}

enum agora_status http_reload(struct http_server *server, struct error *e)
{
    return server->tls != NULL ? certificate_reload(server->tls, e) : AGORA_OK;
}

static void wait_for_requests(struct http_server *server)
{
    int64_t deadline_us = monotonic_us() + (int64_t)FINISH_MS * 1000;

    while (atomic_load(&server->in_hand) > 0 && monotonic_us() < deadline_us)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static void stop_threads(struct http_server *server)
{
    if (server->queue != NULL)
        queue_close(server->queue);
    for (size_t i = 0; i < server->workers_n; i++)
        pthread_join(server->workers[i], NULL);
    if (server->timer_runs && eventfd_write(server->timer_stop, 1) == 0)
        pthread_join(server->timer, NULL);
    if (server->timer_stop >= 0)
        close(server->timer_stop);
}

void http_stop(struct http_server *server)
{
    atomic_store(&server->stopping, true);
    if (server->daemon != NULL) {
        int fd = MHD_quiesce_daemon(server->daemon);
        if (fd >= 0)
            close(fd);
        hub_close(server->hub);
        wait_for_requests(server);
    }
    stop_threads(server);
    if (server->daemon == NULL)
        return;
    MHD_stop_daemon(server->daemon);
    if (strchr(server->config->http_listen, '/') != NULL)
        unlink(server->config->http_listen);
}
