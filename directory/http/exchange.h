/* One request with its answer, on its way through the framework. Owned by the HTTP thread, then by
 * a worker from the moment it is queued until the worker resumes the connection, then by the HTTP
 * thread again, which alone frees it. Nothing is locked: whoever owns it is the only one who
 * touches it. */
#ifndef AGORA_HTTP_EXCHANGE_H
#define AGORA_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <stdint.h>

#include "directory/http/answer.h"
#include "directory/http/request.h"

struct connection;
struct http_server;
struct static_file;

enum exchange_state {
    EXCHANGE_HEAD,   /* the head is being read */
    EXCHANGE_BODY,   /* the body is being read */
    EXCHANGE_QUEUED, /* a worker has it, or will */
    EXCHANGE_DONE,   /* the answer is ready */
    EXCHANGE_SENT    /* given to libmicrohttpd */
};

struct exchange {
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct connection *connection; /* its peer and deadlines */
    enum exchange_state state;
    char *uri;                      /* as sent, path and query */
    const struct static_file *file; /* answer of the browser app, or NULL */
    struct request rq;
    struct response rs;
    size_t head_len;       /* octets of the head, to keep to the limit */
    size_t body_room;      /* octets allocated at rq.body */
    size_t discarded;      /* octets of body that were thrown away */
    bool refused;          /* by the head alone; the problem is in rq.work.error */
    bool ambiguous;        /* nobody can say where it ends: the connection ends with the answer */
    int64_t began_us;      /* monotonic: when the head was complete */
    int64_t queued_us;     /* monotonic: when it was queued */
    struct exchange *next; /* in the queue */
};

/**
 * Begin an exchange; called with the request line, before the head is complete.
 * @return exchange, or NULL without memory
 */
struct exchange *exchange_begin(struct http_server *server, struct MHD_Connection *mhd,
                                const char *uri);

/** Copy the head: headers, address, query. @return AGORA_OK, or a problem in rq.work.error */
enum agora_status exchange_head(struct exchange *x, const char *method) AGORA_CHECKED;

/** Take a piece of the body; beyond @a max it is thrown away and false comes back. */
bool exchange_body(struct exchange *x, const char *data, size_t len, size_t max);

/**
 * Everything that can be decided without the database: route, rate, origin, type and length of the
 * body. On the HTTP thread, once the head is there.
 *
 * @return AGORA_OK: read the body and queue it (or answer x->file); else the problem
 */
enum agora_status gate_check(struct exchange *x) AGORA_CHECKED;

/** Carry the request out, on a worker thread: who asks, may they, the handler, the answer. */
void carry_out(struct exchange *x, struct db *db);

/** Answer with the problem in rq.work.error; the request never reaches a worker. */
void carry_refusal(struct exchange *x);

/** Answer 503 because the request waited too long; on a worker thread, without the database. */
void carry_too_late(struct exchange *x);

/** Give the finished answer to libmicrohttpd. On the HTTP thread. */
enum MHD_Result send_answer(struct exchange *x);

#endif
