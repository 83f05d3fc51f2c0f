/* Rows of sql/directory/migrations/0030_vocabulary.sql, as one answer. */
#include "directory/domain/vocabulary.h"

#include "directory/db/db.h"

enum agora_status vocabulary_load(struct work *w, const char **body)
{
    return db_json(w, QUERY_VOCABULARY, 0, NULL, body);
}

enum agora_status vocabulary_organisation(struct work *w, const char *name)
{
    return DB_RUN(w, QUERY_ORGANISATION_NAMED, NULL, name);
}
