/*
 * One call of the admin interface: what its parts share. admin.c is HTTP, admin_access.c who may
 * call, admin_routes.c what may be asked, admin_store.c the way to the database and back.
 */
#ifndef TMTPD_ADMIN_CALL_H
#define TMTPD_ADMIN_CALL_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "tmtp-link/server/buffer.h"
#include "tmtp-link/server/loop.h"
#include "tmtp-link/server/store.h"

#define ADMIN_VALUES_MAX 5

/** What may be asked, a statement each. */
enum admin_kind {
    ADMIN_CONTACT_PUT,
    ADMIN_CONTACT_DELETE,
    ADMIN_CONTACT_BATCH,
    ADMIN_USER_STATE,
    ADMIN_NODE_DELETE,
    ADMIN_CHANGES, /**< those before change something, those from here on only read */
    ADMIN_CONTACT_GET = ADMIN_CHANGES,
    ADMIN_USER_GET,
    ADMIN_USER_LIST,
    ADMIN_USER_CONTACTS,
    ADMIN_EVENTS,
    ADMIN_SERVER,
    ADMIN_KINDS
};

/** The kinds of requests for these. */
extern const struct request_kind admin_kinds[ADMIN_KINDS];

enum admin_value_type { ADMIN_TEXT, ADMIN_INT4, ADMIN_INT8 };

/** A parameter of the statement. */
struct admin_value {
    enum admin_value_type type;
    char *text; /**< NULL for null */
    int64_t number;
};

struct routes;

/** Many changes of contacts; see admin_batch.c. */
struct admin_batch;

struct admin_call {
    struct request request;
    struct admin *admin;
    struct server *server;
    struct MHD_Connection *connection;
    struct admin_call *prev, *next; /**< among those suspended */
    struct timer timer;             /**< the end of waiting */
    struct buffer body;
    uint64_t body_len; /**< as announced or come; more than 1 MiB is not kept */
    uint64_t drained;  /**< what came of it */
    unsigned refused;  /**< status, when the caller may not call; 0 when they may */
    bool suspended;
    bool stored;  /**< the store has its request */
    bool waiting; /**< for events */
    bool missed;  /**< one came while the store had the request */
    bool answered;
    unsigned status;
    const char *media; /**< of the answer; NULL for JSON */
    char *answer;      /**< text, or NULL for none */
    char allow[32];    /**< methods that the path knows, when the one asked for is not among them */

    struct admin_value values[ADMIN_VALUES_MAX];
    int value_count;
    struct admin_batch *batch; /**< instead of values */
    int64_t wait_us;           /**< how long it may wait for events */
    char *suspends;            /**< uid of the user that it suspends, or NULL */
};

/** Answer with a problem (RFC 9457); goes out now, or when the call resumes. */
void admin_problem(struct admin_call *call, unsigned status, const char *detail);

/** A problem as JSON text, to be freed by free(); NULL when there is no memory. */
char *admin_problem_text(unsigned status, const char *detail);

/** Answer with text, which is taken over; NULL for an empty body. */
void admin_answer(struct admin_call *call, unsigned status, char *text);

/** Suspend the call until it is answered. */
void admin_suspend(struct admin_call *call);

/** Carry out a call whose body is complete: answers, or suspends and answers later. */
void admin_route(struct admin_call *call, const char *method, const char *path);

/** Add a parameter to the call's statement; NULL for null. */
void admin_add_text(struct admin_call *call, const char *text);
void admin_add_number(struct admin_call *call, enum admin_value_type type, int64_t number);

/** Give the call to the store, if the database is there: its answer comes later. */
void admin_ask(struct admin_call *call, enum admin_kind kind);

/** Ask the store (again) for the events that the call waits for. */
void admin_events_again(struct admin_call *call);

/** Carry out POST /v1/contacts:batch. */
void admin_batch_begin(struct admin_call *call, enum admin_kind kind);

/** Write the parameters of a batch's statement. */
void admin_batch_write(struct params *params, struct request *const list[], size_t count);

/** Whether a batch gives a contact an end. */
bool admin_batch_has_end(const struct admin_batch *batch);

/** It was carried out: forget the ways between those it was about. */
void admin_batch_forget_routes(const struct admin_batch *batch, struct routes *routes);

/** Free it; NULL will do. */
void admin_batch_free(struct admin_batch *batch);

#endif
