/* Comma-separated values (RFC 4180), a record at a time, with the line each begins on. */
#ifndef AGORA_BASE_CSV_H
#define AGORA_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#define CSV_FIELDS_MAX 32

struct csv {
    char *at;     /* rest of the text; fields are cut out of it in place */
    char between; /* what stands between two fields: a comma, or what csv_guess() found */
    size_t line;  /* of the next record, from 1 */
    size_t begun; /* line on which the record last read began */
    size_t n;     /* its fields */
    const char *fields[CSV_FIELDS_MAX];
    const char *error; /* what is wrong with the record last read; NULL when nothing */
};

/** Begin to read @a text, which is changed; a byte order mark is skipped. */
void csv_begin(struct csv *csv, char *text);

/**
 * Take a semicolon or a tab for what stands between two fields, when the first line has more of
 * them than commas: what spreadsheets write in many countries.
 */
void csv_guess(struct csv *csv);

/**
 * Read the next record. Empty lines are skipped.
 *
 * @return false at the end; a record with csv->error set has no fields worth looking at
 */
bool csv_next(struct csv *csv);

#endif
