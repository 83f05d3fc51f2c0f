/*
 * What the benchmark counts: how long messages took, and whether each came once and in order.
 * Neither needs memory per message.
 */
#ifndef TMTP_COMMAND_BENCH_TALLY_H
#define TMTP_COMMAND_BENCH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each power of two of microseconds is parted into 64: a latency is told to 1.6 % or 1 us. */
enum { LATENCY_PARTS = 64, LATENCY_SLOTS = LATENCY_PARTS * 40 };

/** Latencies, as counts. All zero has none. */
struct latency {
    uint64_t slots[LATENCY_SLOTS];
    uint64_t count, max_us;
};

/** Add one; below 0 counts as 0. */
void latency_add(struct latency *latency, int64_t us);

/**
 * The latency that this share of all did not exceed, as the upper end of its slot.
 *
 * @param share 0.5 for the median
 * @return microseconds; 0 when there are none
 */
uint64_t latency_share(const struct latency *latency, double share);

/** Messages of one sender to one recipient, numbered from 0. All zero has none. */
struct order {
    uint64_t next;  /* number expected next */
    uint64_t seen;  /* of the 64 before it: bit 0 for next - 1 */
    uint64_t once;  /* different messages that came */
    uint64_t again; /* copies of those */
    uint64_t late;  /* came after a later one */
};

/**
 * A message of this number came. One that is more than 64 behind counts as a copy, never as late.
 *
 * @return whether it came for the first time
 */
bool order_add(struct order *order, uint64_t number);

#endif
