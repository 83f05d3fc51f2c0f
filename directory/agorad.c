/* agorad: the HTTP service of the directory, and the worker that carries out what was decided. This
 * file reads the command line and the configuration, starts the parts in order, waits for a signal
 * and stops them in the opposite order. */
#include <curl/curl.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/event.h"
#include "directory/domain/evidence_journal.h"
#include "directory/domain/fetch.h"
#include "directory/domain/idempotency.h"
#include "directory/domain/readiness.h"
#include "directory/domain/session.h"
#include "directory/domain/tmtp_kind.h"
#include "directory/domain/worker.h"
#include "directory/http/api/routes.h"
#include "directory/http/server.h"

/* Exit statuses, as sysexits(3) has them. */
enum { EXIT_USAGE = 64, EXIT_CONFIG = 78, STOP_S = 10 };

struct options {
    const char *config;
    const char *role;
    bool print_config, print_manual, print_routes;
};

static const char *const usage =
    "usage: agorad [--config FILE] [--role all|web|worker]\n"
    "       agorad --print-config | --print-manual | --print-routes | --version\n";

static bool read_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"role", required_argument, NULL, 'r'},
        {"print-config", no_argument, NULL, 'p'}, {"print-manual", no_argument, NULL, 'm'},
        {"print-routes", no_argument, NULL, 'l'}, {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:r:", known, NULL)) != -1) {
        switch (c) {
        case 'c':
            o->config = optarg;
            break;
        case 'r':
            o->role = optarg;
            break;
        case 'p':
            o->print_config = true;
            break;
        case 'm':
            o->print_manual = true;
            break;
        case 'l':
            o->print_routes = true;
            break;
        case 'v':
            puts("agorad " AGORA_VERSION);
            exit(EXIT_SUCCESS);
        case 'h':
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        default:
            return false;
        }
    }
    return optind == argc;
}

/* The table of routes as JSON, a line each: what the tests walk along. */
static void print_routes(void)
{
    static const char *const names[] = {"public", "member",  "verifier",
                                        "admin",  "auditor", "privacy_officer"};

    for (size_t i = 0; i < api_routes_n; i++) {
        const struct route *r = &api_routes[i];
        printf("{\"method\":\"%s\",\"path\":\"%s\",\"who\":[", r->method, r->path);
        const char *comma = "";
        for (unsigned bit = 0; bit < sizeof names / sizeof names[0]; bit++) {
            if ((r->who & 1u << bit) == 0)
                continue;
            printf("%s\"%s\"", comma, names[bit]);
            comma = ",";
        }
        printf("],\"body_max\":%zu,\"slow\":%s}\n", r->body_max,
               r->lane == LANE_SLOW ? "true" : "false");
    }
}

static int level_of(const char *name)
{
    static const char *const names[] = {"error", "warning", "notice", "info", "debug"};

    for (int i = 0; i < 5; i++)
        if (strcmp(names[i], name) == 0)
            return LOG_ERR + i;
    return -1;
}

/* Cookies travel in the clear where the address is http: well enough on this machine, nowhere else.
 */
static enum agora_status check_address(const char *base_url, struct error *e)
{
    bool secure = strncmp(base_url, "https://", 8) == 0;
    const char *host = base_url + (secure ? 8 : 7);

    if (!secure && strncmp(base_url, "http://", 7) != 0)
        return error_set(e, AGORA_INVALID_FIELD, NULL, "base_url: must begin with https://");
    if (host[0] == '\0' || strpbrk(host, "/?# ") != NULL)
        return error_set(e, AGORA_INVALID_FIELD, NULL,
                         "base_url: must end with the host and port, without a slash");
    if (!secure && strncmp(host, "localhost", 9) != 0 && strncmp(host, "127.", 4) != 0)
        log_event(LOG_WARNING, "base_url_without_tls", NULL, "base_url", base_url, NULL);
    return AGORA_OK;
}

/* What the table of keys cannot check by itself. */
static enum agora_status check_config(struct config *config, const char *role, struct error *e)
{
    if (role != NULL)
        config->agora_role = role;
    if (strcmp(config->agora_role, "all") != 0 && strcmp(config->agora_role, "web") != 0 &&
        strcmp(config->agora_role, "worker") != 0)
        return error_set(e, AGORA_INVALID_FIELD, NULL, "role: must be all, web or worker");
    if (level_of(config->agora_log_level) < 0)
        return error_set(e, AGORA_INVALID_FIELD, NULL,
                         "log_level: must be error, warning, notice, info or debug");
    if ((config->http_tls_cert[0] == '\0') != (config->http_tls_key[0] == '\0'))
        return error_set(e, AGORA_INVALID_FIELD, NULL, "tls_cert and tls_key go together");
    log_level(level_of(config->agora_log_level));
    if (tmtp_check_config(config, e) != AGORA_OK || fetch_check_config(config, e) != AGORA_OK)
        return AGORA_INVALID_FIELD;
    return check_address(config->agora_base_url, e);
}

/* A database that is away is waited for, request by request; one that does not fit is refused. */
static enum agora_status check_database(const struct config *config, struct error *e)
{
    struct work w;
    struct db *db = NULL;
    enum agora_status s = work_begin(&w, NULL, NULL, config);

    if (s == AGORA_OK)
        s = db_open(w.mem, config, &db);
    w.db = db;
    w.reading = true;
    if (s == AGORA_OK)
        s = readiness_check_all(&w);
    if (s == AGORA_UNAVAILABLE) {
        log_event(LOG_WARNING, "started_without_database", NULL, "detail", w.error.detail, NULL);
        s = AGORA_OK;
    }
    *e = w.error;
    work_end(&w);
    return s;
}

