/* Ready means: the database answers, and it has exactly the migrations of this program. */
#include "directory/domain/readiness.h"

#include "directory/db/db.h"
#include "directory/db/migrate.h"

enum agora_status readiness_check(struct work *w)
{
    enum agora_status s = migrate_check(w);

    if (s == AGORA_CONFLICT)
        w->error.status = AGORA_UNAVAILABLE;
    return s == AGORA_CONFLICT ? AGORA_UNAVAILABLE : s;
}

enum agora_status readiness_check_all(struct work *w)
{
    enum agora_status s = migrate_check(w);

    return s == AGORA_OK ? db_check_statements(w) : s;
}
