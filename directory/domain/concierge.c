/* The search is kept as it was asked; that it can be understood is all that is looked at. */
#include "directory/domain/concierge.h"

#include "directory/db/db.h"
#include "directory/domain/sql_array.h"

enum agora_status concierge_ask(struct work *w, const char *viewer, const struct search_ask *what,
                                const char *words, const char **body)
{
    struct search_statement st;
    enum agora_status s = search_understand(w, viewer, what, &st);

    if (s != AGORA_OK)
        return s;
    const char *topics = sql_array_of(w->mem, what->topics, what->topics_n);
    const char *countries = sql_array_of(w->mem, what->countries, what->countries_n);
    if (topics == NULL || countries == NULL)
        return work_out_of_memory(w);
    return DB_JSON(w, QUERY_CONCIERGE_ASK, body, viewer, what->q, topics, countries, what->level,
                   what->near, what->km, words);
}

enum agora_status concierge_mine(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_CONCIERGE_MINE, body, viewer);
}

enum agora_status concierge_list(struct work *w, const char *viewer, const char *answered,
                                 const char **body)
{
    return DB_JSON(w, QUERY_CONCIERGE_LIST, body, viewer, answered);
}

enum agora_status concierge_answer(struct work *w, const char *viewer, const char *id,
                                   const char *words, const char **body)
{
    return DB_JSON(w, QUERY_CONCIERGE_ANSWER, body, viewer, id, words);
}
