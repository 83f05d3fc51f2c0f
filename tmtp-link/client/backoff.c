/*
 * Pauses that double, from the kernel's randomness.
 */
#include "tmtp-link/client/backoff.h"

#include <sys/random.h>

#include "tmtp-link/client/deadline.h"

enum { DOUBLINGS_MAX = 16 };

void backoff_failed(struct backoff *backoff)
{
    unsigned doublings = backoff->failures < DOUBLINGS_MAX ? backoff->failures : DOUBLINGS_MAX;
    int64_t pause_ms = (int64_t)backoff->first_ms << doublings;
    unsigned short dice = 0x8000; /* the middle, should there be no randomness */

    if (pause_ms > backoff->longest_ms) {
        pause_ms = backoff->longest_ms;
    }
    if (getrandom(&dice, sizeof dice, GRND_NONBLOCK) != (ssize_t)sizeof dice) {
        dice = 0x8000;
    }
    backoff->failures++;
    backoff->next_ms = deadline_in(pause_ms * 3 / 4 + pause_ms / 2 * dice / 0x10000);
}

void backoff_reset(struct backoff *backoff)
{
    backoff->failures = 0;
    backoff->next_ms = 0;
}

int backoff_left_ms(const struct backoff *backoff)
{
    return deadline_left(backoff->next_ms);
}
