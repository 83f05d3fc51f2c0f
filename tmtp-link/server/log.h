/*
 * The log: one line of JSON on standard error for every event, as agorad writes it.
 */
#ifndef TMTPD_LOG_H
#define TMTPD_LOG_H

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/**
 * Write one event.
 *
 * Values are texts; what names a person (uid, alias, subject) must not be among them.
 *
 * @param event what happened, in snake_case
 * @param ...   pairs of name and value (const char *), ended by NULL; a pair without value is left
 * out
 */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/** A number as text for log_event, good until the end of the block. */
#define LOG_NUMBER(n) log_number((char[24]){0}, (long long)(n))

/** Helper of LOG_NUMBER: write @a n into @a text (24 octets) and return it. */
const char *log_number(char *text, long long n);

#endif
