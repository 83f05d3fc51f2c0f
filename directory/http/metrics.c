/* Atomic counters, relaxed: a scrape may see one a moment before the other. */
#include "directory/http/metrics.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <unistd.h>

static const unsigned short statuses[] = {200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404,
                                          405, 409, 412, 413, 415, 422, 428, 429, 431, 500, 503};
static const int64_t bounds_ms[] = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000};

enum {
    STATUSES = sizeof statuses / sizeof statuses[0] + 1, /* the last counts all others */
    BOUNDS = sizeof bounds_ms / sizeof bounds_ms[0] + 1
};

struct row {
    atomic_ullong status[STATUSES];
    atomic_ullong slower[BOUNDS];
    atomic_ullong total_us;
};

struct metrics {
    const struct route *routes;
    size_t n;
    atomic_ullong errors[AGORA_STATUSES];
    struct row rows[]; /* by route; the last is for what has none */
};

struct metrics *metrics_make(void *mem, const struct route routes[], size_t n)
{
    struct metrics *m = talloc_zero_size(mem, sizeof *m + (n + 1) * sizeof m->rows[0]);

    if (m == NULL)
        return NULL;
    m->routes = routes;
    m->n = n;
    return m;
}

static void add(atomic_ullong *counter, unsigned long long by)
{
    atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

static unsigned long long get(const atomic_ullong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics *m, const struct route *route, unsigned status, int64_t us)
{
    struct row *row = &m->rows[route != NULL ? (size_t)(route - m->routes) : m->n];
    size_t s = 0, b = 0;

    while (s < STATUSES - 1 && statuses[s] != status)
        s++;
    while (b < BOUNDS - 1 && us > bounds_ms[b] * 1000)
        b++;
    add(&row->status[s], 1);
    add(&row->slower[b], 1);
    add(&row->total_us, (unsigned long long)us);
}

void metrics_error(struct metrics *m, enum agora_status status)
{
    if (status > AGORA_OK && status < AGORA_STATUSES)
        add(&m->errors[status], 1);
}

static void print_statuses(FILE *out, const char *labels, const struct row *row)
{
    for (size_t s = 0; s < STATUSES; s++) {
        unsigned long long n = get(&row->status[s]);
        if (n == 0)
            continue;
        fprintf(out, "agora_http_requests_total{%s,status=\"", labels);
        if (s < STATUSES - 1)
            fprintf(out, "%u\"} %llu\n", statuses[s], n);
        else
            fprintf(out, "other\"} %llu\n", n);
    }
}

static void print_times(FILE *out, const char *labels, const struct row *row)
{
    unsigned long long n = 0;

    for (size_t b = 0; b < BOUNDS - 1; b++) {
        n += get(&row->slower[b]);
        fprintf(out, "agora_http_seconds_bucket{%s,le=\"%g\"} %llu\n", labels,
                (double)bounds_ms[b] / 1000, n);
    }
    n += get(&row->slower[BOUNDS - 1]);
    fprintf(out, "agora_http_seconds_bucket{%s,le=\"+Inf\"} %llu\n", labels, n);
    fprintf(out, "agora_http_seconds_sum{%s} %g\n", labels, (double)get(&row->total_us) / 1e6);
    fprintf(out, "agora_http_seconds_count{%s} %llu\n", labels, n);
}

static void labels_of(const struct metrics *m, size_t i, char out[160])
{
    if (i < m->n)
        snprintf(out, 160, "method=\"%s\",route=\"%s\"", m->routes[i].method, m->routes[i].path);
    else
        snprintf(out, 160, "method=\"GET\",route=\"other\"");
}

static void print_rows(FILE *out, const struct metrics *m, const char *help,
                       void (*print)(FILE *, const char *, const struct row *))
{
    char labels[160];

    fputs(help, out);
    for (size_t i = 0; i <= m->n; i++) {
        if (get(&m->rows[i].total_us) == 0)
            continue;
        labels_of(m, i, labels);
        print(out, labels, &m->rows[i]);
    }
}

/* 0 when the system does not tell. */
static size_t resident_octets(void)
{
    FILE *statm = fopen("/proc/self/statm", "re"); /* in pages: whole size, resident, ... */
    char line[128] = "", *after_size;

    if (statm == NULL)
        return 0;
    if (fgets(line, sizeof line, statm) == NULL)
        line[0] = '\0';
    fclose(statm);
    strtoul(line, &after_size, 10);
    return strtoul(after_size, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

static void print_gauge(FILE *out, const char *name, const char *help, size_t value)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %zu\n", name, help, name, name, value);
}

char *metrics_text(const struct metrics *m, const struct metrics_now *now, void *mem)
{
    char *buffer = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&buffer, &len);

    if (out == NULL)
        return NULL;
    print_rows(out, m,
               "# HELP agora_http_requests_total Requests answered\n"
               "# TYPE agora_http_requests_total counter\n",
               print_statuses);
    print_rows(out, m,
               "# HELP agora_http_seconds From the complete head to the finished answer\n"
               "# TYPE agora_http_seconds histogram\n",
               print_times);
    fputs("# HELP agora_errors_total Failed requests by kind of error (docs/errors.md)\n"
          "# TYPE agora_errors_total counter\n",
          out);
    for (int s = AGORA_OK + 1; s < AGORA_STATUSES; s++)
        fprintf(out, "agora_errors_total{kind=\"%s\"} %llu\n",
                error_kind((enum agora_status)s)->slug, get(&m->errors[s]));
    print_gauge(out, "agora_queue_depth", "Requests waiting for a worker", now->queue_depth);
    print_gauge(out, "agora_requests_in_hand", "Requests not finished", now->in_hand);
    print_gauge(out, "agora_event_streams", "Streams of server-sent events open", now->streams);
    print_gauge(out, "process_resident_memory_bytes", "Resident memory", resident_octets());
    fclose(out);
    char *text = talloc_strdup(mem, buffer);
    free(buffer);
    return text;
}
