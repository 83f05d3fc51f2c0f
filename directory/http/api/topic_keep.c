/* What members propose, and what admins do with topics; each handler calls one domain function. */
#include "directory/domain/topic.h"
#include "directory/domain/topic_proposal.h"
#include "directory/http/api/topic.h"
#include "directory/http/input.h"

#define LABEL(out_)                                                                                \
    {                                                                                              \
        "label", INPUT_TEXT, .required = true, .min = 2, .max = 200, .out = (out_)                 \
    }
#define LANG(out_)                                                                                 \
    {                                                                                              \
        "lang", INPUT_LANG, .required = true, .max = 35, .out = (out_)                             \
    }

enum agora_status topic_get_proposals(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = topic_proposals_mine(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_post_proposal(struct request *rq, struct response *rs)
{
    const char *kind, *lang, *label, *body;
    const struct input_field fields[] = {
        {"kind", INPUT_CHOICE, .required = true, .choices = "expertise interest seeking offering",
         .out = &kind},
        LANG(&lang),
        {"label", INPUT_TEXT, .required = true, .min = 2, .max = 100, .out = &label},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = topic_propose(&rq->work, rq->viewer.account, kind, lang, label, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status topic_delete_proposal(struct request *rq, struct response *rs)
{
    const char *id;
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = topic_proposal_withdraw(&rq->work, rq->viewer.account, id);
    return s == AGORA_OK ? response_empty(rs, 204) : s;
}

enum agora_status topic_get_kept_list(struct request *rq, struct response *rs)
{
    const char *typed, *shown, *scheme, *body;
    const struct input_field fields[] = {
        {"q", INPUT_TEXT, .max = 100, .out = &typed},
        {"show", INPUT_CHOICE, .choices = "orphans retired own", .out = &shown},
        {"scheme", INPUT_TEXT, .max = 40, .out = &scheme},
    };
    enum agora_status s = INPUT_QUERY(rq, fields);

    if (s == AGORA_OK)
        s = topic_kept_list(&rq->work, rq->viewer.account, typed, shown, scheme, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_get_kept(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = request_query_only(rq, NULL);

    if (s == AGORA_OK)
        s = topic_kept(&rq->work, rq->viewer.account, request_path(rq, "id"), &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_post_new(struct request *rq, struct response *rs)
{
    const char *lang, *label, *broader, *body;
    const struct input_field fields[] = {
        LABEL(&label),
        LANG(&lang),
        {"broader", INPUT_TEXT, .max = 40, .nullable = true, .out = &broader},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = topic_add(&rq->work, rq->viewer.account, label, lang, broader, &body);
    return s == AGORA_OK ? response_json(rs, 201, body) : s;
}

enum agora_status topic_post_merge(struct request *rq, struct response *rs)
{
    const char *into, *body;
    const struct input_field fields[] = {
        {"into", INPUT_TEXT, .required = true, .min = 1, .max = 40, .out = &into},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = topic_merge(&rq->work, rq->viewer.account, request_path(rq, "id"), into, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_put_label(struct request *rq, struct response *rs)
{
    const char *lang, *label, *kind, *body;
    const struct input_field fields[] = {
        LABEL(&label),
        LANG(&lang),
        {"kind", INPUT_CHOICE, .required = true, .choices = "pref alt hidden none", .out = &kind},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = topic_label(&rq->work, rq->viewer.account, request_path(rq, "id"), lang, label, kind,
                        &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_put_place(struct request *rq, struct response *rs)
{
    const char *broader, *body;
    const struct input_field fields[] = {
        {"broader", INPUT_TEXT, .max = 40, .nullable = true, .out = &broader},
    };
    enum agora_status s = INPUT_JSON_BODY(rq, fields);

    if (s == AGORA_OK)
        s = topic_place(&rq->work, rq->viewer.account, request_path(rq, "id"), broader, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_get_queue(struct request *rq, struct response *rs)
{
    const char *body;
    enum agora_status s = topic_proposal_queue(&rq->work, rq->viewer.account, &body);

    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}

enum agora_status topic_post_decision(struct request *rq, struct response *rs)
{
    struct topic_decision d;
    const char *id, *body;
    const struct input_field fields[] = {
        {"outcome", INPUT_CHOICE, .required = true, .choices = "accept merge label refuse",
         .out = &d.outcome},
        {"topic", INPUT_TEXT, .max = 40, .out = &d.topic},
        {"label", INPUT_TEXT, .min = 2, .max = 100, .out = &d.label},
        {"reason", INPUT_TEXT, .max = 280, .out = &d.reason},
    };
    enum agora_status s = request_path_uuid(rq, "id", &id);

    if (s == AGORA_OK)
        s = INPUT_JSON_BODY(rq, fields);
    if (s == AGORA_OK)
        s = topic_proposal_decide(&rq->work, rq->viewer.account, id, &d, &body);
    return s == AGORA_OK ? response_json(rs, 200, body) : s;
}
