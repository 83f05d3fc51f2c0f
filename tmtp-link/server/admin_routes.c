/*
 * What may be asked: one table of methods and paths, and for each how the call becomes a statement.
 * The database makes the answer, status and JSON both (sql/tmtpd/functions/admin.sql).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"
#include "tmtp-link/server/config.h"
#include "tmtp-link/server/server.h"
#include "tmtp-link/wire/base32.h"
#include "tmtp-link/wire/limits.h"

enum { SEGMENTS_MAX = 4, REF_MAX = 1000, LIMIT_DEFAULT = 100, LIMIT_MAX = 1000, WAIT_MAX_S = 60 };

struct route {
    const char *method;
    const char *path;  /* `{uid}` stands for a uid */
    const char *query; /* names of its query parameters, a space around each */
    void (*begin)(struct admin_call *call, const struct request_kind *kind);
    enum admin_kind kind;
};

/* --- bodies and query strings -------------------------------------------------------------- */

/* A member of the body that is text or null; false, and answered, when it is something else. */
static bool body_text(struct admin_call *call, const json_t *body, const char *name,
                      const char **text)
{
    const json_t *value = json_object_get(body, name);
    char detail[64];

    *text = json_string_value(value);
    if (value == NULL || json_is_null(value) ||
        (json_is_string(value) && strlen(*text) <= REF_MAX)) {
        return true;
    }
    snprintf(detail, sizeof detail, "%s must be a text of 1,000 octets at most, or null", name);
    admin_problem(call, MHD_HTTP_BAD_REQUEST, detail);
    return false;
}

/* The body as an object with no other members than those named; NULL, and answered, when it is not.
 */
static json_t *body_object(struct admin_call *call, const char *const names[])
{
    size_t len = buffer_len(&call->body);
    json_t *body =
        len == 0 ? json_object()
                 : json_loadb(call->body.at + call->body.begin, len, JSON_REJECT_DUPLICATES, NULL);
    const char *name;
    json_t *value;
    bool known = json_is_object(body);

    json_object_foreach(body, name, value)
    {
        size_t i = 0;

        while (names[i] != NULL && strcmp(names[i], name) != 0) {
            i++;
        }
        known = known && names[i] != NULL;
    }
    if (!known) {
        json_decref(body);
        admin_problem(call, MHD_HTTP_BAD_REQUEST,
                      "the body is not a JSON object, or has an unknown member");
        return NULL;
    }
    return body;
}

static const char *query_text(const struct admin_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* A number of the query string; false, and answered, when it is none in [least, most]. */
static bool query_number(struct admin_call *call, const char *name, int64_t least, int64_t most,
                         int64_t *number)
{
    const char *text = query_text(call, name);
    char *end = NULL;
    long long n;
    char detail[64];

    if (text == NULL) {
        return true;
    }
    n = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || n < least || n > most) {
        snprintf(detail, sizeof detail, "%s must be a number from %lld to %lld", name,
                 (long long)least, (long long)most);
        admin_problem(call, MHD_HTTP_BAD_REQUEST, detail);
        return false;
    }
    *number = n;
    return true;
}

/* --- the calls ----------------------------------------------------------------------------- */

/* The path's uids are the call's first values already. */
static void just_ask(struct admin_call *call, const struct request_kind *kind)
{
    admin_ask(call, kind);
}

static void contact_put(struct admin_call *call, const struct request_kind *kind)
{
    static const char *const names[] = {"ref", "until", "first", NULL};
    json_t *body = body_object(call, names);
    const char *texts[3];
    bool ok = body != NULL;

    for (size_t i = 0; ok && i < 3; i++) {
        ok = body_text(call, body, names[i], &texts[i]);
        if (ok) {
            admin_add_text(call, texts[i]);
        }
    }
    json_decref(body);
    if (ok) {
        admin_ask(call, kind);
    }
}

