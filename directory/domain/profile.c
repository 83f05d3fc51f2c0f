/* The rules are in sql/directory/functions/profile_visible.sql and profile_change.sql. */
#include "directory/domain/profile.h"

#include "directory/db/db.h"

enum agora_status profile_page(struct work *w, const char *viewer, const char *handle,
                               const char *preview, const char **page, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_MEMBER_PAGE, page, etag, viewer, handle, preview);
}

enum agora_status profile_mine(struct work *w, const char *viewer, const char **mine,
                               const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_PROFILE_MINE, mine, etag, viewer);
}

enum agora_status profile_patch(struct work *w, const char *viewer, const char *patch,
                                const char *expected, const char **mine, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_PROFILE_PATCH, mine, etag, viewer, patch, expected);
}
