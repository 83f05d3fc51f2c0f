/* From a finished answer to libmicrohttpd: every header that every answer has is written here. */
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/http/exchange.h"
#include "directory/http/server_state.h"
#include "directory/http/subscription.h"

/* Pages of the app run our own scripts only, and only from files; nothing may frame them. */
static const char *const usual_csp =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html";
static const char *const data_csp = "default-src 'none'; frame-ancestors 'none'";

static void add(struct MHD_Response *r, const char *name, const char *value)
{
    if (value != NULL)
        MHD_add_response_header(r, name, value);
}

static void add_security(struct MHD_Response *r, const struct request *rq, const char *type,
                         const char *csp)
{
    bool page = type != NULL && strncmp(type, "text/html", 9) == 0;

    add(r, "Content-Security-Policy", csp != NULL ? csp : page ? usual_csp : data_csp);
    add(r, "X-Content-Type-Options", "nosniff");
    add(r, "Referrer-Policy", "same-origin");
    if (page) {
        add(r, "Cross-Origin-Opener-Policy", "same-origin");
        add(r, "Permissions-Policy",
            "camera=(self), microphone=(), geolocation=(), publickey-credentials-get=(self), "
            "publickey-credentials-create=(self)");
    }
    if (rq->match.route != NULL && (rq->match.route->flags & ROUTE_CORS) != 0)
        add(r, "Access-Control-Allow-Origin", "*");
    else
        add(r, "Cross-Origin-Resource-Policy", "same-origin");
    if (rq->secure)
        add(r, "Strict-Transport-Security", "max-age=63072000; includeSubDomains");
}

static void add_headers(struct MHD_Response *r, const struct exchange *x)
{
    const struct request *rq = &x->rq;
    const struct response *rs = &x->rs;

    add(r, "X-Request-Id", rq->work.id);
    add(r, "Content-Type", rs->type);
    add(r, "Cache-Control", rs->cache);
    add(r, "ETag", rs->etag);
    add(r, "RateLimit-Policy", rq->rate_policy);
    add(r, "RateLimit", rq->rate);
    if (rs->status == 405)
        add(r, "Allow", rq->allow);
    for (size_t i = 0; i < rs->headers_n; i++)
        add(r, rs->headers[i].name, rs->headers[i].value);
    add_security(r, rq, rs->type, rs->csp);
    if (x->ambiguous || atomic_load(&x->server->stopping))
        add(r, "Connection", "close");
}

/* The browser app's file, or 304 when the browser has it. */
static void answer_file(struct exchange *x)
{
    const struct static_file *f = x->file;
    struct response *rs = &x->rs;
    const struct static_form *form =
        &f->forms[static_form(f, request_header(&x->rq, "accept-encoding"))];
    const char *known = request_header(&x->rq, "if-none-match");

    rs->etag = form->etag;
    rs->cache = f->cache;
    response_header(rs, "Vary", "Accept-Encoding");
    if (form == &f->forms[FORM_GZIP])
        response_header(rs, "Content-Encoding", "gzip");
    else if (form == &f->forms[FORM_BROTLI])
        response_header(rs, "Content-Encoding", "br");
    if (known != NULL && strstr(known, form->etag) != NULL) {
        /* Its headers replace those the browser kept, so that the policy must be a page's too. */
        response_empty(rs, 304);
        rs->type = f->type;
    } else
        response_bytes(rs, 200, f->type, form->data, form->len);
}

static struct MHD_Response *make_response(struct exchange *x)
{
    struct response *rs = &x->rs;

    if (rs->stream != NULL) {
        struct subscription *stream = rs->stream;
        rs->stream = NULL; /* the response has it now */
        return subscription_response(stream, x->mhd);
    }
    /* Not copied: the exchange outlives the response's last octet. */
    return MHD_create_response_from_buffer(rs->len, (void *)(size_t)rs->data,
                                           MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result send_answer(struct exchange *x)
{
    bool streams = x->rs.stream != NULL;
    int64_t limit_us = 60 * SECOND_US;

    if (x->file != NULL) {
        answer_file(x);
        metrics_count(x->server->metrics, NULL, x->rs.status, monotonic_us() - x->began_us);
    }
    struct MHD_Response *r = make_response(x);
    if (r == NULL)
        return MHD_NO;
    add_headers(r, x);
    x->state = EXCHANGE_SENT;
    connection_deadline(x->server->connections, x->connection,
                        streams ? INT64_MAX : monotonic_us() + limit_us);
    enum MHD_Result done = MHD_queue_response(x->mhd, x->rs.status, r);
    MHD_destroy_response(r);
    return done;
}
