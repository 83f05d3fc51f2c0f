/* The lexemes of search rows that a term asks for, as a tsquery. */
#ifndef AGORA_DOMAIN_SEARCH_LEXEME_H
#define AGORA_DOMAIN_SEARCH_LEXEME_H

#include <stdio.h>

#include "directory/domain/search_compose.h"

/**
 * Write what a term asks for; without what excludes it.
 *
 * @param out     where to
 * @param query   all terms
 * @param n       which one
 * @param filters what names and places were found to be
 * @param weight  only words of this weight (A, B, C), for SEARCH_WORDS; NUL for any
 */
void search_put_term(FILE *out, const struct search_query *query, size_t n,
                     const struct search_filters *filters, char weight);

/** Write the topics of the n-th name, any of them; letters: x: s= t: … */
void search_put_topics(FILE *out, const struct search_filters *f, size_t name, const char *letters);

/** Which name, or which near:, a term is: terms of that kind before it. */
size_t search_place_of(const struct search_query *query, size_t n);

/** The letters of a field's lexemes, and what it means for a person that they match (or NULL). */
const char *search_letters(enum search_field field);
const char *search_reason(enum search_field field);

#endif
