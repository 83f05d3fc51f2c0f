/* The log: one JSON object a line on stderr, with time, level, event and request id, then named
 * values. The journal or a collector takes it from there. No personal data above LOG_DEBUG, secrets
 * never. */
#ifndef AGORA_BASE_LOG_H
#define AGORA_BASE_LOG_H

#include <syslog.h> /* LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG */

#include "directory/base/work.h"

/**
 * Write one event.
 *
 *     log_event(LOG_WARNING, "database_lost", w, "detail", w->error.detail, NULL);
 *
 * @param level syslog priority; above the level set by log_level() nothing is written
 * @param event name in snake_case, stable: people grep for it
 * @param w     work it belongs to (its id is written), or NULL
 * @param ...   name, value, name, value …, NULL; values are UTF-8 text, a NULL value is left out
 */
void log_event(int level, const char *event, const struct work *w, ...) __attribute__((sentinel));

/** Set the least urgent level that is still written; LOG_INFO at first. Call before threads start.
 */
void log_level(int level);

/** A number as text for log_event(), valid in the enclosing block. */
#define LOG_NUMBER(n) log_number((char[24]){0}, (long long)(n))

/** Print @a n into @a buffer (at least 24 octets) and return it; see LOG_NUMBER. */
const char *log_number(char *buffer, long long n);

#endif
