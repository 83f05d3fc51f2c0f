/* The rules are in sql/directory/functions/block_acts.sql. */
#include "directory/domain/block.h"

#include "directory/db/db.h"

enum agora_status block_add(struct work *w, const char *viewer, const char *handle)
{
    return DB_RUN(w, QUERY_BLOCK_ADD, NULL, viewer, handle);
}

enum agora_status block_lift(struct work *w, const char *viewer, const char *handle)
{
    return DB_RUN(w, QUERY_BLOCK_LIFT, NULL, viewer, handle);
}

enum agora_status block_list(struct work *w, const char *viewer, const char **out)
{
    return DB_JSON(w, QUERY_BLOCK_LIST, out, viewer);
}
