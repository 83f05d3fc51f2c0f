/*
 * What systemd is told of the service (sd_notify(3)): ready, the database away, stopping, and that
 * the loop still turns. Without systemd all of it does nothing.
 */
#ifndef TMTPD_NOTIFY_H
#define TMTPD_NOTIFY_H

#include <stdint.h>

#include "tmtp-link/server/loop.h"

/** The watchdog's beat; all zero is one that does not beat. */
struct notify {
    struct loop *loop;
    struct timer timer;
    int64_t beat_us;
};

/**
 * Begin to tell the watchdog that the loop turns, when there is one (WATCHDOG_USEC): three times
 * within the time it allows. A timer of the loop does it, so a loop that hangs does not.
 */
void notify_begin(struct notify *notify, struct loop *loop);

/** End that. */
void notify_end(struct notify *notify);

/** The database is there: the service is ready, if it was not. */
void notify_ready(void);

/** The database has gone. */
void notify_away(void);

/** The service is stopping. */
void notify_stopping(void);

#endif
