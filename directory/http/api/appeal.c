/* Each handler: which appeal or decision, what was sent, one domain function. */
#include "directory/http/api/appeal.h"

#include "directory/domain/appeal.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status appeal_get_mine(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = appeal_mine(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

/* Appealing a case or the end of a verification takes the same words. */
static enum agora_status
open_on(struct request *rq, struct response *rs,
        enum agora_status (*act)(struct work *w, const char *viewer, const char *id,
                                 const char *text, const char *access_need, const char **body))
{
    const char *id, *text, *access, *body;
    const struct input_field fields[] = {
        {"text", INPUT_MULTILINE, .required = true, .min = 1, .max = 4000, .out = &text},
        {"access_need", INPUT_BOOL, .out = &access},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = act(&rq->work, rq->viewer.account, id, text, access, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status appeal_post_case(struct request *rq, struct response *rs)
{
    return open_on(rq, rs, appeal_case);
}

enum agora_status appeal_post_verification(struct request *rq, struct response *rs)
{
    return open_on(rq, rs, appeal_verification);
}

enum agora_status appeal_get_list(struct request *rq, struct response *rs)
{
    const char *view, *body;
    const struct input_field fields[] = {
        {"view", INPUT_CHOICE, .choices = "open decided", .out = &view},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = appeal_list(&rq->work, rq->viewer.account, view != NULL ? view : "open", &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status appeal_get_one(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, appeal_get);
}

enum agora_status appeal_post_acknowledge(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, appeal_acknowledge);
}

enum agora_status appeal_post_decision(struct request *rq, struct response *rs)
{
    struct appeal_decision d;
    const char *id, *body;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true, .choices = "upheld overturned varied",
         .out = &d.outcome},
        {"text", INPUT_MULTILINE, .required = true, .min = 1, .max = 4000, .out = &d.text},
        {"private_note", INPUT_MULTILINE, .max = 2000, .out = &d.private_note},
        {"level", INPUT_INT, .min = 1, .max = 3, .out = &d.level},
        {"revoke_reason", INPUT_TEXT, .max = 60, .out = &d.revoke_reason},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = appeal_decide(&rq->work, rq->viewer.account, id, &d, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
