/* Places are the same for everyone: nothing of members is in the answers. */
#include "directory/http/api/place.h"

#include "directory/domain/place.h"
#include "directory/http/input.h"

enum agora_status place_list(struct request *rq, struct response *rs)
{
    const char *typed, *limit, *items;
    const struct input_field fields[] = {
        {"q", INPUT_TEXT, .max = 100, .out = &typed},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = place_complete(&rq->work, typed != NULL ? typed : "", limit != NULL ? limit : "20",
                           &items);
    return s == AGORA_OK ? response_json(rs, 200, items) : s;
}

enum agora_status place_get(struct request *rq, struct response *rs)
{
    const char *detail;
    enum agora_status s = request_query_only(rq, NULL);

    if (s == AGORA_OK)
        s = place_detail(&rq->work, request_path(rq, "id"), &detail);
    return s == AGORA_OK ? response_json(rs, 200, detail) : s;
}
