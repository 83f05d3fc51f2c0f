/*
 * Contacts: one by one, many at once, and those of a user.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tmtp-link/admin/admin.h"
#include "tmtp-link/admin/ask.h"

enum tmtp_result admin_contact_put(struct admin *admin, const char *uid_a, const char *uid_b,
                                   const char *ref, const char *until, const char *first,
                                   struct tmtp_error *error)
{
    char path[ADMIN_PATH_MAX];
    json_t *json = json_pack("{s:s, s:s?, s:s?}", "ref", ref, "until", until, "first", first);
    char *body = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    const struct admin_question question = {.method = "PUT", .path = path, .body = body};
    struct http_answer answer = {0};
    enum tmtp_result result = admin_path(path, error, "/v1/contacts/*/*", uid_a, uid_b);

    json_decref(json);
    if (body == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a text is not UTF-8");
    }
    if (result == TMTP_OK) {
        result = admin_ask(admin, &question, &answer, error);
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
    char path[ADMIN_PATH_MAX];
    const struct admin_question question = {.method = "DELETE", .path = path};
    struct http_answer answer = {0};
    enum tmtp_result result = admin_path(path, error, "/v1/contacts/*/*", uid_a, uid_b);

    if (result == TMTP_OK) {
        result = admin_ask(admin, &question, &answer, error);
    }
    json_decref(answer.json);
    return result == TMTP_NONE ? TMTP_OK : result;
}

enum tmtp_result admin_contact_get(struct admin *admin, const char *uid_a, const char *uid_b,
                                   json_t **contact, struct tmtp_error *error)
{
    char path[ADMIN_PATH_MAX];
    enum tmtp_result result = admin_path(path, error, "/v1/contacts/*/*", uid_a, uid_b);

    return result == TMTP_OK ? admin_get(admin, path, 0, contact, error) : result;
}

/* --- many ---------------------------------------------------------------------------------- */

static json_t *change_json(const struct admin_change *change)
{
    if (change->ends) {
        return json_pack("{s:[s, s]}", "uids", change->uids[0], change->uids[1]);
    }
    return json_pack("{s:[s, s], s:s?, s:s?, s:s?}", "uids", change->uids[0], change->uids[1],
                     "ref", change->ref, "until", change->until, "first", change->first);
}

/* The body, to be freed; NULL when there is no memory, or a text is not UTF-8. */
static char *changes_text(const struct admin_change changes[], size_t count)
{
    json_t *put = json_array();
    json_t *ends = json_array();
    json_t *body;
    bool ok = true;
    char *text;

    for (size_t i = 0; i < count; i++) {
        ok = json_array_append_new(changes[i].ends ? ends : put, change_json(&changes[i])) == 0 &&
             ok;
    }
    body = json_pack("{s:o, s:o}", "put", put, "delete", ends);
    text = ok && body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    return text;
}

static enum tmtp_result outcome_of(json_int_t status)
{
    switch (status) {
    case 200:
        return TMTP_ALREADY;
    case 201:
    case 204:
        return TMTP_OK;
    case 400:
    case 404:
    case 409:
        return TMTP_REFUSED;
    default:
        return TMTP_PROTOCOL;
    }
}

/* The outcomes, which come by list, in the order of the changes. */
static enum tmtp_result read_outcomes(const json_t *answer, const struct admin_change changes[],
                                      size_t count, enum tmtp_result outcomes[],
                                      struct tmtp_error *error)
{
    const json_t *lists[2] = {json_object_get(answer, "put"), json_object_get(answer, "delete")};
    size_t places[2] = {0, 0};

    for (size_t i = 0; i < count; i++) {
        size_t list = changes[i].ends ? 1 : 0;
        const json_t *item = json_array_get(lists[list], places[list]++);

        outcomes[i] = outcome_of(json_integer_value(json_object_get(item, "status")));
        if (outcomes[i] == TMTP_PROTOCOL) {
            return tmtp_fail(error, TMTP_PROTOCOL,
                             "the TMTP server's answer has not an outcome of each change");
        }
    }
    return TMTP_OK;
}

enum tmtp_result admin_contacts_change(struct admin *admin, const struct admin_change changes[],
                                       size_t count, const char *key, enum tmtp_result outcomes[],
                                       struct tmtp_error *error)
{
    char *body = changes_text(changes, count);
    const struct admin_question question = {
        .method = "POST", .path = "/v1/contacts:batch", .body = body, .key = key};
    struct http_answer answer = {0};
    enum tmtp_result result;

    if (body == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a text is not UTF-8");
    }
    result = admin_ask(admin, &question, &answer, error);
    if (result == TMTP_OK) {
        result = read_outcomes(answer.json, changes, count, outcomes, error);
    } else if (result == TMTP_NONE) {
        result = TMTP_PROTOCOL; /* a server that has no batches */
    }
    json_decref(answer.json);
    free(body);
    return result;
}

/* --- of a user ----------------------------------------------------------------------------- */

enum tmtp_result admin_user_contacts(struct admin *admin, const char *uid, const char *after,
                                     int limit, json_t **page, struct tmtp_error *error)
{
    char form[64];
    char path[ADMIN_PATH_MAX];
    enum tmtp_result result;

    snprintf(form, sizeof form, "/v1/users/*/contacts?limit=%d%s", limit,
             after == NULL ? "" : "&after=*");
    result = admin_path(path, error, form, uid, after);
    return result == TMTP_OK ? admin_get(admin, path, 0, page, error) : result;
}
