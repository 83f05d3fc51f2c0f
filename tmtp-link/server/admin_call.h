/*
 * One call of the admin interface: what admin.c (HTTP) and admin_routes.c (what is asked) share.
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
    ADMIN_CONTACT_GET,
    ADMIN_CONTACT_DELETE,
    ADMIN_USER_GET,
    ADMIN_USER_LIST,
    ADMIN_USER_STATE,
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

struct admin_call {
    struct request request;
    struct admin *admin;
    struct server *server;
    struct MHD_Connection *connection;
    struct admin_call *prev, *next; /**< among those suspended */
    struct timer timer;             /**< the end of waiting */
    struct buffer body;
    bool too_large;
    bool suspended;
    bool stored;  /**< the store has its request */
    bool waiting; /**< for events */
    bool answered;
    unsigned status;
    char *answer; /**< JSON, or NULL for none */

    struct admin_value values[ADMIN_VALUES_MAX];
    int value_count;
    int64_t wait_us; /**< how long it may wait for events */
    char *suspends;  /**< uid of the user that it suspends, or NULL */
};

/** Answer with a problem (RFC 9457); goes out now, or when the call resumes. */
void admin_problem(struct admin_call *call, unsigned status, const char *detail);

/** Answer with JSON text, which is taken over; NULL for an empty body. */
void admin_answer(struct admin_call *call, unsigned status, char *json);

/** Suspend the call until it is answered. */
void admin_suspend(struct admin_call *call);

/** Carry out a call whose body is complete: answers, or suspends and answers later. */
void admin_route(struct admin_call *call, const char *method, const char *path);

/** Add a parameter to the call's statement; NULL for null. */
void admin_add_text(struct admin_call *call, const char *text);
void admin_add_number(struct admin_call *call, enum admin_value_type type, int64_t number);

/** Give the call to the store, if that is there: its answer comes later. */
void admin_ask(struct admin_call *call, const struct request_kind *kind);

/** Ask the store (again) for the events that the call waits for. */
void admin_events_again(struct admin_call *call);

#endif
