/*
 * When to try again what has failed: soon at first, then ever later, each pause a quarter more or
 * less so that many who lost the same server do not come back at the same moment.
 */
#ifndef TMTP_CLIENT_BACKOFF_H
#define TMTP_CLIENT_BACKOFF_H

#include <stdint.h>

/** All zero but the two limits is a state in which nothing has failed. */
struct backoff {
    int first_ms, longest_ms; /**< pauses after the first failure, and at most */
    unsigned failures;        /**< in a row */
    int64_t next_ms;          /**< not before, on the clock of deadline_now_ms */
};

/** It has failed: the next try is after a pause. */
void backoff_failed(struct backoff *backoff);

/** It went well: the next failure is the first again. */
void backoff_reset(struct backoff *backoff);

/** Milliseconds until the next try, 0 when it may be made now. */
int backoff_left_ms(const struct backoff *backoff);

#endif
