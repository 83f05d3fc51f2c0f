/* The making of a request: everything is copied out of libmicrohttpd while its thread owns it, so
 * that a worker never touches a connection. */
#include "directory/http/exchange.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/utf8.h"
#include "directory/http/server_state.h"
#include "directory/http/urlencoded.h"

/* Most requests need no other memory than the first block. */
enum { FIRST_BLOCK = 16 * 1024, HEADERS_MAX = 100, BODY_STEP = 16 * 1024 };
static const size_t head_max = (size_t)16 * 1024, discard_max = (size_t)2 * 1024 * 1024;

struct exchange *exchange_begin(struct http_server *server, struct MHD_Connection *mhd,
                                const char *uri)
{
    struct exchange *x = talloc_pooled_object(NULL, struct exchange, 16, FIRST_BLOCK);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (x == NULL || info == NULL || info->socket_context == NULL) {
        talloc_free(x);
        return NULL;
    }
    memset(x, 0, sizeof *x);
    x->server = server;
    x->mhd = mhd;
    x->connection = info->socket_context;
    x->head_len = strlen(uri);
    /* One that is too long is refused with the head, in words. */
    if ((x->uri = talloc_strndup(x, uri, head_max)) == NULL ||
        work_begin(&x->rq.work, x, NULL, server->config) != AGORA_OK) {
        talloc_free(x);
        return NULL;
    }
    answer_begin(&x->rs, &x->rq);
    return x;
}

static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct exchange *x = cls;

    (void)kind;
    if (value == NULL)
        value = "";
    x->head_len += strlen(name) + strlen(value) + 4;
    if (x->rq.headers_n == HEADERS_MAX || x->head_len > head_max)
        return MHD_NO;
    struct request_pair *h = &x->rq.headers[x->rq.headers_n++];
    h->name = talloc_strdup(x->rq.work.mem, name);
    h->value = talloc_strdup(x->rq.work.mem, value);
    return h->name != NULL && h->value != NULL ? MHD_YES : MHD_NO;
}

static enum agora_status copy_headers(struct exchange *x)
{
    struct request *rq = &x->rq;

    rq->headers = talloc_array(rq->work.mem, struct request_pair, HEADERS_MAX);
    if (rq->headers == NULL)
        return work_out_of_memory(&rq->work);
    MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, copy_header, x);
    if (x->head_len > head_max || rq->headers_n == HEADERS_MAX)
        return error_set(&rq->work.error, AGORA_HEAD_TOO_LARGE, NULL, NULL);
    for (size_t i = 0; i < rq->headers_n; i++)
        if (!utf8_valid(rq->headers[i].value, strlen(rq->headers[i].value)))
            return error_set(&rq->work.error, AGORA_MALFORMED, NULL, "Header %.60s is not UTF-8.",
                             rq->headers[i].name);
    return AGORA_OK;
}

/* The characters of a header's name (RFC 9110, 5.6.2). */
static bool is_token(const char *name)
{
    return name[strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0' &&
           name[0] != '\0';
}

/* A proxy that reads the end of a body in another way than we do could be made to take a part of
 * one request for another (RFC 9112, 11.2). libmicrohttpd settles on one reading; here such a head
 * is refused. */
static enum agora_status check_framing(struct exchange *x)
{
    struct request *rq = &x->rq;
    int framings = 0, hosts = 0;

    for (size_t i = 0; i < rq->headers_n; i++) {
        const struct request_pair *h = &rq->headers[i];
        bool coding = strcasecmp(h->name, "transfer-encoding") == 0;
        framings += coding || strcasecmp(h->name, "content-length") == 0;
        hosts += strcasecmp(h->name, "host") == 0;
        if (!is_token(h->name) || (coding && strcasecmp(h->value, "chunked") != 0))
            x->ambiguous = true;
    }
    x->ambiguous = x->ambiguous || framings > 1 || hosts > 1;
    return x->ambiguous ? error_set(&rq->work.error, AGORA_MALFORMED, NULL,
                                    "The headers can be read in more than one way.")
                        : AGORA_OK;
}

/* Where the request really came from, and how. */
static void find_client(struct exchange *x)
{
    struct http_server *server = x->server;
    const char *peer = connection_peer(x->connection);
    const char *proto = request_header(&x->rq, "x-forwarded-proto");

    x->rq.address = proxies_client(server->proxies, x->rq.work.mem, peer,
                                   request_header(&x->rq, "x-forwarded-for"));
    x->rq.secure = server->tls != NULL || (proto != NULL && strcmp(proto, "https") == 0 &&
                                           proxies_trust(server->proxies, peer));
}

enum agora_status exchange_head(struct exchange *x, const char *method)
{
    struct request *rq = &x->rq;
    char *query = strchr(x->uri, '?');

    x->began_us = monotonic_us();
    rq->head = strcmp(method, "HEAD") == 0;
    rq->method = rq->head ? "GET" : talloc_strdup(rq->work.mem, method);
    if (query != NULL)
        *query++ = '\0';
    rq->path = x->uri;
    rq->query_text = query;
    rq->server = x->server;
    rq->hub = x->server->hub;
    rq->address = connection_peer(x->connection);
    rq->work.reading = strcmp(rq->method, "GET") == 0;
    enum agora_status s = copy_headers(x);
    if (s == AGORA_OK)
        s = check_framing(x);
    if (s != AGORA_OK)
        return s;
    find_client(x);
    const char *codings = request_header(rq, "accept-encoding");
    rq->compress = codings != NULL && strstr(codings, "gzip") != NULL;
    if (query == NULL)
        return AGORA_OK;
    return pairs_parse(rq->work.mem, query, strlen(query), &rq->query, &rq->query_n,
                       &rq->work.error);
}

bool exchange_body(struct exchange *x, const char *data, size_t len, size_t max)
{
    struct request *rq = &x->rq;

    if (rq->body_len + len > max || x->discarded > 0) {
        x->discarded += len;
        return x->discarded <= discard_max;
    }
    if (rq->body_len + len + 1 > x->body_room) {
        /* Twice as much each time, so that a long body is copied a few times only. */
        size_t room = 2 * rq->body_len + len + BODY_STEP;
        if (room > max + 1)
            room = max + 1;
        char *body = talloc_realloc_size(rq->work.mem, (void *)(size_t)rq->body, room);
        if (body == NULL)
            return false;
        rq->body = body;
        x->body_room = room;
    }
    char *body = (char *)(size_t)rq->body;
    memcpy(body + rq->body_len, data, len);
    rq->body_len += len;
    body[rq->body_len] = '\0';
    return true;
}
