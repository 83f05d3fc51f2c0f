/* Reading results, and the two shapes that most statements have: one JSON text, or that and its
 * version. Texts stay in libpq's memory until the work ends; nothing is copied. */
#include <stdlib.h>

#include "directory/db/connection.h"

size_t db_rows(const struct db_result *result)
{
    return (size_t)PQntuples(result->pg);
}

const char *db_text(const struct db_result *result, size_t row, size_t column)
{
    if (PQgetisnull(result->pg, (int)row, (int)column))
        return NULL;
    return PQgetvalue(result->pg, (int)row, (int)column);
}

int64_t db_int64(const struct db_result *result, size_t row, size_t column)
{
    const char *text = db_text(result, row, column);

    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool db_bool(const struct db_result *result, size_t row, size_t column)
{
    const char *text = db_text(result, row, column);

    return text != NULL && text[0] == 't';
}

enum agora_status db_json(struct work *w, enum directory_query query, size_t n,
                          const char *const params[], const char **text)
{
    const char *ignored;

    return db_json_etag(w, query, n, params, text, &ignored);
}

enum agora_status db_json_etag(struct work *w, enum directory_query query, size_t n,
                               const char *const params[], const char **text, const char **etag)
{
    struct db_result *result;
    enum agora_status s = db_run(w, query, n, params, &result);

    if (s != AGORA_OK)
        return s;
    const char *first = db_rows(result) > 0 ? db_text(result, 0, 0) : NULL;
    if (first == NULL)
        return error_set(&w->error, AGORA_NOT_FOUND, NULL, NULL);
    *text = first;
    *etag = PQnfields(result->pg) > 1 ? db_text(result, 0, 1) : NULL;
    return AGORA_OK;
}
