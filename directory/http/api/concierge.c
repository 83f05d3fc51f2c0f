/* The first two are the member's, the others those of verifiers and admins. */
#include "directory/http/api/concierge.h"

#include <string.h>

#include "directory/domain/concierge.h"
#include "directory/http/api/asked.h"
#include "directory/http/input.h"

enum agora_status concierge_get_mine(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = concierge_mine(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status concierge_post(struct request *rq, struct response *rs)
{
    struct search_ask what = {0};
    struct asked_lists lists = {0};
    const char *words, *body;
    const struct input_field fields[] = {
        {"words", INPUT_MULTILINE, .required = true, .min = 1, .max = 1000, .out = &words},
        ASKED_FIELDS(&what, &lists),
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = asked_lists(rq, &lists, &what);
    if (s == AGORA_OK)
        s = asked_told(rq, concierge_ask(&rq->work, rq->viewer.account, &what, words, &body));
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status concierge_get_list(struct request *rq, struct response *rs)
{
    const char *view, *body;
    const struct input_field fields[] = {
        {"view", INPUT_CHOICE, .choices = "open answered", .out = &view},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK) {
        bool answered = view != NULL && strcmp(view, "answered") == 0;
        s = concierge_list(&rq->work, rq->viewer.account, answered ? "true" : "false", &body);
    }
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status concierge_post_answer(struct request *rq, struct response *rs)
{
    const char *id, *answer, *body;
    const struct input_field fields[] = {
        {"answer", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &answer},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = concierge_answer(&rq->work, rq->viewer.account, id, answer, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
