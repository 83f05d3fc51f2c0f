/*
 * Notes to systemd.
 */
#include "tmtp-link/server/notify.h"

#include <systemd/sd-daemon.h>

enum { BEATS = 3 };

static void beat(struct timer *timer)
{
    struct notify *notify = CONTAINER(timer, struct notify, timer);

    sd_notify(0, "WATCHDOG=1");
    loop_after(notify->loop, timer, notify->beat_us);
}

void notify_begin(struct notify *notify, struct loop *loop)
{
    uint64_t allowed_us = 0;

    *notify = (struct notify){.loop = loop, .timer.fire = beat};
    if (sd_watchdog_enabled(0, &allowed_us) > 0) {
        notify->beat_us = (int64_t)allowed_us / BEATS;
        beat(&notify->timer);
    }
}

void notify_end(struct notify *notify)
{
    if (notify->loop != NULL) {
        loop_cancel(notify->loop, &notify->timer);
    }
}

void notify_ready(void)
{
    sd_notify(0, "READY=1\nSTATUS=serving");
}

void notify_away(void)
{
    sd_notify(0, "STATUS=the database is away");
}

void notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
