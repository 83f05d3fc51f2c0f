/* The rules are in sql/directory/functions/topic_import.sql. */
#include "directory/domain/topic_import.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/db/db.h"

enum { BATCH = 2000 };

struct topic_import {
    struct work *w;
    const struct topic_wish *wish;
    json_t *batch;
};

static int drop_batch(struct topic_import *import)
{
    json_decref(import->batch);
    return 0;
}

enum agora_status topic_import_begin(struct work *w, const struct topic_wish *wish,
                                     struct topic_import **out)
{
    struct topic_import *import = talloc_zero(w->mem, struct topic_import);

    if (import == NULL || (import->batch = json_array()) == NULL)
        return work_out_of_memory(w);
    talloc_set_destructor(import, drop_batch);
    import->w = w;
    import->wish = wish;
    enum agora_status s = db_begin(w);
    if (s == AGORA_OK)
        s = DB_RUN0(w, QUERY_TOPIC_IMPORT_BEGIN, NULL);
    if (s != AGORA_OK) {
        db_rollback(w);
        return s;
    }
    *out = import;
    return AGORA_OK;
}

static enum agora_status send_batch(struct topic_import *import)
{
    struct work *w = import->w;

    if (json_array_size(import->batch) == 0)
        return AGORA_OK;
    char *text = json_dumps(import->batch, JSON_COMPACT);
    if (text == NULL)
        return work_out_of_memory(w);
    enum agora_status s = DB_RUN(w, QUERY_TOPIC_IMPORT_FACTS, NULL, text);
    free(text);
    json_array_clear(import->batch);
    return s;
}

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

enum agora_status topic_import_add(struct topic_import *import, const struct topic_fact *f)
{
    const char kind[2] = {f->kind, '\0'};
    bool label = strchr("pah", f->kind) != NULL;
    const char *lang = label && f->lang[0] == '\0' ? import->wish->lang : f->lang;
    json_t *o = json_pack("{ss ss ss? ss ss?}", "kind", kind, "subject", f->subject, "object",
                          or_null(f->object), "lang", lang, "label", or_null(f->label));

    if (o == NULL || json_array_append_new(import->batch, o) != 0)
        return work_out_of_memory(import->w);
    return json_array_size(import->batch) < BATCH ? AGORA_OK : send_batch(import);
}

/* What makes an import impossible; NULL when nothing does. */
static const char *wrong_with(const char *report)
{
    json_t *o = json_loads(report, 0, NULL);
    bool cycles = json_array_size(json_object_get(o, "cycles")) > 0;
    bool none = json_integer_value(json_object_get(o, "concepts")) == 0;

    json_decref(o);
    if (none)
        return "There are no topics in this file; nothing was imported.";
    return cycles ? "There are topics that lie within themselves; nothing was imported." : NULL;
}

enum agora_status topic_import_end(struct topic_import *import, const char **report)
{
    struct work *w = import->w;
    const struct topic_wish *wish = import->wish;
    const char *wrong = NULL;
    enum agora_status s = send_batch(import);

    if (s == AGORA_OK)
        s = DB_JSON(w, QUERY_TOPIC_IMPORT_END, report, wish->scheme, wish->title, wish->source,
                    wish->retire ? "true" : "false");
    if (s == AGORA_OK)
        wrong = wrong_with(*report);
    if (s == AGORA_OK && wrong == NULL && !wish->dry)
        return db_commit(w);
    db_rollback(w);
    if (wrong != NULL && !wish->dry)
        return error_set(&w->error, AGORA_CONFLICT, NULL, "%s", wrong);
    return s;
}

void topic_import_abandon(struct topic_import *import)
{
    db_rollback(import->w);
    talloc_free(import);
}
