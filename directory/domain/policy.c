/* Each act is one statement (sql/directory/functions/policy_acts.sql); what a policy must hold is
 * checked by reading it as the scorer does. */
#include "directory/domain/policy.h"

#include <stdlib.h>

#include "directory/db/db.h"
#include "directory/domain/score_policy.h"

enum { NUMBER_DIGITS = 6 };

/* A version's number as a statement takes it; nothing can be under another name. */
static enum agora_status check_number(struct work *w, const char *number)
{
    size_t n = 0;

    while (number[n] >= '0' && number[n] <= '9')
        n++;
    return n > 0 && n <= NUMBER_DIGITS && number[n] == '\0'
               ? AGORA_OK
               : error_set(&w->error, AGORA_NOT_FOUND, NULL, NULL);
}

enum agora_status policy_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_POLICY_LIST, body, viewer);
}

enum agora_status policy_get(struct work *w, const char *viewer, const char *number,
                             const char **body, const char **etag)
{
    enum agora_status s = check_number(w, number);

    return s == AGORA_OK ? DB_JSON_ETAG(w, QUERY_POLICY_GET, body, etag, viewer, number) : s;
}

enum agora_status policy_draft_put(struct work *w, const char *viewer, const char *seen,
                                   const char *content, const char *note, const char **body,
                                   const char **etag)
{
    struct score_policy *read;
    enum agora_status s = score_policy_read(w, content, &read);

    if (s != AGORA_OK)
        return s;
    return DB_JSON_ETAG(w, QUERY_POLICY_DRAFT_PUT, body, etag, viewer, seen, content, note);
}

enum agora_status policy_publish_ask(struct work *w, const char *viewer, const char *number,
                                     const char *seen, const char *reason, const char **body)
{
    enum agora_status s = check_number(w, number);

    return s == AGORA_OK ? DB_JSON(w, QUERY_POLICY_PUBLISH_ASK, body, viewer, number, seen, reason)
                         : s;
}

enum agora_status policy_simulate(struct work *w, const char *viewer, const char *number,
                                  const char **body)
{
    enum agora_status s = check_number(w, number);

    return s == AGORA_OK ? DB_JSON(w, QUERY_POLICY_SIMULATE, body, viewer, number) : s;
}

enum agora_status policy_simulation_get(struct work *w, const char *viewer, const char *id,
                                        const char **body)
{
    return DB_JSON(w, QUERY_POLICY_SIMULATION_GET, body, viewer, id);
}
