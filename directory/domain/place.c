/* The rules are in sql/directory/functions/place.sql, place_near.sql and place_import.sql. */
#include "directory/domain/place.h"

#include <talloc.h>

#include "directory/db/db.h"

enum agora_status place_complete(struct work *w, const char *typed, const char *limit,
                                 const char **items)
{
    return DB_JSON(w, QUERY_PLACE_COMPLETE, items, typed, limit);
}

enum agora_status place_detail(struct work *w, const char *id, const char **detail)
{
    return DB_JSON(w, QUERY_PLACE_DETAIL, detail, id);
}

enum agora_status place_near(struct work *w, const char *name, const char *km,
                             const char *const **terms, size_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_PLACE_NEAR, &rows, name, km);

    if (s != AGORA_OK)
        return s;
    const char **out = talloc_array(w->mem, const char *, (unsigned)db_rows(rows) + 1);
    if (out == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < db_rows(rows); i++)
        out[i] = db_text(rows, i, 0);
    *terms = out;
    *n = db_rows(rows);
    return AGORA_OK;
}

enum agora_status place_import(struct work *w, const char *batch, int64_t *added, int64_t *changed)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_PLACE_IMPORT, &row, batch);

    if (s == AGORA_OK) {
        *added = db_int64(row, 0, 0);
        *changed = db_int64(row, 0, 1);
    }
    return s;
}

enum agora_status place_close(struct work *w)
{
    return DB_RUN0(w, QUERY_PLACE_CLOSE, NULL);
}
