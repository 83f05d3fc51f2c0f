/* The setting is a resource of its own: it is about contacts, not a part of the profile. */
#include "directory/http/api/knows.h"

#include "directory/domain/knows.h"
#include "directory/http/input.h"

enum agora_status knows_get_introducers(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s =
        knows_introducers(&rq->work, rq->viewer.account, request_path(rq, "handle"), &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status knows_get_mine(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = knows_get(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status knows_put_mine(struct request *rq, struct response *rs)
{
    const char *tier, *body;
    const struct input_field fields[] = {
        {"tier", INPUT_CHOICE, .required = true, .choices = "members contacts self", .out = &tier},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = knows_put(&rq->work, rq->viewer.account, tier, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
