/* Reading and checking only: nothing here changes the log. */
#include "directory/http/api/audit.h"

#include "directory/domain/audit_checkpoint.h"
#include "directory/domain/audit_page.h"
#include "directory/http/input.h"

enum { CHECKPOINT_MAX = 4000, HASH_LEN = 64 };

enum agora_status audit_get_page(struct request *rq, struct response *rs)
{
    struct audit_filter filter;
    const char *body;
    const struct input_field fields[] = {
        {"action", INPUT_TEXT, .max = 60, .out = &filter.action},
        {"actor", INPUT_TEXT, .max = 60, .out = &filter.actor},
        {"subject", INPUT_UUID, .out = &filter.subject},
        {"since", INPUT_DATE, .out = &filter.since},
        {"until", INPUT_DATE, .out = &filter.until},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &filter.limit},
        {"cursor", INPUT_INT, .min = 1, .max = 2147483647, .out = &filter.cursor},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s != AGORA_OK)
        return s;
    filter.limit = filter.limit != NULL ? filter.limit : "50";
    s = audit_page(&rq->work, rq->viewer.account, &filter, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status audit_post_check(struct request *rq, struct response *rs)
{
    const char *after, *head, *checkpoint, *body;
    const struct input_field fields[] = {
        {"after", INPUT_INT, .min = 0, .max = 2147483647, .out = &after},
        {"head", INPUT_TEXT, .max = HASH_LEN, .out = &head},
        {"checkpoint", INPUT_TEXT, .max = CHECKPOINT_MAX, .out = &checkpoint},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = audit_check_step(&rq->work, after, head, checkpoint, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status audit_get_checkpoint(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = audit_checkpoint_newest(&rq->work, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
