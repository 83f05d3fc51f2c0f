/*
 * Counters as text.
 */
#include "tmtp-link/server/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/queued.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/server/store.h"

static const int64_t bounds_us[METRICS_BOUNDS] = {500,   1000,  2500,   5000,   10000,
                                                  25000, 50000, 100000, 500000, 2500000};

static const char *const ops[TMTP_OP_END] = {
    [TMTP_REV] = "rev",
    [TMTP_REGISTER] = "register",
    [TMTP_LOGIN] = "login",
    [TMTP_USER_EDIT] = "useredit",
    [TMTP_OHI_EDIT] = "ohiedit",
    [TMTP_GROUP_INVITE] = "groupinvite",
    [TMTP_GROUP_EDIT] = "groupedit",
    [TMTP_POST] = "post",
    [TMTP_POST_NOTIFY] = "postnotify",
    [TMTP_PING] = "ping",
    [TMTP_ACK] = "ack",
    [TMTP_PULSE] = "pulse",
    [TMTP_QUIT] = "quit",
};

#define COUNTER(field) offsetof(struct metrics, field)

/* The plain counters. */
static const struct {
    const char *name, *help;
    size_t at;
} counters[] = {
    {"connections", "Connections accepted", COUNTER(connections)},
    {"registrations", "Users who registered", COUNTER(registrations)},
    {"logins", "Logins", COUNTER(logins)},
    {"logins_failed", "Logins refused", COUNTER(logins_failed)},
    {"messages_accepted", "Messages acked to their senders", COUNTER(accepted)},
    {"messages_delivered", "Messages sent to nodes, repetitions included", COUNTER(delivered)},
    {"messages_acked", "Messages acknowledged by nodes", COUNTER(acked)},
    {"acks_refused", "Requests acked with an error", COUNTER(acks_refused)},
    {"quits", "Links ended by quit, logouts included", COUNTER(quits)},
    {"database_lost", "Connections to the database lost", COUNTER(database_lost)},
    {"batch_requests", "Requests that the batches carried", COUNTER(batch_requests)},
    {"admin_refused", "Calls of the admin interface without a valid token or certificate",
     COUNTER(admin_refused)},
};

void metrics_batch(struct metrics *metrics, size_t count, int64_t span_us)
{
    size_t b = 0;

    while (b < METRICS_BOUNDS && span_us > bounds_us[b]) {
        b++;
    }
    metrics->batches[b]++;
    metrics->batch_requests += count;
    metrics->batch_us += (uint64_t)span_us;
}

/* --- text ---------------------------------------------------------------------------------- */

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP tmtpd_%s %s\n# TYPE tmtpd_%s %s\n", name, help, name, type);
}

static void gauge(FILE *out, const char *name, const char *help, int64_t value)
{
    head(out, name, "gauge", help);
    fprintf(out, "tmtpd_%s %" PRId64 "\n", name, value);
}

static void print_counters(FILE *out, const struct metrics *metrics)
{
    char name[64];

    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        snprintf(name, sizeof name, "%s_total", counters[i].name);
        head(out, name, "counter", counters[i].help);
        fprintf(out, "tmtpd_%s %" PRIu64 "\n", name,
                *(const uint64_t *)(const void *)((const char *)metrics + counters[i].at));
    }
    head(out, "requests_total", "counter", "Requests of clients by op");
    for (size_t op = 0; op < TMTP_OP_END; op++) {
        fprintf(out, "tmtpd_requests_total{op=\"%s\"} %" PRIu64 "\n", ops[op],
                metrics->requests[op]);
    }
    head(out, "admin_requests_total", "counter", "Answers of the admin interface by status");
    for (size_t class = 2; class < 6; class ++) {
        fprintf(out, "tmtpd_admin_requests_total{status=\"%zuxx\"} %" PRIu64 "\n", class,
                metrics->admin[class]);
    }
}

static void print_batches(FILE *out, const struct metrics *metrics)
{
    uint64_t n = 0;

    head(out, "batch_seconds", "histogram",
         "From sending a batch to the database until it has committed");
    for (size_t b = 0; b < METRICS_BOUNDS; b++) {
        n += metrics->batches[b];
        fprintf(out, "tmtpd_batch_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
                (double)bounds_us[b] / 1e6, n);
    }
    n += metrics->batches[METRICS_BOUNDS];
    fprintf(out, "tmtpd_batch_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n", n);
    fprintf(out, "tmtpd_batch_seconds_sum %.6f\ntmtpd_batch_seconds_count %" PRIu64 "\n",
            (double)metrics->batch_us / 1e6, n);
}

/* Octets; 0 when the system does not tell. */
static int64_t resident(void)
{
    FILE *statm = fopen("/proc/self/statm", "re"); /* in pages: whole size, resident, ... */
    char line[128] = "";
    char *after_size = line;

    if (statm != NULL) {
        if (fgets(line, sizeof line, statm) != NULL) {
            strtoul(line, &after_size, 10);
        }
        fclose(statm);
    }
    return (int64_t)strtoul(after_size, NULL, 10) * sysconf(_SC_PAGESIZE);
}

static void print_gauges(FILE *out, const struct server *server)
{
    int64_t queued = queued_count(server->queued);

    gauge(out, "up_seconds", "Since the start",
          (loop_now_us() - server->started_us) / INT64_C(1000000));
    gauge(out, "database_up", "Whether the database is there", store_up(server->store) ? 1 : 0);
    gauge(out, "links", "Connections of clients", (int64_t)server->link_count);
    gauge(out, "online", "Nodes that are logged in", (int64_t)server->online_count);
    if (queued >= 0) {
        gauge(out, "queued", "Messages queued for nodes, as counted after the scrape before",
              queued);
    }
    fprintf(out,
            "# HELP process_resident_memory_bytes Resident memory\n"
            "# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %" PRId64
            "\n",
            resident());
}

char *metrics_text(const struct server *server)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL) {
        return NULL;
    }
    print_gauges(out, server);
    print_counters(out, &server->metrics);
    print_batches(out, &server->metrics);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
