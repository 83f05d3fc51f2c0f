/* Each kind of value is looked up by one statement, and only when the query has one. */
#include "directory/domain/search_lookup.h"

#include <stdio.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/place.h"
#include "directory/domain/sql_array.h"

/* The usual distance as text: SEARCH_NEAR_KM. */
#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)
static const char usual_km[] = TEXT(SEARCH_NEAR_KM);

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
        if (by_id && (!found || !f->found[at].by_id))
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
                                         .label = db_text(rows, i, 2),
                                         .by_id = db_bool(rows, i, 3)};
    f->found = found;
    f->found_n = db_rows(rows);
    f->topics_n = ask->topics_n;
    return check_found(w, f, names, n);
}

/* Lexemes of the places within the distance of each near:. */
static enum agora_status find_nears(struct work *w, const struct search_query *query,
                                    struct search_filters *f)
{
    struct search_place *all = NULL;
    size_t n = 0, place = 0;

    for (size_t i = 0; i < query->n; i++) {
        const struct search_term *term = &query->terms[i];
        const char *const *near;
        size_t near_n;
        if (term->field != SEARCH_NEAR)
            continue;
        char km[12]; /* any int */
        snprintf(km, sizeof km, "%d", term->amount);
        enum agora_status s = place_near(w, term->text, km, &near, &near_n);
        if (s != AGORA_OK)
            return s;
        if (near_n == 0)
            return error_set(&w->error, AGORA_INVALID_FIELD, "/q",
                             "“near:%.100s”: no place of that name is known.", term->text);
        all = talloc_realloc(w->mem, all, struct search_place, (unsigned)(n + near_n));
        if (all == NULL)
            return work_out_of_memory(w);
        for (size_t k = 0; k < near_n; k++)
            all[n++] = (struct search_place){.place = place, .term = near[k]};
        place++;
    }
    f->nears = all;
    f->nears_n = n;
    return AGORA_OK;
}

/* What is near the place asked for. */
static enum agora_status find_near(struct work *w, const struct search_ask *ask,
                                   struct search_filters *f)
{
    if (ask->near == NULL)
        return ask->km == NULL ? AGORA_OK : refuse(w, "/km", "Say from which place: near.");
    enum agora_status s =
        place_near(w, ask->near, ask->km != NULL ? ask->km : usual_km, &f->places, &f->places_n);
    if (s == AGORA_OK && f->places_n == 0)
        return error_set(&w->error, AGORA_INVALID_FIELD, "/near", "No place is called “%.100s”.",
                         ask->near);
    return s;
}

static enum agora_status find_known(struct work *w, const char *viewer,
                                    const struct search_query *query, struct search_filters *f)
{
    struct db_result *rows;
    size_t at = 0;

    while (at < query->n && query->terms[at].field != SEARCH_KNOWS)
        at++;
    if (at == query->n)
        return AGORA_OK;
    if (viewer == NULL)
        return refuse(w, "/q", "“knows:me” finds your contacts. Sign in to use it.");
    enum agora_status s = DB_RUN(w, QUERY_SEARCH_KNOWN, &rows, viewer);
    if (s != AGORA_OK)
        return s;
    const char **known = talloc_array(w->mem, const char *, (unsigned)db_rows(rows) + 1);
    if (known == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < db_rows(rows); i++)
        known[i] = db_text(rows, i, 0);
    f->known = known;
    f->known_n = db_rows(rows);
    return AGORA_OK;
}

enum agora_status search_lookup(struct work *w, const char *viewer,
                                const struct search_query *query, const struct search_ask *ask,
                                struct search_filters *f)
{
    time_t now = time(NULL);
    enum agora_status s = find_topics(w, query, ask, f);

    gmtime_r(&now, &f->today);
    if (s == AGORA_OK)
        s = find_nears(w, query, f);
    if (s == AGORA_OK)
        s = find_near(w, ask, f);
    return s == AGORA_OK ? find_known(w, viewer, query, f) : s;
}
