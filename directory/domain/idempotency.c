/* The key's row is locked by its claim until the transaction ends;
 * sql/directory/functions/idempotency.sql has the rules. */
#include "directory/domain/idempotency.h"

#include <stdio.h>

#include "directory/db/db.h"

enum agora_status idempotency_begin(struct work *w, const char *account, const char *route,
                                    const char *key, const char *body_hash, unsigned *status,
                                    const char **answer, const char **etag)
{
    struct db_result *row;
    enum agora_status s = db_begin(w);

    if (s != AGORA_OK)
        return s;
    s = DB_RUN(w, QUERY_IDEMPOTENCY_CLAIM, &row, account, route, key, body_hash);
    if (s != AGORA_OK) {
        db_rollback(w);
        return s;
    }
    *status = (unsigned)db_int64(row, 0, 0);
    *answer = db_text(row, 0, 1);
    *etag = db_text(row, 0, 2);
    if (*status != 0)
        db_rollback(w);
    return AGORA_OK;
}

enum agora_status idempotency_finish(struct work *w, const char *account, const char *route,
                                     const char *key, unsigned status, const char *answer,
                                     const char *etag)
{
    char text[12];

    snprintf(text, sizeof text, "%u", status);
    enum agora_status s =
        DB_RUN(w, QUERY_IDEMPOTENCY_KEEP, NULL, account, route, key, text, answer, etag);
    if (s != AGORA_OK) {
        db_rollback(w);
        return s;
    }
    return db_commit(w);
}

void idempotency_abandon(struct work *w)
{
    if (w->db != NULL)
        db_rollback(w);
}
