/* Each handler: which hold, what was sent, one domain function. */
#include "directory/http/api/retention.h"

#include "directory/domain/retention.h"
#include "directory/http/input.h"

enum agora_status retention_get(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = retention_report(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status hold_post(struct request *rq, struct response *rs)
{
    const char *kind, *subject, *reason, *review_on, *body;
    const struct input_field fields[] = {
        {"subject_kind", INPUT_CHOICE, .required = true, .choices = "case person complaint",
         .out = &kind},
        {"subject", INPUT_TEXT, .required = true, .min = 1, .max = 200, .out = &subject},
        {"reason", INPUT_MULTILINE, .required = true, .min = 1, .max = 1000, .out = &reason},
        {"review_on", INPUT_DATE, .required = true, .out = &review_on},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = hold_place(&rq->work, rq->viewer.account, kind, subject, reason, review_on, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status hold_post_extend(struct request *rq, struct response *rs)
{
    const char *id, *review_on, *body;
    const struct input_field fields[] = {
        {"review_on", INPUT_DATE, .required = true, .out = &review_on},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = hold_extend(&rq->work, rq->viewer.account, id, review_on, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status hold_post_lift(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = hold_lift(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
