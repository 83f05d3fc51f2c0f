/* Each act is one statement; the rules are in sql/directory/functions/vouch_*.sql. */
#include "directory/domain/vouch.h"

#include "directory/db/db.h"

enum agora_status vouch_name(struct work *w, const char *viewer, const char *id, const char *handle,
                             const char *message, const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_NAME, body, viewer, id, handle, message);
}

enum agora_status vouch_of_case(struct work *w, const char *viewer, const char *id,
                                const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_OF_CASE, body, viewer, id);
}

enum agora_status vouch_wait(struct work *w, const char *viewer, const char *id, const char *seen,
                             const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_VOUCH_WAIT, body, etag, viewer, id, seen);
}

enum agora_status vouch_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_LIST, body, viewer);
}

enum agora_status vouch_give(struct work *w, const char *viewer, const char *id,
                             const struct vouch_answer *answer, const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_GIVE, body, viewer, id, answer->relation, answer->known_since,
                   answer->known_as, answer->not_family, answer->not_same_address,
                   answer->confirms);
}

enum agora_status vouch_decline(struct work *w, const char *viewer, const char *id,
                                const char *reason, const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_DECLINE, body, viewer, id, reason);
}

enum agora_status vouch_withdraw(struct work *w, const char *viewer, const char *id,
                                 const char *reason, const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_WITHDRAW, body, viewer, id, reason);
}

enum agora_status vouch_repeat(struct work *w, const char *viewer, const char *id,
                               const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_REPEAT, body, viewer, id);
}

enum agora_status vouch_review_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_VOUCH_REVIEW_LIST, body, viewer);
}

enum agora_status vouch_review_close(struct work *w, const char *viewer, const char *id,
                                     const char *outcome, const char *note)
{
    return DB_RUN(w, QUERY_VOUCH_REVIEW_CLOSE, NULL, viewer, id, outcome, note);
}

enum agora_status vouch_by_clock(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_VOUCH_CLOCK, &rows);

    if (s == AGORA_OK)
        *n = db_int64(rows, 0, 0);
    return s;
}
