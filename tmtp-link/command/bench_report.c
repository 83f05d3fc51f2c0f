/*
 * The figures of a run: a line each, NAME VALUE UNIT, or one JSON object with the same names.
 */
#include <stdio.h>

#include "tmtp-link/command/bench.h"

/* One figure. */
struct figure {
    const char *name, *unit;
    double value;
};

enum { FIGURES_MAX = 32 };

struct figures {
    struct figure items[FIGURES_MAX];
    size_t count;
};

static void add(struct figures *figures, const char *name, double value, const char *unit)
{
    figures->items[figures->count++] = (struct figure){name, unit, value};
}

static double per(double amount, double of)
{
    return of > 0 ? amount / of : 0;
}

static size_t holding(const struct bench *bench)
{
    size_t there = 0;

    for (size_t i = 0; i < bench->count; i++) {
        there += bench->clients[i].state == BENCH_READY;
    }
    return there;
}

/* Acked, and never delivered to a client whose link holds. */
static uint64_t lost(const struct bench *bench)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < bench->senders; i++) {
        const struct bench_client *client = &bench->clients[i];

        if (bench->clients[client->target].state == BENCH_READY &&
            client->acked > client->order.once) {
            sum += client->acked - client->order.once;
        }
    }
    return sum;
}

static void order_sums(const struct bench *bench, uint64_t *late, uint64_t *again)
{
    for (size_t i = 0; i < bench->senders; i++) {
        *late += bench->clients[i].order.late;
        *again += bench->clients[i].order.again;
    }
}

static void add_latencies(struct figures *figures, const struct latency *latency,
                          const char *const names[3])
{
    add(figures, names[0], (double)latency_share(latency, 0.5) / 1000, "ms");
    add(figures, names[1], (double)latency_share(latency, 0.99) / 1000, "ms");
    add(figures, names[2], (double)latency->max_us / 1000, "ms");
}

static void collect_load(const struct bench *bench, struct figures *figures)
{
    static const char *const latencies[] = {"latency_p50", "latency_p99", "latency_max"};
    uint64_t late = 0, again = 0;

    order_sums(bench, &late, &again);
    add(figures, "delivered", per((double)bench->delivered_in_time, bench->load_s), "msg/s");
    add_latencies(figures, &bench->latency, latencies);
    add(figures, "posted", (double)bench->posted, "messages");
    add(figures, "acked", (double)bench->acked, "messages");
    add(figures, "delivered_once", (double)bench->once, "messages");
    add(figures, "refused", (double)bench->refused, "messages");
    add(figures, "unanswered", (double)(bench->posted - bench->acked - bench->refused), "messages");
    add(figures, "lost", (double)lost(bench), "messages");
    add(figures, "out_of_order", (double)late, "messages");
    add(figures, "duplicated", (double)again, "messages");
    add(figures, "own_cpu", per(bench->cpu_s * 1000, (double)bench->delivered_in_time),
        "s/1000msg");
}

static void collect(const struct bench *bench, struct figures *figures)
{
    static const char *const latencies[] = {"register_p50", "register_p99", "register_max"};

    add(figures, "registered", (double)bench->ready, "users");
    add(figures, "register_time", bench->enter_s, "s");
    add(figures, "register_rate", per((double)bench->ready, bench->enter_s), "users/s");
    add_latencies(figures, &bench->entered, latencies);
    if (bench->contacts > 0) {
        add(figures, "grant_rate", per((double)bench->contacts, bench->grant_s), "contacts/s");
    }
    if (!bench->options.only_register) {
        add(figures, "links_held", (double)holding(bench), "links");
        add(figures, "links_lost", (double)bench->gone, "links");
    }
    if (bench->load_s > 0) {
        collect_load(bench, figures);
    }
}

static enum tmtp_result print(const struct figures *figures, bool json, struct tmtp_error *error)
{
    json_t *object = json ? json_object() : NULL;

    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];

        if (json) {
            json_object_set_new(object, figure->name, json_real(figure->value));
        } else {
            printf("%s %.6g %s\n", figure->name, figure->value, figure->unit);
        }
    }
    return json ? print_json(object, error) : print_flush(error);
}

enum tmtp_result bench_report(const struct bench *bench, bool json, struct tmtp_error *error)
{
    struct figures figures = {0};
    uint64_t late = 0, again = 0;
    enum tmtp_result result;

    collect(bench, &figures);
    result = print(&figures, json, error);
    if (result != TMTP_OK) {
        return result;
    }
    order_sums(bench, &late, &again);
    if (bench->gone > 0 || bench->posted > bench->acked || lost(bench) > 0 || late > 0) {
        return tmtp_fail(error, TMTP_LOCAL,
                         "%zu links were lost; of %llu posts %llu were refused, %llu not answered, "
                         "%llu lost, %llu out of order%s%s",
                         bench->gone, (unsigned long long)bench->posted,
                         (unsigned long long)bench->refused,
                         (unsigned long long)(bench->posted - bench->acked - bench->refused),
                         (unsigned long long)lost(bench), (unsigned long long)late,
                         bench->errors > 0 ? "; the first: " : "", bench->first_error);
    }
    return TMTP_OK;
}
