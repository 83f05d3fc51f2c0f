/* What the admin sees of the outbox: kinds, tries and problems, never what is in a row. */
#include "directory/http/api/outbox.h"

#include "directory/domain/outbox.h"
#include "directory/http/input.h"

enum agora_status outbox_get_list(struct request *rq, struct response *rs)
{
    const char *state, *limit, *cursor, *out;
    const struct input_field fields[] = {
        {"state", INPUT_CHOICE, .choices = "waiting failed", .out = &state},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
        {"cursor", INPUT_TEXT, .max = 200, .out = &cursor},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = outbox_list(&rq->work, state != NULL ? state : "failed", limit != NULL ? limit : "20",
                        cursor, &out);
    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}

enum agora_status outbox_post_retry(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = outbox_retry(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}
