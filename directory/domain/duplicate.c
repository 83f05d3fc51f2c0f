/* The rules are in sql/directory/functions/duplicate.sql. */
#include "directory/domain/duplicate.h"

#include "directory/db/db.h"

enum agora_status duplicate_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_DUPLICATE_LIST, body, viewer);
}

enum agora_status duplicate_apart(struct work *w, const char *viewer, const char *handle,
                                  const char *other, const char *note)
{
    return DB_RUN(w, QUERY_DUPLICATE_APART, NULL, viewer, handle, other, note);
}
