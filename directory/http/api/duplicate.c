/* Each handler calls one domain function. */
#include "directory/http/api/duplicate.h"

#include "directory/domain/duplicate.h"
#include "directory/http/input.h"
#include "directory/http/response.h"

enum { HANDLE_MAX = 80 };

enum agora_status duplicate_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = duplicate_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status duplicate_post_apart(struct request *rq, struct response *rs)
{
    const char *handle, *other, *note;
    const struct input_field fields[] = {
        {"handle", INPUT_TEXT, .required = true, .min = 1, .max = HANDLE_MAX, .out = &handle},
        {"other", INPUT_TEXT, .required = true, .min = 1, .max = HANDLE_MAX, .out = &other},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 1000, .out = &note},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = duplicate_apart(&rq->work, rq->viewer.account, handle, other, note);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
