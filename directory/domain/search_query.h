/* What a member types into the search box, taken apart. Words and operators side by side must all
 * hold; OR joins two neighbours into alternatives; - excludes; "…" is exact. An operator that does
 * not exist is said to be wrong, never dropped. */
#ifndef AGORA_DOMAIN_SEARCH_QUERY_H
#define AGORA_DOMAIN_SEARCH_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/error.h"

enum search_field {
    SEARCH_WORDS, /* no operator: names, roles and expertise */
    SEARCH_EXPERTISE,
    SEARCH_INTEREST,
    SEARCH_SEEKING,
    SEARCH_OFFERING,
    SEARCH_ABOUT,
    SEARCH_ORGANISATION,
    SEARCH_PLACE,
    SEARCH_LANGUAGE,
    SEARCH_LEVEL,
};

struct search_term {
    enum search_field field;
    bool excluded;    /* -word */
    bool quoted;      /* "…": these words, next to each other, nothing longer */
    bool narrow;      /* skill:=x: without narrower topics */
    bool alternative; /* OR stands before it: joined with the term before */
    const char *text; /* as typed, without operator and quotes; has at least one word */
};

struct search_query {
    struct search_term *terms;
    size_t n;
};

#define SEARCH_TERMS_MAX 40

/**
 * Take a query apart.
 *
 * @param mem      talloc parent of what is made
 * @param text     UTF-8, as typed; NULL counts as ""
 * @param[out] out terms in order, none for nothing but spaces and signs
 * @param e        filled on failure, pointer "/q"
 * @return AGORA_OK; AGORA_INVALID_FIELD for an unknown operator, one without a value or with one
 *         it cannot have, OR without a side, or more than SEARCH_TERMS_MAX terms; AGORA_INTERNAL
 *         when memory ran out
 */
enum agora_status search_parse(const void *mem, const char *text, struct search_query *out,
                               struct error *e) AGORA_CHECKED;

/**
 * The next word: a run of letters and digits of any script.
 *
 * @param[in,out] at where to look; moved behind the word
 * @param[out] len   octets of the word
 * @return its beginning, or NULL when there is none left
 */
const char *search_word(const char **at, size_t *len);

#endif
