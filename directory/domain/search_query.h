/* What a member types into the search box, taken apart. Words and operators side by side must all
 * hold; OR joins two neighbours into alternatives; - excludes; "…" is exact; parentheses hold
 * together what belongs together. Every text gives a query, or a plain sentence that names the
 * place at fault: an operator that does not exist, or has no sense there, is never dropped. */
#ifndef AGORA_DOMAIN_SEARCH_QUERY_H
#define AGORA_DOMAIN_SEARCH_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/base/error.h"

enum search_field {
    SEARCH_WORDS,        /* no operator: names, roles and expertise */
    SEARCH_EXPERTISE,    /* skill: */
    SEARCH_INTEREST,     /* interest: */
    SEARCH_SEEKING,      /* seeks: */
    SEARCH_OFFERING,     /* offers: */
    SEARCH_ABOUT,        /* about: headline and longer text */
    SEARCH_ORGANISATION, /* org: */
    SEARCH_SECTION,      /* section: organisations and grades of memberships */
    SEARCH_PLACE,        /* in: country or place */
    SEARCH_NEAR,         /* near: a place, and so many kilometres around it */
    SEARCH_LANGUAGE,     /* lang: */
    SEARCH_LEVEL,        /* level: at least */
    SEARCH_CHECKED,      /* checked: how long ago, or when */
    SEARCH_STANDING,     /* standing:good */
    SEARCH_OPEN,         /* open: to what kind of request */
    SEARCH_KNOWS,        /* knows:me, the viewer's contacts */
};

struct search_term {
    enum search_field field;
    bool excluded;    /* behind an odd number of minus signs */
    bool quoted;      /* "…": these words, next to each other, nothing longer */
    bool narrow;      /* skill:=x: without narrower topics */
    const char *text; /* as typed, without operator and quotes; open: and standing: in the word of
                         the search rows; has at least one word */
    size_t at;        /* where the text stood in what was typed, octets */
    char sense; /* checked: '<' less than, '>' more than amount ago, '=' at the date in text */
    int amount; /* checked: so many units; near: kilometres */
    char unit;  /* checked: y, m, w or d */
};

enum search_join {
    SEARCH_TERM, /* one term */
    SEARCH_ALL,  /* all of the nodes within */
    SEARCH_ANY,  /* any of them */
};

struct search_node {
    enum search_join join;
    bool excluded;             /* a minus stands before it */
    size_t term;               /* SEARCH_TERM: its place in terms */
    struct search_node *first; /* the nodes within, else NULL */
    struct search_node *next;  /* the next one beside it */
};

struct search_query {
    struct search_term *terms; /* in the order they were typed */
    size_t n;
    struct search_node *root; /* SEARCH_ALL; NULL when there is no term */
};

#define SEARCH_TERMS_MAX   40
#define SEARCH_DEPTH_MAX   8
#define SEARCH_NEAR_KM     50
#define SEARCH_NEAR_KM_MAX 500

/**
 * Take a query apart.
 *
 * @param mem      talloc parent of what is made
 * @param text     UTF-8, as typed; NULL counts as ""
 * @param[out] out terms in order and how they are joined; none for nothing but spaces and signs
 * @param e        filled on failure, pointer "/q"; the sentence names the place at fault
 * @return AGORA_OK; AGORA_INVALID_FIELD for an unknown operator, one without a value or with one
 *         it cannot have, OR without a side, a parenthesis without the other one, more than
 *         SEARCH_TERMS_MAX terms or SEARCH_DEPTH_MAX parentheses within each other; AGORA_INTERNAL
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
