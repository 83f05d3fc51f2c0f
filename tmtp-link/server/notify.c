/*
 * Notes to systemd: a datagram to the socket that it names in the environment. The protocol is
 * stable and a few lines long (sd_notify(3), "Standalone Implementations"); its library would bring
 * four compressors and a cipher library into the process that holds everybody's links.
 */
#include "tmtp-link/server/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BEATS = 3 };

/* Say it; a note that cannot be sent is lost, as in sd_notify. */
static void say(const char *text)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t len = path == NULL ? 0 : strlen(path);
    int fd;

    if (len < 2 || len >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@')) {
        return;
    }
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') {
        to.sun_path[0] = '\0'; /* an abstract name */
    }
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
        close(fd);
    }
}

/* How long the watchdog waits for a beat, in µs; 0: there is none, or it is not ours
 * (sd_watchdog_enabled(3)). */
static uint64_t watchdog_us(void)
{
    const char *time = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");

    if (time == NULL || (pid != NULL && strtoll(pid, NULL, 10) != getpid())) {
        return 0;
    }
    return strtoull(time, NULL, 10);
}

static void beat(struct timer *timer)
{
    struct notify *notify = CONTAINER(timer, struct notify, timer);

    say("WATCHDOG=1");
    loop_after(notify->loop, timer, notify->beat_us);
}

void notify_begin(struct notify *notify, struct loop *loop)
{
    uint64_t allowed_us = watchdog_us();

    *notify = (struct notify){.loop = loop, .timer.fire = beat};
    if (allowed_us > 0) {
        notify->beat_us = (int64_t)(allowed_us / BEATS);
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
    say("READY=1\nSTATUS=serving");
}

void notify_away(void)
{
    say("STATUS=the database is away");
}

void notify_stopping(void)
{
    say("STOPPING=1");
}
