/* A text[] for a statement's parameter, built item by item in PostgreSQL's array notation. */
#ifndef AGORA_DOMAIN_SQL_ARRAY_H
#define AGORA_DOMAIN_SQL_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct sql_array {
    FILE *stream; /* NULL when memory ran out */
    char *text;
    size_t len;
    size_t n; /* items so far */
};

/** Begin an empty array; ended by sql_array_end() whatever happens. */
void sql_array_begin(struct sql_array *array);

/** Add an item; any text without NUL. */
void sql_array_add(struct sql_array *array, const char *item);

/**
 * End it.
 *
 * @param mem talloc parent of the text
 * @return "{…}", or NULL when memory ran out
 */
char *sql_array_end(struct sql_array *array, const void *mem);

/** An array of @a n texts at once; NULL when memory ran out. */
char *sql_array_of(const void *mem, const char *const items[], size_t n);

#endif
