/* One look for all that may be meant: the box asks while somebody types. What comes depends on who
 * asks: nothing here is kept by a cache. */
#include "directory/http/api/search.h"

#include "directory/domain/search.h"
#include "directory/http/input.h"

enum agora_status search_suggest(struct request *rq, struct response *rs)
{
    const char *typed, *limit, *body;
    const struct input_field fields[] = {
        {"q", INPUT_TEXT, .max = 100, .out = &typed},
        {"limit", INPUT_INT, .min = 1, .max = 20, .out = &limit},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = search_complete(&rq->work, request_signed_in(rq) ? rq->viewer.account : NULL,
                            typed != NULL ? typed : "", limit != NULL ? limit : "5", &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
