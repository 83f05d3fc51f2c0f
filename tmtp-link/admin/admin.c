/*
 * Requests to the admin interface. admin_ask() sends one and turns its status into a result; the
 * functions differ in path, body, and what 404 means.
 */
#include "tmtp-link/admin/admin.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/admin/ask.h"
#include "tmtp-link/base/form.h"

enum {
    TIMEOUT_MS = 30000,
    TOKEN_MAX = 256,
    PATH_MAX_LEN = 512,
};

struct admin {
    struct http *http;
    char *unix_socket, *url, *token_file, *ca_file;
    char token[TOKEN_MAX];
    int timeout_ms;
};

/* Read the token's file; what stands after the first line does not count. */
static enum tmtp_result read_token(struct admin *admin, struct tmtp_error *error)
{
    FILE *file = fopen(admin->token_file, "re");
    char *line = file == NULL ? NULL : fgets(admin->token, sizeof admin->token, file);
    int failure = errno;

    if (file != NULL) {
        fclose(file);
    }
    if (line == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "can't read the token in %s: %s", admin->token_file,
                         file == NULL ? strerror(failure) : "it is empty");
    }
    admin->token[strcspn(admin->token, "\r\n")] = '\0';
    return TMTP_OK;
}

static char *copy(const char *text)
{
    return text == NULL ? NULL : strdup(text);
}

enum tmtp_result admin_open(const struct admin_options *options, struct admin **admin,
                            struct tmtp_error *error)
{
    enum tmtp_result result;
    struct admin *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory");
    }
    *made = (struct admin){
        .http = http_new(),
        .unix_socket = copy(options->unix_socket),
        .url = copy(options->unix_socket == NULL ? options->url : "http://tmtpd"),
        .token_file = copy(options->token_file),
        .ca_file = copy(options->ca_file),
        .timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS,
    };
    if (made->http == NULL || made->url == NULL || made->token_file == NULL) {
        result = tmtp_fail(error, TMTP_LOCAL, "no memory, or no address or token file given");
    } else {
        result = read_token(made, error);
    }
    if (result != TMTP_OK) {
        admin_close(made);
        return result;
    }
    *admin = made;
    return TMTP_OK;
}

void admin_close(struct admin *admin)
{
    if (admin == NULL) {
        return;
    }
    http_free(admin->http);
    OPENSSL_cleanse(admin->token, sizeof admin->token);
    free(admin->unix_socket);
    free(admin->url);
    free(admin->token_file);
    free(admin->ca_file);
    free(admin);
}

/* What a status means, with the words of the problem+json. */
static enum tmtp_result status_result(const struct http_answer *answer, struct tmtp_error *error)
{
    const char *detail = json_string_value(json_object_get(answer->json, "detail"));
    enum tmtp_result result = TMTP_PROTOCOL;

    if (answer->status >= 200 && answer->status < 300) {
        return TMTP_OK;
    }
    if (answer->status == 401 || answer->status == 403) {
        result = TMTP_AUTH;
    } else if (answer->status == 404) {
        result = TMTP_NONE;
    } else if (answer->status == 408 || answer->status == 429 || answer->status >= 500) {
        result = TMTP_RETRY;
    } else if (answer->status >= 400) {
        result = TMTP_REFUSED;
    }
    return tmtp_fail(error, result, "the TMTP server answers %ld: %s", answer->status,
                     detail == NULL ? "no reason given" : detail);
}

static enum tmtp_result ask_once(struct admin *admin, const char *method, const char *path,
                                 const char *body, int extra_ms, struct http_answer *answer,
                                 struct tmtp_error *error)
{
    char url[PATH_MAX_LEN + 256];
    struct http_request request = {
        .method = method,
        .url = url,
        .unix_socket = admin->unix_socket,
        .ca_file = admin->ca_file,
        .bearer = admin->token,
        .content_type = body == NULL ? NULL : "application/json",
        .body = body,
        .timeout_ms = admin->timeout_ms + extra_ms,
    };
    enum tmtp_result result;

    snprintf(url, sizeof url, "%s%s", admin->url, path);
    result = http_ask(admin->http, &request, answer, error);
    return result == TMTP_OK ? status_result(answer, error) : result;
}

