/*
 * The listener for a sign-in's redirect: the browser comes back to http://localhost:PORT/PATH with
 * a code (RFC 8252, section 7.3). It listens on the loopback addresses only, and for one answer
 * only.
 */
#ifndef TMTP_CLIENT_LOOPBACK_H
#define TMTP_CLIENT_LOOPBACK_H

#include <stdint.h>

#include "tmtp-link/base/result.h"

struct loopback;

/**
 * Listen.
 *
 * @param[out] loopback to be closed by loopback_close
 * @return TMTP_OK; TMTP_LOCAL when the port is taken
 */
enum tmtp_result loopback_open(uint16_t port, struct loopback **loopback, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/**
 * Wait for the browser. Requests for another path, or with another state, are answered and ignored.
 *
 * @param path  such as `/u`; with a `/` behind will do too
 * @param state that the redirect must bring back
 * @param[out] code to be freed by free()
 * @return TMTP_OK; TMTP_REFUSED with the provider's reason; TMTP_NONE when nobody came in time
 */
enum tmtp_result loopback_wait(struct loopback *loopback, const char *path, const char *state,
                               int64_t deadline_ms, char **code, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Close and free; NULL will do. */
void loopback_close(struct loopback *loopback);

#endif
