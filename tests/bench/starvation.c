/*
 * Does slow work starve the quick? Sixteen clients keep a connection each and ask for a small thing
 * twenty times a second, while others run statements of 200 ms without pause in the slow lane.
 * Latency counts from the moment a request was due (open loop), so that a client that waits is not
 * forgiven.
 *
 * usage: starvation CONFIG     a migrated database and [http] listen, a Unix socket
 */
#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/log.h"
#include "directory/db/connection.h"
#include "directory/http/response.h"
#include "directory/http/server.h"

enum {
    STEADY = 16,
    PER_SECOND = 20,
    SECONDS = 6,
    SLOW_MAX = 3,
    SAMPLES = PER_SECOND * SECONDS,
    CLOSED = 32,
    STARVED_US = 50000
};

static enum agora_status quick(struct request *rq, struct response *rs)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(&rq->work, QUERY_MIGRATION_LIST, &rows);

    return s == AGORA_OK ? response_json(rs, 200, "{\"ok\":true}") : s;
}

static enum agora_status slow(struct request *rq, struct response *rs)
{
    enum agora_status s = connection_ready(&rq->work);

    if (s != AGORA_OK)
        return s;
    PQclear(connection_exec(rq->work.db, "select pg_sleep(0.2)"));
    return response_json(rs, 200, "{\"ok\":true}");
}

static const struct route routes[] = {
    {"GET", "/quick", WHO_PUBLIC, 0, LANE_FAST, 0, quick},
    {"GET", "/slow", WHO_PUBLIC, 0, LANE_SLOW, 0, slow},
};
static const struct http_hooks hooks = {.thread_begin = db_open};

struct client {
    pthread_t thread;
    const char *socket, *path;
    int64_t start_us;
    int64_t taken_us[SAMPLES];
    size_t n;
};

static atomic_bool enough;
static atomic_ulong answered;

static int dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        exit(EXIT_FAILURE);
    return fd;
}

/* One request and its answer, which fits one read: both routes answer with a few hundred octets. */
static void ask(int fd, const char *path)
{
    char text[4096];
    int len = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", path);

    if (send(fd, text, (size_t)len, MSG_NOSIGNAL) != len || recv(fd, text, sizeof text, 0) < 12 ||
        memcmp(text, "HTTP/1.1 200", 12) != 0)
        exit(EXIT_FAILURE);
}

static void sleep_until(int64_t us)
{
    struct timespec t = {.tv_sec = us / SECOND_US, .tv_nsec = us % SECOND_US * 1000};

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *run_steady(void *cls)
{
    struct client *c = cls;
    int fd = dial(c->socket);

    for (; c->n < SAMPLES; c->n++) {
        int64_t due_us = c->start_us + (int64_t)c->n * SECOND_US / PER_SECOND;
        sleep_until(due_us);
        ask(fd, c->path);
        c->taken_us[c->n] = monotonic_us() - due_us;
    }
    close(fd);
    return NULL;
}

static void *run_without_pause(void *cls)
{
    struct client *c = cls;
    int fd = dial(c->socket);

    while (!atomic_load(&enough)) {
        ask(fd, c->path);
        atomic_fetch_add(&answered, 1);
    }
    close(fd);
    return NULL;
}

static void start(struct client *c, const char *socket, const char *path, void *(*run)(void *))
{
    c->socket = socket;
    c->path = path;
    if (pthread_create(&c->thread, NULL, run, c) != 0)
        exit(EXIT_FAILURE);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void figure(const char *name, double value, const char *unit, const char *op, double goal)
{
    int met = op[0] == '<' ? value <= goal : value >= goal;

    printf("%s %.4g %s goal %s %g %s\n", name, value, unit, op, goal, met ? "ok" : "short");
    fflush(stdout);
}

static void report(struct client *clients, int slow_n)
{
    static int64_t all[STEADY * SAMPLES];
    int starved = 0;
    char name[64];

    for (int i = 0; i < STEADY; i++) {
        memcpy(all + i * SAMPLES, clients[i].taken_us, sizeof clients[i].taken_us);
        qsort(clients[i].taken_us, SAMPLES, sizeof(int64_t), by_size);
        starved += clients[i].taken_us[SAMPLES / 2] > STARVED_US;
    }
    qsort(all, STEADY * SAMPLES, sizeof(int64_t), by_size);
    snprintf(name, sizeof name, "starved_beside_%d_slow", slow_n);
    figure(name, starved, "clients", "<=", 0);
    snprintf(name, sizeof name, "p50_beside_%d_slow", slow_n);
    figure(name, (double)all[STEADY * SAMPLES / 2] / 1000, "ms", "<=", 5);
    snprintf(name, sizeof name, "p99_beside_%d_slow", slow_n);
    figure(name, (double)all[STEADY * SAMPLES * 99 / 100] / 1000, "ms", "<=", 20);
}

static void measure_beside(const char *socket, int slow_n)
{
    static struct client steady[STEADY], slower[SLOW_MAX];
    int64_t start_us = monotonic_us() + SECOND_US / 2;

    atomic_store(&enough, false);
    for (int i = 0; i < slow_n; i++)
        start(&slower[i], socket, "/slow", run_without_pause);
    for (int i = 0; i < STEADY; i++) {
        /* Spread over the interval, as people are. */
        steady[i] = (struct client){.start_us = start_us + i * SECOND_US / (PER_SECOND * STEADY)};
        start(&steady[i], socket, "/quick", run_steady);
    }
    for (int i = 0; i < STEADY; i++)
        pthread_join(steady[i].thread, NULL);
    atomic_store(&enough, true);
    for (int i = 0; i < slow_n; i++)
        pthread_join(slower[i].thread, NULL);
    report(steady, slow_n);
}

static void measure_rate(const char *socket)
{
    static struct client clients[CLOSED];
    int64_t began_us = monotonic_us();

    atomic_store(&enough, false);
    atomic_store(&answered, 0);
    for (int i = 0; i < CLOSED; i++)
        start(&clients[i], socket, "/quick", run_without_pause);
    sleep_until(began_us + SECONDS * SECOND_US);
    atomic_store(&enough, true);
    for (int i = 0; i < CLOSED; i++)
        pthread_join(clients[i].thread, NULL);
    double seconds = (double)(monotonic_us() - began_us) / 1e6;
    figure("quick_requests", (double)atomic_load(&answered) / seconds, "requests/s", ">=", 10000);
}

int main(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    struct config *config = NULL;
    struct http_server *server = NULL;
    struct error e = {0};

    if (argc != 2 || sodium_init() < 0)
        return EXIT_FAILURE;
    json_object_seed(0);
    log_level(LOG_WARNING);
    if (config_read(mem, argv[1], &config, &e) != AGORA_OK ||
        http_start(mem, config, routes, sizeof routes / sizeof routes[0], &hooks, &server, &e) !=
            AGORA_OK) {
        fprintf(stderr, "%s %s\n", e.text, e.detail);
        return EXIT_FAILURE;
    }
    for (int slow_n = 0; slow_n <= SLOW_MAX; slow_n += slow_n == 0 ? 1 : 2)
        measure_beside(config->http_listen, slow_n);
    measure_rate(config->http_listen);
    http_stop(server);
    talloc_free(mem);
    return EXIT_SUCCESS;
}
