/*
 * The kinds of request that each connection to the database carries, in the order in which a batch
 * runs them. Each list ends with NULL.
 */
#ifndef TMTPD_KINDS_H
#define TMTPD_KINDS_H

struct request_kind;

/** What comes in, and what is delivered. */
extern const struct request_kind *const kinds_writing[];

/** What goes out of queues. */
extern const struct request_kind *const kinds_acks[];

/** What the admin interface reads. */
extern const struct request_kind *const kinds_reading[];

#endif
