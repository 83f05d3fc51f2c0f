/*
 * The parts of a running tmtpd and the order in which they begin and end. Signals come through a
 * descriptor, so that nothing runs outside the loop.
 */
#include "tmtp-link/server/serve.h"

#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tmtp-link/server/admin.h"
#include "tmtp-link/server/admin_tls.h"
#include "tmtp-link/server/chore.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/guard.h"
#include "tmtp-link/server/kinds.h"
#include "tmtp-link/server/lapse.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/listener.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/notify.h"
#include "tmtp-link/server/patience.h"
#include "tmtp-link/server/presence.h"
#include "tmtp-link/server/provider.h"
#include "tmtp-link/server/queued.h"
#include "tmtp-link/server/ring.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/store.h"
#include "tmtp-link/server/tls.h"

#define STOP_US  INT64_C(8000000) /* for what is in hand, after SIGTERM */
#define LEAVE_US INT64_C(1500000) /* for clients to take their answers, once they have them all */

enum { WASTE_READS = 64 };

/* A server with what only its beginning and end are concerned with. */
struct process {
    struct server server;
    struct watch signals;
    struct timer stop; /* at the latest */
    bool leaving;      /* all is answered */
    struct patience patience;
    struct chore chore;
    struct notify notify;
};

/* --- turns --------------------------------------------------------------------------------- */

static void close_links(struct server *server)
{
    while (server->links != NULL) {
        link_close(server->links, NULL);
    }
}

/* Close a link whose answers are all on their way. Octets of the client that nobody will read go
 * first: with them left, the kernel would drop the answers too. */
static void say_goodbye(struct link *link)
{
    char waste[16384];

    for (int i = 0; i < WASTE_READS; i++) {
        if (recv(link->watch.fd, waste, sizeof waste, MSG_DONTWAIT) <= 0) {
            break;
        }
    }
    if (link->tls.shaken) {
        tls_say_end(&link->tls);
    }
    link_close(link, NULL);
}

/* Whether nothing is on its way to the database. */
static bool is_idle(const struct server *server)
{
    return store_idle(server->store) && store_idle(server->acks) &&
           (store_idle(server->reader) || !store_up(server->reader));
}

/* The server is stopping and nothing is in hand: close the links that have taken their answers, and
 * leave when there are none, and what their closing gave to the store is there too. */
static void leave(struct process *process)
{
    struct server *server = &process->server;
    struct link *next;

    if (!process->leaving) {
        process->leaving = true;
        loop_after(server->loop, &process->stop, LEAVE_US);
    }
    for (struct link *link = server->links; link != NULL; link = next) {
        next = link->next;
        if (link_backlog(link) == 0) {
            say_goodbye(link);
        }
    }
    if (server->links == NULL && is_idle(server)) {
        loop_stop(server->loop);
    }
}

static void turned(void *user)
{
    struct process *process = user;
    struct server *server = &process->server;

    store_turn(server->acks);
    store_turn(server->reader);
    store_turn(server->store);
    link_turn(server); /* while the database is at work */
    if (server->stopping && !store_up(server->store)) {
        loop_stop(server->loop); /* nothing can be answered */
    } else if (server->stopping && is_idle(server)) {
        leave(process);
    }
    store_turn(server->store); /* for those that were closed just now */
    patience_look(&process->patience);
}

/* A connection to the database is there, or is lost: everything is served only with all three. */
static void connection_changed(void *user, bool up)
{
    const struct server *server = user;

    if (!up) {
        notify_away();
    } else if (!server->stopping && store_up(server->store) && store_up(server->acks) &&
               store_up(server->reader)) {
        log_event(LOG_LEVEL_INFO, "serving", NULL);
        notify_ready();
    }
}

static void store_changed(void *user, bool up)
{
    struct server *server = user;

    if (up) {
        presence_look(server->presence);
    }
    server->metrics.database_lost += up ? 0 : 1;
    connection_changed(user, up);
}

static void store_settled(void *user, size_t count, int64_t span_us)
{
    struct server *server = user;

    metrics_batch(&server->metrics, count, span_us);
}

static void reader_changed(void *user, bool up)
{
    const struct server *server = user;

    if (up) {
        queued_look(server->queued);
        admin_notify(server->admin); /* events may have come meanwhile */
    }
    connection_changed(user, up);
}

static void reader_notified(void *user)
{
    const struct server *server = user;

    presence_look(server->presence);
    admin_notify(server->admin);
}

/* --- signals ------------------------------------------------------------------------------- */

static void reload(struct server *server)
{
    SSL_CTX *tls = tls_new(server->config->tls_cert, server->config->tls_key);

    if (tls != NULL) { /* links that are open keep the one before */
        SSL_CTX_free(server->tls);
        server->tls = tls;
        log_event(LOG_LEVEL_INFO, "certificate_read", NULL);
    }
    if (server->admin != NULL) {
        admin_reload(server->admin);
    }
}

static void begin_to_stop(struct process *process)
{
    struct server *server = &process->server;

    log_event(LOG_LEVEL_INFO, "stopping", NULL);
    notify_stopping();
    chore_end(&process->chore);
    listener_free(server->listener);
    server->listener = NULL;
    server->stopping = true;
    loop_after(server->loop, &process->stop, STOP_US);
}

