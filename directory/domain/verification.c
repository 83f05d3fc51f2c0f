/* The rules are in sql/directory/functions/verification_acts.sql. */
#include "directory/domain/verification.h"

#include "directory/db/db.h"

enum agora_status verification_mine(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_CASE_MINE, body, viewer);
}

enum agora_status verification_revoke(struct work *w, const char *viewer, const char *id,
                                      const char *reason, const char *note)
{
    return DB_RUN(w, QUERY_VERIFICATION_REVOKE, NULL, viewer, id, reason, note);
}
