/*
 * What may be asked: one table of methods and paths, and for each how the call becomes a statement.
 * The database makes the answer, status and JSON both (sql/tmtpd/functions/admin.sql, contact.sql).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/admin_input.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/metrics.h"
#include "tmtp-link/server/queued.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/wire/base32.h"
#include "tmtp-link/wire/limits.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000, WAIT_MAX_S = 60, NODE_DIGITS = 18 };

struct route {
    const char *method;
    const char *path;  /* `{uid}` stands for a uid, `{n}` for a number */
    const char *query; /* names of its query parameters, a space around each */
    bool body;         /* whether it may have one */
    void (*begin)(struct admin_call *call, enum admin_kind kind);
    enum admin_kind kind;
};

/* --- the calls ----------------------------------------------------------------------------- */

/* The uids of the path are the call's first values already. */

static void contact_put(struct admin_call *call, enum admin_kind kind)
{
    static const char *const names[] = {"ref", "until", "first", NULL};
    json_t *body = input_object(call, names);
    const char *texts[3];
    bool ok = body != NULL;

    for (size_t i = 0; ok && i < 3; i++) {
        ok = input_text(call, body, "", names[i], &texts[i]);
        if (ok) {
            admin_add_text(call, texts[i]);
        }
    }
    json_decref(body);
    if (ok) {
        admin_ask(call, kind);
    }
}

static void user_state(struct admin_call *call, enum admin_kind kind)
{
    static const char *const names[] = {"state", NULL};
    json_t *body = input_object(call, names);
    const char *state = json_string_value(json_object_get(body, "state"));

    if (body == NULL) {
        return;
    }
    if (state == NULL || (strcmp(state, "active") != 0 && strcmp(state, "suspended") != 0)) {
        admin_problem(call, MHD_HTTP_BAD_REQUEST, "state must be active or suspended");
    } else {
        if (strcmp(state, "suspended") == 0) {
            call->suspends = strdup(call->values[0].text);
        }
        admin_add_text(call, state);
        admin_ask(call, kind);
    }
    json_decref(body);
}

static void user_list(struct admin_call *call, enum admin_kind kind)
{
    int64_t limit = LIMIT_DEFAULT;

    if (input_number(call, "limit", 1, LIMIT_MAX, &limit)) {
        admin_add_text(call, input_query(call, "subject"));
        admin_add_text(call, input_query(call, "alias"));
        admin_add_text(call, input_query(call, "after"));
        admin_add_number(call, ADMIN_INT4, limit);
        admin_ask(call, kind);
    }
}

static void user_contacts(struct admin_call *call, enum admin_kind kind)
{
    int64_t limit = LIMIT_DEFAULT;

    if (input_number(call, "limit", 1, LIMIT_MAX, &limit)) {
        admin_add_text(call, input_query(call, "after"));
        admin_add_number(call, ADMIN_INT4, limit);
        admin_ask(call, kind);
    }
}

static void events(struct admin_call *call, enum admin_kind kind)
{
    int64_t after = 0;
    int64_t limit = LIMIT_DEFAULT;
    int64_t wait_s = 0;

    if (input_number(call, "after", 0, INT64_MAX, &after) &&
        input_number(call, "limit", 1, LIMIT_MAX, &limit) &&
        input_number(call, "wait", 0, WAIT_MAX_S, &wait_s)) {
        admin_add_number(call, ADMIN_INT8, after);
        admin_add_number(call, ADMIN_INT4, limit);
        call->wait_us = wait_s * 1000000;
        admin_ask(call, kind);
    }
}

static void server_facts(struct admin_call *call, enum admin_kind kind)
{
    const struct server *server = call->server;
    json_t *facts =
        json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:I}", "name", server->config->name, "server",
                  "tmtpd", "version", AGORA_VERSION, "uptime",
                  (json_int_t)((loop_now_us() - server->started_us) / 1000000), "policy",
                  server->config->open ? "open" : "introduced", "online",
                  (json_int_t)server->online_count, "links", (json_int_t)server->link_count);
    char *text;

    text = json_dumps(facts, JSON_COMPACT);
    admin_add_text(call, text);
    free(text);
    json_decref(facts);
    admin_ask(call, kind);
}

/* All of it from memory, so that it answers whatever the database does; the queue was counted after
 * the call before, and is counted anew for the next. */
static void metrics(struct admin_call *call, enum admin_kind kind)
{
    (void)kind;
    call->media = "text/plain; version=0.0.4; charset=utf-8";
    admin_answer(call, MHD_HTTP_OK, metrics_text(call->server));
    queued_look(call->server->queued);
}

