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
    const char *id, *reason, *note;
    const struct input_field fields[] = {
        {"reason", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &reason},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = verification_revoke(&rq->work, rq->viewer.account, id, reason, note);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
