/*
 * A call of the admin interface as a request of the store: parameters in, an HTTP status and JSON
 * out. What changes something goes out with the batches of the clients; what only reads has a
 * connection of its own, so that a long list or a count holds no message up. Events that are not
 * there yet are waited for.
 */
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/enter.h"
#include "tmtp-link/server/lapse.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

static struct admin_call *call_of(struct request *request)
{
    return CONTAINER(request, struct admin_call, request);
}

static struct admin_value *add_value(struct admin_call *call, enum admin_value_type type)
{
    struct admin_value *value = &call->values[call->value_count++];

    value->type = type;
    return value;
}

void admin_add_text(struct admin_call *call, const char *text)
{
    add_value(call, ADMIN_TEXT)->text = text == NULL ? NULL : strdup(text);
}

void admin_add_number(struct admin_call *call, enum admin_value_type type, int64_t number)
{
    add_value(call, type)->number = number;
}

/* --- asking -------------------------------------------------------------------------------- */

static void submit(struct admin_call *call, enum admin_kind kind)
{
    struct server *server = call->server;

    call->request.kind = &admin_kinds[kind];
    call->stored = true;
    store_submit(kind < ADMIN_CHANGES ? server->store : server->reader, &call->request);
}

void admin_ask(struct admin_call *call, enum admin_kind kind)
{
    const struct server *server = call->server;

    if (!store_up(server->store) || !store_up(server->reader)) {
        admin_problem(call, MHD_HTTP_SERVICE_UNAVAILABLE, "the database is away");
        return;
    }
    admin_suspend(call);
    submit(call, kind);
}

static void write_values(struct params *params, struct request *const list[], size_t count)
{
    const struct admin_call *call = call_of(list[0]);

    (void)count;
    for (int i = 0; i < call->value_count; i++) {
        const struct admin_value *value = &call->values[i];

        if (value->type == ADMIN_INT4) {
            params_int4(params, (int32_t)value->number);
        } else if (value->type == ADMIN_INT8) {
            params_int8(params, value->number);
        } else {
            params_text(params, value->text);
        }
    }
}

/* Many calls at once: an array of the first value of each, of the second, and so on; all texts. */
static void write_arrays(struct params *params, struct request *const list[], size_t count)
{
    for (int i = 0; i < call_of(list[0])->value_count; i++) {
        params_array(params, PARAMS_TEXT, count);
        for (size_t k = 0; k < count; k++) {
            const char *text = call_of(list[k])->values[i].text;

            params_item(params, text, text == NULL ? 0 : strlen(text));
        }
    }
}

/* --- answers ------------------------------------------------------------------------------- */

static void refused(struct admin_call *call)
{
    admin_problem(call, MHD_HTTP_INTERNAL_SERVER_ERROR, "the database refused it; see the log");
}

/* A row's first columns: status, body. Returns the status. */
static unsigned answer_row(struct admin_call *call, const PGresult *result, int row)
{
    unsigned status = (unsigned)rows_int4(result, row, 0);
    const char *body = rows_text(result, row, 1);

    if (status >= 400) {
        admin_problem(call, status, body);
    } else {
        admin_answer(call, status, body == NULL ? NULL : strdup(body));
    }
    return status;
}

static void settle_one(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = call_of(list[0]);

    (void)count;
    call->stored = false;
    if (result == NULL || PQntuples(result) != 1) {
        refused(call);
    } else {
        answer_row(call, result, 0);
    }
}

/* The contact of a call has come, gone or changed; its first two values are the uids. */
static void forget_routes(const struct admin_call *call, bool ended)
{
    routes_forget(call->server->routes, call->values[0].text, call->values[1].text, ended);
}

static void settle_puts(struct request *const list[], size_t count, const PGresult *result)
{
    for (size_t i = 0; i < count; i++) {
        struct admin_call *call = call_of(list[i]);

        call->stored = false;
        forget_routes(call, false);
        if (result == NULL || PQntuples(result) != (int)count) {
            refused(call);
            continue;
        }
        if (call->values[3].text != NULL) { /* `until` */
            lapse_look(call->server->lapse);
        }
        answer_row(call, result, (int)i);
    }
}

static void settle_deletes(struct request *const list[], size_t count, const PGresult *result)
{
    for (size_t i = 0; i < count; i++) {
        struct admin_call *call = call_of(list[i]);

        call->stored = false;
        forget_routes(call, true);
        if (result == NULL) {
            refused(call);
        } else {
            admin_answer(call, MHD_HTTP_NO_CONTENT, NULL);
        }
    }
}

