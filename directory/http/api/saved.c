/* Each handler: which saved search, what was sent, one domain function. */
#include "directory/http/api/saved.h"

#include "directory/domain/saved.h"
#include "directory/http/api/asked.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status saved_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = saved_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status saved_post(struct request *rq, struct response *rs)
{
    struct saved_wish wish = {0};
    struct asked_lists lists = {0};
    const char *body;
    const struct input_field fields[] = {
        {"name", INPUT_TEXT, .required = true, .min = 1, .max = 80, .out = &wish.name},
        {"every", INPUT_CHOICE, .choices = "never daily weekly", .out = &wish.every},
        {"by_mail", INPUT_BOOL, .out = &wish.by_mail},
        ASKED_FIELDS(&wish.what, &lists),
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = asked_lists(rq, &lists, &wish.what);
    if (s == AGORA_OK)
        s = asked_told(rq, saved_add(&rq->work, rq->viewer.account, &wish, &body));
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status saved_patch_one(struct request *rq, struct response *rs)
{
    const char *id, *patch, *body;
    const struct input_field fields[] = {
        {"name", INPUT_TEXT, .min = 1, .max = 80},
        {"every", INPUT_CHOICE, .choices = "never daily weekly"},
        {"by_mail", INPUT_BOOL, .required = false},
        {"paused", INPUT_BOOL, .required = false},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = input_json_whole(rq, fields, INPUT_COUNT(fields), &patch);
    if (s == AGORA_OK)
        s = saved_patch(&rq->work, rq->viewer.account, id, patch, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status saved_delete_one(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = saved_delete(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status saved_get_members(struct request *rq, struct response *rs)
{
    const char *id, *limit, *body;
    const struct input_field fields[] = {
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_QUERY(rq, fields);
    if (s == AGORA_OK)
        s = saved_members(&rq->work, rq->viewer.account, id, limit != NULL ? limit : "20", &body,
                          &rq->retry_after_s);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status saved_post_looked(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = saved_looked(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
