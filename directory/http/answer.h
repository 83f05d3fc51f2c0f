/* The inside of struct response, for the files of the framework; handlers use response.h. */
#ifndef AGORA_HTTP_ANSWER_H
#define AGORA_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/http/response.h"

enum { ANSWER_HEADERS = 32 };

struct subscription;

struct response {
    struct request *rq; /* owner of all texts */
    unsigned status;
    const char *type; /* Content-Type, NULL when there is no body */
    const char *data;
    size_t len;
    const char *etag;  /* with its quotes, or NULL */
    const char *cache; /* Cache-Control */
    const char *csp;   /* Content-Security-Policy instead of the usual one, or NULL */
    struct request_pair headers[ANSWER_HEADERS];
    size_t headers_n;
    struct subscription *stream; /* server-sent events instead of data, or NULL */
    bool fixed_encoding;         /* data is encoded already, or must not be */
    const char *failed;          /* why this answer cannot go out, or NULL */
};

/** Make an empty answer to a request. */
void answer_begin(struct response *rs, struct request *rq);

/** Whatever was there, answer with problem+json made of rq->work.error. */
void answer_problem(struct response *rs);

/**
 * Make the answer ready to be sent: failures of the handler's own, 304, gzip. On a worker thread.
 *
 * Afterwards status, type, data, len and headers are final.
 */
void answer_finish(struct response *rs);

#endif
