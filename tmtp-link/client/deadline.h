/*
 * Deadlines: a moment on the monotonic clock, so that several waits together keep one limit.
 */
#ifndef TMTP_CLIENT_DEADLINE_H
#define TMTP_CLIENT_DEADLINE_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

/** Milliseconds on a clock that never jumps. */
static inline int64_t deadline_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/** The moment @a timeout_ms from now. */
static inline int64_t deadline_in(int64_t timeout_ms)
{
    return deadline_now_ms() + timeout_ms;
}

/** Milliseconds left, 0 when it has passed; fits poll(2). */
static inline int deadline_left(int64_t deadline_ms)
{
    int64_t left = deadline_ms - deadline_now_ms();

    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

#endif
