/* A route is data: which method and path, who may call it, how much it takes, in which lane it runs
 * and what carries it out. All of them stand in one table, http/api/routes.c; a forgotten field
 * denies. */
#ifndef AGORA_HTTP_ROUTE_H
#define AGORA_HTTP_ROUTE_H

#include <stddef.h>

#include "directory/base/error.h"
#include "directory/base/viewer.h"

struct request;
struct response;

/* Slow work (password hashing, exports, long lists) may hold at most two workers at once. */
enum lane { LANE_FAST, LANE_SLOW };

enum route_flag {
    ROUTE_IDEMPOTENT = 1,    /* needs an Idempotency-Key when someone is signed in; key, change and
                                stored answer are one transaction */
    ROUTE_IF_MATCH = 2,      /* needs If-Match, else 428; see request_etag() */
    ROUTE_FORM = 4,          /* body is application/x-www-form-urlencoded instead of JSON */
    ROUTE_NO_CSRF = 8,       /* called by other programs: no look at Origin (the token endpoint) */
    ROUTE_RATE_SIGN_IN = 16, /* counts against the address's sign-in rate */
    ROUTE_CORS = 32,         /* readable by scripts of other sites, without credentials */
    ROUTE_MERGE_PATCH = 64,  /* body is application/merge-patch+json or JSON */
    ROUTE_OCTETS = 512,      /* body is application/offset+octet-stream: a part of a file */
    ROUTE_ANONYMOUS = 256,   /* same answer for everyone: nobody is looked up, no database needed */
    ROUTE_RATE_PUBLIC = 1024, /* counts against the address's rate for what anybody may read */
    ROUTE_PAGE = 2048,   /* a page of the app: the handler answers strangers, all others get the
                            app's file as it is */
    ROUTE_RAW = 0x4000,  /* body is octets of any type; the handler looks at the type */
    ROUTE_INTERNAL = 128 /* loopback, or the token of [http] metrics_token_file */
};

/**
 * Carry out a request, on a worker thread: parse, call one domain function, answer.
 *
 * @param rq request; rq->work goes to the domain function
 * @param rs answer to fill
 * @return AGORA_OK when @a rs was filled; anything else, with rq->work.error filled, becomes
 *         problem+json by itself
 */
typedef enum agora_status (*route_handler)(struct request *rq, struct response *rs);

struct route {
    const char *method;   /* "GET" (answers HEAD too), "POST" … */
    const char *path;     /* "/api/v1/members/{handle}": {name} is one segment, never empty */
    unsigned who;         /* WHO_ bits of those who may call it; 0 lets no one in */
    size_t body_max;      /* octets of body taken; 0 for no body */
    enum lane lane;       /* where it runs */
    unsigned flags;       /* ROUTE_ bits */
    route_handler handle; /* what carries it out */
};

#define BODY_JSON        ((size_t)256 * 1024)  /* usual limit of a JSON body */
#define BODY_PART        ((size_t)1024 * 1024) /* a part of a file */
#define BODY_SMALL       ((size_t)16 * 1024)   /* a form or a few fields, also from strangers */
#define BODY_ROSTER      ((size_t)32 * 1024 * 1024) /* a list as CSV */
#define BODY_NONE_NEEDED ((size_t)1024) /* an act without facts: a small body is not read */
#define ROUTE_PARAMETERS 8              /* {…} in one path at most */

/* What a path of the table captured: pieces of the request's path, percent-decoded. */
struct route_match {
    const struct route *route;
    size_t n;
    const char *names[ROUTE_PARAMETERS];
    const char *values[ROUTE_PARAMETERS];
};

enum route_found {
    ROUTE_FOUND,
    ROUTE_UNKNOWN,    /* no path like this: 404 */
    ROUTE_NOT_METHOD, /* the path is there, the method is not: 405 with Allow */
    ROUTE_BAD_PATH    /* broken encoding, NUL or slash encoded: 400 */
};

struct router;

/**
 * Make a router of a table.
 *
 * @param mem    talloc parent
 * @param routes table; must outlive the router
 * @param n      its rows
 * @param[out] e names the row when the table itself is wrong: no leading slash, no handler, too
 * many parameters, or the same method and path twice
 * @return router, or NULL
 */
struct router *router_make(void *mem, const struct route routes[], size_t n, struct error *e);

/**
 * Find the route of a request. Fixed segments win over {parameters}.
 *
 * @param router    router
 * @param mem       talloc parent of the captured values
 * @param method    as sent; HEAD finds GET
 * @param path      as sent, without the query
 * @param[out] out  filled when ROUTE_FOUND
 * @param[out] allow methods for the Allow header when ROUTE_NOT_METHOD, owned by @a mem
 * @return what was found
 */
enum route_found router_find(const struct router *router, void *mem, const char *method,
                             const char *path, struct route_match *out, const char **allow);

#endif
