/*
 * Each line is put together in memory and written at once, so that lines of several programs on one
 * pipe stay whole.
 */
#include "tmtp-link/server/log.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void add(json_t *line, const char *name, const char *value)
{
    json_t *text = json_string(value);

    /* What came from outside may not be UTF-8; the event counts more than the value. */
    json_object_set_new(line, name, text != NULL ? text : json_string("(not UTF-8)"));
}

static void add_time(json_t *line)
{
    char text[40];
    struct timespec now;
    struct tm utc;
    size_t len;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    len = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + len, sizeof text - len, ".%03ldZ", now.tv_nsec / 1000000);
    add(line, "time", text);
}

const char *log_number(char *text, long long n)
{
    snprintf(text, 24, "%lld", n);
    return text;
}

void log_event(enum log_level level, const char *event, ...)
{
    static const char *const levels[] = {"info", "warning", "error"};
    json_t *line = json_object();
    const char *name;
    char *text;
    va_list pairs;

    add_time(line);
    add(line, "level", levels[level]);
    add(line, "event", event);
    va_start(pairs, event);
    while ((name = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);

        if (value != NULL) {
            add(line, name, value);
        }
    }
    va_end(pairs);
    text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (text != NULL) {
        dprintf(STDERR_FILENO, "%s\n", text);
        free(text);
    }
}
