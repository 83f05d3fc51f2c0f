/* Transactions over several statements, for the few things one SQL function cannot do. */
#include <string.h>

#include "directory/base/log.h"
#include "directory/db/connection.h"

enum agora_status db_begin(struct work *w)
{
    enum agora_status s = connection_ready(w);

    if (s != AGORA_OK)
        return s;
    PGresult *r = connection_exec(w->db, "begin");
    if (r == NULL || PQresultStatus(r) != PGRES_COMMAND_OK)
        s = failure_of(w, r);
    else
        w->db->in_transaction = true;
    PQclear(r);
    return s;
}

enum agora_status db_commit(struct work *w)
{
    struct db *db = w->db;

    db->in_transaction = false;
    if (db->conn == NULL)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "connection lost before commit");
    PGresult *r = connection_exec(db, "commit");
    enum agora_status s = AGORA_OK;
    if (r == NULL || PQstatus(db->conn) != CONNECTION_OK)
        s = error_detail(&w->error, AGORA_UNCERTAIN, "answer to commit lost");
    else if (PQresultStatus(r) != PGRES_COMMAND_OK)
        s = failure_of(w, r);
    else if (strcmp(PQcmdStatus(r), "COMMIT") != 0) /* PostgreSQL rolls a failed transaction back */
        s = error_detail(&w->error, AGORA_INTERNAL, "commit of a failed transaction");
    PQclear(r);
    return s;
}

void db_rollback(struct work *w)
{
    struct db *db = w->db;

    if (!db->in_transaction)
        return;
    db->in_transaction = false;
    if (db->conn == NULL)
        return;
    PGresult *r = connection_exec(db, "rollback");
    if (r == NULL || PQresultStatus(r) != PGRES_COMMAND_OK)
        connection_drop(db);
    PQclear(r);
}

bool db_in_transaction(const struct work *w)
{
    return w->db->in_transaction;
}
