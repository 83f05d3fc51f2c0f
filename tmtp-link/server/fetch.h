/*
 * GET over HTTP without blocking, by the program tmtpd-fetch: it is run once a fetch, prints what
 * came, and the loop reads that.
 *
 * What is fetched is small and comes from somebody who may be down, slow or lying: a fetch has an
 * end in time and size, follows no redirect, and takes nothing but a 200 for an answer.
 */
#ifndef TMTPD_FETCH_H
#define TMTPD_FETCH_H

#include <stddef.h>

struct fetch;
struct loop;

/** What became of a fetch; the fetch is over and freed when this is called. */
struct fetch_result {
    const char *body; /**< what came; NULL when it failed */
    size_t len;
    long status;     /**< of HTTP; 0 when there was no answer */
    const char *why; /**< it failed, for the log */
};

/** What to fetch. Texts are the caller's, and stay until the end. */
struct fetch_order {
    const char *url;     /**< https or http */
    const char *ca_file; /**< certificates to trust; NULL for the system's */
    size_t most;         /**< octets of the body */
    long within_ms;      /**< for the whole of it */
    void (*done)(void *user, const struct fetch_result *result);
    void *user;
};

/**
 * Begin to fetch. `done` is called later, never from here.
 *
 * @return the fetch, which ends by itself; NULL when there is no memory, or tmtpd-fetch, which
 * stands beside tmtpd, cannot be run; errno says why
 */
struct fetch *fetch_begin(struct loop *loop, const struct fetch_order *order)
    __attribute__((warn_unused_result));

/** Give it up: `done` is not called. NULL will do. */
void fetch_cancel(struct fetch *fetch);

/**
 * What is wrong with an address that is to be fetched. Waits for the answer.
 *
 * @param[out] why room for a sentence; empty when the address will do
 */
void fetch_check(const char *url, char *why, size_t len);

#endif
