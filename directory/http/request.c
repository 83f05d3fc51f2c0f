/* Looking things up in a request. The lists are short, so a walk along them is the fastest way. */
#include "directory/http/request.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/http/uuid.h"

const char *request_path(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->match.n; i++)
        if (strcmp(rq->match.names[i], name) == 0)
            return rq->match.values[i];
    return NULL;
}

enum agora_status request_path_uuid(struct request *rq, const char *name, const char **out)
{
    const char *text = request_path(rq, name);
    char *id = talloc_strdup(rq->work.mem, text != NULL ? text : "");

    if (id == NULL)
        return work_out_of_memory(&rq->work);
    if (!uuid_normalise(id))
        return error_set(&rq->work.error, AGORA_NOT_FOUND, NULL, NULL);
    *out = id;
    return AGORA_OK;
}

const char *request_query(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->query_n; i++)
        if (strcmp(rq->query[i].name, name) == 0)
            return rq->query[i].value;
    return NULL;
}

const char *const *request_query_all(struct request *rq, const char *name, size_t *n)
{
    const char **values = talloc_size(rq->work.mem, (rq->query_n + 1) * sizeof *values);

    *n = 0;
    if (values == NULL)
        return NULL;
    for (size_t i = 0; i < rq->query_n; i++)
        if (strcmp(rq->query[i].name, name) == 0)
            values[(*n)++] = rq->query[i].value;
    return *n > 0 ? values : NULL;
}

static bool is_listed(const char *name, va_list names)
{
    const char *known;

    while ((known = va_arg(names, const char *)) != NULL)
        if (strcmp(known, name) == 0)
            return true;
    return false;
}

enum agora_status request_query_only(struct request *rq, ...)
{
    for (size_t i = 0; i < rq->query_n; i++) {
        const char *name = rq->query[i].name;
        va_list names;
        va_start(names, rq);
        bool known = is_listed(name, names);
        va_end(names);
        if (!known || request_query(rq, name) != rq->query[i].value)
            return error_set(&rq->work.error, AGORA_MALFORMED, NULL, "Query parameter “%.60s” %s.",
                             name, known ? "is there twice" : "is not known here");
    }
    return AGORA_OK;
}

const char *request_header(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->headers_n; i++)
        if (strcasecmp(rq->headers[i].name, name) == 0)
            return rq->headers[i].value;
    return NULL;
}

/* One Cookie header: name=value pairs between semicolons (RFC 6265, 4.2). */
static const char *find_cookie(void *mem, const char *header, const char *name)
{
    size_t len = strlen(name);

    while (*header != '\0') {
        header += strspn(header, " \t;");
        size_t pair = strcspn(header, ";");
        if (pair > len && header[len] == '=' && memcmp(header, name, len) == 0) {
            while (pair > len && (header[pair - 1] == ' ' || header[pair - 1] == '\t'))
                pair--;
            return talloc_strndup(mem, header + len + 1, pair - len - 1);
        }
        header += pair;
    }
    return NULL;
}

const char *request_cookie(struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->headers_n; i++) {
        if (strcasecmp(rq->headers[i].name, "cookie") != 0)
            continue;
        const char *value = find_cookie(rq->work.mem, rq->headers[i].value, name);
        if (value != NULL)
            return value;
    }
    return NULL;
}

const char *request_etag(struct request *rq)
{
    const char *header = request_header(rq, "if-match");

    if (header == NULL || strcmp(header, "*") == 0)
        return header;
    if (strncmp(header, "W/", 2) == 0)
        header += 2;
    size_t len = strlen(header);
    if (len < 2 || header[0] != '"' || header[len - 1] != '"')
        return header; /* not an entity tag: it matches no version */
    return talloc_strndup(rq->work.mem, header + 1, len - 2);
}

const char *request_body(const struct request *rq, size_t *len)
{
    *len = rq->body_len;
    return rq->body != NULL ? rq->body : "";
}

bool request_signed_in(const struct request *rq)
{
    return rq->viewer.account[0] != '\0';
}

bool request_has(const struct request *rq, unsigned who)
{
    return (rq->viewer.roles & who) != 0;
}
