/* The chain is recomputed here, a step at a time; the browser brings back where the last step came
 * to, which it could as well have started at. */
#include "directory/domain/audit_page.h"

#include <jansson.h>
#include <stdlib.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/audit.h"
#include "directory/domain/audit_checkpoint.h"

enum { STEP_ROWS = 20000, DECIMAL = 10 };

enum agora_status audit_page(struct work *w, const char *viewer, const struct audit_filter *f,
                             const char **json)
{
    return DB_JSON(w, QUERY_AUDIT_PAGE, json, viewer, f->action, f->actor, f->subject, f->since,
                   f->until, f->limit, f->cursor);
}

/* The checkpoint to hold the log against. @param[out] known whether there is one */
static enum agora_status read_checkpoint(struct work *w, const char *given, struct audit_mark *mark,
                                         bool *known)
{
    const char *text;

    *known = given != NULL;
    if (given != NULL)
        return audit_checkpoint_read(w, given, NULL, mark);
    enum agora_status s = audit_checkpoint_newest(w, &text);
    if (s != AGORA_OK)
        return s == AGORA_NOT_FOUND ? AGORA_OK : s;
    json_t *newest = json_loads(text, 0, NULL);
    const char *jws = json_string_value(json_object_get(newest, "checkpoint"));
    s = audit_checkpoint_read(w, jws != NULL ? jws : "", NULL, mark);
    json_decref(newest);
    *known = s == AGORA_OK;
    return s;
}

static enum agora_status describe(struct work *w, const struct audit_report *report, bool done,
                                  const struct audit_mark *mark, const char **json)
{
    json_t *o = json_pack("{s:I,s:s,s:b}", "rows", (json_int_t)report->rows, "head", report->head,
                          "done", (int)done);

    if (o != NULL && mark != NULL)
        json_object_set_new(o, "checkpoint", json_integer(mark->height));
    if (o != NULL && report->fault != AUDIT_WHOLE) {
        json_object_set_new(o, "broken", json_integer(report->broken));
        json_object_set_new(o, "fault", json_string(audit_fault_words(report->fault)));
    }
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    *json = text != NULL ? talloc_strdup(w->mem, text) : NULL;
    free(text);
    json_decref(o);
    return *json != NULL ? AGORA_OK : work_out_of_memory(w);
}

enum agora_status audit_check_step(struct work *w, const char *after, const char *head,
                                   const char *checkpoint, const char **json)
{
    struct audit_report report = {0};
    struct audit_mark mark;
    bool known, done;
    enum agora_status s = read_checkpoint(w, checkpoint, &mark, &known);

    if (s != AGORA_OK)
        return s;
    if (after != NULL && head != NULL) {
        report.rows = strtoll(after, NULL, DECIMAL);
        snprintf(report.head, sizeof report.head, "%s", head);
    }
    s = audit_verify_part(w, known ? &mark : NULL, STEP_ROWS, &report, &done);
    return s == AGORA_OK ? describe(w, &report, done, known ? &mark : NULL, json) : s;
}
