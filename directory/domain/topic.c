/* The rules are in sql/directory/functions/topic.sql, topic_acts.sql and topic_kept.sql. */
#include "directory/domain/topic.h"

#include <talloc.h>

#include "directory/db/db.h"

#define EXPORT_BATCH "500"

enum agora_status topic_complete(struct work *w, const char *viewer, const char *typed,
                                 const char *limit, const char **items)
{
    return DB_JSON(w, QUERY_TOPIC_COMPLETE, items, viewer, typed, limit);
}

enum agora_status topic_detail(struct work *w, const char *id, const char **detail)
{
    return DB_JSON(w, QUERY_TOPIC_DETAIL, detail, id);
}

enum agora_status topic_kept(struct work *w, const char *viewer, const char *id, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_KEPT, body, viewer, id);
}

enum agora_status topic_kept_list(struct work *w, const char *viewer, const char *typed,
                                  const char *shown, const char *scheme, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_KEPT_LIST, body, viewer, typed, shown, scheme);
}

enum agora_status topic_add(struct work *w, const char *viewer, const char *label, const char *lang,
                            const char *broader, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_ADD, body, viewer, label, lang, broader);
}

enum agora_status topic_merge(struct work *w, const char *viewer, const char *id, const char *into,
                              const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_MERGE, body, viewer, id, into);
}

enum agora_status topic_label(struct work *w, const char *viewer, const char *id, const char *lang,
                              const char *label, const char *kind, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_LABEL_SET, body, viewer, id, lang, label, kind);
}

enum agora_status topic_place(struct work *w, const char *viewer, const char *id,
                              const char *broader, const char **body)
{
    return DB_JSON(w, QUERY_TOPIC_PLACE, body, viewer, id, broader);
}

enum agora_status topic_orphans(struct work *w, const char *scheme, topic_row row)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_TOPIC_ORPHANS, &rows, scheme);

    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++)
        row(db_text(rows, i, 0), db_text(rows, i, 1));
    return s;
}

enum agora_status topic_export(struct work *w, const char *scheme, topic_row row)
{
    struct db_result *rows = NULL;
    char *after = NULL;
    size_t n = 1;

    while (n > 0) {
        enum agora_status s = DB_RUN(w, QUERY_TOPIC_EXPORT, &rows, scheme, after, EXPORT_BATCH);
        if (s != AGORA_OK)
            return s;
        n = db_rows(rows);
        for (size_t i = 0; i < n; i++)
            row(db_text(rows, i, 0), db_text(rows, i, 1));
        if (n > 0 && (after = talloc_strdup(w->mem, db_text(rows, n - 1, 0))) == NULL)
            return work_out_of_memory(w);
        talloc_free(rows);
    }
    return AGORA_OK;
}
