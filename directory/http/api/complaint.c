/* The first two handlers are open to strangers: their answers are the same whatever is known here.
 */
#include "directory/http/api/complaint.h"

#include "directory/domain/complaint.h"
#include "directory/http/api/handler.h"
#include "directory/http/input.h"

enum agora_status complaint_post(struct request *rq, struct response *rs)
{
    struct complaint c = {.address = rq->address};
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &c.email},
        {"name", INPUT_TEXT, .max = 200, .out = &c.name},
        {"handle", INPUT_TEXT, .required = true, .min = 1, .max = 200, .out = &c.handle},
        {"relation", INPUT_CHOICE, .required = true, .choices = "myself someone_else organisation",
         .out = &c.relation},
        {"text", INPUT_MULTILINE, .required = true, .min = 1, .max = 4000, .out = &c.text},
        {"access_need", INPUT_BOOL, .out = &c.access_need},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = complaint_add(&rq->work, &c);
    return s == AGORA_OK ? handler_sent_to(rq, rs, c.email) : s;
}

enum agora_status complaint_post_confirm(struct request *rq, struct response *rs)
{
    struct code_try by = {.address = rq->address};
    const char *body;
    const struct input_field fields[] = {
        {"email", INPUT_EMAIL, .required = true, .out = &by.email},
        {"code", INPUT_SECRET, .required = true, .min = 1, .max = 64, .out = &by.code},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = complaint_confirm(&rq->work, &by, &body);
    rq->retry_after_s = by.wait_s;
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status complaint_get_list(struct request *rq, struct response *rs)
{
    const char *view, *body;
    const struct input_field fields[] = {
        {"view", INPUT_CHOICE, .choices = "open decided", .out = &view},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = complaint_list(&rq->work, rq->viewer.account, view != NULL ? view : "open", &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status complaint_post_acknowledge(struct request *rq, struct response *rs)
{
    return handler_by_id(rq, rs, 200, complaint_acknowledge);
}

enum agora_status complaint_post_decision(struct request *rq, struct response *rs)
{
    struct complaint_decision d;
    const char *id, *body;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true,
         .choices = "suspended revoked corrected nothing_found", .out = &d.outcome},
        {"reason", INPUT_TEXT, .max = 60, .out = &d.reason},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &d.note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = complaint_decide(&rq->work, rq->viewer.account, id, &d, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
