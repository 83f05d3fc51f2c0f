/* A bar on a terminal that says how far a long command is and how long it still takes. */
#ifndef AGORA_CTL_PROGRESS_H
#define AGORA_CTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool seen;     /* standard error is a terminal */
    int64_t begun; /* monotonic_us() of the first call for what is counted now */
    const char *what;
};

/** Before the first progress_tell(). */
void progress_begin(struct progress *p);

/**
 * Draw the bar anew; nothing when nobody sees it. Another @a what begins a new line.
 *
 * @param p     bar
 * @param what  what is counted: "members"; must outlive the bar
 * @param done  so many
 * @param total of so many
 */
void progress_tell(struct progress *p, const char *what, uint64_t done, uint64_t total);

/** End the line. */
void progress_end(struct progress *p);

#endif
