/* What counts as used, and so comes first, depends on what the viewer may see. */
#include "directory/http/api/topic.h"

#include "directory/domain/topic.h"
#include "directory/http/input.h"

enum agora_status topic_list(struct request *rq, struct response *rs)
{
    const char *typed, *limit, *items;
    const struct input_field fields[] = {
        {"q", INPUT_TEXT, .max = 100, .out = &typed},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = topic_complete(&rq->work, request_signed_in(rq) ? rq->viewer.account : NULL,
                           typed != NULL ? typed : "", limit != NULL ? limit : "20", &items);
    return s == AGORA_OK ? response_json(rs, 200, items) : s;
}

enum agora_status topic_get(struct request *rq, struct response *rs)
{
    const char *detail;
    enum agora_status s = request_query_only(rq, NULL);

    if (s == AGORA_OK)
        s = topic_detail(&rq->work, request_path(rq, "id"), &detail);
    return s == AGORA_OK ? response_json(rs, 200, detail) : s;
}
