/*
 * HTTP requests as a client, by libcurl: small answers, time-outs, no redirects, no proxy. Used for
 * the admin interface of a TMTP server and for the token of an OpenID provider.
 */
#ifndef TMTP_BASE_HTTP_H
#define TMTP_BASE_HTTP_H

#include <jansson.h>
#include <stddef.h>

#include "tmtp-link/base/result.h"

/** An answer longer than this is refused, octets. */
#define HTTP_ANSWER_MAX (1 << 20)

struct http;

/** A request; what is NULL is left out. */
struct http_request {
    const char *method;       /**< GET, PUT, POST, PATCH, DELETE */
    const char *url;          /**< http:// or https:// */
    const char *unix_socket;  /**< path, instead of the URL's host and port */
    const char *ca_file;      /**< authorities to trust for https, else the system's */
    const char *bearer;       /**< token for Authorization */
    const char *content_type; /**< of body */
    const char *idempotency;  /**< Idempotency-Key */
    const char *body;
    int timeout_ms; /**< of the whole exchange; 0 for 30 s */
};

struct http_answer {
    long status;
    json_t *json; /**< the body when it is JSON, else NULL; freed by json_decref */
};

/** @return a handle that keeps its connection between requests, or NULL when there is no memory */
struct http *http_new(void);

/**
 * Ask.
 *
 * @param[out] answer set when the other end answered, whatever the status
 * @return TMTP_OK; TMTP_RETRY when it is away or too slow; TMTP_AUTH when its certificate is not
 * good; TMTP_PROTOCOL when its answer is no HTTP or too long; TMTP_LOCAL
 */
enum tmtp_result http_ask(struct http *http, const struct http_request *request,
                          struct http_answer *answer, struct tmtp_error *error)
    __attribute__((warn_unused_result));

/** Free; NULL will do. */
void http_free(struct http *http);

#endif
