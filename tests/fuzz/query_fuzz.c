/*
 * Queries, form bodies, cookies, paths and version tags of any octets: nothing is read beyond its
 * end, what is decoded is UTF-8, and what a field lets through keeps to its limits.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/http/input.h"
#include "directory/http/response.h"
#include "directory/http/urlencoded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum agora_status no_handler(struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return AGORA_OK;
}

static const struct route routes[] = {
    {"GET", "/a", 0, 0, LANE_FAST, 0, no_handler},
    {"GET", "/a/{b}/c", 0, 0, LANE_FAST, 0, no_handler},
    {"GET", "/a/{b}/{c}", 0, 0, LANE_FAST, 0, no_handler},
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void try_pairs(struct request *rq)
{
    for (size_t i = 0; i < rq->query_n; i++) {
        must(utf8_valid(rq->query[i].name, strlen(rq->query[i].name)));
        must(utf8_valid(rq->query[i].value, strlen(rq->query[i].value)));
    }
}

static void try_fields(struct request *rq)
{
    const char *q, *limit, *topics, *email;
    const struct input_field fields[] = {
        {"q", INPUT_TEXT, .max = 5, .out = &q},
        {"n", INPUT_INT, .min = 1, .max = 100, .out = &limit},
        {"t", INPUT_TEXT_LIST, .max = 3, .items = 2, .out = &topics},
        {"e", INPUT_EMAIL, .out = &email},
        {"d", INPUT_DATE, .out = NULL},
        {"u", INPUT_UUID, .out = NULL},
        {"l", INPUT_LANG, .out = NULL},
        {"h", INPUT_URL, .out = NULL},
        {"w", INPUT_CHOICE, .choices = "ask offer", .out = NULL},
    };

    if (INPUT_QUERY(rq, fields) != AGORA_OK)
        return;
    must(q == NULL || utf8_length(q) <= 5);
    must(limit == NULL || (strtol(limit, NULL, 10) >= 1 && strtol(limit, NULL, 10) <= 100));
    must(email == NULL || strchr(email, '@') != NULL);
}

static void try_path(const struct router *router, void *mem, const char *text)
{
    struct route_match m;
    const char *allow;

    if (router_find(router, mem, "GET", text, &m, &allow) != ROUTE_FOUND)
        return;
    for (size_t i = 0; i < m.n; i++)
        must(m.values[i][0] != '\0' && strchr(m.values[i], '/') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    struct request rq = {.work.mem = mem};
    char *text = talloc_strndup(mem, (const char *)data, size);
    struct request_pair header = {"Cookie", text};
    struct error e;
    struct router *router = router_make(mem, routes, sizeof routes / sizeof routes[0], &e);

    must(text != NULL && router != NULL);
    if (pairs_parse(mem, (const char *)data, size, &rq.query, &rq.query_n, &e) == AGORA_OK) {
        try_pairs(&rq);
        try_fields(&rq);
    }
    try_path(router, mem, text);
    rq.headers = &header;
    rq.headers_n = 1;
    request_cookie(&rq, "agora");
    header.name = "If-Match";
    request_etag(&rq);
    html_escape(mem, text);
    talloc_free(mem);
    return 0;
}
