/* Each handler: which vouch or case, what was sent, one domain function. */
#include "directory/http/api/vouch.h"

#include "directory/domain/vouch.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status vouch_get_of_case(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, vouch_of_case);
}

enum agora_status vouch_post_name(struct request *rq, struct response *rs)
{
    const char *id, *handle, *message, *body;
    const struct input_field fields[] = {
        {"handle", INPUT_TEXT, .required = true, .min = 1, .max = 200, .out = &handle},
        {"message", INPUT_MULTILINE, .max = 500, .out = &message},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vouch_name(&rq->work, rq->viewer.account, id, handle, message, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status vouch_post_wait(struct request *rq, struct response *rs)
{
    const char *id, *body, *etag;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = vouch_wait(&rq->work, rq->viewer.account, id, request_etag(rq), &body, &etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, body, etag) : s;
}

enum agora_status vouch_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = vouch_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status vouch_post_give(struct request *rq, struct response *rs)
{
    struct vouch_answer a;
    const char *id, *body;
    const struct input_field fields[] = {
        {"relation", INPUT_MULTILINE, .required = true, .min = 1, .max = 500, .out = &a.relation},
        {"known_since", INPUT_DATE, .required = true, .out = &a.known_since},
        {"known_as", INPUT_TEXT, .required = true, .min = 1, .max = 200, .out = &a.known_as},
        {"not_family", INPUT_BOOL, .required = true, .out = &a.not_family},
        {"not_same_address", INPUT_BOOL, .required = true, .out = &a.not_same_address},
        {"confirms", INPUT_BOOL, .required = true, .out = &a.confirms},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vouch_give(&rq->work, rq->viewer.account, id, &a, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

/* What may be said with a private reason. */
static enum agora_status
act_with_reason(struct request *rq, struct response *rs,
                enum agora_status (*act)(struct work *w, const char *viewer, const char *id,
                                         const char *reason, const char **body))
{
    const char *id, *reason, *body;
    const struct input_field fields[] = {
        {"reason", INPUT_MULTILINE, .max = 1000, .out = &reason},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = act(&rq->work, rq->viewer.account, id, reason, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status vouch_post_decline(struct request *rq, struct response *rs)
{
    return act_with_reason(rq, rs, vouch_decline);
}

enum agora_status vouch_post_withdraw(struct request *rq, struct response *rs)
{
    return act_with_reason(rq, rs, vouch_withdraw);
}

enum agora_status vouch_post_repeat(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, vouch_repeat);
}

enum agora_status vouch_get_reviews(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = vouch_review_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status vouch_post_review(struct request *rq, struct response *rs)
{
    const char *id, *outcome, *note;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true, .choices = "kept set_aside", .out = &outcome},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vouch_review_close(&rq->work, rq->viewer.account, id, outcome, note);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
