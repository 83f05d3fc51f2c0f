/* A saved search is a row with what was typed. Whatever is done with it begins by taking that apart
 * as any search is; one that cannot be any more (a topic is gone) finds nobody, and its member is
 * told why. */
#include "directory/domain/saved.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/sql_array.h"

#define SWEEP_BATCH "100"

/* Columns of a row. */
enum {
    COLUMN_ID,
    COLUMN_Q,
    COLUMN_TOPICS,
    COLUMN_COUNTRIES,
    COLUMN_LEVEL,
    COLUMN_NEAR,
    COLUMN_KM,
    COLUMN_ACCOUNT
};

/* A text of words with a space between, in pieces. */
static const char **pieces_of(const void *mem, const char *text, size_t *n)
{
    char *copy = talloc_strdup(mem, text != NULL ? text : ""), *rest = copy, *piece;
    const char **out =
        copy != NULL ? talloc_array(mem, const char *, (unsigned)strlen(copy) / 2 + 2) : NULL;

    *n = 0;
    while (out != NULL && (piece = strsep(&rest, " ")) != NULL)
        if (piece[0] != '\0')
            out[(*n)++] = piece;
    return out;
}

/* The tsquery of a row. @param[out] query NULL when it cannot be understood; problem says why */
static enum agora_status query_of(struct work *w, const struct db_result *rows, size_t i,
                                  const char **query, const char **problem)
{
    struct search_statement st;
    struct search_ask ask = {.q = db_text(rows, i, COLUMN_Q),
                             .level = db_text(rows, i, COLUMN_LEVEL),
                             .near = db_text(rows, i, COLUMN_NEAR),
                             .km = db_text(rows, i, COLUMN_KM)};

    ask.topics = pieces_of(w->mem, db_text(rows, i, COLUMN_TOPICS), &ask.topics_n);
    ask.countries = pieces_of(w->mem, db_text(rows, i, COLUMN_COUNTRIES), &ask.countries_n);
    *query = *problem = NULL;
    if (ask.topics == NULL || ask.countries == NULL)
        return work_out_of_memory(w);
    enum agora_status s = search_understand(w, db_text(rows, i, COLUMN_ACCOUNT), &ask, &st);
    if (s == AGORA_OK) {
        *query = st.query;
    } else if (s == AGORA_INVALID_FIELD) {
        *problem = talloc_strdup(w->mem, w->error.text);
        w->error = (struct error){0};
        return *problem != NULL ? AGORA_OK : work_out_of_memory(w);
    }
    return s;
}

enum agora_status saved_add(struct work *w, const char *viewer, const struct saved_wish *wish,
                            const char **body)
{
    struct search_statement st;
    const struct search_ask *what = &wish->what;
    enum agora_status s = search_understand(w, viewer, what, &st);

    if (s != AGORA_OK)
        return s;
    const char *topics = sql_array_of(w->mem, what->topics, what->topics_n);
    const char *countries = sql_array_of(w->mem, what->countries, what->countries_n);
    if (topics == NULL || countries == NULL)
        return work_out_of_memory(w);
    return DB_JSON(w, QUERY_SAVED_ADD, body, viewer, wish->name, what->q, topics, countries,
                   what->level, what->near, what->km, wish->every, wish->by_mail, st.query);
}

/* An item of an array that may be null. */
static void add_or_null(struct sql_array *array, const char *item)
{
    sql_array_add(array, item != NULL ? item : "");
}

enum agora_status saved_list(struct work *w, const char *viewer, const char **body)
{
    struct db_result *rows;
    struct sql_array ids, queries, problems;
    enum agora_status s = DB_RUN(w, QUERY_SAVED_MINE, &rows, viewer);

