/*
 * What every test of directory/ includes, and a request made by hand: no socket, no database.
 */
#ifndef AGORA_TESTS_UNIT_CHECK_H
#define AGORA_TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/http/request.h"
#include "directory/http/urlencoded.h"

/** A GET with this query (may be NULL) and, when not NULL, this body. Freed by drop_request(). */
static inline struct request *make_request(const char *query, const char *body)
{
    struct request *rq = talloc_zero(NULL, struct request);
    struct config *config = NULL;

    assert_int_equal(config_read(rq, NULL, &config, &rq->work.error), AGORA_OK);
    rq->work.mem = talloc_new(rq);
    rq->work.config = config;
    rq->method = "GET";
    rq->path = "/";
    if (query != NULL)
        assert_int_equal(pairs_parse(rq->work.mem, query, strlen(query), &rq->query, &rq->query_n,
                                     &rq->work.error),
                         AGORA_OK);
    if (body != NULL) {
        rq->body = body;
        rq->body_len = strlen(body);
    }
    return rq;
}

static inline void add_header(struct request *rq, const char *name, const char *value)
{
    rq->headers = talloc_realloc(rq, rq->headers, struct request_pair, (unsigned)rq->headers_n + 1);
    rq->headers[rq->headers_n++] = (struct request_pair){name, value};
}

static inline void drop_request(struct request *rq)
{
    talloc_free(rq);
}

#endif
