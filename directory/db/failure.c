/* From what PostgreSQL says to what we say: the one place where SQLSTATEs become enum agora_status.
 * Only messages of class AG were written for people; every other text goes to the log alone. */
#include <stdio.h>
#include <string.h>

#include "directory/db/connection.h"

static const char *field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);

    return text != NULL ? text : "";
}

static bool is_class(const char *sqlstate, const char *class)
{
    return strncmp(sqlstate, class, strlen(class)) == 0;
}

/* The database is there but cannot serve now: connection, shutdown, resources, statement or lock
 * time-out, standby in recovery, conflict that outlived its retries. */
static bool unavailable(const char *sqlstate)
{
    static const char *const classes[] = {"08",    "57P",   "53",    "57014", "58",
                                          "55P03", "25006", "25P03", "40"};

    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (is_class(sqlstate, classes[i]))
            return true;
    return false;
}

enum agora_status failure_status(const char *sqlstate)
{
    if (is_class(sqlstate, "AG"))
        return error_of_sqlstate(sqlstate);
    return unavailable(sqlstate) ? AGORA_UNAVAILABLE : AGORA_INTERNAL;
}

enum agora_status failure_of(struct work *w, const PGresult *result)
{
    struct error *e = &w->error;

    if (result == NULL)
        return error_detail(e, AGORA_UNAVAILABLE, "the database did not answer");
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    const char *message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);

    enum agora_status s = failure_status(sqlstate);
    if (is_class(sqlstate, "AG") && s != AGORA_INTERNAL)
        return error_set(e, s, detail, message[0] != '\0' ? "%s" : NULL, message);
    return error_detail(e, s, "%s %s; %s; %s", sqlstate, message, detail,
                        field(result, PG_DIAG_CONTEXT));
}

bool failure_transient(const PGresult *result)
{
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);

    return strcmp(sqlstate, "40001") == 0 || strcmp(sqlstate, "40P01") == 0;
}

bool failure_stale_plan(const PGresult *result)
{
    return strcmp(field(result, PG_DIAG_SQLSTATE), "0A000") == 0 &&
           strstr(field(result, PG_DIAG_MESSAGE_PRIMARY), "cached plan") != NULL;
}
