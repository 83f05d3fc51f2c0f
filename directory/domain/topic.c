/* The rules are in sql/directory/functions/topic.sql and topic_import.sql. */
#include "directory/domain/topic.h"

#include "directory/db/db.h"

enum agora_status topic_complete(struct work *w, const char *viewer, const char *typed,
                                 const char *limit, const char **items)
{
    return DB_JSON(w, QUERY_TOPIC_COMPLETE, items, viewer, typed, limit);
}

enum agora_status topic_detail(struct work *w, const char *id, const char **detail)
{
    return DB_JSON(w, QUERY_TOPIC_DETAIL, detail, id);
}

enum agora_status topic_import(struct work *w, const char *scheme, const char *batch,
                               int64_t *added, int64_t *changed)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_TOPIC_IMPORT, &row, scheme, batch);

    if (s == AGORA_OK) {
        *added = db_int64(row, 0, 0);
        *changed = db_int64(row, 0, 1);
    }
    return s;
}

enum agora_status topic_close(struct work *w)
{
    return DB_RUN0(w, QUERY_TOPIC_CLOSE, NULL);
}
