/* What handlers say about an answer, kept in struct response until it is sent. */
#include "directory/http/response.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/base/text.h"
#include "directory/http/answer.h"
#include "directory/http/cookie.h"
#include "directory/http/subscription.h"

void answer_begin(struct response *rs, struct request *rq)
{
    *rs = (struct response){.rq = rq, .status = 500, .cache = "no-store"};
}

enum agora_status response_bytes(struct response *rs, unsigned status, const char *type,
                                 const void *data, size_t len)
{
    rs->status = status;
    rs->type = type;
    rs->data = data;
    rs->len = len;
    return AGORA_OK;
}

enum agora_status response_json(struct response *rs, unsigned status, const char *text)
{
    return response_bytes(rs, status, "application/json", text, strlen(text));
}

enum agora_status response_empty(struct response *rs, unsigned status)
{
    return response_bytes(rs, status, NULL, "", 0);
}

enum agora_status response_html(struct response *rs, unsigned status, const char *html,
                                const char *csp)
{
    rs->csp = csp;
    return response_bytes(rs, status, "text/html; charset=utf-8", html, strlen(html));
}

enum agora_status response_redirect(struct response *rs, unsigned status, const char *url)
{
    response_header(rs, "Location", url);
    return response_empty(rs, status);
}

static bool is_clean(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

void response_header(struct response *rs, const char *name, const char *value)
{
    if (rs->headers_n == ANSWER_HEADERS)
        rs->failed = "too many headers";
    else if (value == NULL || !is_clean(name) || !is_clean(value))
        rs->failed = "header with a control character, or without a value";
    else
        rs->headers[rs->headers_n++] = (struct request_pair){name, value};
}

void response_csp(struct response *rs, const char *csp)
{
    rs->csp = csp;
}

void response_etag(struct response *rs, const char *version)
{
    if (version == NULL || !is_clean(version) || strchr(version, '"') != NULL)
        rs->failed = "version that cannot be an ETag";
    else if ((rs->etag = talloc_asprintf(rs->rq->work.mem, "\"%s\"", version)) == NULL)
        rs->failed = "out of memory";
}

void response_cache(struct response *rs, const char *cache_control)
{
    rs->cache = cache_control;
}

void response_cookie(struct response *rs, const char *name, const char *value, int64_t seconds)
{
    const char *text = cookie_text(rs->rq->work.mem, rs->rq->work.config, name, value, seconds);

    response_header(rs, "Set-Cookie", text);
}

void response_session(struct response *rs, const char *token, int64_t seconds)
{
    response_cookie(rs, SESSION_COOKIE, token, seconds);
}

enum agora_status response_events(struct response *rs, struct hub *hub, const char *account)
{
    struct error *e = &rs->rq->work.error;

    if ((rs->stream = hub_subscribe(hub, account)) == NULL)
        return error_set(e, AGORA_UNAVAILABLE, NULL, "No stream can be opened just now.");
    rs->status = 200;
    rs->type = "text/event-stream";
    return AGORA_OK;
}

enum agora_status response_events_missed(struct response *rs, const char *text)
{
    return text == NULL || subscription_put_first(rs->stream, text)
               ? AGORA_OK
               : work_out_of_memory(&rs->rq->work);
}

char *html_escape(const void *mem, const char *text)
{
    struct text t;

    text_begin(&t, mem);
    text_html(&t, text);
    return text_end(&t);
}
