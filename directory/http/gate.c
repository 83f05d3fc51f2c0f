/* What can be refused without asking the database, in the order a stranger would meet it: the
 * address, the method, the rate, where the request came from, what its body is. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/crypto.h"
#include "directory/http/cookie.h"
#include "directory/http/exchange.h"
#include "directory/http/server_state.h"

static bool is_safe(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "OPTIONS") == 0;
}

/* The scheme and authority of our own address: base_url up to its path. */
static size_t origin_len(const char *base_url)
{
    const char *authority = strstr(base_url, "://");

    return authority == NULL ? 0 : (size_t)(authority + 3 - base_url) + strcspn(authority + 3, "/");
}

/* Whether an Origin is this service: its configured address, or the very host the request names
 * (not by plain HTTP where we are at https: whoever is on the line could have written that page).
 */
static bool is_own_origin(const struct request *rq, const char *origin)
{
    const char *base = rq->work.config->agora_base_url, *host = request_header(rq, "host");
    size_t len = origin_len(base);

    if (strncmp(origin, base, len) == 0 && origin[len] == '\0')
        return true;
    if (strncmp(base, "https://", 8) == 0 && strncmp(origin, "https://", 8) != 0)
        return false;
    const char *authority = strstr(origin, "://");
    return authority != NULL && host != NULL && strcasecmp(authority + 3, host) == 0;
}

/* A change must not be made by a page of another site in the name of whoever looks at it. Browsers
 * say where a request comes from; a client that says nothing is no browser, and then must bring no
 * cookie. */
static enum agora_status check_origin(struct request *rq)
{
    const struct route *route = rq->match.route;
    const char *site = request_header(rq, "sec-fetch-site");
    const char *origin = request_header(rq, "origin");

    if (is_safe(rq->method) || (route->flags & ROUTE_NO_CSRF) != 0)
        return AGORA_OK;
    const char *cookie = cookie_name(rq->work.mem, rq->work.config, SESSION_COOKIE);
    if (cookie == NULL)
        return work_out_of_memory(&rq->work);
    bool own = site != NULL     ? strcmp(site, "same-origin") == 0
               : origin != NULL ? is_own_origin(rq, origin)
                                : request_cookie(rq, cookie) == NULL;
    return own ? AGORA_OK
               : error_set(&rq->work.error, AGORA_FORBIDDEN, NULL,
                           "Changes are taken from the pages of this site only.");
}

static bool is_type(const char *given, const char *type)
{
    size_t len = strlen(type);

    return strncasecmp(given, type, len) == 0 && strchr("; \t", given[len]) != NULL;
}

static enum agora_status check_type(struct request *rq, const struct route *route)
{
    const char *given = request_header(rq, "content-type");
    bool ok;

    if (given == NULL)
        given = "";
    if ((route->flags & ROUTE_RAW) != 0)
        ok = true;
    else if ((route->flags & ROUTE_FORM) != 0)
        ok = is_type(given, "application/x-www-form-urlencoded");
    else if ((route->flags & ROUTE_OCTETS) != 0)
        ok = is_type(given, "application/offset+octet-stream");
    else
        ok = is_type(given, "application/json") || ((route->flags & ROUTE_MERGE_PATCH) != 0 &&
                                                    is_type(given, "application/merge-patch+json"));
    return ok ? AGORA_OK : error_set(&rq->work.error, AGORA_UNSUPPORTED_TYPE, NULL, NULL);
}

static enum agora_status check_body(struct request *rq, const struct route *route)
{
    const char *length = request_header(rq, "content-length");
    bool chunked = request_header(rq, "transfer-encoding") != NULL;
    unsigned long long octets = length != NULL ? strtoull(length, NULL, 10) : 0;

    if (octets > route->body_max || (chunked && route->body_max == 0))
        return error_set(&rq->work.error, AGORA_TOO_LARGE, NULL,
                         "This address takes at most %zu octets.", route->body_max);
    return octets > 0 || chunked ? check_type(rq, route) : AGORA_OK;
}

/* One turn of a rate that counts by address; told by name in the answer's headers. */
static enum agora_status take_turn(struct exchange *x, struct rate *rate, const char *name,
                                   int64_t limit, const char *what)
{
    int64_t left, wait_s;
    struct request *rq = &x->rq;

    bool ok = rate_take(rate, rq->address, x->began_us, &left, &wait_s);
    rq->rate = talloc_asprintf(rq->work.mem, "\"%s\";r=%lld;t=%lld", name, (long long)left,
                               (long long)wait_s);
    rq->rate_policy = talloc_asprintf(rq->work.mem, "\"%s\";q=%lld;w=60", name, (long long)limit);
    rq->retry_after_s = ok ? 0 : wait_s;
    return ok ? AGORA_OK
              : error_set(&rq->work.error, AGORA_TOO_MANY, NULL,
                          "Too many %s from this address. Try again in %lld seconds.", what,
                          (long long)wait_s);
}

