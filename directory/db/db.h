/* PostgreSQL for one thread: a connection that comes back by itself, the statements of
 * sql/directory/queries prepared by name, results that go away with the work, and SQLSTATEs turned
 * into enum agora_status. Sequential and blocking on purpose: a worker thread has nothing else to
 * do. */
#ifndef AGORA_DB_DB_H
#define AGORA_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "directory/base/config.h"
#include "directory/base/work.h"
#include "directory_sql.h"

struct db;
struct db_result;

/**
 * Make a connection object for the calling thread. Connects at the first statement, not now.
 *
 * @param mem      talloc parent; freeing it closes the connection
 * @param config   for [database] connection and statement_timeout
 * @param[out] out connection; to be used by one thread at a time
 * @return AGORA_OK; AGORA_INTERNAL when memory ran out
 */
enum agora_status db_open(void *mem, const struct config *config, struct db **out) AGORA_CHECKED;

/**
 * Run one statement with its parameters in text form.
 *
 * Outside a transaction of db_begin(), 40001 and 40P01 are retried up to five times, and a
 * statement of work that is `reading` is repeated once when its answer was lost.
 *
 * @param w        work; owns the result; w->error is filled on failure
 * @param query    statement: sql/directory/queries/NAME.sql is QUERY_NAME
 * @param n        number of parameters
 * @param params   their values, UTF-8; NULL is SQL null; nothing is kept
 * @param[out] out rows, or NULL when they are not wanted
 * @return AGORA_OK (also for no rows); the registry's kind for a SQLSTATE of class AG, with the
 * message as text and the PostgreSQL detail as pointer; AGORA_UNAVAILABLE when the database is
 * away, too busy or too slow; AGORA_UNCERTAIN when the answer to a write was lost; else
 * AGORA_INTERNAL
 */
enum agora_status db_run(struct work *w, enum directory_query query, size_t n,
                         const char *const params[], struct db_result **out) AGORA_CHECKED;

/* An array of texts with one more in front, so that it may be empty. */
#define DB_TEXTS(...) ((const char *const[]){NULL, ##__VA_ARGS__})

/** db_run() that counts its parameters: DB_RUN(w, QUERY_NAME, &rows, "a", NULL, b). */
#define DB_RUN(w, query, out, ...)                                                                 \
    db_run((w), (query), sizeof DB_TEXTS(__VA_ARGS__) / sizeof(const char *) - 1,                  \
           DB_TEXTS(__VA_ARGS__) + 1, (out))
#define DB_RUN0(w, query, out) db_run((w), (query), 0, NULL, (out))

/** Rows of a result. */
size_t db_rows(const struct db_result *result);

/** A value as text, owned by the result; NULL for SQL null. Row and column count from 0. */
const char *db_text(const struct db_result *result, size_t row, size_t column);

/** A whole number; 0 for SQL null. The column must be of an integer type. */
int64_t db_int64(const struct db_result *result, size_t row, size_t column);

/** A boolean; false for SQL null. */
bool db_bool(const struct db_result *result, size_t row, size_t column);

/**
 * Run a statement whose answer is one text: the first column of the first row.
 *
 * @param[out] text the text, owned by w->mem; untouched on failure
 * @return as db_run(); AGORA_NOT_FOUND when there is no row or the value is null
 */
enum agora_status db_json(struct work *w, enum directory_query query, size_t n,
                          const char *const params[], const char **text) AGORA_CHECKED;

/** db_json() that counts its parameters: DB_JSON(w, QUERY_NAME, &text, viewer, id). */
#define DB_JSON(w, query, text, ...)                                                               \
    db_json((w), (query), sizeof DB_TEXTS(__VA_ARGS__) / sizeof(const char *) - 1,                 \
            DB_TEXTS(__VA_ARGS__) + 1, (text))

/**
 * Run a statement whose answer is a text and its version: the first two columns of the first row.
 *
 * @param[out] text the first column, owned by w->mem
 * @param[out] etag the second column, owned by w->mem; goes to response_etag()
 * @return as db_json()
 */
enum agora_status db_json_etag(struct work *w, enum directory_query query, size_t n,
                               const char *const params[], const char **text,
                               const char **etag) AGORA_CHECKED;

/** db_json_etag() that counts its parameters. */
#define DB_JSON_ETAG(w, query, text, etag, ...)                                                    \
    db_json_etag((w), (query), sizeof DB_TEXTS(__VA_ARGS__) / sizeof(const char *) - 1,            \
                 DB_TEXTS(__VA_ARGS__) + 1, (text), (etag))

/* Octets that are no text: bytea. */
struct db_octets {
    const char *data;
    size_t len;
};

enum { DB_OCTETS_PARAMS = 8 }; /* parameters of db_run_octets() at most, the octets included */

/**
 * db_run() with octets as they are for the last parameter, after @a n in text form.
 * @return as db_run()
 */
enum agora_status db_run_octets(struct work *w, enum directory_query query, size_t n,
                                const char *const params[], struct db_octets last,
                                struct db_result **out) AGORA_CHECKED;

/**
 * Run a statement whose answer is one bytea: the first column of the first row.
 *
 * @param[out] out the octets, owned by w->mem
 * @return as db_run(); AGORA_NOT_FOUND when there is no row or the value is null
 */
enum agora_status db_octets(struct work *w, enum directory_query query, size_t n,
                            const char *const params[], struct db_octets *out) AGORA_CHECKED;

/**
 * Open a transaction that spans several statements. Prefer one SQL function: it needs none.
 *
 * Inside, nothing is retried, and after a failure only db_rollback() is allowed.
 *
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status db_begin(struct work *w) AGORA_CHECKED;

/**
 * Commit it.
 *
 * @return AGORA_OK; AGORA_UNCERTAIN when the answer was lost; any kind that a deferred check
 * raises. The transaction is over whatever comes back.
 */
enum agora_status db_commit(struct work *w) AGORA_CHECKED;

/** Undo it. Does nothing when there is none. */
void db_rollback(struct work *w);

/** Whether a transaction of db_begin() is open. */
bool db_in_transaction(const struct work *w);

/**
 * Ask PostgreSQL to check every statement of sql/directory/queries, by preparing it.
 *
 * @return AGORA_OK; AGORA_INTERNAL when one is wrong, its file named in w->error.detail;
 *         AGORA_UNAVAILABLE when the database is away
 */
enum agora_status db_check_statements(struct work *w) AGORA_CHECKED;

#endif
