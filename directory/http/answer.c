/* The last steps of an answer before it is sent: problems in their one form, 304 for what the
 * client has already, gzip for JSON that is worth it. */
#include "directory/http/answer.h"

#include <jansson.h>
#include <string.h>
#include <talloc.h>
#include <zlib.h>

#include "directory/base/log.h"
#include "directory/http/subscription.h"

enum { WORTH_COMPRESSING = 1024, GZIP_LEVEL = 5, GZIP_WINDOW = 15 + 16 };

static char *problem_text(const struct request *rq, const struct error_kind *kind)
{
    const struct error *e = &rq->work.error;
    json_t *o =
        json_pack("{s:s+,s:s,s:i,s:s,s:s}", "type", "/errors/", kind->slug, "title", kind->title,
                  "status", (int)kind->http, "detail", e->text, "instance", rq->work.id);
    char *text = NULL;

    if (o != NULL && e->pointer[0] != '\0')
        json_object_set_new(o, "errors",
                            json_pack("[{s:s,s:s}]", "pointer", e->pointer, "detail", e->text));
    if (o != NULL) {
        char *made = json_dumps(o, JSON_COMPACT);
        text = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;
        free(made);
    }
    json_decref(o);
    return text;
}

static const char *retry_after(const struct request *rq)
{
    if (rq->retry_after_s == 0)
        return "60";
    return talloc_asprintf(rq->work.mem, "%lld", (long long)rq->retry_after_s);
}

/* Headers that belong to a kind of problem. */
static void add_problem_headers(struct response *rs, enum agora_status status)
{
    if (status == AGORA_UNAVAILABLE || status == AGORA_UNCERTAIN || status == AGORA_IN_PROGRESS)
        response_header(rs, "Retry-After", "2");
    else if (status == AGORA_TOO_MANY || status == AGORA_PEOPLE_SEEN)
        response_header(rs, "Retry-After", retry_after(rs->rq));
    else if (status == AGORA_UNAUTHENTICATED)
        response_header(rs, "WWW-Authenticate", "Cookie realm=\"agora\"");
    if (rs->rq->problem_header.name != NULL)
        response_header(rs, rs->rq->problem_header.name, rs->rq->problem_header.value);
}

void answer_problem(struct response *rs)
{
    struct request *rq = rs->rq;
    struct error *e = &rq->work.error;

    if (e->status == AGORA_OK)
        error_detail(e, AGORA_INTERNAL, "failed without an error");
    const struct error_kind *kind = error_kind(e->status);
    if (kind->http >= 500)
        log_event(kind->http == 500 ? LOG_ERR : LOG_WARNING, "request_failed", &rq->work, "kind",
                  kind->name, "detail", e->detail, "text", e->text, NULL);
    if (rs->stream != NULL)
        subscription_drop(rs->stream);
    answer_begin(rs, rq);
    add_problem_headers(rs, e->status);
    char *text = problem_text(rq, kind);
    if (text == NULL)
        text = talloc_strdup(rq->work.mem, "{}");
    response_bytes(rs, kind->http, "application/problem+json", text, text ? strlen(text) : 0);
}

static bool is_unchanged(const struct response *rs)
{
    const char *known = request_header(rs->rq, "if-none-match");

    if (known == NULL || rs->etag == NULL || rs->status != 200)
        return false;
    return strcmp(rs->rq->method, "GET") == 0 &&
           (strcmp(known, "*") == 0 || strstr(known, rs->etag) != NULL);
}

static bool is_compressible(const struct response *rs)
{
    return rs->rq->compress && !rs->fixed_encoding && rs->type != NULL &&
           rs->len > WORTH_COMPRESSING &&
           (strstr(rs->type, "json") != NULL || strncmp(rs->type, "text/", 5) == 0);
}

static void compress_data(struct response *rs)
{
    z_stream z = {0};

    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    size_t room = deflateBound(&z, rs->len);
    unsigned char *out = talloc_size(rs->rq->work.mem, room);
    z.next_in = (unsigned char *)(size_t)rs->data;
    z.avail_in = (unsigned)rs->len;
    z.next_out = out;
    z.avail_out = (unsigned)room;
    if (out != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END) {
        rs->data = (const char *)out;
        rs->len = z.total_out;
        response_header(rs, "Content-Encoding", "gzip");
    }
    deflateEnd(&z);
}

void answer_finish(struct response *rs)
{
    if (rs->failed != NULL) {
        error_detail(&rs->rq->work.error, AGORA_INTERNAL, "answer: %s", rs->failed);
        answer_problem(rs);
    }
    if (is_unchanged(rs)) {
        response_empty(rs, 304);
    } else if (is_compressible(rs)) {
        response_header(rs, "Vary", "Accept-Encoding, Accept-Language");
        compress_data(rs);
    }
}
