/* The operators of a search query: what they are called, and which values they take. */
#ifndef AGORA_DOMAIN_SEARCH_OPERATOR_H
#define AGORA_DOMAIN_SEARCH_OPERATOR_H

#include "directory/domain/search_query.h"

/**
 * The operator of a name.
 *
 * @param name       as typed, without the colon
 * @param len        octets of it
 * @param[out] field what it looks at
 * @param e          filled on failure: names the operator most like it, or all there are
 * @return AGORA_OK; AGORA_INVALID_FIELD when there is none of that name
 */
enum agora_status search_operator(const char *name, size_t len, enum search_field *field,
                                  struct error *e) AGORA_CHECKED;

/** What a field's operator is called, without the colon; NULL for SEARCH_WORDS. */
const char *search_operator_name(enum search_field field);

/**
 * Check the value of an operator, and fill the parts of the term that come from it.
 *
 * @param mem          talloc parent of what is made
 * @param[in,out] term field, quoted and text are there; text is brought to its form
 * @param e            filled on failure
 * @return AGORA_OK; AGORA_INVALID_FIELD when the operator cannot have that value; AGORA_INTERNAL
 */
enum agora_status search_operator_value(const void *mem, struct search_term *term,
                                        struct error *e) AGORA_CHECKED;

#endif