static void user_state(struct admin_call *call, const struct request_kind *kind)
{
    static const char *const names[] = {"state", NULL};
    json_t *body = body_object(call, names);
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

static void user_list(struct admin_call *call, const struct request_kind *kind)
{
    int64_t limit = LIMIT_DEFAULT;

    if (query_number(call, "limit", 1, LIMIT_MAX, &limit)) {
        admin_add_text(call, query_text(call, "subject"));
        admin_add_text(call, query_text(call, "alias"));
        admin_add_text(call, query_text(call, "after"));
        admin_add_number(call, ADMIN_INT4, limit);
        admin_ask(call, kind);
    }
}

static void events(struct admin_call *call, const struct request_kind *kind)
{
    int64_t after = 0;
    int64_t limit = LIMIT_DEFAULT;
    int64_t wait_s = 0;

    if (query_number(call, "after", 0, INT64_MAX, &after) &&
        query_number(call, "limit", 1, LIMIT_MAX, &limit) &&
        query_number(call, "wait", 0, WAIT_MAX_S, &wait_s)) {
        admin_add_number(call, ADMIN_INT8, after);
        admin_add_number(call, ADMIN_INT4, limit);
        call->wait_us = wait_s * 1000000;
        admin_ask(call, kind);
    }
}

static void server_facts(struct admin_call *call, const struct request_kind *kind)
{
    const struct server *server = call->server;
    json_t *facts = json_pack("{s:s, s:s, s:s, s:I, s:s, s:I}", "name", server->config->name,
                              "server", "tmtpd", "version", AGORA_VERSION, "uptime",
                              (json_int_t)((loop_now_us() - server->started_us) / 1000000),
                              "policy", server->config->open ? "open" : "introduced", "online",
                              (json_int_t)server->online_count);
    char *text;

    text = json_dumps(facts, JSON_COMPACT);
    admin_add_text(call, text);
    free(text);
    json_decref(facts);
    admin_ask(call, kind);
}

static const struct route routes[] = {
    {"GET", "/v1/server", " ", server_facts, ADMIN_SERVER},
    {"PUT", "/v1/contacts/{uid}/{uid}", " ", contact_put, ADMIN_CONTACT_PUT},
    {"GET", "/v1/contacts/{uid}/{uid}", " ", just_ask, ADMIN_CONTACT_GET},
    {"DELETE", "/v1/contacts/{uid}/{uid}", " ", just_ask, ADMIN_CONTACT_DELETE},
    {"GET", "/v1/users", " subject alias after limit ", user_list, ADMIN_USER_LIST},
    {"GET", "/v1/users/{uid}", " ", just_ask, ADMIN_USER_GET},
    {"PATCH", "/v1/users/{uid}", " ", user_state, ADMIN_USER_STATE},
    {"GET", "/v1/events", " after wait limit ", events, ADMIN_EVENTS},
};

/* --- finding one --------------------------------------------------------------------------- */

/* Whether a path is of a route's form; the uids in it become values of the call. */
static bool path_fits(const char *form, const char *path, struct admin_call *call)
{
    static const char uid[] = "{uid}";

    while (*form != '\0') {
        if (strncmp(form, uid, sizeof uid - 1) == 0) {
            char of[TMTP_UID_LEN + 1] = "";

            if (strnlen(path, TMTP_UID_LEN) < TMTP_UID_LEN || !base32_is_uid(path, TMTP_UID_LEN)) {
                return false;
            }
            memcpy(of, path, TMTP_UID_LEN);
            admin_add_text(call, of);
            path += TMTP_UID_LEN;
            form += sizeof uid - 1;
        } else if (*form++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

static void forget_values(struct admin_call *call)
{
    while (call->value_count > 0) {
        free(call->values[--call->value_count].text);
    }
}

struct query_check {
    const char *names;
    bool ok;
};

static enum MHD_Result check_query(void *user, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct query_check *check = user;
    const char *at = strstr(check->names, name);
    size_t len = strlen(name);
    json_t *text = value == NULL ? NULL : json_string(value); /* NULL when it is not UTF-8 */

    (void)kind;
    check->ok =
        check->ok && text != NULL && len > 0 && at != NULL && at[len] == ' ' && at[-1] == ' ';
    json_decref(text);
    return MHD_YES;
}

void admin_route(struct admin_call *call, const char *method, const char *path)
{
    bool path_known = false;

    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route *route = &routes[i];
        struct query_check check = {.names = route->query, .ok = true};

        forget_values(call);
        if (!path_fits(route->path, path, call)) {
            continue;
        }
        path_known = true;
        if (strcmp(route->method, method) != 0) {
            continue;
        }
        MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, check_query, &check);
        if (!check.ok) {
            admin_problem(call, MHD_HTTP_BAD_REQUEST,
                          "an unknown query parameter, or one that is not UTF-8");
        } else {
            route->begin(call, &admin_kinds[route->kind]);
        }
        return;
    }
    forget_values(call);
    if (path_known) {
        admin_problem(call, MHD_HTTP_METHOD_NOT_ALLOWED, "this can't be done with it");
    } else {
        admin_problem(call, MHD_HTTP_NOT_FOUND, "there is nothing here");
    }
}