enum tmtp_result admin_ask(struct admin *admin, const char *method, const char *path,
                           const char *body, int extra_ms, struct http_answer *answer,
                           struct tmtp_error *error)
{
    enum tmtp_result result = ask_once(admin, method, path, body, extra_ms, answer, error);
    char refused[TOKEN_MAX];

    if (result == TMTP_AUTH && answer->status != 0) {
        memcpy(refused, admin->token, sizeof refused);
        if (read_token(admin, error) == TMTP_OK && strcmp(refused, admin->token) != 0) {
            json_decref(answer->json);
            *answer = (struct http_answer){0};
            result = ask_once(admin, method, path, body, extra_ms, answer, error);
        }
        OPENSSL_cleanse(refused, sizeof refused);
    }
    if (result != TMTP_OK) {
        json_decref(answer->json);
        answer->json = NULL;
    }
    return result;
}

/* Get a JSON object. */
static enum tmtp_result get(struct admin *admin, const char *path, int extra_ms, json_t **object,
                            struct tmtp_error *error)
{
    struct http_answer answer = {0};
    enum tmtp_result result = admin_ask(admin, "GET", path, NULL, extra_ms, &answer, error);

    if (result == TMTP_OK && !json_is_object(answer.json)) {
        json_decref(answer.json);
        return tmtp_fail(error, TMTP_PROTOCOL, "the TMTP server's answer is no JSON object");
    }
    if (result == TMTP_OK) {
        *object = answer.json;
    }
    return result;
}

/* The path of something that has one or two ids, which hold '%' and '+'; @a second may be NULL. */
static enum tmtp_result path_of(const char *prefix, const char *first, const char *second,
                                char *path, struct tmtp_error *error)
{
    char *one = form_escape(first);
    char *two = form_escape(second == NULL ? "" : second);
    int len = -1;

    if (one != NULL && two != NULL) {
        len = snprintf(path, PATH_MAX_LEN, "%s%s%s%s", prefix, one, second == NULL ? "" : "/", two);
    }
    free(one);
    free(two);
    return len < 0 || len >= PATH_MAX_LEN ? tmtp_fail(error, TMTP_LOCAL, "an id is too long")
                                          : TMTP_OK;
}

enum tmtp_result admin_server(struct admin *admin, json_t **server, struct tmtp_error *error)
{
    return get(admin, "/v1/server", 0, server, error);
}

enum tmtp_result admin_contact_put(struct admin *admin, const char *uid_a, const char *uid_b,
                                   const char *ref, const char *until, const char *first,
                                   struct tmtp_error *error)
{
    char path[PATH_MAX_LEN];
    json_t *json = json_pack("{s:s, s:s?, s:s?}", "ref", ref, "until", until, "first", first);
    char *body = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    struct http_answer answer = {0};
    enum tmtp_result result = path_of("/v1/contacts/", uid_a, uid_b, path, error);

    json_decref(json);
    if (body == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a text is not UTF-8");
    }
    if (result == TMTP_OK) {
        result = admin_ask(admin, "PUT", path, body, 0, &answer, error);
    }
    if (result == TMTP_NONE) {
        result = TMTP_REFUSED; /* an unknown uid stays unknown */
    } else if (result == TMTP_OK && answer.status == 200) {
        result = TMTP_ALREADY;
    }
    json_decref(answer.json);
    free(body);
    return result;
}

enum tmtp_result admin_contact_delete(struct admin *admin, const char *uid_a, const char *uid_b,
                                      struct tmtp_error *error)
{
    char path[PATH_MAX_LEN];
    struct http_answer answer = {0};
    enum tmtp_result result = path_of("/v1/contacts/", uid_a, uid_b, path, error);

    if (result == TMTP_OK) {
        result = admin_ask(admin, "DELETE", path, NULL, 0, &answer, error);
    }
    json_decref(answer.json);
    return result == TMTP_NONE ? TMTP_OK : result;
}

enum tmtp_result admin_contact_get(struct admin *admin, const char *uid_a, const char *uid_b,
                                   json_t **contact, struct tmtp_error *error)
{
    char path[PATH_MAX_LEN];
    enum tmtp_result result = path_of("/v1/contacts/", uid_a, uid_b, path, error);

    return result == TMTP_OK ? get(admin, path, 0, contact, error) : result;
}

