/*
 * Service accounts. Plain and blocking: nothing else runs in this process.
 */
#include "tmtp-link/server/service.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tmtp-link/server/config.h"
#include "tmtp-link/server/identity.h"
#include "tmtp-link/server/log.h"
#include "tmtp-link/server/params.h"
#include "tmtp-link/server/rows.h"
#include "tmtpd_sql.h"

/* How a client on this machine reaches the server: its certificate is not checked. */
static json_t *address(const struct config *config)
{
    const char *port = strrchr(config->listen, ':');

    return json_sprintf("=localhost%s", port == NULL ? "" : port);
}

static bool write_file(const struct config *config, int fd, const char *uid, const char *password,
                       const char *alias)
{
    json_t *file = json_pack("{s:o, s:s, s:s, s:s, s:{}, s:{}}", "server", address(config), "uid",
                             uid, "node", password, "alias", alias, "contacts", "threads");
    bool ok = file != NULL && json_dumpfd(file, fd, JSON_INDENT(2)) == 0 && fsync(fd) == 0;

    json_decref(file);
    return ok;
}

/* Run service.sql; the uid of the account, to be freed, or NULL with the reason in the log. */
static char *store(PGconn *conn, const char *alias, const char *uid, const uint8_t *secret)
{
    struct params params = {0};
    PGresult *result = NULL;
    char *made = NULL;

    params_text(&params, uid);
    params_octets(&params, secret, IDENTITY_SECRET);
    params_text(&params, alias);
    if (params_ok(&params)) {
        result = PQexecParams(conn, tmtpd_queries[QUERY_SERVICE].text, params.count, NULL,
                              params.values, params.lengths, params.formats, 1);
    }
    params_free(&params);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        log_event(LOG_LEVEL_ERROR, "service_not_added", "why", PQerrorMessage(conn), NULL);
    } else if (PQntuples(result) != 1 || rows_null(result, 0, 0)) {
        log_event(LOG_LEVEL_ERROR, "service_not_added", "why", "a member has the alias", NULL);
    } else {
        made = strdup(rows_text(result, 0, 0));
    }
    PQclear(result);
    return made;
}

int service_add(const struct config *config, const char *alias, const char *path)
{
    const char *fault =
        identity_name_fault(IDENTITY_NEWALIAS, (struct tmtp_text){alias, strlen(alias)});
    char uid[TMTP_UID_LEN + 1];
    char password[TMTP_NODE_LEN + 1];
    uint8_t secret[IDENTITY_SECRET];
    char *made = NULL;
    PGconn *conn;
    bool ok;
    int fd;

    if (fault != NULL) {
        log_event(LOG_LEVEL_ERROR, "service_not_added", "why", fault, NULL);
        return EXIT_FAILURE;
    }
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        log_event(LOG_LEVEL_ERROR, "service_not_added", "file", path, "why", strerror(errno), NULL);
        return EXIT_FAILURE;
    }
    identity_uid(uid);
    identity_node(password, secret);
    conn = PQconnectdb(config->connection);
    made = store(conn, alias, uid, secret);
    ok = made != NULL && write_file(config, fd, made, password, alias);
    PQfinish(conn);
    free(made);
    if (close(fd) != 0 || !ok) {
        unlink(path);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
