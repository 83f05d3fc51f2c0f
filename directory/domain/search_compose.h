/* From a query taken apart to what agora.search_page takes: a tsquery, and the clues by which each
 * result says why it is there. */
#ifndef AGORA_DOMAIN_SEARCH_COMPOSE_H
#define AGORA_DOMAIN_SEARCH_COMPOSE_H

#include <time.h>

#include "directory/domain/search_query.h"

/* A topic that a name stands for. */
struct search_topic {
    size_t place; /* which name, from 0 */
    const char *id;
    const char *label;
    bool by_id; /* the name was its id, or that of one merged into it */
};

/* The lexemes that members at a place, or around it, have. */
struct search_place {
    size_t place;     /* which near: of the query, from 0 */
    const char *term; /* a lexeme, or several with spaces between that must all be there */
};

/* The filters beside the query, and what its values were found to be. Names of topics are, in
 * order, the values of the query's topic operators, then the topics asked for by id. */
struct search_filters {
    const struct search_topic *found; /* in the order of their names */
    size_t found_n;
    size_t topics_n;              /* topics asked for by id: any of them */
    const char *const *countries; /* any of them, two letters each */
    size_t countries_n;
    const char *level;                /* at least; NULL for any */
    const struct search_place *nears; /* in the order of near: in the query */
    size_t nears_n;
    const char *const *known; /* lexemes of the viewer's contacts, for knows:me */
    size_t known_n;
    struct tm today;           /* UTC, for checked: */
    const char *const *places; /* terms of places, any of them: place_near() */
    size_t places_n;
};

/* Parameters of the statement. */
struct search_statement {
    const char *query;   /* tsquery; words between \001, to be folded */
    const char *clues;   /* text[] of tsqueries */
    const char *reasons; /* text[]: what it means when the clue matches, for a person */
    const char *words;   /* text[]: words looked for in topics */
    const char *asked;   /* text[]: ids of topics looked for */
};

/** Whether a term names a topic, which must be looked up before composing. */
bool search_names_topic(const struct search_term *term);

/**
 * Compose the statement.
 *
 * @param mem      talloc parent of the texts
 * @param query    from search_parse()
 * @param filters  see above
 * @param[out] out parameters
 * @return AGORA_OK; AGORA_INTERNAL when memory ran out
 */
enum agora_status search_compose(const void *mem, const struct search_query *query,
                                 const struct search_filters *filters,
                                 struct search_statement *out) AGORA_CHECKED;

#endif
