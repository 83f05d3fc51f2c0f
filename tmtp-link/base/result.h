/*
 * How a call to a TMTP server, or to its admin interface, ended: what the caller can do about it,
 * and one sentence for a person or a log.
 */
#ifndef TMTP_BASE_RESULT_H
#define TMTP_BASE_RESULT_H

enum tmtp_result {
    TMTP_OK,
    TMTP_ALREADY,  /**< it was so before; nothing had to change */
    TMTP_NONE,     /**< nothing came in time, or there is no such thing */
    TMTP_RETRY,    /**< the other end is away, busy or slow: the same again may succeed */
    TMTP_REFUSED,  /**< the other end says no, and will say it again */
    TMTP_AUTH,     /**< credentials, token or certificate not accepted */
    TMTP_PROTOCOL, /**< the other end does not speak as it should */
    TMTP_LOCAL     /**< a file, an argument or memory on this side */
};

/** Why a call did not end well; one sentence without a full stop. */
struct tmtp_error {
    char text[400];
};

/**
 * Note why, and give back @a result: for `return tmtp_fail(error, TMTP_RETRY, "...", ...)`.
 *
 * Control characters of what the other end said are replaced, so that it can be printed.
 */
enum tmtp_result tmtp_fail(struct tmtp_error *error, enum tmtp_result result, const char *format,
                           ...) __attribute__((format(printf, 3, 4)));

#endif
