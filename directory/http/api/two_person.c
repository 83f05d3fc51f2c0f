/* Each handler: who and which act, what was sent, one domain function, the act as it is then. */
#include "directory/http/api/two_person.h"

#include <string.h>

#include "directory/domain/recall.h"
#include "directory/domain/two_person.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

/* What a handler answers with: an act and its version. */
struct answer {
    const char *body;
    const char *etag;
};

enum agora_status two_person_get_list(struct request *rq, struct response *rs)
{
    const char *state, *limit, *body;
    const struct input_field fields[] = {
        {"state", INPUT_CHOICE, .choices = "waiting settled", .out = &state},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = two_person_list(&rq->work, rq->viewer.account,
                            state != NULL && strcmp(state, "settled") == 0 ? "true" : "false",
                            limit != NULL ? limit : "20", &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status two_person_post(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *kind, *payload, *reason;
    const struct input_field fields[] = {
        {"kind", INPUT_TEXT, .required = true, .min = 1, .max = 40, .out = &kind},
        {"payload", INPUT_JSON, .required = true, .out = &payload},
        {"reason", INPUT_MULTILINE, .required = true, .min = 10, .max = 2000, .out = &reason},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = two_person_ask(&rq->work, rq->viewer.account, kind, payload, reason, &a.body, &a.etag);
    return s == AGORA_OK ? handler_versioned(rs, 201, a.body, a.etag) : s;
}

enum agora_status two_person_get_one(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = two_person_get(&rq->work, rq->viewer.account, id, &a.body, &a.etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, a.body, a.etag) : s;
}

enum agora_status two_person_post_confirm(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = two_person_confirm(&rq->work, rq->viewer.account, id, request_etag(rq), &a.body,
                               &a.etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, a.body, a.etag) : s;
}

enum agora_status two_person_post_refuse(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *note;
    const struct input_field fields[] = {
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = two_person_refuse(&rq->work, rq->viewer.account, id, note, &a.body, &a.etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, a.body, a.etag) : s;
}

enum agora_status two_person_get_case(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, two_person_case);
}

enum agora_status recall_get_radius(struct request *rq, struct response *rs)
{
    const char *verifier, *body;
    const struct input_field fields[] = {
        {"verifier", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &verifier},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = recall_radius(&rq->work, rq->viewer.account, verifier, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
