/* Each handler: who and which case, what was sent, one domain function, the case as it is then. */
#include "directory/http/api/case_work.h"

#include "directory/domain/vcase.h"
#include "directory/domain/vcase_work.h"
#include "directory/http/input.h"

/* What a handler answers with: a case and its version. */
struct answer {
    const char *body;
    const char *etag;
};

static enum agora_status send_case(struct response *rs, const struct answer *a)
{
    response_etag(rs, a->etag);
    return response_json(rs, 200, a->body);
}

/* The case of the path, and the fields of the body. */
static enum agora_status read_request(struct request *rq, const char **id,
                                      const struct input_field *fields, size_t n)
{
    enum agora_status s = request_path_uuid(rq, "id", id);

    return s == AGORA_OK ? input_json(rq, fields, n) : s;
}

#define READ_REQUEST(rq, id, fields) read_request((rq), (id), (fields), INPUT_COUNT(fields))

enum agora_status case_clear(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = vcase_clear(&rq->work, rq->viewer.account, id, request_etag(rq));
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status case_refuse(struct request *rq, struct response *rs)
{
    struct answer a;
    struct vcase_decision d = {.outcome = "reject"};
    const char *id;
    const struct input_field fields[] = {
        {"reason_codes", INPUT_TEXT_LIST, .required = true, .max = 60, .items = 10,
         .out = &d.reason_codes},
        {"public_text", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000,
         .out = &d.public_text},
        {"private_note", INPUT_MULTILINE, .max = 2000, .out = &d.private_note},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_decide(&rq->work, rq->viewer.account, id, request_etag(rq), &d, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_conflict(struct request *rq, struct response *rs)
{
    const char *id, *note;
    const struct input_field fields[] = {{"note", INPUT_MULTILINE, .max = 1000, .out = &note}};
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_conflict(&rq->work, rq->viewer.account, id, note);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status case_refer(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *reason, *note;
    const struct input_field fields[] = {
        {"reason", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &reason},
        {"note", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &note},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_refer(&rq->work, rq->viewer.account, id, request_etag(rq), reason, note, &a.body,
                        &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_book_session(struct request *rq, struct response *rs)
{
    struct answer a;
    struct vcase_session session;
    const char *id;
    const struct input_field fields[] = {
        {"times", INPUT_TEXT_LIST, .required = true, .max = 40, .items = 5, .out = &session.times},
        {"how", INPUT_CHOICE, .required = true, .choices = "onsite remote", .out = &session.how},
        {"place", INPUT_MULTILINE, .required = true, .min = 1, .max = 500, .out = &session.place},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_session_book(&rq->work, rq->viewer.account, id, request_etag(rq), &session,
                               &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_choose_session(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *time;
    const struct input_field fields[] = {
        {"time", INPUT_TEXT, .required = true, .min = 1, .max = 40, .out = &time},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_session_choose(&rq->work, rq->viewer.account, id, request_etag(rq), time, &a.body,
                                 &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_end_session(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *outcome;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true, .choices = "held missed called_off",
         .out = &outcome},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_session_end(&rq->work, rq->viewer.account, id, request_etag(rq), outcome, &a.body,
                              &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_find(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *evidence, *result, *note;
    const struct input_field fields[] = {
        {"evidence", INPUT_UUID, .required = true, .out = &evidence},
        {"result", INPUT_CHOICE, .required = true, .choices = "passed failed cannot_tell",
         .out = &result},
        {"note", INPUT_MULTILINE, .max = 1000, .out = &note},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_finding(&rq->work, rq->viewer.account, id, evidence, result, note, &a.body,
                          &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_second(struct request *rq, struct response *rs)
{
    struct answer a;
    struct vcase_second second;
    const char *id;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true, .choices = "confirm return",
         .out = &second.outcome},
        {"snapshot", INPUT_TEXT, .max = 64, .out = &second.snapshot},
        {"note", INPUT_MULTILINE, .max = 2000, .out = &second.note},
    };
    enum agora_status s = READ_REQUEST(rq, &id, fields);

    if (s == AGORA_OK)
        s = vcase_second(&rq->work, rq->viewer.account, id, request_etag(rq), &second, &a.body,
                         &a.etag);
    return s == AGORA_OK ? send_case(rs, &a) : s;
}

enum agora_status case_pairs(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = vcase_pairs(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