static void settle_batch(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = call_of(list[0]);

    admin_batch_forget_routes(call->batch, call->server->routes);
    if (result != NULL && admin_batch_has_end(call->batch)) {
        lapse_look(call->server->lapse);
    }
    settle_one(list, count, result);
}

/* A user was suspended: their links end at once. */
static void log_out(struct server *server, const char *uid)
{
    struct link *next;

    for (struct link *link = server->links; link != NULL; link = next) {
        next = link->next;
        if (link->stage == LINK_IN && strcmp(link->uid, uid) == 0) {
            link_close(link, "suspended");
        }
    }
}

static void settle_state(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = call_of(list[0]);

    if (call->suspends != NULL && result != NULL && PQntuples(result) == 1 &&
        rows_int4(result, 0, 0) == MHD_HTTP_OK) {
        log_out(call->server, call->suspends);
    }
    settle_one(list, count, result);
}

/* Row: status, body, node. */
static void settle_node(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = call_of(list[0]);
    bool barred = result != NULL && PQntuples(result) == 1 && !rows_null(result, 0, 2);
    struct link *link = barred ? enter_online(call->server, rows_int8(result, 0, 2)) : NULL;

    if (barred) {
        routes_forget_all(call->server->routes); /* it is rare, and any may lead there */
    }
    if (link != NULL) {
        link_close(link, "barred");
    }
    settle_one(list, count, result);
}

/* --- events, which may be waited for ------------------------------------------------------- */

static void events_timer(struct timer *timer)
{
    struct admin_call *call = CONTAINER(timer, struct admin_call, timer);

    call->wait_us = 0; /* the next look is the last */
    if (call->stored) {
        return;
    }
    if (store_up(call->server->reader)) {
        admin_events_again(call);
    } else {
        admin_problem(call, MHD_HTTP_SERVICE_UNAVAILABLE, "the database is away");
    }
}

/* Row: status, body, found. */
static void settle_events(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = call_of(list[0]);

    if (result == NULL || rows_bool(result, 0, 2) || call->wait_us == 0) {
        settle_one(list, count, result);
        return;
    }
    call->stored = false;
    if (!call->waiting) {
        call->waiting = true;
        call->timer.fire = events_timer;
        loop_after(call->server->loop, &call->timer, call->wait_us);
    }
    if (call->missed) { /* an event came while this was on its way */
        admin_events_again(call);
    }
}

void admin_events_again(struct admin_call *call)
{
    call->missed = false;
    submit(call, ADMIN_EVENTS);
}

#define ONE(kind_name, statement, settled)                                                         \
    {                                                                                              \
        .name = kind_name, .query = statement, .most = 1, .write = write_values, .settle = settled \
    }

const struct request_kind admin_kinds[ADMIN_KINDS] = {
    [ADMIN_CONTACT_PUT] = {.name = "contact put",
                           .query = QUERY_ADMIN_CONTACTS_PUT,
                           .most = 256,
                           .write = write_arrays,
                           .settle = settle_puts},
    [ADMIN_CONTACT_DELETE] = {.name = "contact delete",
                              .query = QUERY_ADMIN_CONTACTS_DELETE,
                              .most = 256,
                              .write = write_arrays,
                              .settle = settle_deletes},
    [ADMIN_CONTACT_BATCH] = {.name = "contact batch",
                             .query = QUERY_ADMIN_CONTACTS_BATCH,
                             .most = 1,
                             .write = admin_batch_write,
                             .settle = settle_batch},
    [ADMIN_CONTACT_GET] = ONE("contact get", QUERY_ADMIN_CONTACT_GET, settle_one),
    [ADMIN_USER_GET] = ONE("user get", QUERY_ADMIN_USER_GET, settle_one),
    [ADMIN_USER_LIST] = ONE("user list", QUERY_ADMIN_USER_LIST, settle_one),
    [ADMIN_USER_CONTACTS] = ONE("user contacts", QUERY_ADMIN_USER_CONTACTS, settle_one),
    [ADMIN_USER_STATE] = ONE("user state", QUERY_ADMIN_USER_STATE, settle_state),
    [ADMIN_NODE_DELETE] = ONE("node delete", QUERY_ADMIN_NODE_DELETE, settle_node),
    [ADMIN_EVENTS] = ONE("events", QUERY_ADMIN_EVENTS, settle_events),
    [ADMIN_SERVER] = ONE("server", QUERY_ADMIN_SERVER, settle_one),
};
