/* What the files of db/ share: the connection object, and the steps that a statement is made of.
 * Nothing outside db/ includes this. */
#ifndef AGORA_DB_CONNECTION_H
#define AGORA_DB_CONNECTION_H

#include <libpq-fe.h>

#include "directory/db/db.h"

enum { DB_CHANNELS = 8 };

struct db {
    PGconn *conn;          /* NULL while there is none */
    const char *conninfo;  /* of the configuration */
    int64_t timeout_us;    /* how long we wait for an answer before the connection counts as dead */
    int statement_timeout; /* milliseconds, kept by PostgreSQL */
    bool in_transaction;   /* between db_begin() and its end */
    int failures;          /* connection attempts that failed in a row */
    int64_t retry_us;      /* monotonic: no attempt before */
    const char *channels[DB_CHANNELS]; /* listened on, again after each connect */
    size_t channels_n;
    bool prepared[DIRECTORY_QUERIES + 1]; /* on this connection */
    char languages[WORK_LANGUAGES];       /* that this connection was told last */
};

struct db_result {
    PGresult *pg;
};

/** Make sure that there is a live connection; AGORA_UNAVAILABLE when there cannot be one now. */
enum agora_status connection_ready(struct work *w) AGORA_CHECKED;

/** Whether the connection still stands; reads what the server sent unasked. */
bool connection_alive(struct db *db);

/** Close the connection and forget what was prepared on it. */
void connection_drop(struct db *db);

/**
 * Collect the answer to what was sent, or drop the connection when it does not come in time.
 * @return the last result, or NULL when the connection is lost
 */
PGresult *connection_answer(struct db *db);

/** Send plain SQL and collect its answer; see connection_answer(). */
PGresult *connection_exec(struct db *db, const char *sql);

/** Prepare a statement unless it is already; w->error names its file when it is wrong. */
enum agora_status statement_prepare(struct work *w, enum directory_query query) AGORA_CHECKED;

/** The kind that a SQLSTATE stands for. */
enum agora_status failure_status(const char *sqlstate);

/** Turn a failed result (NULL: none came) into w->error. */
enum agora_status failure_of(struct work *w, const PGresult *result);

/** Whether a result says that the transaction should be tried again (40001, 40P01). */
bool failure_transient(const PGresult *result);

/** Whether a prepared statement no longer fits the schema (0A000: a migration ran meanwhile). */
bool failure_stale_plan(const PGresult *result);

#endif
