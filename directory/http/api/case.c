/* Each handler: who and which case, what was sent, one domain function, the case as it is then. */
#include "directory/http/api/case.h"

#include "directory/domain/vcase.h"
#include "directory/http/input.h"

/* What a handler answers with: a case and its version. */
struct answer {
    const char *body;
    const char *etag;
};

static enum agora_status send_case(struct response *rs, unsigned status, const struct answer *a)
{
    response_etag(rs, a->etag);
    return response_json(rs, status, a->body);
}

enum agora_status case_open(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *level, *referee;
    const struct input_field fields[] = {
        {"level", INPUT_INT, .required = true, .min = 1, .max = 4, .out = &level},
        {"referee", INPUT_MULTILINE, .max = 1000, .out = &referee},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = vcase_open(&rq->work, rq->viewer.account, level, referee, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 201, &a) : s;
}

enum agora_status case_list(struct request *rq, struct response *rs)
{
    const char *view, *limit, *cursor, *body;
    const struct input_field fields[] = {
        {"view", INPUT_CHOICE, .choices = "waiting second mine held all decided", .out = &view},
        {"limit", INPUT_INT, .min = 1, .max = 100, .out = &limit},
        {"cursor", INPUT_TEXT, .max = 200, .out = &cursor},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = vcase_queue(&rq->work, rq->viewer.account, view != NULL ? view : "waiting",
                        limit != NULL ? limit : "20", cursor, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status case_next(struct request *rq, struct response *rs)
{
    struct answer a;
    enum agora_status s = vcase_take_next(&rq->work, rq->viewer.account, &a.body, &a.etag);

    if (s != AGORA_OK)
        return s;
    return a.body != NULL ? send_case(rs, 200, &a) : response_empty(rs, 204);
}

enum agora_status case_get(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = vcase_get(&rq->work, rq->viewer.account, id, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}

enum agora_status case_put_claims(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *claims;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = input_json_whole(rq, NULL, 0, &claims);
    if (s == AGORA_OK)
        s = vcase_claims_put(&rq->work, rq->viewer.account, id, request_etag(rq), claims, &a.body,
                             &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}

enum agora_status case_add_evidence(struct request *rq, struct response *rs)
{
    struct answer a;
    struct vcase_evidence e;
    const char *id;
    const struct input_field fields[] = {
        {"type", INPUT_CHOICE, .required = true, .out = &e.type,
         .choices = "document electronic_record vouch electronic_signature"},
        {"subtype", INPUT_TEXT, .required = true, .min = 1, .max = 60, .out = &e.subtype},
        {"document_number", INPUT_TEXT, .max = 80, .out = &e.document_number},
        {"issuer", INPUT_TEXT, .max = 200, .out = &e.issuer},
        {"issuer_country", INPUT_COUNTRY, .out = &e.issuer_country},
        {"date_of_issuance", INPUT_DATE, .out = &e.date_of_issuance},
        {"date_of_expiry", INPUT_DATE, .out = &e.date_of_expiry},
        {"note", INPUT_MULTILINE, .max = 1000, .out = &e.note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vcase_evidence_add(&rq->work, rq->viewer.account, id, &e, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 201, &a) : s;
}

enum agora_status case_remove_evidence(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *evidence;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = request_path_uuid(rq, "evidence", &evidence);
    if (s == AGORA_OK)
        s = vcase_evidence_remove(&rq->work, rq->viewer.account, id, evidence, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}

enum agora_status case_submit(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = vcase_submit(&rq->work, rq->viewer.account, id, request_etag(rq), &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}

enum agora_status case_withdraw(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = vcase_withdraw(&rq->work, rq->viewer.account, id, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}

enum agora_status case_record_check(struct request *rq, struct response *rs)
{
    struct answer a;
    struct vcase_check c;
    const char *id;
    const struct input_field fields[] = {
        {"evidence", INPUT_UUID, .required = true, .out = &c.evidence},
        {"check_method", INPUT_TEXT, .required = true, .min = 1, .max = 40, .out = &c.check_method},
        {"result", INPUT_CHOICE, .required = true, .choices = "passed failed cannot_tell",
         .out = &c.result},
        {"organization", INPUT_TEXT, .max = 200, .out = &c.organization},
        {"note", INPUT_MULTILINE, .max = 1000, .out = &c.note},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vcase_check_record(&rq->work, rq->viewer.account, id, &c, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 201, &a) : s;
}

enum agora_status case_ask(struct request *rq, struct response *rs)
{
    struct answer a;
    const char *id, *codes, *text;
    const struct input_field fields[] = {
        {"reason_codes", INPUT_TEXT_LIST, .required = true, .max = 60, .items = 10, .out = &codes},
        {"text", INPUT_MULTILINE, .required = true, .min = 1, .max = 2000, .out = &text},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vcase_ask(&rq->work, rq->viewer.account, id, request_etag(rq), codes, text, &a.body,
                      &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}

enum agora_status case_release(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = vcase_release(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status case_decide(struct request *rq, struct response *rs)
{
    struct answer a;
    struct vcase_decision d;
    const char *id;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true, .choices = "approve reject", .out = &d.outcome},
        {"reason_codes", INPUT_TEXT_LIST, .max = 60, .items = 10, .out = &d.reason_codes},
        {"public_text", INPUT_MULTILINE, .max = 2000, .out = &d.public_text},
        {"private_note", INPUT_MULTILINE, .max = 2000, .out = &d.private_note},
        {"snapshot", INPUT_TEXT, .max = 64, .out = &d.snapshot},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = vcase_decide(&rq->work, rq->viewer.account, id, request_etag(rq), &d, &a.body, &a.etag);
    return s == AGORA_OK ? send_case(rs, 200, &a) : s;
}
