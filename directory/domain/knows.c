/* Each act is one statement. */
#include "directory/domain/knows.h"

#include "directory/db/db.h"

enum agora_status knows_introducers(struct work *w, const char *viewer, const char *handle,
                                    const char **body)
{
    return DB_JSON(w, QUERY_MEMBER_INTRODUCERS, body, viewer, handle);
}

enum agora_status knows_get(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_KNOWS_GET, body, viewer);
}

enum agora_status knows_put(struct work *w, const char *viewer, const char *tier, const char **body)
{
    return DB_JSON(w, QUERY_KNOWS_PUT, body, viewer, tier);
}
