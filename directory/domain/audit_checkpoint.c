/* Signed by the keys of the OpenID provider, which are outside the database; `typ` keeps the kinds
 * of statements apart. */
#include "directory/domain/audit_checkpoint.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"
#include "directory/db/db.h"
#include "directory/domain/jose_verify.h"
#include "directory/domain/keys.h"

enum agora_status audit_checkpoint_newest(struct work *w, const char **json)
{
    return db_json(w, QUERY_AUDIT_CHECKPOINT_NEWEST, 0, NULL, json);
}

static bool read_mark(const json_t *claims, struct audit_mark *mark)
{
    const char *head = json_string_value(json_object_get(claims, "head"));
    const char *vct = json_string_value(json_object_get(claims, "vct"));
    const json_t *height = json_object_get(claims, "height");

    if (head == NULL || strlen(head) != sizeof mark->head - 1 ||
        strspn(head, "0123456789abcdef") != sizeof mark->head - 1 || vct == NULL ||
        strcmp(vct, AUDIT_CHECKPOINT_VCT) != 0 || !json_is_integer(height) ||
        json_integer_value(height) <= 0)
        return false;
    mark->height = json_integer_value(height);
    snprintf(mark->head, sizeof mark->head, "%s", head);
    return true;
}

static enum agora_status own_keys(struct work *w, json_t **jwks)
{
    const char *text;
    enum agora_status s = keys_published_ever(w, &text);

    if (s == AGORA_OK && (*jwks = json_loads(text, 0, NULL)) == NULL)
        s = work_out_of_memory(w);
    return s;
}

enum agora_status audit_checkpoint_read(struct work *w, const char *jws, const json_t *jwks,
                                        struct audit_mark *mark)
{
    json_t *own = NULL, *claims = NULL;
    enum agora_status s = jwks == NULL ? own_keys(w, &own) : AGORA_OK;

    if (s != AGORA_OK)
        return s;
    enum jose_fault fault =
        jose_verify(jws, AUDIT_CHECKPOINT_TYP, jwks != NULL ? jwks : own, &claims);
    if (fault != JOSE_GOOD)
        s = error_set(&w->error, AGORA_INVALID_FIELD, "/checkpoint",
                      "This is no checkpoint of the log: %s.", jose_fault_words(fault));
    else if (!read_mark(claims, mark))
        s = error_set(&w->error, AGORA_INVALID_FIELD, "/checkpoint",
                      "This is no checkpoint of the log.");
    json_decref(claims);
    json_decref(own);
    return s;
}

/* The last checkpoint as a place to go on from; nothing when there is none, or none of ours. */
static enum agora_status last_good(struct work *w, struct audit_report *report)
{
    const char *text;
    struct audit_mark mark;
    enum agora_status s = audit_checkpoint_newest(w, &text);

    if (s == AGORA_NOT_FOUND)
        return AGORA_OK;
    if (s != AGORA_OK)
        return s;
    json_t *newest = json_loads(text, 0, NULL);
    const char *jws = json_string_value(json_object_get(newest, "checkpoint"));
    s = jws != NULL ? audit_checkpoint_read(w, jws, NULL, &mark) : AGORA_INVALID_FIELD;
    json_decref(newest);
    if (s == AGORA_OK) {
        report->rows = mark.height;
        memcpy(report->head, mark.head, sizeof report->head);
    }
    return s == AGORA_INVALID_FIELD ? AGORA_OK : s;
}

static enum agora_status sign(struct work *w, const struct audit_report *report, const char **jws)
{
    json_t *claims = json_pack("{s:s,s:I,s:s,s:I,s:s}", "iss", w->config->agora_base_url, "iat",
                               (json_int_t)(now_us() / SECOND_US), "vct", AUDIT_CHECKPOINT_VCT,
                               "height", (json_int_t)report->rows, "head", report->head);
    enum agora_status s =
        claims != NULL ? keys_sign(w, AUDIT_CHECKPOINT_TYP, claims, jws) : work_out_of_memory(w);

    json_decref(claims);
    return s;
}

/* The rows since the last checkpoint, the one it was made of included: it must still be there. */
static enum agora_status check_since(struct work *w, struct audit_report *report)
{
    struct db_result *end;
    bool done;
    enum agora_status s = last_good(w, report);

    if (s == AGORA_OK)
        s = DB_RUN0(w, QUERY_AUDIT_HEAD, &end);
    if (s != AGORA_OK)
        return s;
    int64_t height = db_rows(end) > 0 ? db_int64(end, 0, 0) : 0;
    if (height < report->rows)
        report->fault = AUDIT_CUT;
    else if (height == report->rows && height > 0 && strcmp(db_text(end, 0, 1), report->head) != 0)
        report->fault = AUDIT_OTHER;
    report->broken = report->rows;
    return report->fault == AUDIT_WHOLE ? audit_verify_part(w, NULL, INT64_MAX, report, &done)
                                        : AGORA_OK;
}

enum agora_status audit_checkpoint_make(struct work *w, const char **jws)
{
    struct audit_report report = {0};
    char height[24];
    enum agora_status s = check_since(w, &report);

    if (s != AGORA_OK)
        return s;
    if (report.fault != AUDIT_WHOLE)
        return error_set(&w->error, AGORA_CONFLICT, NULL,
                         "The audit log is broken at row %lld: %s. It is not signed.",
                         (long long)report.broken, audit_fault_words(report.fault));
    if (report.rows == 0)
        return error_set(&w->error, AGORA_CONFLICT, NULL, "The audit log is empty.");
    s = sign(w, &report, jws);
    snprintf(height, sizeof height, "%lld", (long long)report.rows);
    return s == AGORA_OK ? DB_RUN(w, QUERY_AUDIT_CHECKPOINT_KEEP, NULL, height, report.head, *jws)
                         : s;
}

enum agora_status audit_checkpoint_keep_up(struct work *w)
{
    struct db_result *due;
    const char *jws;
    enum agora_status s = DB_RUN0(w, QUERY_AUDIT_CHECKPOINT_DUE, &due);

    return s == AGORA_OK && db_bool(due, 0, 0) ? audit_checkpoint_make(w, &jws) : s;
}
