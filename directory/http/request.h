/* A request as a handler sees it: who asks, what they ask for, and the work that carries it out. It
 * knows nothing of libmicrohttpd; everything was copied when the body was complete. */
#ifndef AGORA_HTTP_REQUEST_H
#define AGORA_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/base/viewer.h"
#include "directory/base/work.h"
#include "directory/http/route.h"

struct http_server;
struct hub;

/* A name with its value, both decoded. */
struct request_pair {
    const char *name;
    const char *value;
};

struct request {
    struct work work;
    struct viewer viewer;     /* who asks; account "" when nobody is signed in */
    const char *method;       /* "GET" also for HEAD */
    const char *path;         /* as sent, without the query */
    const char *address;      /* of the client, as text, behind trusted proxies too; "unix" */
    bool secure;              /* came by TLS, here or at a trusted proxy */
    bool head;                /* was HEAD: the answer goes out without its body */
    bool compress;            /* client takes gzip */
    const char *query_text;   /* the query as sent, still encoded; NULL when there is none */
    struct hub *hub;          /* live updates of this server, for response_events() */
    struct route_match match; /* the route and its captured parameters */

    /* Filled by the framework; handlers use the functions below. */
    struct http_server *server;
    struct request_pair *headers;
    size_t headers_n;
    struct request_pair *query;
    size_t query_n;
    const char *body;
    size_t body_len;
    const char *allow; /* methods, when the answer is 405 */
    const char *rate;  /* RateLimit and RateLimit-Policy headers, NULL when there is no limit */
    const char *rate_policy;
    int64_t retry_after_s;              /* for 429; 0 for the usual */
    struct request_pair problem_header; /* one more that a problem carries; name NULL for none */
};

/**
 * A parameter of the path.
 * @return decoded value, never empty; NULL when the route has none of that name
 */
const char *request_path(const struct request *rq, const char *name);

/**
 * A parameter of the path that must be a UUID.
 *
 * @param[out] out the UUID in lower case, owned by the request
 * @return AGORA_OK; AGORA_NOT_FOUND when it is not one, since nothing can be there
 */
enum agora_status request_path_uuid(struct request *rq, const char *name,
                                    const char **out) AGORA_CHECKED;

/**
 * A parameter of the query. input_query() (input.h) checks a whole query at once and is to be
 * preferred.
 * @return decoded value of the first of that name, NULL when absent
 */
const char *request_query(const struct request *rq, const char *name);

/**
 * All values of a repeated parameter of the query.
 *
 * @param[out] n how many
 * @return values in order, owned by the request; NULL when there are none
 */
const char *const *request_query_all(struct request *rq, const char *name, size_t *n);

/**
 * Refuse a query that has other parameters than these, or one of these more than once.
 *
 * @param ... names, then NULL
 * @return AGORA_OK; AGORA_MALFORMED naming the parameter
 */
enum agora_status request_query_only(struct request *rq, ...) AGORA_CHECKED
    __attribute__((sentinel));

/** A header by its name in any case; NULL when absent. */
const char *request_header(const struct request *rq, const char *name);

/** A cookie; NULL when absent. Session cookies are read by the framework alone. */
const char *request_cookie(struct request *rq, const char *name);

/** The version that If-Match names, without its quotes; NULL when absent, "*" for any. */
const char *request_etag(struct request *rq);

/** The body as it came, with a NUL after it; "" when there is none. @param[out] len octets */
const char *request_body(const struct request *rq, size_t *len);

/** Whether someone is signed in. */
bool request_signed_in(const struct request *rq);

/** Whether the viewer has one of the rights in @a who (WHO_ bits). */
bool request_has(const struct request *rq, unsigned who);

#endif
