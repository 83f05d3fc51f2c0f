/* Each act is one statement; the rules are in sql/directory/functions/appeal_*.sql. */
#include "directory/domain/appeal.h"

#include "directory/db/db.h"

enum agora_status appeal_case(struct work *w, const char *viewer, const char *id, const char *text,
                              const char *access_need, const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_CASE, body, viewer, id, text, access_need);
}

enum agora_status appeal_verification(struct work *w, const char *viewer, const char *id,
                                      const char *text, const char *access_need, const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_VERIFICATION, body, viewer, id, text, access_need);
}

enum agora_status appeal_mine(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_MINE, body, viewer);
}

enum agora_status appeal_list(struct work *w, const char *viewer, const char *view,
                              const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_LIST, body, viewer, view);
}

enum agora_status appeal_get(struct work *w, const char *viewer, const char *id, const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_GET, body, viewer, id);
}

enum agora_status appeal_acknowledge(struct work *w, const char *viewer, const char *id,
                                     const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_ACKNOWLEDGE, body, viewer, id);
}

enum agora_status appeal_decide(struct work *w, const char *viewer, const char *id,
                                const struct appeal_decision *decision, const char **body)
{
    return DB_JSON(w, QUERY_APPEAL_DECIDE, body, viewer, id, decision->outcome, decision->text,
                   decision->private_note, decision->level, decision->revoke_reason);
}
