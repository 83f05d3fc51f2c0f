/* Each act is one statement; the rules are in sql/directory/functions/introduction_*.sql. */
#include "directory/domain/introduction.h"

#include "directory/db/db.h"

enum agora_status introduction_ask(struct work *w, const char *viewer,
                                   const struct introduction_request *request, const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_ASK, out, viewer, request->to, request->ask,
                   request->topic, request->why, request->time_asked, request->offer);
}

enum agora_status introduction_get(struct work *w, const char *viewer, const char *id,
                                   const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_GET, out, viewer, id);
}

enum agora_status introduction_list(struct work *w, const char *viewer, const char *box,
                                    const char *limit, const char *cursor, const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_LIST, out, viewer, box, limit, cursor);
}

enum agora_status introduction_quota(struct work *w, const char *viewer, const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_QUOTA, out, viewer);
}

enum agora_status introduction_accept(struct work *w, const char *viewer, const char *id,
                                      const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_ACCEPT, out, viewer, id);
}

enum agora_status introduction_decline(struct work *w, const char *viewer, const char *id,
                                       const char *reason, const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_DECLINE, out, viewer, id, reason);
}

enum agora_status introduction_withdraw(struct work *w, const char *viewer, const char *id,
                                        const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_WITHDRAW, out, viewer, id);
}

enum agora_status introduction_end(struct work *w, const char *viewer, const char *id,
                                   const char *tell, const char **out)
{
    return DB_JSON(w, QUERY_INTRODUCTION_END, out, viewer, id, tell);
}

/* What is due, a hundred at a time. */
static enum agora_status timer(struct work *w, enum directory_query query, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, query, &rows, "100");

    if (s == AGORA_OK)
        *n = db_int64(rows, 0, 0);
    return s;
}

enum agora_status introduction_lapse(struct work *w, int64_t *n)
{
    return timer(w, QUERY_INTRODUCTION_LAPSE, n);
}

enum agora_status introduction_remind(struct work *w, int64_t *n)
{
    return timer(w, QUERY_INTRODUCTION_REMIND, n);
}
