/* What came of cases; the cases themselves are in case.c. */
#include "directory/http/api/verification.h"

#include "directory/domain/verification.h"
#include "directory/http/input.h"

enum agora_status verification_get_mine(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = verification_mine(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status verification_post_revoke(struct request *rq, struct response *rs)
{
    const char *id, *reason, *note, *asked = NULL;
    const struct input_field fields[] = {
        {"reason", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &reason},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = verification_revoke(&rq->work, rq->viewer.account, id, reason, note, &asked);
    if (s != AGORA_OK)
        return s;
    return asked != NULL ? response_json(rs, 202, asked) : response_empty(rs, 204);
}

enum agora_status verification_post_suspend(struct request *rq, struct response *rs)
{
    const char *id, *reason, *note;
    const struct input_field fields[] = {
        {"reason", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &reason},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = verification_suspend(&rq->work, rq->viewer.account, id, reason, note);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status verification_post_reinstate(struct request *rq, struct response *rs)
{
    const char *id, *note;
    const struct input_field fields[] = {
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = verification_reinstate(&rq->work, rq->viewer.account, id, note);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
