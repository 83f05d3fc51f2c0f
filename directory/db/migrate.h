/* Bringing a database up to the program, and telling whether it is. */
#ifndef AGORA_DB_MIGRATE_H
#define AGORA_DB_MIGRATE_H

#include <stdio.h>

#include "directory/base/work.h"

/**
 * Apply every migration that the database lacks, then make all functions and views anew.
 *
 * One at a time by an advisory lock. Each numbered file is one transaction together with its row in
 * agora.migration; the functions are one more. May be run again at any time.
 *
 * @param connection libpq string of the owner
 * @param out        told, a line each, what was applied
 * @param e          filled on failure: file, line and PostgreSQL's words are in the text
 * @return AGORA_OK; AGORA_CONFLICT when the database is newer than the program or a migration that
 * was applied has changed since; AGORA_UNAVAILABLE; AGORA_INTERNAL when a file is wrong
 */
enum agora_status migrate(const char *connection, FILE *out, struct error *e) AGORA_CHECKED;

/**
 * Whether the database is exactly what this program was made for.
 *
 * @return AGORA_OK; AGORA_CONFLICT with a sentence that says what to do; AGORA_UNAVAILABLE
 */
enum agora_status migrate_check(struct work *w) AGORA_CHECKED;

#endif
