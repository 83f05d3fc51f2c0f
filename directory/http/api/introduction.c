/* Each handler: which introduction, what was sent, one domain function, the introduction as the
 * viewer sees it then. */
#include "directory/http/api/introduction.h"

#include "directory/domain/introduction.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status introduction_post(struct request *rq, struct response *rs)
{
    struct introduction_request r;
    const char *out;
    const struct input_field fields[] = {
        {"to", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &r.to},
        {"ask", INPUT_CHOICE, .required = true, .out = &r.ask,
         .choices = "advice second_opinion referral collaboration hire speak mentor peer_review "
                    "supervise other"},
        {"topic", INPUT_TEXT, .min = 1, .max = 40, .out = &r.topic},
        {"why", INPUT_MULTILINE, .required = true, .min = 20, .max = 280, .out = &r.why},
        {"time_asked", INPUT_CHOICE, .choices = "one_message quarter_hour ongoing",
         .out = &r.time_asked},
        {"offer", INPUT_TEXT, .min = 1, .max = 140, .out = &r.offer},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = introduction_ask(&rq->work, rq->viewer.account, &r, &out);
    return s == AGORA_OK ? response_json(rs, 201, out) : s;
}

enum agora_status introduction_get_list(struct request *rq, struct response *rs)
{
    const char *box, *limit, *cursor, *out;
    const struct input_field fields[] = {
        {"box", INPUT_CHOICE, .required = true, .choices = "received sent connected past",
         .out = &box},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
        {"cursor", INPUT_TEXT, .max = 200, .out = &cursor},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = introduction_list(&rq->work, rq->viewer.account, box, limit != NULL ? limit : "20",
                              cursor, &out);
    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}

enum agora_status introduction_get_quota(struct request *rq, struct response *rs)
{
    const char *out;
    enum agora_status s = introduction_quota(&rq->work, rq->viewer.account, &out);

    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}

enum agora_status introduction_get_one(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, introduction_get);
}

enum agora_status introduction_post_accept(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, introduction_accept);
}

/* A body that may be left out. */
static enum agora_status optional_body(struct request *rq, const struct input_field fields[],
                                       size_t n)
{
    size_t len;

    request_body(rq, &len);
    return len > 0 ? input_json(rq, fields, n) : AGORA_OK;
}

enum agora_status introduction_post_decline(struct request *rq, struct response *rs)
{
    const char *id, *reason = NULL, *out;
    const struct input_field fields[] = {
        {"reason", INPUT_MULTILINE, .max = 500, .out = &reason},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = optional_body(rq, fields, INPUT_COUNT(fields));
    if (s == AGORA_OK)
        s = introduction_decline(&rq->work, rq->viewer.account, id, reason, &out);
    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}

enum agora_status introduction_post_withdraw(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, introduction_withdraw);
}

enum agora_status introduction_post_end(struct request *rq, struct response *rs)
{
    const char *id, *tell = NULL, *out;
    const struct input_field fields[] = {
        {"tell", INPUT_BOOL, .out = &tell},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = optional_body(rq, fields, INPUT_COUNT(fields));
    if (s == AGORA_OK)
        s = introduction_end(&rq->work, rq->viewer.account, id, tell != NULL ? tell : "false",
                             &out);
    return s == AGORA_OK ? response_json(rs, 200, out) : s;
}
