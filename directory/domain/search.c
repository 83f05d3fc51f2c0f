/* The query is taken apart in C and run by agora.search_page; what its values stand for is looked
 * up between the two. When little was found, the spelling is looked at. */
#include "directory/domain/search.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/exposure.h"
#include "directory/domain/search_compose.h"
#include "directory/domain/search_correct.h"
#include "directory/domain/search_lookup.h"

#define REFRESH_BATCH "100"
#define DAILY_BATCH   "500"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, SLOW_S = 10 * MINUTE_S };

static const char usual_limit[] = "20";

bool search_only_numbers(const struct search_ask *ask)
{
    return ask->limit != NULL && strtol(ask->limit, NULL, 10) == 0;
}

static enum agora_status refuse(struct work *w, const char *pointer, const char *sentence)
{
    return error_set(&w->error, AGORA_INVALID_FIELD, pointer, "%s", sentence);
}

static enum agora_status check_countries(struct work *w, const struct search_ask *ask)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    for (size_t i = 0; i < ask->countries_n; i++)
        if (strlen(ask->countries[i]) != 2 || strspn(ask->countries[i], letters) != 2)
            return refuse(w, "/country", "A country is two letters: CH");
    return AGORA_OK;
}

static enum agora_status compose(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const struct search_query *query, struct search_statement *out)
{
    struct search_filters f = {
        .countries = ask->countries, .countries_n = ask->countries_n, .level = ask->level};
    enum agora_status s = check_countries(w, ask);

    if (s == AGORA_OK)
        s = search_lookup(w, viewer, query, ask, &f);
    if (s != AGORA_OK)
        return s;
    return search_compose(w->mem, query, &f, out) == AGORA_OK ? AGORA_OK : work_out_of_memory(w);
}

enum agora_status search_understand(struct work *w, const char *viewer,
                                    const struct search_ask *ask, struct search_statement *out)
{
    struct search_query query;
    enum agora_status s = search_parse(w->mem, ask->q, &query, &w->error);

    return s == AGORA_OK ? compose(w, viewer, ask, &query, out) : s;
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

/* A page whose people the viewer is shown: they count. */
static enum agora_status show(struct work *w, const char *viewer, const struct search_ask *ask,
                              const struct search_statement *st, const char *limit,
                              const char **body)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_SEARCH_ANSWER, &row, viewer, ask->address, st->query,
                                 st->clues, st->reasons, st->words, st->asked, limit, ask->cursor,
                                 ask->near, ask->facets != NULL ? ask->facets : "true");

    if (s != AGORA_OK)
        return s;
    if (db_text(row, 0, 0) != NULL) {
        *body = db_text(row, 0, 0);
        exposure_note(viewer, *body);
        return AGORA_OK;
    }
    if (ask->wait_s != NULL)
        *ask->wait_s = db_int64(row, 0, 1);
    return search_seen_enough(w, db_int64(row, 0, 1));
}

static enum agora_status run(struct work *w, const char *viewer, const struct search_ask *ask,
                             const struct search_query *query, bool shown, const char **body)
{
    struct search_statement st;
    const char *limit = ask->limit != NULL ? ask->limit : usual_limit;
    enum agora_status s = compose(w, viewer, ask, query, &st);

    if (s != AGORA_OK)
        return s;
    return shown ? show(w, viewer, ask, &st, limit, body)
                 : DB_JSON(w, QUERY_SEARCH_PAGE, body, viewer, st.query, st.clues, st.reasons,
                           st.words, st.asked, limit, ask->cursor, ask->near);
}

enum agora_status search_page_of(struct work *w, const char *viewer, const struct search_ask *ask,
                                 bool shown, const char **body)
{
    struct search_query query;
    enum agora_status s = search_parse(w->mem, ask->q, &query, &w->error);

    return s == AGORA_OK ? run(w, viewer, ask, &query, shown, body) : s;
}

enum agora_status search_members(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const char **body)
{
    struct search_query query;
    enum agora_status s = search_parse(w->mem, ask->q, &query, &w->error);

    if (s == AGORA_OK)
        s = run(w, viewer, ask, &query, true, body);
    if (s != AGORA_OK || ask->cursor != NULL)
        return s;
    return search_correct(w, viewer, ask, &query, body);
}

enum agora_status search_complete(struct work *w, const char *viewer, const char *typed,
                                  const char *limit, const char **body)
{
    return DB_JSON(w, QUERY_SEARCH_COMPLETE, body, viewer, typed, limit);
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

enum agora_status search_daily(struct work *w, int *done)
{
    struct db_result *row;
    enum agora_status s = DB_RUN(w, QUERY_SEARCH_DAILY, &row, DAILY_BATCH);

    if (s == AGORA_OK)
        *done = (int)db_int64(row, 0, 0);
    return s;
}