static void stop_timer(struct timer *timer)
{
    struct process *process = CONTAINER(timer, struct process, stop);

    loop_stop(process->server.loop);
}

static void signals_ready(struct watch *watch, uint32_t events)
{
    struct process *process = CONTAINER(watch, struct process, signals);
    struct signalfd_siginfo info;

    (void)events;
    if (read(watch->fd, &info, sizeof info) != (ssize_t)sizeof info) {
        return;
    }
    if (info.ssi_signo == SIGHUP) {
        reload(&process->server);
    } else if (!process->server.stopping) {
        begin_to_stop(process);
    }
}

static bool watch_signals(struct process *process)
{
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return false;
    }
    process->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    process->signals.ready = signals_ready;
    return process->signals.fd >= 0 && loop_watch(process->server.loop, &process->signals, EPOLLIN);
}

/* --- beginning and end --------------------------------------------------------------------- */

/* As many descriptors as the system allows: each link is one. */
static void raise_limits(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool write_port(const char *path, int port)
{
    char *temporary = NULL;
    FILE *file = NULL;
    bool ok;

    if (path == NULL) {
        return true;
    }
    if (asprintf(&temporary, "%s.new", path) >= 0) {
        file = fopen(temporary, "we");
    }
    ok = file != NULL && fprintf(file, "%d\n", port) > 0;
    ok = file != NULL && fclose(file) == 0 && ok && rename(temporary, path) == 0;
    if (!ok) {
        log_event(LOG_LEVEL_ERROR, "cannot_write", "file", path, NULL);
    }
    free(temporary);
    return ok;
}

static bool begin(struct process *process)
{
    struct server *server = &process->server;
    const struct config *config = server->config;
    const struct store_events events = {
        .changed = store_changed, .settled = store_settled, .user = server};
    const struct store_events side = {
        .changed = connection_changed, .settled = store_settled, .user = server};
    const struct store_events reading = {
        .changed = reader_changed, .notified = reader_notified, .user = server};

    server->started_us = loop_now_us();
    process->stop.fire = stop_timer;
    server->loop = loop_new(turned, process);
    if (server->loop == NULL || !watch_signals(process)) {
        return false;
    }
    server->tls = tls_new(config->tls_cert, config->tls_key);
    server->store =
        store_new(server->loop, config->connection, CONNECTION_MAIN, kinds_writing, events);
    server->acks = store_new(server->loop, config->connection, CONNECTION_SIDE, kinds_acks, side);
    server->reader =
        store_new(server->loop, config->connection, CONNECTION_READING, kinds_reading, reading);
    server->lapse = lapse_new(server);
    server->queued = queued_new(server);
    server->providers = providers_new(server);
    server->routes = routes_new(server);
    server->presence = presence_new(server);
    server->ring = server->store == NULL || server->acks == NULL ? NULL : ring_new(server);
    if (server->tls == NULL || server->providers == NULL || server->routes == NULL ||
        server->presence == NULL || server->ring == NULL || server->reader == NULL ||
        server->lapse == NULL || server->queued == NULL) {
        return false;
    }
    if (config->admin_listen != NULL && (server->admin = admin_new(server)) == NULL) {
        return false;
    }
    if (!guard_begin(server)) {
        return false;
    }
    patience_begin(&process->patience, server);
    chore_begin(&process->chore, server);
    notify_begin(&process->notify, server->loop);
    server->listener = listener_new(server);
    if (server->listener == NULL ||
        !write_port(config->port_file, listener_port(server->listener))) {
        return false;
    }
    log_event(LOG_LEVEL_INFO, "ready", "listen", config->listen, "port",
              LOG_NUMBER(listener_port(server->listener)), "admin", config->admin_listen, "policy",
              config->open ? "open" : "introduced", NULL);
    return true;
}

static void end(struct process *process)
{
    struct server *server = &process->server;

    listener_free(server->listener);
    patience_end(&process->patience);
    chore_end(&process->chore);
    notify_end(&process->notify);
    close_links(server);
    store_give_up(server->acks);
    store_give_up(server->store);
    store_give_up(server->reader);
    link_turn(server);
    admin_free(server->admin);
    providers_free(server->providers);
    ring_free(server->ring);
    routes_free(server->routes);
    store_free(server->acks);
    store_free(server->store);
    presence_free(server->presence);
    guard_end(server);
    store_free(server->reader);
    lapse_free(server->lapse);
    queued_free(server->queued);
    SSL_CTX_free(server->tls);
    if (server->loop != NULL) {
        loop_unwatch(server->loop, &process->signals);
        close(process->signals.fd);
    }
    loop_free(server->loop);
}

int serve(const struct config *config)
{
    struct process process = {.server = {.config = config}};
    bool begun;

    raise_limits();
    begun = begin(&process);
    if (begun) {
        loop_run(process.server.loop);
        log_event(LOG_LEVEL_INFO, "stopped", NULL);
    }
    end(&process);
    return begun ? EXIT_SUCCESS : EXIT_FAILURE;
}
