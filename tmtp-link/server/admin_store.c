/*
 * A call of the admin interface as a request of the store: parameters in, an HTTP status and JSON
 * out. Events that are not there yet are waited for.
 */
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/link.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/routes.h"
#include "tmtp-link/server/rows.h"
#include "tmtp-link/server/server.h"

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

static void call_write(struct params *params, struct request *const list[], size_t count)
{
    const struct admin_call *call = CONTAINER(list[0], struct admin_call, request);

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

static void submit(struct admin_call *call, const struct request_kind *kind)
{
    call->request.kind = kind;
    call->stored = true;
    store_submit(call->server->store, &call->request);
}

void admin_ask(struct admin_call *call, const struct request_kind *kind)
{
    if (!store_up(call->server->store)) {
        admin_problem(call, MHD_HTTP_SERVICE_UNAVAILABLE, "the database is away");
        return;
    }
    admin_suspend(call);
    submit(call, kind);
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

/* Row: status, body. */
static void call_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = CONTAINER(list[0], struct admin_call, request);
    const char *body;
    unsigned status;

    (void)count;
    call->stored = false;
    if (result == NULL || PQntuples(result) != 1) {
        admin_problem(call, MHD_HTTP_INTERNAL_SERVER_ERROR, "the database refused it; see the log");
        return;
    }
    status = (unsigned)rows_int4(result, 0, 0);
    body = rows_text(result, 0, 1);
    if (status == MHD_HTTP_OK && call->suspends != NULL) {
        log_out(call->server, call->suspends);
    }
    if (status >= 400) {
        admin_problem(call, status, body);
    } else {
        admin_answer(call, status, body == NULL ? NULL : strdup(body));
    }
}

/* A contact has come, gone or changed; the call's first two values are the uids. */
static void contact_settle(struct request *const list[], size_t count, const PGresult *result)
{
    const struct admin_call *call = CONTAINER(list[0], struct admin_call, request);

    routes_forget(call->server->routes, call->values[0].text, call->values[1].text,
                  call->request.kind == &admin_kinds[ADMIN_CONTACT_DELETE]);
    call_settle(list, count, result);
}

/* --- events, which may be waited for ------------------------------------------------------- */

static void events_timer(struct timer *timer)
{
    struct admin_call *call = CONTAINER(timer, struct admin_call, timer);

    call->wait_us = 0; /* the next look is the last */
    if (!call->stored) {
        admin_events_again(call);
    }
}

/* Row: status, body, found. */
static void events_settle(struct request *const list[], size_t count, const PGresult *result)
{
    struct admin_call *call = CONTAINER(list[0], struct admin_call, request);

    if (result == NULL || rows_bool(result, 0, 2) || call->wait_us == 0) {
        call_settle(list, count, result);
        return;
    }
    call->stored = false;
    if (!call->waiting) {
        call->waiting = true;
        call->timer.fire = events_timer;
        loop_after(call->server->loop, &call->timer, call->wait_us);
    }
}

void admin_events_again(struct admin_call *call)
{
    submit(call, &admin_kinds[ADMIN_EVENTS]);
}

#define KIND(kind_name, statement, settled)                                                        \
    {                                                                                              \
        .name = kind_name, .query = statement, .most = 1, .write = call_write, .settle = settled   \
    }

const struct request_kind admin_kinds[ADMIN_KINDS] = {
    [ADMIN_CONTACT_PUT] = KIND("contact put", QUERY_ADMIN_CONTACT_PUT, contact_settle),
    [ADMIN_CONTACT_GET] = KIND("contact get", QUERY_ADMIN_CONTACT_GET, call_settle),
    [ADMIN_CONTACT_DELETE] = KIND("contact delete", QUERY_ADMIN_CONTACT_DELETE, contact_settle),
    [ADMIN_USER_GET] = KIND("user get", QUERY_ADMIN_USER_GET, call_settle),
    [ADMIN_USER_LIST] = KIND("user list", QUERY_ADMIN_USER_LIST, call_settle),
    [ADMIN_USER_STATE] = KIND("user state", QUERY_ADMIN_USER_STATE, call_settle),
    [ADMIN_EVENTS] = KIND("events", QUERY_ADMIN_EVENTS, events_settle),
    [ADMIN_SERVER] = KIND("server", QUERY_ADMIN_SERVER, call_settle),
};
