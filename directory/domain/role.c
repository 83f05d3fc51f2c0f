/* The rules are in sql/directory/functions/role_holders.sql. */
#include "directory/domain/role.h"

#include "directory/db/db.h"

enum agora_status role_holders(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_ROLE_HOLDERS, body, viewer);
}

enum agora_status role_take_away(struct work *w, const char *viewer, const char *handle,
                                 const char *role, const char *reason, const char **body)
{
    return DB_JSON(w, QUERY_ROLE_TAKE_AWAY, body, viewer, handle, role, reason);
}