/* Before anybody is served, what was destroyed is destroyed again, should the database have been
 * restored from a copy of before. A journal with a database that is away is waited for.
 * @return AGORA_UNAVAILABLE when somebody wants us to stop first, or the journal cannot be read */
static enum agora_status replay_journal(const struct config *config, const sigset_t *signals,
                                        struct error *e)
{
    struct work w;
    struct db *db = NULL;
    int64_t n = 0;
    enum agora_status s = work_begin(&w, NULL, NULL, config);

    if (s == AGORA_OK)
        s = db_open(w.mem, config, &db);
    w.db = db;
    while (s == AGORA_OK && (s = evidence_journal_replay(&w, &n)) == AGORA_UNAVAILABLE) {
        log_event(LOG_WARNING, "journal_waits_for_database", NULL, "detail", w.error.detail, NULL);
        if (sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = 1}) > 0)
            break;
        s = AGORA_OK;
    }
    if (n > 0)
        log_event(LOG_WARNING, "evidence_destroyed_again", NULL, "files", LOG_NUMBER(n), NULL);
    *e = w.error;
    work_end(&w);
    return s;
}

/* Sleep until somebody wants us to stop; SIGHUP rereads the certificate. */
static void wait_for_stop(struct http_server *server, const sigset_t *signals)
{
    struct error e;
    int got;

    while (sigwait(signals, &got) == 0 && got == SIGHUP) {
        if (server == NULL)
            continue;
        sd_notify(0, "RELOADING=1");
        if (http_reload(server, &e) != AGORA_OK)
            log_event(LOG_ERR, "reload_failed", NULL, "text", e.text, NULL);
        else
            log_event(LOG_NOTICE, "reloaded", NULL, NULL);
        sd_notify(0, "READY=1");
    }
    log_event(LOG_NOTICE, "stopping", NULL, NULL);
    sd_notify(0, "STOPPING=1");
    /* Should a part not come to its end in time, the kernel ends us: PostgreSQL undoes what is
     * open. */
    alarm(STOP_S);
}

static const struct http_hooks hooks = {
    .thread_begin = db_open,
    .authenticate = session_authenticate,
    .idempotency_begin = idempotency_begin,
    .idempotency_finish = idempotency_finish,
    .idempotency_abandon = idempotency_abandon,
};

/* What runs, in the order in which it was started; NULL what the role leaves out. */
struct parts {
    struct http_server *server;
    struct event_listener *listener;
    struct worker *worker;
};

static void publish(void *hub, const char *account, int64_t id, const char *kind, const char *text)
{
    hub_publish(hub, account, id, kind, text);
}

static void stop_parts(struct parts *p)
{
    if (p->server != NULL)
        http_stop(p->server);
    event_listen_stop(p->listener);
    worker_stop(p->worker);
}

static enum agora_status start_parts(void *mem, const struct config *config, struct parts *p,
                                     struct error *e)
{
    bool web = strcmp(config->agora_role, "worker") != 0;
    bool worker = strcmp(config->agora_role, "web") != 0;
    enum agora_status s = AGORA_OK;

    if (web)
        s = http_start(mem, config, api_routes, api_routes_n, &hooks, &p->server, e);
    if (s == AGORA_OK && web)
        s = event_listen(mem, config, publish, http_hub(p->server), &p->listener);
    if (s == AGORA_OK && worker)
        s = worker_start(mem, config, &p->worker, e);
    if (s != AGORA_OK)
        stop_parts(p);
    return s;
}

static enum agora_status serve(void *mem, const struct config *config, const sigset_t *signals,
                               struct error *e)
{
    struct parts parts = {0};
    enum agora_status s = check_database(config, e);

    if (s == AGORA_OK)
        s = replay_journal(config, signals, e);
    if (s == AGORA_OK)
        s = start_parts(mem, config, &parts, e);
    if (s != AGORA_OK)
        return s;
    log_event(LOG_NOTICE, "started", NULL, "version", AGORA_VERSION, "role", config->agora_role,
              "listen", parts.server != NULL ? config->http_listen : NULL, NULL);
    sd_notify(0, "READY=1");
    wait_for_stop(parts.server, signals);
    stop_parts(&parts);
    log_event(LOG_NOTICE, "stopped", NULL, NULL);
    return AGORA_OK;
}

/* Every connection is a descriptor: take as many as we may have. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_event(LOG_WARNING, "few_descriptors", NULL, NULL);
}

/* Signals are for wait_for_stop() alone; threads inherit the mask. */
static void set_up_process(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    sigprocmask(SIG_BLOCK, signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    raise_descriptors();
    json_object_seed(0);
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct config *config = NULL;
    struct error e = {0};
    sigset_t signals;

    if (!read_options(argc, argv, &o)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    set_up_process(&signals);
    void *mem = talloc_new(NULL);
    enum agora_status s = config_read(mem, o.config, &config, &e);
    if (s == AGORA_OK)
        s = check_config(config, o.role, &e);
    if (s != AGORA_OK) {
        fprintf(stderr, "agorad: %s\n", e.text);
        talloc_free(mem);
        return EXIT_CONFIG;
    }
    if (o.print_config)
        config_print(config, stdout);
    else if (o.print_manual)
        config_print_manual(stdout);
    else if (o.print_routes)
        print_routes();
    else
        s = serve(mem, config, &signals, &e);
    if (s != AGORA_OK)
        log_event(LOG_ERR, "not_started", NULL, "text", e.text, "detail", e.detail, NULL);
    talloc_free(mem);
    return s == AGORA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
