/* Each act is one statement; the rules are in sql/directory/functions/case_*.sql. */
#include "directory/domain/vcase.h"

#include <jansson.h>

#include "directory/db/db.h"
#include "directory/domain/evaluation.h"

/* What a verifier reads after an act: with the level that evidence and checks give then, which the
 * scorer finds once the act has changed them. */
static enum agora_status scored(struct work *w, enum agora_status s, const char *viewer,
                                const char *id, const char **body, const char **etag)
{
    bool anew;

    if (s != AGORA_OK)
        return s;
    s = evaluation_ensure(w, id, &anew);
    return s == AGORA_OK && anew ? DB_JSON_ETAG(w, QUERY_CASE_GET, body, etag, viewer, id) : s;
}
#include "directory/domain/person_key.h"

enum agora_status vcase_open(struct work *w, const char *viewer, const char *level,
                             const char *referee, const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_OPEN, body, etag, viewer, level, referee);
}

enum agora_status vcase_get(struct work *w, const char *viewer, const char *id, const char **body,
                            const char **etag)
{
    return scored(w, DB_JSON_ETAG(w, QUERY_CASE_GET, body, etag, viewer, id), viewer, id, body,
                  etag);
}

enum agora_status vcase_queue(struct work *w, const char *viewer, const char *view,
                              const char *limit, const char *cursor, const char **body)
{
    return DB_JSON(w, QUERY_CASE_QUEUE, body, viewer, view, limit, cursor);
}

enum agora_status vcase_take_next(struct work *w, const char *viewer, const char **body,
                                  const char **etag)
{
    struct db_result *taken;
    enum agora_status s = DB_RUN(w, QUERY_CASE_TAKE_NEXT, &taken, viewer);

    if (s != AGORA_OK)
        return s;
    bool found = db_rows(taken) > 0;
    *body = found ? db_text(taken, 0, 0) : NULL;
    *etag = found ? db_text(taken, 0, 1) : NULL;
    if (!found)
        return AGORA_OK;
    json_t *taken_case = json_loads(*body, 0, NULL);
    s = scored(w, s, viewer, json_string_value(json_object_get(taken_case, "id")), body, etag);
    json_decref(taken_case);
    return s;
}

enum agora_status vcase_claims_put(struct work *w, const char *viewer, const char *id,
                                   const char *seen, const char *claims, const char **body,
                                   const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_CLAIMS_PUT, body, etag, viewer, id, seen, claims);
}

enum agora_status vcase_evidence_add(struct work *w, const char *viewer, const char *id,
                                     const struct vcase_evidence *evidence, const char **body,
                                     const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_EVIDENCE_ADD, body, etag, viewer, id, evidence->type,
                        evidence->subtype, evidence->document_number, evidence->issuer,
                        evidence->issuer_country, evidence->date_of_issuance,
                        evidence->date_of_expiry, evidence->note);
}

enum agora_status vcase_evidence_remove(struct work *w, const char *viewer, const char *id,
                                        const char *evidence, const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_EVIDENCE_REMOVE, body, etag, viewer, id, evidence);
}

enum agora_status vcase_submit(struct work *w, const char *viewer, const char *id, const char *seen,
                               const char **body, const char **etag)
{
    /* Hashed before it is sent, so that the look for duplicates finds them; for who may see it. */
    enum agora_status s = DB_JSON_ETAG(w, QUERY_CASE_GET, body, etag, viewer, id);

    if (s == AGORA_OK)
        s = person_key_of_case(w, id);
    return s == AGORA_OK ? DB_JSON_ETAG(w, QUERY_CASE_SUBMIT, body, etag, viewer, id, seen) : s;
}

enum agora_status vcase_withdraw(struct work *w, const char *viewer, const char *id,
                                 const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_WITHDRAW, body, etag, viewer, id);
}

enum agora_status vcase_check_record(struct work *w, const char *viewer, const char *id,
                                     const struct vcase_check *check, const char **body,
                                     const char **etag)
{
    return scored(w,
                  DB_JSON_ETAG(w, QUERY_CASE_CHECK_RECORD, body, etag, viewer, id, check->evidence,
                               check->check_method, check->result, check->organization,
                               check->note),
                  viewer, id, body, etag);
}

enum agora_status vcase_ask(struct work *w, const char *viewer, const char *id, const char *seen,
                            const char *reason_codes, const char *text, const char **body,
                            const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_ASK, body, etag, viewer, id, seen, reason_codes, text);
}

enum agora_status vcase_release(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_CASE_RELEASE, NULL, viewer, id);
}

static enum agora_status decide(struct work *w, const char *viewer, const char *id,
                                const char *seen, const struct vcase_decision *decision,
                                const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_DECIDE, body, etag, viewer, id, seen, decision->outcome,
                        decision->reason_codes, decision->public_text, decision->private_note,
                        decision->snapshot);
}

enum agora_status vcase_decide(struct work *w, const char *viewer, const char *id, const char *seen,
                               const struct vcase_decision *decision, const char **body,
                               const char **etag)
{
    enum agora_status s = decide(w, viewer, id, seen, decision, body, etag);

    /* It has changed since it was scored: once more then. */
    if (s != AGORA_NOT_SCORED)
        return s;
    s = evaluation_ensure(w, id, NULL);
    return s == AGORA_OK ? decide(w, viewer, id, seen, decision, body, etag) : s;
}
