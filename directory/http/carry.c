/* Carrying a request out, on a worker thread, from top to bottom: who asks, may they, has this been
 * answered before, the handler, the answer. */
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/crypto.h"
#include "directory/base/log.h"
#include "directory/http/cookie.h"
#include "directory/http/exchange.h"
#include "directory/http/language.h"
#include "directory/http/server_state.h"

static enum agora_status authenticate(struct exchange *x)
{
    struct request *rq = &x->rq;

    if ((rq->match.route->flags & ROUTE_ANONYMOUS) != 0 || x->server->hooks->authenticate == NULL)
        return AGORA_OK;
    const char *name = cookie_name(rq->work.mem, rq->work.config, SESSION_COOKIE);
    if (name == NULL)
        return work_out_of_memory(&rq->work);
    const char *token = request_cookie(rq, name);
    if (token == NULL || token[0] == '\0')
        return AGORA_OK;
    return x->server->hooks->authenticate(&rq->work, token, &rq->viewer);
}

static enum agora_status authorise(struct request *rq)
{
    unsigned who = rq->match.route->who;

    if ((who & WHO_PUBLIC) != 0 || (request_signed_in(rq) && request_has(rq, who)))
        return AGORA_OK;
    return error_set(&rq->work.error,
                     request_signed_in(rq) ? AGORA_FORBIDDEN : AGORA_UNAUTHENTICATED, NULL, NULL);
}

/* A request whose answer is kept under its Idempotency-Key. */
struct keyed {
    const char *route; /* method and path */
    const char *key;
    char hash[2 * SHA256_LEN + 1];
};

static enum agora_status read_key(struct request *rq, struct keyed *k)
{
    k->key = request_header(rq, "idempotency-key");
    if (k->key == NULL || k->key[0] == '\0' || strlen(k->key) > 128)
        return error_set(&rq->work.error, AGORA_MALFORMED, NULL,
                         "Send an Idempotency-Key of 1 to 128 characters.");
    k->route = talloc_asprintf(rq->work.mem, "%s %s", rq->method, rq->path);
    sha256_hex(rq->body != NULL ? rq->body : "", rq->body_len, k->hash);
    return k->route != NULL ? AGORA_OK : work_out_of_memory(&rq->work);
}

static enum agora_status answer_again(struct exchange *x, unsigned status, const char *answer,
                                      const char *etag)
{
    if (etag != NULL)
        response_etag(&x->rs, etag);
    return answer != NULL ? response_json(&x->rs, status, answer) : response_empty(&x->rs, status);
}

/* The version in an ETag, for keeping. */
static const char *bare_etag(const struct response *rs)
{
    return rs->etag != NULL ? talloc_strndup(rs->rq->work.mem, rs->etag + 1, strlen(rs->etag) - 2)
                            : NULL;
}

static enum agora_status handle_once(struct exchange *x)
{
    struct request *rq = &x->rq;
    struct response *rs = &x->rs;
    const struct http_hooks *hooks = x->server->hooks;
    struct keyed k = {0};
    unsigned status = 0;
    const char *answer = NULL, *etag = NULL;

    enum agora_status s = read_key(rq, &k);
    if (s == AGORA_OK)
        s = hooks->idempotency_begin(&rq->work, rq->viewer.account, k.route, k.key, k.hash, &status,
                                     &answer, &etag);
    if (s != AGORA_OK)
        return s;
    if (status != 0)
        return answer_again(x, status, answer, etag);
    s = rq->match.route->handle(rq, rs);
    if (s != AGORA_OK) {
        hooks->idempotency_abandon(&rq->work);
        return s;
    }
    return hooks->idempotency_finish(&rq->work, rq->viewer.account, k.route, k.key, rs->status,
                                     rs->type != NULL ? rs->data : NULL, bare_etag(rs));
}

static enum agora_status handle(struct exchange *x)
{
    struct request *rq = &x->rq;
    const struct route *route = rq->match.route;
    enum agora_status s = authenticate(x);

    if (s == AGORA_OK)
        s = authorise(rq);
    if (s != AGORA_OK)
        return s;
    if ((route->flags & ROUTE_IDEMPOTENT) != 0 && request_signed_in(rq))
        return handle_once(x);
    return route->handle(rq, &x->rs);
}

/* One line a request; health checks and scrapes are below the usual level. */
static void log_request(const struct exchange *x, int64_t us)
{
    const struct request *rq = &x->rq;
    const struct route *route = rq->match.route;
    bool quiet = route == NULL || (route->flags & ROUTE_ANONYMOUS) != 0;

    log_event(quiet ? LOG_DEBUG : LOG_INFO, "request", &rq->work, "method", rq->method, "route",
              route != NULL ? route->path : NULL, "status", LOG_NUMBER(x->rs.status), "us",
              LOG_NUMBER(us), "account", rq->viewer.account[0] != '\0' ? rq->viewer.account : NULL,
              NULL);
}

static void finish(struct exchange *x, enum agora_status s)
{
    struct request *rq = &x->rq;

    if (s != AGORA_OK && s != rq->work.error.status)
        error_set(&rq->work.error, s, NULL, NULL); /* what is there tells of something else */
    if (s != AGORA_OK)
        answer_problem(&x->rs);
    answer_finish(&x->rs);
    if (rq->work.error.status != AGORA_OK && x->rs.status >= 400)
        metrics_error(x->server->metrics, rq->work.error.status);
    int64_t us = monotonic_us() - x->began_us;
    metrics_count(x->server->metrics, rq->match.route, x->rs.status, us);
    log_request(x, us);
}

void carry_out(struct exchange *x, struct db *db)
{
    struct work *w = &x->rq.work;

    w->db = db;
    language_read(request_header(&x->rq, "accept-language"), w->languages);
    enum agora_status s = handle(x);
    if (s != AGORA_OK && x->server->hooks->idempotency_abandon != NULL && db != NULL) {
        /* Whatever a handler left open must not be seen by the next request on this connection. */
        struct error kept = w->error;
        x->server->hooks->idempotency_abandon(w);
        w->error = kept;
    }
    finish(x, s);
}

void carry_refusal(struct exchange *x)
{
    finish(x, x->rq.work.error.status);
}

void carry_too_late(struct exchange *x)
{
    finish(x, error_set(&x->rq.work.error, AGORA_UNAVAILABLE, NULL,
                        "The service is too busy just now."));
}
