/* Time: microseconds since 1970 UTC for what is stored, a monotonic count for what is measured. */
#ifndef AGORA_BASE_CLOCK_H
#define AGORA_BASE_CLOCK_H

#include <stdint.h>

#define SECOND_US INT64_C(1000000)

/** Time of day, microseconds since 1970-01-01 UTC. */
int64_t now_us(void);

/** Microseconds since some fixed moment; never goes back. For durations and deadlines. */
int64_t monotonic_us(void);

/**
 * A time as RFC 3339 in UTC with milliseconds: 2026-11-24T19:54:55.123Z.
 *
 * @param us       microseconds since 1970
 * @param[out] out at least 32 octets
 */
void time_text(int64_t us, char out[32]);

#endif
