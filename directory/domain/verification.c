/* The rules are in sql/directory/functions/verification_acts.sql and verification_life.sql. */
#include "directory/domain/verification.h"

#include "directory/db/db.h"

enum agora_status verification_mine(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_CASE_MINE, body, viewer);
}

enum agora_status verification_revoke(struct work *w, const char *viewer, const char *id,
                                      const char *reason, const char *note, const char **asked)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_VERIFICATION_REVOKE, &row, viewer, id, reason, note);

    if (s == AGORA_OK)
        *asked = db_text(row, 0, 0);
    return s;
}

enum agora_status verification_suspend(struct work *w, const char *viewer, const char *id,
                                       const char *reason, const char *note)
{
    return DB_RUN(w, QUERY_VERIFICATION_SUSPEND, NULL, viewer, id, reason, note);
}

enum agora_status verification_reinstate(struct work *w, const char *viewer, const char *id,
                                         const char *note)
{
    return DB_RUN(w, QUERY_VERIFICATION_REINSTATE, NULL, viewer, id, note);
}

enum agora_status verification_by_clock(struct work *w, int64_t *n)
{
    struct db_result *row;
    enum agora_status s = DB_RUN0(w, QUERY_VERIFICATION_BY_CLOCK, &row);

    if (s == AGORA_OK)
        *n = db_int64(row, 0, 0);
    return s;
}
