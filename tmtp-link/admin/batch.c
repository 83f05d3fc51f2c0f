/*
 * Many contacts in one request: POST /v1/contacts:batch. Each has an outcome of its own.
 */
#include <stdlib.h>

#include "tmtp-link/admin/ask.h"

enum { METHOD_NOT_ALLOWED = 405 };

static char *make_body(const char *const (*pairs)[2], size_t count, const char *ref)
{
    json_t *list = json_array();
    json_t *body;
    char *text;

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(
            list, json_pack("{s:[s, s], s:s}", "uids", pairs[i][0], pairs[i][1], "ref", ref));
    }
    body = json_pack("{s:o}", "put", list);
    text = body == NULL || json_array_size(list) != count ? NULL : json_dumps(body, JSON_COMPACT);
    json_decref(body);
    return text;
}

/* Whether all are contacts now. */
static enum tmtp_result check(const json_t *answer, size_t count, struct tmtp_error *error)
{
    const json_t *outcomes = json_object_get(answer, "put");

    if (json_array_size(outcomes) != count) {
        return tmtp_fail(error, TMTP_PROTOCOL, "the TMTP server's answer has not every outcome");
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(outcomes, i);
        const char *detail = json_string_value(json_object_get(one, "detail"));
        json_int_t status = json_integer_value(json_object_get(one, "status"));

        if (status != 200 && status != 201) {
            return tmtp_fail(error, TMTP_REFUSED, "the TMTP server answers %lld: %s",
                             (long long)status, detail == NULL ? "no reason given" : detail);
        }
    }
    return TMTP_OK;
}

enum tmtp_result admin_contacts_put(struct admin *admin, const char *const (*pairs)[2],
                                    size_t count, const char *ref, struct tmtp_error *error)
{
    struct http_answer answer = {0};
    char *body = make_body(pairs, count, ref);
    enum tmtp_result result;

    if (body == NULL) {
        return tmtp_fail(error, TMTP_LOCAL, "no memory, or a text is not UTF-8");
    }
    result = admin_ask(admin, "POST", "/v1/contacts:batch", body, 0, &answer, error);
    if (result == TMTP_OK) {
        result = check(answer.json, count, error);
    } else if (answer.status == METHOD_NOT_ALLOWED) {
        result = TMTP_NONE;
    }
    json_decref(answer.json);
    free(body);
    return result;
}
