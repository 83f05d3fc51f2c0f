/* The query is taken apart in C and run by agora.search_page; names of topics are looked up between
 * the two, when there are any. */
#include "directory/domain/search.h"

#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/search_compose.h"
#include "directory/domain/sql_array.h"

#define REFRESH_BATCH "100"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, SLOW_S = 10 * MINUTE_S };

static const char usual_limit[] = "20";

static enum agora_status refuse(struct work *w, const char *pointer, const char *sentence)
{
    return error_set(&w->error, AGORA_INVALID_FIELD, pointer, "%s", sentence);
}

/* The names to look up: values of the query's topic operators, then the topics asked for. */
static const char **topic_names(struct work *w, const struct search_query *query,
                                const struct search_ask *ask, size_t *n)
{
    const char **names =
        talloc_array(w->mem, const char *, (unsigned)(query->n + ask->topics_n + 1));

    *n = 0;
    for (size_t i = 0; names != NULL && i < query->n; i++)
        if (search_names_topic(&query->terms[i]))
            names[(*n)++] = query->terms[i].text;
    for (size_t i = 0; names != NULL && i < ask->topics_n; i++)
        names[(*n)++] = ask->topics[i];
    return names;
}

/* Every name must have been found; one of a parameter by its id. */
static enum agora_status check_found(struct work *w, const struct search_filters *f,
                                     const char *const names[], size_t n)
{
    for (size_t i = 0, at = 0; i < n; i++) {
        bool by_id = i >= n - f->topics_n;
        bool found = at < f->found_n && f->found[at].place == i;
        if (by_id && (!found || strcasecmp(f->found[at].id, names[i]) != 0))
            return refuse(w, "/topic", "There is no such topic.");
        if (!found)
            return error_set(&w->error, AGORA_INVALID_FIELD, "/q", "No topic is called “%.100s”.",
                             names[i]);
        while (at < f->found_n && f->found[at].place == i)
            at++;
    }
    return AGORA_OK;
}

static enum agora_status find_topics(struct work *w, const struct search_query *query,
                                     const struct search_ask *ask, struct search_filters *f)
{
    struct db_result *rows;
    size_t n;
    const char **names = topic_names(w, query, ask, &n);
    const char *array = names != NULL ? sql_array_of(w->mem, names, n) : NULL;

    if (array == NULL)
        return work_out_of_memory(w);
    if (n == 0)
        return AGORA_OK;
    enum agora_status s = DB_RUN(w, QUERY_TOPIC_FIND, &rows, array);
    if (s != AGORA_OK)
        return s;
    struct search_topic *found =
        talloc_array(w->mem, struct search_topic, (unsigned)db_rows(rows) + 1);
    if (found == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < db_rows(rows); i++)
        found[i] = (struct search_topic){.place = (size_t)db_int64(rows, i, 0) - 1,
                                         .id = db_text(rows, i, 1),
                                         .label = db_text(rows, i, 2)};
    f->found = found;
    f->found_n = db_rows(rows);
    f->topics_n = ask->topics_n;
    return check_found(w, f, names, n);
}

static enum agora_status check_countries(struct work *w, const struct search_ask *ask)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    for (size_t i = 0; i < ask->countries_n; i++)
        if (strlen(ask->countries[i]) != 2 || strspn(ask->countries[i], letters) != 2)
            return refuse(w, "/country", "A country is two letters: CH");
    return AGORA_OK;
}

enum agora_status search_understand(struct work *w, const struct search_ask *ask,
                                    struct search_statement *out)
{
    struct search_query query;
    struct search_filters f = {
        .countries = ask->countries, .countries_n = ask->countries_n, .level = ask->level};
    enum agora_status s = search_parse(w->mem, ask->q, &query, &w->error);

    if (s == AGORA_OK)
        s = check_countries(w, ask);
    if (s == AGORA_OK)
        s = find_topics(w, &query, ask, &f);
    if (s != AGORA_OK)
        return s;
    return search_compose(w->mem, &query, &f, out) == AGORA_OK ? AGORA_OK : work_out_of_memory(w);
}

enum agora_status search_seen_enough(struct work *w, int64_t wait_s)
{
    if (wait_s <= SLOW_S)
        return error_set(&w->error, AGORA_PEOPLE_SEEN, NULL,
                         "You have been shown many people today. More are shown in %lld seconds.",
                         (long long)wait_s);
    return error_set(&w->error, AGORA_PEOPLE_SEEN, NULL,
                     "You have been shown as many people today as one may be. More are shown from "
                     "0:00 UTC on, in %lld hours and %lld minutes; whom you have seen today you "
                     "can still see.",
                     (long long)(wait_s / HOUR_S), (long long)(wait_s % HOUR_S / MINUTE_S));
}

enum agora_status search_members(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const char **body)
{
    struct search_statement st;
    struct db_result *row;
    enum agora_status s = search_understand(w, ask, &st);

    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_SEARCH_ANSWER, &row, viewer, ask->address, st.query, st.clues,
                   st.reasons, st.words, st.asked, ask->limit != NULL ? ask->limit : usual_limit,
                   ask->cursor);
    if (s != AGORA_OK)
        return s;
    if (db_text(row, 0, 0) != NULL) {
        *body = db_text(row, 0, 0);
        return AGORA_OK;
    }
    if (ask->wait_s != NULL)
        *ask->wait_s = db_int64(row, 0, 1);
    return search_seen_enough(w, db_int64(row, 0, 1));
}

enum agora_status search_refresh(struct work *w, int *done)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_SEARCH_REFRESH, &row, REFRESH_BATCH);

    if (s != AGORA_OK)
        return s;
    int made = (int)db_int64(row, 0, 0);
    if (db_bool(row, 0, 1))
        s = DB_RUN0(w, QUERY_SEARCH_CUT, NULL);
    if (s == AGORA_OK)
        *done = made;
    return s;
}

enum agora_status search_rebuild(struct work *w, int64_t *members, int64_t *strata)
{
    struct db_result *row;
    enum agora_status s = DB_RUN0(w, QUERY_SEARCH_REBUILD, &row);

    if (s == AGORA_OK) {
        *members = db_int64(row, 0, 0);
        *strata = db_int64(row, 0, 1);
    }
    return s;
}