static const struct route routes[] = {
    {"GET", "/v1/server", " ", false, server_facts, ADMIN_SERVER},
    {"PUT", "/v1/contacts/{uid}/{uid}", " ", true, contact_put, ADMIN_CONTACT_PUT},
    {"GET", "/v1/contacts/{uid}/{uid}", " ", false, admin_ask, ADMIN_CONTACT_GET},
    {"DELETE", "/v1/contacts/{uid}/{uid}", " ", false, admin_ask, ADMIN_CONTACT_DELETE},
    {"POST", "/v1/contacts:batch", " ", true, admin_batch_begin, ADMIN_CONTACT_BATCH},
    {"GET", "/v1/users", " subject alias after limit ", false, user_list, ADMIN_USER_LIST},
    {"GET", "/v1/users/{uid}", " ", false, admin_ask, ADMIN_USER_GET},
    {"PATCH", "/v1/users/{uid}", " ", true, user_state, ADMIN_USER_STATE},
    {"GET", "/v1/users/{uid}/contacts", " after limit ", false, user_contacts, ADMIN_USER_CONTACTS},
    {"DELETE", "/v1/users/{uid}/nodes/{n}", " ", false, admin_ask, ADMIN_NODE_DELETE},
    {"GET", "/v1/events", " after wait limit ", false, events, ADMIN_EVENTS},
    {"GET", "/metrics", " ", false, metrics, ADMIN_KINDS},
};

/* --- finding one --------------------------------------------------------------------------- */

/* A uid of the path becomes a value of the call; how many octets it has, 0 when it is none. */
static size_t take_uid(struct admin_call *call, const char *path)
{
    char uid[TMTP_UID_LEN + 1] = "";

    if (strnlen(path, TMTP_UID_LEN) < TMTP_UID_LEN || !base32_is_uid(path, TMTP_UID_LEN)) {
        return 0;
    }
    memcpy(uid, path, TMTP_UID_LEN);
    admin_add_text(call, uid);
    return TMTP_UID_LEN;
}

/* A number of the path, likewise. */
static size_t take_number(struct admin_call *call, const char *path)
{
    size_t len = strspn(path, "0123456789");

    if (len == 0 || len > NODE_DIGITS) {
        return 0;
    }
    admin_add_number(call, ADMIN_INT8, strtoll(path, NULL, 10));
    return len;
}

/* Whether a path is of a route's form. */
static bool path_fits(const char *form, const char *path, struct admin_call *call)
{
    static const char uid[] = "{uid}";
    static const char number[] = "{n}";

    while (*form != '\0') {
        size_t len = 1;

        if (strncmp(form, uid, sizeof uid - 1) == 0) {
            len = take_uid(call, path);
            form += sizeof uid - 1;
        } else if (strncmp(form, number, sizeof number - 1) == 0) {
            len = take_number(call, path);
            form += sizeof number - 1;
        } else if (*form++ != *path) {
            return false;
        }
        if (len == 0) {
            return false;
        }
        path += len;
    }
    return *path == '\0';
}

static void forget_values(struct admin_call *call)
{
    while (call->value_count > 0) {
        free(call->values[--call->value_count].text);
    }
}

static void begin(struct admin_call *call, const struct route *route)
{
    if (!route->body && call->body_len > 0) {
        admin_problem(call, MHD_HTTP_BAD_REQUEST, "this takes no body");
    } else if (input_query_fits(call, route->query)) {
        route->begin(call, route->kind);
    }
}

/* A method that the path knows, for the header Allow. */
static void note_allowed(struct admin_call *call, const char *method)
{
    size_t len = strlen(call->allow);

    snprintf(call->allow + len, sizeof call->allow - len, "%s%s", len == 0 ? "" : ", ", method);
}

void admin_route(struct admin_call *call, const char *method, const char *path)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route *route = &routes[i];

        forget_values(call);
        if (!path_fits(route->path, path, call)) {
            continue;
        }
        if (strcmp(route->method, method) == 0) {
            begin(call, route);
            return;
        }
        note_allowed(call, route->method);
    }
    forget_values(call);
    if (*call->allow != '\0') {
        admin_problem(call, MHD_HTTP_METHOD_NOT_ALLOWED, "this can't be done with it; see Allow");
    } else {
        admin_problem(call, MHD_HTTP_NOT_FOUND, "there is nothing here");
    }
}
