/* Whose role is the handle in the path; each handler calls one domain function. */
#include "directory/http/api/role.h"

#include "directory/domain/role.h"
#include "directory/http/input.h"

enum agora_status role_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = role_holders(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status role_post_revoke(struct request *rq, struct response *rs)
{
    const char *role, *reason, *body;
    const struct input_field fields[] = {
        {"role", INPUT_CHOICE, .required = true,
         .choices = "verifier admin auditor privacy_officer", .out = &role},
        {"reason", INPUT_CHOICE, .required = true,
         .choices = "asked_for other_duties left_organisation not_recertified misuse",
         .out = &reason},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = role_take_away(&rq->work, rq->viewer.account, request_path(rq, "handle"), role, reason,
                           &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
