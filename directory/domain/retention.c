/* The rules are in sql/directory/functions/retention_*.sql. */
#include "directory/domain/retention.h"

#include "directory/db/db.h"

enum run_column { CLASS, DUE, HELD, DONE };

enum agora_status retention_report(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_RETENTION_REPORT, body, viewer);
}

enum agora_status retention_print(struct work *w, FILE *out)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_RETENTION_LINES, &rows);

    if (s != AGORA_OK)
        return s;
    for (size_t i = 0; i < db_rows(rows); i++)
        fprintf(out, "%s\n", db_text(rows, i, 0));
    return AGORA_OK;
}

enum agora_status retention_run(struct work *w, bool dry, FILE *out)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_RETENTION_RUN, &rows, dry ? "true" : "false");

    if (s != AGORA_OK)
        return s;
    for (size_t i = 0; i < db_rows(rows); i++)
        fprintf(out, "%-24s %lld due, %lld held, %lld %s\n", db_text(rows, i, CLASS),
                (long long)db_int64(rows, i, DUE), (long long)db_int64(rows, i, HELD),
                (long long)(dry ? db_int64(rows, i, DUE) - db_int64(rows, i, HELD)
                                : db_int64(rows, i, DONE)),
                dry ? "would go" : "gone");
    return AGORA_OK;
}

enum agora_status retention_by_clock(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_RETENTION_CLOCK, &rows);

    if (s == AGORA_OK)
        *n = db_int64(rows, 0, 0);
    return s;
}

enum agora_status hold_place(struct work *w, const char *viewer, const char *kind,
                             const char *subject, const char *reason, const char *review_on,
                             const char **body)
{
    return DB_JSON(w, QUERY_HOLD_PLACE, body, viewer, kind, subject, reason, review_on);
}

enum agora_status hold_extend(struct work *w, const char *viewer, const char *id,
                              const char *review_on, const char **body)
{
    return DB_JSON(w, QUERY_HOLD_EXTEND, body, viewer, id, review_on);
}

enum agora_status hold_lift(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_HOLD_LIFT, NULL, viewer, id);
}
