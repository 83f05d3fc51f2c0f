/* Log lines are put together in one buffer and written by one write(2), so that the threads' lines
 * never mix. A line that is too long loses the end of its last value, never its form. */
#include "directory/base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/utf8.h"

static int least_urgent = LOG_INFO;

struct line {
    size_t len;
    char text[8192];
};

/* Room that is kept for the closing quote, brace and line end. */
enum { TAIL = 8, LONGEST_ESCAPE = 6 };

static bool has_room(const struct line *l, size_t len)
{
    return l->len + len + TAIL < sizeof l->text;
}

static void put(struct line *l, const char *text, size_t len)
{
    memcpy(l->text + l->len, text, len);
    l->len += len;
}

static void put_character(struct line *l, const char **at, const char *end)
{
    const char *from = *at;
    int32_t c = utf8_next(at, end);

    if (c < 0) {
        put(l, "\\ufffd", 6);
        *at = from + 1;
    } else if (c < 0x20 || c == 0x7f) {
        l->len += (size_t)snprintf(l->text + l->len, TAIL, "\\u%04x", (unsigned)c);
    } else {
        if (c == '"' || c == '\\')
            put(l, "\\", 1);
        put(l, from, (size_t)(*at - from));
    }
}

static void put_member(struct line *l, const char *name, const char *value)
{
    const char *end = value + strlen(value);

    if (!has_room(l, strlen(name) + 6))
        return;
    put(l, l->len == 0 ? "{\"" : ",\"", 2);
    put(l, name, strlen(name));
    put(l, "\":\"", 3);
    while (value < end && has_room(l, LONGEST_ESCAPE))
        put_character(l, &value, end);
    put(l, "\"", 1);
}

static const char *level_name(int level)
{
    static const char *const names[] = {"emergency", "alert",  "critical", "error",
                                        "warning",   "notice", "info",     "debug"};
    return names[level & 7];
}

void log_event(int level, const char *event, const struct work *w, ...)
{
    struct line l;
    char time[32];

    if (level > least_urgent)
        return;
    l.len = 0;
    time_text(now_us(), time);
    put_member(&l, "time", time);
    put_member(&l, "level", level_name(level));
    put_member(&l, "event", event);
    if (w != NULL && w->id[0] != '\0')
        put_member(&l, "request", w->id);

    va_list ap;
    va_start(ap, w);
    const char *name;
    while ((name = va_arg(ap, const char *)) != NULL) {
        const char *value = va_arg(ap, const char *);
        if (value != NULL)
            put_member(&l, name, value);
    }
    va_end(ap);
    put(&l, "}\n", 2);
    /* A log that cannot be written is no reason to fail. */
    if (write(STDERR_FILENO, l.text, l.len) < 0)
        return;
}

void log_level(int level)
{
    least_urgent = level;
}

const char *log_number(char *buffer, long long n)
{
    snprintf(buffer, 24, "%lld", n);
    return buffer;
}
