/*
 * Histogram of latencies and order of messages.
 */
#include "tmtp-link/command/bench_tally.h"

/* The first 64 slots are microseconds; each further 64 cover a power of two. */
static size_t slot_of(uint64_t us)
{
    unsigned shift = us < LATENCY_PARTS ? 0 : 57U - (unsigned)__builtin_clzll(us);
    size_t slot = us < LATENCY_PARTS ? us : (size_t)shift * LATENCY_PARTS + (us >> shift);

    return slot < LATENCY_SLOTS ? slot : LATENCY_SLOTS - 1;
}

/* The largest latency of a slot. */
static uint64_t end_of(size_t slot)
{
    unsigned shift = slot < 2 * LATENCY_PARTS ? 0 : (unsigned)(slot / LATENCY_PARTS - 1);
    uint64_t part = slot < 2 * LATENCY_PARTS ? slot : slot % LATENCY_PARTS + LATENCY_PARTS;

    return ((part + 1) << shift) - 1;
}

void latency_add(struct latency *latency, int64_t us)
{
    uint64_t value = us < 0 ? 0 : (uint64_t)us;

    latency->slots[slot_of(value)]++;
    latency->count++;
    if (value > latency->max_us) {
        latency->max_us = value;
    }
}

uint64_t latency_share(const struct latency *latency, double share)
{
    uint64_t rank = (uint64_t)(share * (double)latency->count);
    uint64_t passed = 0;

    if (latency->count == 0) {
        return 0;
    }
    for (size_t slot = 0; slot < LATENCY_SLOTS; slot++) {
        passed += latency->slots[slot];
        if (passed > rank) {
            uint64_t us = end_of(slot);

            return us < latency->max_us ? us : latency->max_us;
        }
    }
    return latency->max_us;
}

bool order_add(struct order *order, uint64_t number)
{
    uint64_t back;

    if (number >= order->next) {
        uint64_t ahead = number - order->next + 1;

        order->seen = ahead < 64 ? order->seen << ahead | 1 : 1;
        order->next = number + 1;
        order->once++;
        return true;
    }
    back = order->next - 1 - number;
    if (back < 64 && (order->seen >> back & 1) == 0) {
        order->seen |= UINT64_C(1) << back;
        order->once++;
        order->late++;
        return true;
    }
    order->again++;
    return false;
}
