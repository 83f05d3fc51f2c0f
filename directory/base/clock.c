/* Time, from the kernel's two clocks. */
#include "directory/base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * SECOND_US + t.tv_nsec / 1000;
}

int64_t now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void time_text(int64_t us, char out[32])
{
    time_t seconds = (time_t)(us / SECOND_US);
    struct tm t;
    char date[24];

    gmtime_r(&seconds, &t);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &t);
    snprintf(out, 32, "%s.%03dZ", date, (int)(us % SECOND_US / 1000));
}
