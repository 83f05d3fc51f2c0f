/* Settings go to the database whole: what each kind needs is checked there. */
#include "directory/http/api/connector.h"

#include "directory/domain/connector.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status connector_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = connector_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status connector_post(struct request *rq, struct response *rs)
{
    struct connector_new n;
    const char *body, *etag;
    const struct input_field fields[] = {
        {"kind", INPUT_CHOICE, .required = true, .choices = "roster register_http", .out = &n.kind},
        {"subject", INPUT_CHOICE, .required = true, .choices = "membership professional sanctions",
         .out = &n.subject},
        {"name", INPUT_TEXT, .required = true, .min = 1, .max = 120, .out = &n.name},
        {"settings", INPUT_JSON, .out = &n.settings},
        {"every_days", INPUT_INT, .min = 1, .max = 365, .out = &n.days},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = connector_add(&rq->work, rq->viewer.account, &n, &body, &etag);
    return s == AGORA_OK ? handler_versioned(rs, 201, body, etag) : s;
}

enum agora_status connector_patch_one(struct request *rq, struct response *rs)
{
    const char *id, *change, *body, *etag;
    const struct input_field fields[] = {
        {"name", INPUT_TEXT, .min = 1, .max = 120},
        {"settings", INPUT_JSON, .required = false},
        {"every_days", INPUT_INT, .min = 1, .max = 365},
        {"enabled", INPUT_BOOL, .required = false},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = input_json_whole(rq, fields, INPUT_COUNT(fields), &change);
    if (s == AGORA_OK)
        s = connector_patch(&rq->work, rq->viewer.account, id, request_etag(rq), change, &body,
                            &etag);
    return s == AGORA_OK ? handler_versioned(rs, 200, body, etag) : s;
}

enum agora_status connector_post_trial(struct request *rq, struct response *rs)
{
    struct connector_trial t;
    const char *id, *body, *etag;
    const struct input_field fields[] = {
        {"number", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &t.number},
        {"given_name", INPUT_TEXT, .required = true, .min = 1, .max = 100, .out = &t.given_name},
        {"family_name", INPUT_TEXT, .required = true, .min = 1, .max = 100, .out = &t.family_name},
        {"birthdate", INPUT_DATE, .out = &t.birthdate},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = connector_try(&rq->work, rq->viewer.account, id, &t, &body, &etag);
    return s == AGORA_OK ? handler_versioned(rs, 202, body, etag) : s;
}
