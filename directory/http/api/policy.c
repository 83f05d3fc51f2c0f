/* What admins do with the evidence policy, and what it makes of a case. */
#include "directory/http/api/policy.h"

#include "directory/domain/evaluation.h"
#include "directory/domain/policy.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status policy_case_level(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, evaluation_get);
}

enum agora_status policy_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = policy_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status policy_get_one(struct request *rq, struct response *rs)
{
    const char *body, *etag;
    enum agora_status s =
        policy_get(&rq->work, rq->viewer.account, request_path(rq, "id"), &body, &etag);

    return s == AGORA_OK ? handler_versioned(rs, 200, body, etag) : s;
}

enum agora_status policy_put_draft(struct request *rq, struct response *rs)
{
    const char *body, *etag, *content, *note;
    const struct input_field fields[] = {
        {"policy", INPUT_JSON, .required = true, .out = &content},
        {"note", INPUT_MULTILINE, .max = 2000, .out = &note},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = policy_draft_put(&rq->work, rq->viewer.account, request_etag(rq), content, note, &body,
                             &etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, body, etag) : s;
}

enum agora_status policy_post_simulate(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s =
        policy_simulate(&rq->work, rq->viewer.account, request_path(rq, "id"), &body);

    return s == AGORA_OK ? response_json(rs, 202, body) : s;
}

enum agora_status policy_post_publish(struct request *rq, struct response *rs)
{
    const char *body, *reason;
    const struct input_field fields[] = {
        {"reason", INPUT_MULTILINE, .required = true, .min = 10, .max = 2000, .out = &reason},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = policy_publish_ask(&rq->work, rq->viewer.account, request_path(rq, "id"),
                               request_etag(rq), reason, &body);
    return s == AGORA_OK ? response_json(rs, 202, body) : s;
}

enum agora_status policy_get_simulation(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, policy_simulation_get);
}
