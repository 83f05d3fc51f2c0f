/* The rules are in sql/directory/functions/tmtp_acts.sql. */
#include "directory/domain/tmtp_account.h"

#include <inttypes.h>
#include <stdio.h>

#include "directory/base/config.h"
#include "directory/db/db.h"

enum agora_status tmtp_account_status(struct work *w, const char *viewer, const char **out)
{
    return DB_JSON(w, QUERY_TMTP_STATUS, out, viewer, w->config->tmtp_server);
}

enum agora_status tmtp_account_cursor(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_TMTP_CURSOR, &rows);

    if (s == AGORA_OK)
        *n = db_int64(rows, 0, 0);
    return s;
}

enum agora_status tmtp_account_take(struct work *w, int64_t after, int64_t next, const char *events,
                                    bool *taken)
{
    struct db_result *rows;
    char from[24], to[24];

    snprintf(from, sizeof from, "%" PRId64, after);
    snprintf(to, sizeof to, "%" PRId64, next);
    enum agora_status s =
        DB_RUN(w, QUERY_TMTP_TAKE, &rows, from, to, w->config->agora_base_url, events);
    if (s == AGORA_OK)
        *taken = db_bool(rows, 0, 0);
    return s;
}
