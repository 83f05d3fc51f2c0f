/*
 * The loop of the benchmark and its clock: everybody enters, the load runs for its time, and what
 * is under way is waited for. Each phase ends by itself, since whoever waits for a benchmark has no
 * other way to know that the server has stopped answering.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "tmtp-link/command/bench.h"

enum {
    EVENTS = 256,
    ENTERING_MAX = 64,      /* at once: the server waits 5 s for a registration */
    STEP_US = 100000,       /* how often the end of a phase is looked for */
    PATIENCE_US = 30000000, /* without any progress while entering */
    ENTER_MAX_US = 600000000,
    DRAIN_US = 10000000, /* without any progress after the load */
    DRAIN_MAX_US = 60000000,
    PULSE_US = 60000000, /* half of what the server allows */
};

/* Keep links alive: each in turn, evenly over a minute. */
static void pulse(struct bench *bench)
{
    int64_t elapsed_us = bench_clock_us() - bench->pulse_us;
    size_t due = (size_t)((double)elapsed_us / PULSE_US * (double)bench->count);

    for (; bench->pulsed < due; bench->pulsed++) {
        struct bench_client *client = &bench->clients[bench->pulsed % bench->count];

        if (client->state == BENCH_READY) {
            bench_talk_pulse(bench, client);
            bench_link_flush(bench, client);
        }
    }
}

/* One turn: wait until then at the longest, and serve who is ready. */
static void step(struct bench *bench, int64_t until_us)
{
    struct epoll_event events[EVENTS];
    int64_t left_us = until_us - bench_clock_us();
    struct timespec wait = {0};
    int n;

    if (left_us > 0) {
        wait.tv_sec = left_us / 1000000;
        wait.tv_nsec = left_us % 1000000 * 1000;
    }
    n = epoll_pwait2(bench->epoll, events, EVENTS, &wait, NULL);
    for (int i = 0; i < n; i++) {
        bench_link_turn(bench, events[i].data.ptr);
    }
    pulse(bench);
}

static double seconds_since(int64_t begun_us)
{
    return (double)(bench_clock_us() - begun_us) / 1e6;
}

/* Whether all who post are there. */
static enum tmtp_result check_entered(const struct bench *bench, struct tmtp_error *error)
{
    size_t there = 0;

    for (size_t i = 0; i < bench->senders; i++) {
        there += bench->clients[i].state == BENCH_READY || bench->clients[i].state == BENCH_DONE;
    }
    if (there == bench->senders && bench->ready > 0) {
        return TMTP_OK;
    }
    return tmtp_fail(error, TMTP_RETRY, "only %zu of %zu clients could register: %s", bench->ready,
                     bench->count, bench->errors > 0 ? bench->first_error : "the server is slow");
}

enum tmtp_result bench_enter(struct bench *bench, struct tmtp_error *error)
{
    int64_t begun_us = bench_clock_us(), moved_us = begun_us;
    size_t before = 0;

    bench->pulse_us = begun_us;
    while (bench->ready + bench->gone < bench->count) {
        int64_t now_us = bench_clock_us();

        if (bench->ready + bench->gone > before) {
            before = bench->ready + bench->gone;
            moved_us = now_us;
        }
        if (now_us - moved_us > PATIENCE_US || now_us - begun_us > ENTER_MAX_US) {
            break;
        }
        while (bench->begun < bench->count && bench->entering < ENTERING_MAX) {
            bench_link_begin(bench, &bench->clients[bench->begun++]);
        }
        step(bench, now_us + STEP_US);
    }
    bench->enter_s = seconds_since(begun_us);
    return check_entered(bench, error);
}

static double cpu_s(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* When the next post of the rate is due. */
static int64_t due_us(const struct bench *bench)
{
    return bench->load_begun_us + (int64_t)(bench->scheduled * 1000000 / bench->options.rate);
}

/* Let clients post in turn, as the rate says. */
static void schedule(struct bench *bench)
{
    bench->now_us = bench_clock_us();
    while (due_us(bench) <= bench->now_us) {
        struct bench_client *client = &bench->clients[bench->scheduled++ % bench->senders];

        client->owed++;
        bench->owed++;
        bench_talk_post(bench, client);
        bench_link_flush(bench, client);
    }
}

/* Let all post what the window allows. */
static void start_all(struct bench *bench)
{
    for (size_t i = 0; i < bench->senders; i++) {
        bench->now_us = bench_clock_us();
        bench_talk_post(bench, &bench->clients[i]);
        bench_link_flush(bench, &bench->clients[i]);
    }
}

/* Wait for what is under way. */
static void drain(struct bench *bench)
{
    int64_t begun_us = bench_clock_us(), moved_us = begun_us, now_us = begun_us;
    uint64_t before = 0;

    while (bench->owed > 0 || bench->acked + bench->refused < bench->posted ||
           bench->once < bench->acked) {
        uint64_t moved = bench->acked + bench->refused + bench->delivered;

        if (moved > before) {
            before = moved;
            moved_us = now_us;
        }
        if (now_us - moved_us > DRAIN_US || now_us - begun_us > DRAIN_MAX_US) {
            return;
        }
        step(bench, now_us + STEP_US);
        now_us = bench_clock_us();
    }
}

enum tmtp_result bench_load(struct bench *bench, struct tmtp_error *error)
{
    int64_t end_us;
    double cpu_before_s = cpu_s();

    for (size_t i = 0; i < bench->senders; i++) {
        if (!bench_talk_prepare(bench, &bench->clients[i])) {
            return tmtp_fail(error, TMTP_LOCAL, "no memory");
        }
    }
    bench->load_begun_us = bench_clock_us();
    end_us = bench->load_begun_us + (int64_t)bench->options.seconds * 1000000;
    bench->loading = true;
    if (bench->options.rate == 0) {
        start_all(bench);
    }
    while (bench_clock_us() < end_us) {
        int64_t until_us = end_us;

        if (bench->options.rate > 0) {
            schedule(bench);
            until_us = due_us(bench) < end_us ? due_us(bench) : end_us;
        }
        step(bench, until_us);
    }
    bench->loading = false;
    bench->load_s = seconds_since(bench->load_begun_us);
    bench->delivered_in_time = bench->delivered;
    bench->cpu_s = cpu_s() - cpu_before_s;
    drain(bench);
    return TMTP_OK;
}

void bench_hold(struct bench *bench)
{
    int64_t end_us = bench_clock_us() + (int64_t)bench->options.seconds * 1000000;
    int64_t now_us;

    while ((now_us = bench_clock_us()) < end_us) {
        step(bench, now_us + STEP_US < end_us ? now_us + STEP_US : end_us);
    }
}
