/* Each handler: what was sent, one domain function, the proof as it is then. */
#include "directory/http/api/proof.h"

#include "directory/domain/proof.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status proof_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = proof_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status proof_post_email(struct request *rq, struct response *rs)
{
    const char *email, *body;
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &email},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = proof_email_ask(&rq->work, rq->viewer.account, email, rq->address, &body);
    return s == AGORA_OK ? response_json(rs, 202, body) : s;
}

enum agora_status proof_post_email_code(struct request *rq, struct response *rs)
{
    const char *code, *body;
    const struct input_field fields[] = {
        {"code", INPUT_SECRET, .required = true, .min = 1, .max = 100, .out = &code},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = proof_email_give(&rq->work, rq->viewer.account, code, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status proof_post_web(struct request *rq, struct response *rs)
{
    const char *url, *method, *body;
    const struct input_field fields[] = {
        {"url", INPUT_URL, .required = true, .max = 500, .out = &url},
        {"method", INPUT_CHOICE, .required = true, .choices = "rel_me dns well_known",
         .out = &method},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = proof_web(&rq->work, rq->viewer.account, url, method, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status proof_post_check(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 202, proof_check);
}

enum agora_status proof_delete(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = proof_remove(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status proof_get_of_case(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, proof_of_case);
}
