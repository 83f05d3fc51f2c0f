/* Each act is one statement; the rules are in sql/directory/functions/case_*.sql. */
#include "directory/domain/vcase_work.h"

#include "directory/db/db.h"
#include "directory/domain/evaluation.h"

enum agora_status vcase_clear(struct work *w, const char *viewer, const char *id, const char *seen)
{
    return DB_RUN(w, QUERY_CASE_CLEAR, NULL, viewer, id, seen);
}

enum agora_status vcase_conflict(struct work *w, const char *viewer, const char *id,
                                 const char *note)
{
    return DB_RUN(w, QUERY_CASE_CONFLICT, NULL, viewer, id, note);
}

enum agora_status vcase_refer(struct work *w, const char *viewer, const char *id, const char *seen,
                              const char *reason, const char *note, const char **body,
                              const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_REFER, body, etag, viewer, id, seen, reason, note);
}

enum agora_status vcase_session_book(struct work *w, const char *viewer, const char *id,
                                     const char *seen, const struct vcase_session *session,
                                     const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_SESSION_BOOK, body, etag, viewer, id, seen, session->times,
                        session->how, session->place);
}

enum agora_status vcase_session_choose(struct work *w, const char *viewer, const char *id,
                                       const char *seen, const char *time, const char **body,
                                       const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_SESSION_CHOOSE, body, etag, viewer, id, seen, time);
}

enum agora_status vcase_session_end(struct work *w, const char *viewer, const char *id,
                                    const char *seen, const char *outcome, const char **body,
                                    const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_SESSION_END, body, etag, viewer, id, seen, outcome);
}

enum agora_status vcase_finding(struct work *w, const char *viewer, const char *id,
                                const char *evidence, const char *result, const char *note,
                                const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_SECOND_CHECK, body, etag, viewer, id, evidence, result, note);
}

static enum agora_status second_once(struct work *w, const char *viewer, const char *id,
                                     const char *seen, const struct vcase_second *second,
                                     const char **body, const char **etag)
{
    return DB_JSON_ETAG(w, QUERY_CASE_SECOND, body, etag, viewer, id, seen, second->outcome,
                        second->snapshot, second->note);
}

enum agora_status vcase_second(struct work *w, const char *viewer, const char *id, const char *seen,
                               const struct vcase_second *second, const char **body,
                               const char **etag)
{
    enum agora_status s = second_once(w, viewer, id, seen, second, body, etag);

    /* It has changed since it was scored: once more then. */
    if (s != AGORA_NOT_SCORED)
        return s;
    s = evaluation_ensure(w, id, NULL);
    return s == AGORA_OK ? second_once(w, viewer, id, seen, second, body, etag) : s;
}

enum agora_status vcase_pairs(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_CASE_PAIRS, body, viewer);
}

enum agora_status vcase_by_clock(struct work *w)
{
    int64_t acts = 1;
    enum agora_status s = AGORA_OK;

    while (s == AGORA_OK && acts > 0) {
        struct db_result *done;
        s = DB_RUN0(w, QUERY_CASE_BY_CLOCK, &done);
        acts = s == AGORA_OK ? db_int64(done, 0, 0) : 0;
    }
    return s;
}
