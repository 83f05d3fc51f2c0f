/* Lists that the organisation imports: of its members, of a professional register, of sanctions. A
 * file is a whole list. It is read into the database beside the one in force, which is the dry run;
 * applying it is one statement, and so is undoing that. Reading is done by the worker, or by
 * agoractl; never within a request. */
#ifndef AGORA_DOMAIN_ROSTER_H
#define AGORA_DOMAIN_ROSTER_H

#include <stddef.h>

#include "directory/base/work.h"

enum {
    ROSTER_FILE_MAX = 32 * 1024 * 1024, /* octets of a file */
    ROSTER_ROWS_MAX = 2000000           /* records of a file */
};

/* Common: `viewer` is the admin, or NULL for an operator at the command line; bodies are JSON text
 * (schema RosterImport), owned by w->mem. AGORA_FORBIDDEN for who is no admin; AGORA_NOT_FOUND. */

/** The lists with their latest imports (schema RosterList). */
enum agora_status roster_list(struct work *w, const char *viewer, const char **body) AGORA_CHECKED;

/**
 * Take a file that the worker is to read.
 *
 * @param list    UUID or name of the connector
 * @param name    of the file, for people
 * @param mapping JSON object: field (number, given_name, family_name, birthdate, status,
 *                expires_on, grade, since) to the name of its column; a field that is not in it is
 *                looked for by its own usual names
 * @param data    octets of the file; NULL when the caller reads it with roster_read()
 * @param len     how many
 */
enum agora_status roster_begin(struct work *w, const char *viewer, const char *list,
                               const char *name, const char *mapping, const char *data, size_t len,
                               const char **body) AGORA_CHECKED;

/**
 * Read a file into an import that was begun: records that are right, and faults. An empty file, one
 * that is not text, or one without the columns it must have makes the import `failed`, which is
 * AGORA_OK here.
 *
 * @param id       import
 * @param subject  membership, professional or sanctions: which fields it must have
 * @param mapping  as for roster_begin()
 * @param text     the file and a NUL; changed
 * @param len      octets without the NUL
 * @param progress called after each batch with octets read; or NULL
 * @param[out] body the import as it is then
 */
enum agora_status roster_read(struct work *w, const char *id, const char *subject,
                              const char *mapping, char *text, size_t len,
                              void (*progress)(size_t done, size_t all),
                              const char **body) AGORA_CHECKED;

/** Read the oldest file that waits; the worker's. @param[out] found whether there was one */
enum agora_status roster_read_next(struct work *w, bool *found) AGORA_CHECKED;

/** Apply, undo or discard an import. @return AGORA_CONFLICT when its state does not allow it */
enum agora_status roster_decide(struct work *w, const char *viewer, const char *id,
                                const char *doing, const char **body) AGORA_CHECKED;

/** An import, for an admin. */
enum agora_status roster_get(struct work *w, const char *viewer, const char *id,
                             const char **body) AGORA_CHECKED;

/** All faults of an import as CSV: line, reason. */
enum agora_status roster_faults(struct work *w, const char *viewer, const char *id,
                                const char **csv) AGORA_CHECKED;

#endif