static enum agora_status check_rate(struct exchange *x)
{
    const struct http_server *server = x->server;
    unsigned flags = x->rq.match.route->flags;

    if ((flags & ROUTE_RATE_SIGN_IN) != 0)
        return take_turn(x, server->sign_in_rate, "sign-in", server->config->http_sign_in_rate,
                         "attempts");
    if ((flags & ROUTE_RATE_PUBLIC) != 0)
        return take_turn(x, server->public_rate, "public", server->config->http_public_rate,
                         "requests");
    return AGORA_OK;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
           strcmp(address, "unix") == 0;
}

/* For the operator's own tools: from this machine, or with the token. Behind a proxy on this
 * machine everyone seems to be local, so the proxy's word counts first (rq->address). */
static enum agora_status check_internal(struct exchange *x)
{
    const char *given = request_header(&x->rq, "authorization"), *token = x->server->metrics_token;

    if ((x->rq.match.route->flags & ROUTE_INTERNAL) == 0)
        return AGORA_OK;
    if (given != NULL && token != NULL && strncmp(given, "Bearer ", 7) == 0 &&
        secret_equal(given + 7, token))
        return AGORA_OK;
    return is_loopback(x->rq.address) ? AGORA_OK
                                      : error_set(&x->rq.work.error, AGORA_NOT_FOUND, NULL, NULL);
}

static enum agora_status check_conditions(struct request *rq)
{
    const struct route *route = rq->match.route;

    if ((route->flags & ROUTE_IF_MATCH) != 0 && request_header(rq, "if-match") == NULL)
        return error_set(&rq->work.error, AGORA_PRECONDITION_REQUIRED, NULL,
                         "Say by If-Match which version you change.");
    return AGORA_OK;
}

/* Without a session cookie nobody can be signed in: no need to ask, whatever else is wrong. */
static enum agora_status check_cookie(struct request *rq)
{
    const struct route *route = rq->match.route;
    const char *name;

    if ((route->who & WHO_PUBLIC) != 0 || (route->flags & ROUTE_ANONYMOUS) != 0)
        return AGORA_OK;
    name = cookie_name(rq->work.mem, rq->work.config, SESSION_COOKIE);
    if (name == NULL)
        return work_out_of_memory(&rq->work);
    return request_cookie(rq, name) != NULL
               ? AGORA_OK
               : error_set(&rq->work.error, AGORA_UNAUTHENTICATED, NULL, NULL);
}

/* A page of the app whose handler has something for strangers without JavaScript: whoever brings a
 * session, and who asks for the bare front page, gets the app's file as it is, without a worker. */
static enum agora_status check_page(struct exchange *x)
{
    struct request *rq = &x->rq;
    const char *name = cookie_name(rq->work.mem, rq->work.config, SESSION_COOKIE);

    if (name == NULL)
        return work_out_of_memory(&rq->work);
    bool bare = strcmp(rq->path, "/") == 0 && rq->query_n == 0;
    if (x->server->files != NULL && (bare || request_cookie(rq, name) != NULL))
        x->file = static_page(x->server->files);
    return AGORA_OK;
}

static enum agora_status check_route(struct exchange *x)
{
    enum agora_status s = check_internal(x);

    if (s == AGORA_OK)
        s = check_cookie(&x->rq);
    if (s == AGORA_OK)
        s = check_rate(x);
    if (s == AGORA_OK)
        s = check_origin(&x->rq);
    if (s == AGORA_OK)
        s = check_body(&x->rq, x->rq.match.route);
    if (s == AGORA_OK)
        s = check_conditions(&x->rq);
    if (s == AGORA_OK && (x->rq.match.route->flags & ROUTE_PAGE) != 0)
        s = check_page(x);
    return s;
}

enum agora_status gate_check(struct exchange *x)
{
    struct request *rq = &x->rq;
    struct error *e = &rq->work.error;

    switch (router_find(x->server->router, rq->work.mem, rq->method, rq->path, &rq->match,
                        &rq->allow)) {
    case ROUTE_FOUND:
        return check_route(x);
    case ROUTE_BAD_PATH:
        return error_set(e, AGORA_MALFORMED, NULL, "The address is not percent-encoded UTF-8.");
    case ROUTE_NOT_METHOD:
        return error_set(e, AGORA_METHOD, NULL, NULL);
    default:
        break;
    }
    if (x->server->files != NULL && strcmp(rq->method, "GET") == 0)
        x->file = static_find(x->server->files, rq);
    return x->file != NULL ? AGORA_OK : error_set(e, AGORA_NOT_FOUND, NULL, NULL);
}