enum tmtp_result admin_user(struct admin *admin, const char *uid, json_t **user,
                            struct tmtp_error *error)
{
    char path[PATH_MAX_LEN];
    enum tmtp_result result = path_of("/v1/users/", uid, NULL, path, error);

    return result == TMTP_OK ? get(admin, path, 0, user, error) : result;
}

enum tmtp_result admin_user_by_subject(struct admin *admin, const char *issuer, const char *subject,
                                       json_t **user, struct tmtp_error *error)
{
    char path[PATH_MAX_LEN];
    json_t *page = NULL;
    json_t *item;
    size_t i;
    enum tmtp_result result = path_of("/v1/users?subject=", subject, NULL, path, error);

    if (result == TMTP_OK) {
        result = get(admin, path, 0, &page, error);
    }
    if (result != TMTP_OK) {
        return result;
    }
    result = tmtp_fail(error, TMTP_NONE, "no user has registered with this subject");
    json_array_foreach(json_object_get(page, "users"), i, item)
    {
        const char *from = json_string_value(json_object_get(item, "issuer"));

        if (issuer == NULL || (from != NULL && strcmp(from, issuer) == 0)) {
            *user = json_incref(item);
            result = TMTP_OK;
            break;
        }
    }
    json_decref(page);
    return result;
}

enum tmtp_result admin_user_suspend(struct admin *admin, const char *uid, bool suspended,
                                    struct tmtp_error *error)
{
    char path[PATH_MAX_LEN];
    const char *body = suspended ? "{\"state\":\"suspended\"}" : "{\"state\":\"active\"}";
    struct http_answer answer = {0};
    enum tmtp_result result = path_of("/v1/users/", uid, NULL, path, error);

    if (result == TMTP_OK) {
        result = admin_ask(admin, "PATCH", path, body, 0, &answer, error);
    }
    json_decref(answer.json);
    return result == TMTP_NONE ? TMTP_REFUSED : result; /* an unknown uid stays unknown */
}

static const char *text_of(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static struct admin_event read_event(json_t *item)
{
    json_t *uids = json_object_get(item, "uids");

    return (struct admin_event){
        .n = json_integer_value(json_object_get(item, "n")),
        .type = text_of(item, "type"),
        .at = text_of(item, "at"),
        .uid = text_of(item, "uid"),
        .subject = text_of(item, "subject"),
        .issuer = text_of(item, "issuer"),
        .alias = text_of(item, "alias"),
        .uids = {json_string_value(json_array_get(uids, 0)),
                 json_string_value(json_array_get(uids, 1))},
        .ref = text_of(item, "ref"),
    };
}

enum tmtp_result admin_events(struct admin *admin, int64_t after, int wait_s, int limit,
                              struct admin_events *events, struct tmtp_error *error)
{
    struct admin_events made = {0};
    char path[PATH_MAX_LEN];
    json_t *list;
    enum tmtp_result result;

    snprintf(path, sizeof path, "/v1/events?after=%lld&wait=%d&limit=%d", (long long)after, wait_s,
             limit);
    result = get(admin, path, wait_s * 1000, &made.json, error);
    if (result != TMTP_OK) {
        return result;
    }
    list = json_object_get(made.json, "events");
    made.count = json_array_size(list);
    made.items = calloc(made.count + 1, sizeof *made.items);
    if (made.items == NULL || !json_is_array(list) ||
        !json_is_integer(json_object_get(made.json, "next"))) {
        admin_events_free(&made);
        return tmtp_fail(error, TMTP_PROTOCOL, "the TMTP server's answer is no list of events");
    }
    made.next = json_integer_value(json_object_get(made.json, "next"));
    for (size_t i = 0; i < made.count; i++) {
        made.items[i] = read_event(json_array_get(list, i));
        if (made.items[i].n == 0 || made.items[i].type == NULL) {
            admin_events_free(&made);
            return tmtp_fail(error, TMTP_PROTOCOL, "the TMTP server sent an event that is none");
        }
    }
    *events = made;
    return TMTP_OK;
}

void admin_events_free(struct admin_events *events)
{
    json_decref(events->json);
    free(events->items);
    *events = (struct admin_events){0};
}
