/*
 * How often somebody has done something: counts by key (an address, a user), in memory of bounded
 * size. Some last for a day, one is of what is held now. The key that has done nothing for the
 * longest time is forgotten when there are too many, unless it holds something.
 *
 * Nothing outlives the program: whoever restarts it forgives. A day is passed in, so that a test
 * can let it end.
 */
#ifndef TMTPD_LIMITS_H
#define TMTPD_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What is limited: what is held, and what is counted for a day. */
enum limits_what {
    LIMITS_HELD,
    LIMITS_REGISTRATIONS,
    LIMITS_FAILED_LOGINS,
    LIMITS_PINGS,
    LIMITS_FAILED_PINGS,
    LIMITS_WHAT_END
};

struct limits;

/**
 * Make an empty table.
 *
 * @param most keys that are remembered at a time; more only while most of them hold something
 * @return the table, to be freed by limits_free; NULL when there is no memory
 */
struct limits *limits_new(size_t most) __attribute__((warn_unused_result));

/** Free a table; NULL will do. */
void limits_free(struct limits *limits);

/** The day of now, in days since 1970, UTC. */
int64_t limits_today(void);

/**
 * Hold one more, unless @a most are held already.
 *
 * @return whether it is held; true without memory too, since a limit is no reason to turn away
 */
bool limits_hold(struct limits *limits, uint64_t key, int64_t most)
    __attribute__((warn_unused_result));

/** Hold one less. */
void limits_release(struct limits *limits, uint64_t key);

/** How many times it was counted on that day. */
int64_t limits_counted(struct limits *limits, uint64_t key, enum limits_what what, int64_t day);

/** Count it once more. */
void limits_count(struct limits *limits, uint64_t key, enum limits_what what, int64_t day);

/** Whether the log should say that a limit was reached: at most once a minute. */
bool limits_may_log(struct limits *limits, uint64_t key, enum limits_what what, int64_t now_us);

/** Keys that are remembered. */
size_t limits_size(const struct limits *limits);

#endif