    if (s != AGORA_OK)
        return s;
    sql_array_begin(&ids);
    sql_array_begin(&queries);
    sql_array_begin(&problems);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++) {
        const char *query, *problem;
        s = query_of(w, rows, i, &query, &problem);
        sql_array_add(&ids, db_text(rows, i, COLUMN_ID));
        add_or_null(&queries, s == AGORA_OK ? query : NULL);
        add_or_null(&problems, s == AGORA_OK ? problem : NULL);
    }
    const char *id_array = sql_array_end(&ids, w->mem);
    const char *query_array = sql_array_end(&queries, w->mem);
    const char *problem_array = sql_array_end(&problems, w->mem);
    if (s != AGORA_OK)
        return s;
    if (id_array == NULL || query_array == NULL || problem_array == NULL)
        return work_out_of_memory(w);
    return DB_JSON(w, QUERY_SAVED_LIST, body, viewer, id_array, query_array, problem_array);
}

/* The tsquery of one of the viewer's. */
static enum agora_status query_of_one(struct work *w, const char *viewer, const char *id,
                                      const char **query, const char **problem)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_SAVED_OF, &rows, viewer, id);

    return s == AGORA_OK ? query_of(w, rows, 0, query, problem) : s;
}

enum agora_status saved_patch(struct work *w, const char *viewer, const char *id, const char *patch,
                              const char **body)
{
    const char *query, *problem;
    enum agora_status s = query_of_one(w, viewer, id, &query, &problem);

    return s == AGORA_OK ? DB_JSON(w, QUERY_SAVED_PATCH, body, viewer, id, patch, query, problem)
                         : s;
}

enum agora_status saved_delete(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_SAVED_DELETE, NULL, viewer, id);
}

enum agora_status saved_members(struct work *w, const char *viewer, const char *id,
                                const char *limit, const char **body, int64_t *wait_s)
{
    const char *query, *problem;
    struct db_result *row;
    enum agora_status s = query_of_one(w, viewer, id, &query, &problem);

    if (s == AGORA_OK && query == NULL)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s", problem);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_SAVED_MEMBERS, &row, viewer, id, query, limit);
    if (s != AGORA_OK)
        return s;
    if (db_text(row, 0, 0) == NULL) {
        *wait_s = db_int64(row, 0, 1);
        return search_seen_enough(w, *wait_s);
    }
    *body = db_text(row, 0, 0);
    return AGORA_OK;
}

enum agora_status saved_looked(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_SAVED_LOOKED, NULL, viewer, id);
}

static enum agora_status sweep_one(struct work *w, const struct db_result *rows, size_t i)
{
    const char *query, *problem, *id = db_text(rows, i, COLUMN_ID);
    const char *base_url = w->config->agora_base_url;
    enum agora_status s = query_of(w, rows, i, &query, &problem);

    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_SAVED_SWEEP, NULL, id, query, base_url);
    if (s == AGORA_OK || s == AGORA_UNAVAILABLE)
        return s;
    /* One that fails by itself must not stand in the way of the others: it looks again next time.
     */
    log_event(LOG_WARNING, "saved_search_failed", w, "search", id, "text", w->error.text, "detail",
              w->error.detail, NULL);
    return DB_RUN(w, QUERY_SAVED_SWEEP, NULL, id, NULL, base_url);
}

enum agora_status saved_sweep(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_SAVED_DUE, &rows, SWEEP_BATCH);

    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++) {
        struct work one; /* so that memory does not grow with the batch */
        s = work_begin(&one, w->mem, w->db, w->config);
        if (s != AGORA_OK)
            return s;
        s = sweep_one(&one, rows, i);
        w->error = one.error;
        work_end(&one);
    }
    if (s == AGORA_OK)
        *n = (int64_t)db_rows(rows);
    return s;
}

enum agora_status saved_prune(struct work *w)
{
    return DB_RUN0(w, QUERY_SAVED_PRUNE, NULL);
}

enum agora_status saved_unsubscribe_known(struct work *w, const char *token, bool *known)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_UNSUBSCRIBE_KNOWN, &row, token);

    if (s == AGORA_OK)
        *known = db_bool(row, 0, 0);
    return s;
}

enum agora_status saved_unsubscribe(struct work *w, const char *token, bool *known)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_SAVED_UNSUBSCRIBE, &row, token);

    if (s == AGORA_OK)
        *known = db_text(row, 0, 0) != NULL;
    return s;
}
