/* The rules are in sql/directory/functions/recall_*.sql. */
#include "directory/domain/recall.h"

#include "directory/db/db.h"

enum agora_status recall_radius(struct work *w, const char *viewer, const char *verifier,
                                const char **body)
{
    return DB_JSON(w, QUERY_RECALL_RADIUS, body, viewer, verifier);
}

enum agora_status recall_print(struct work *w, const char *verifier, FILE *out)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_RECALL_RADIUS_OPERATOR, &rows, verifier);

    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++)
        fprintf(out, "%7s %s\n", db_text(rows, i, 1), db_text(rows, i, 0));
    return s;
}

enum agora_status recall_ask(struct work *w, const char *verifier, const char *by,
                             const char *reason, const char **act)
{
    return DB_JSON(w, QUERY_RECALL_ASK_OPERATOR, act, verifier, by, reason);
}

enum agora_status recall_step(struct work *w, int64_t *n)
{
    struct db_result *row;
    enum agora_status s = DB_RUN0(w, QUERY_RECALL_BY_CLOCK, &row);

    if (s == AGORA_OK)
        *n = db_int64(row, 0, 0);
    return s;
}
