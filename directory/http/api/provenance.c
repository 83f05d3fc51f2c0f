/* What is seen depends on who asks: only the status of a receipt and the keys are for everybody. */
#include "directory/http/api/provenance.h"

#include <string.h>

#include "directory/domain/keys.h"
#include "directory/domain/provenance.h"
#include "directory/domain/receipt.h"
#include "directory/http/input.h"

enum { CLAIMS_MAX = 40, CLAIM_LEN = 60, DAYS_MAX = 3650 };

enum agora_status provenance_get(struct request *rq, struct response *rs)
{
    const char *preview, *body;
    const struct input_field fields[] = {
        {"as", INPUT_CHOICE, .choices = "public members contacts", .out = &preview},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = provenance_of(&rq->work, request_signed_in(rq) ? rq->viewer.account : NULL,
                          request_path(rq, "handle"), preview, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status disclosure_get_mine(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = disclosure_mine(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status disclosure_put_mine(struct request *rq, struct response *rs)
{
    const char *wanted, *body;
    const struct input_field fields[] = {
        {"evidence", INPUT_CHOICE, .choices = "public members contacts self"},
        {"history", INPUT_CHOICE, .choices = "public members contacts self"},
        {"proofs", INPUT_CHOICE, .choices = "public members contacts self"},
        {"claims", INPUT_JSON, .required = false},
    };
    enum agora_status s = input_json_whole(rq, fields, INPUT_COUNT(fields), &wanted);

    if (s == AGORA_OK)
        s = disclosure_put(&rq->work, rq->viewer.account, wanted, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status receipt_post(struct request *rq, struct response *rs)
{
    const char *claims, *evidence, *days, *body;
    const struct input_field fields[] = {
        {"claims", INPUT_TEXT_LIST, .max = CLAIM_LEN, .items = CLAIMS_MAX, .out = &claims},
        {"evidence", INPUT_BOOL, .out = &evidence},
        {"days", INPUT_INT, .min = 1, .max = DAYS_MAX, .out = &days},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = receipt_make(&rq->work, rq->viewer.account, claims, evidence, days, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status receipt_get_list(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = receipt_list(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status receipt_delete(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = receipt_end(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status receipt_get_status(struct request *rq, struct response *rs)
{
    const char *id, *body;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = receipt_status(&rq->work, id, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status receipt_get_keys(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = keys_published_ever(&rq->work, &body);

    response_cache(rs, "public, max-age=300");
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

typedef enum agora_status (*figures)(struct work *w, const char *viewer, const char *since,
                                     const char *until, const char **text);

static enum agora_status read_figures(struct request *rq, figures which, const char **text)
{
    const char *since, *until;
    const struct input_field fields[] = {
        {"since", INPUT_DATE, .out = &since},
        {"until", INPUT_DATE, .out = &until},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    return s == AGORA_OK ? which(&rq->work, rq->viewer.account, since, until, text) : s;
}

enum agora_status statistics_get_json(struct request *rq, struct response *rs)
{
    const char *text;
    enum agora_status s = read_figures(rq, statistics_get, &text);

    return s == AGORA_OK ? response_json(rs, 200, text) : s;
}

enum agora_status statistics_get_csv(struct request *rq, struct response *rs)
{
    const char *text;
    enum agora_status s = read_figures(rq, statistics_csv, &text);

    if (s != AGORA_OK)
        return s;
    response_header(rs, "Content-Disposition", "attachment; filename=\"statistics.csv\"");
    return response_bytes(rs, 200, "text/csv; charset=utf-8", text, strlen(text));
}
