/* The rules are in sql/directory/functions/verification_claims.sql and statistics.sql. */
#include "directory/domain/provenance.h"

#include "directory/db/db.h"

enum agora_status provenance_of(struct work *w, const char *viewer, const char *handle,
                                const char *preview, const char **json)
{
    return DB_JSON(w, QUERY_VERIFICATION_SEEN, json, viewer, handle, preview);
}

enum agora_status disclosure_mine(struct work *w, const char *viewer, const char **json)
{
    return DB_JSON(w, QUERY_DISCLOSURE_MINE, json, viewer);
}

enum agora_status disclosure_put(struct work *w, const char *viewer, const char *wanted,
                                 const char **json)
{
    return DB_JSON(w, QUERY_DISCLOSURE_PUT, json, viewer, wanted);
}

enum agora_status statistics_get(struct work *w, const char *viewer, const char *since,
                                 const char *until, const char **text)
{
    return DB_JSON(w, QUERY_STATISTICS, text, viewer, since, until);
}

enum agora_status statistics_csv(struct work *w, const char *viewer, const char *since,
                                 const char *until, const char **text)
{
    return DB_JSON(w, QUERY_STATISTICS_CSV, text, viewer, since, until);
}
