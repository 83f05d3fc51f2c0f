/* The rules are in sql/directory/functions/tmtp_acts.sql and tmtp_code.sql. */
#include "directory/domain/tmtp_account.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/db/db.h"
#include "directory/domain/code.h"
#include "directory/domain/sql_array.h"
#include "directory/domain/tmtp_kind.h"

enum agora_status tmtp_account_status(struct work *w, const char *viewer, const char **out)
{
    return DB_JSON(w, QUERY_TMTP_STATUS, out, viewer, w->config->tmtp_server,
                   tmtp_introducer(w->config));
}

static enum agora_status code_json(struct work *w, const char *code, const char *until,
                                   const char **out)
{
    json_t *o = json_pack("{s:s,s:s,s:s}", "code", code, "until", until, "introducer",
                          tmtp_introducer(w->config));
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;

    *out = made != NULL ? talloc_strdup(w->mem, made) : NULL;
    free(made);
    json_decref(o);
    return *out != NULL ? AGORA_OK : work_out_of_memory(w);
}

enum agora_status tmtp_account_code(struct work *w, const char *viewer, const char **out)
{
    struct code code = {0};
    const char *until;

    if (tmtp_introducer(w->config) == NULL)
        return error_set(&w->error, AGORA_NOT_FOUND, NULL,
                         "No code is needed: register at the TMTP server with your account here.");
    code_make(&code);
    enum agora_status s = DB_JSON(w, QUERY_TMTP_CODE_MAKE, &until, viewer, code.hash);
    if (s == AGORA_OK)
        s = code_json(w, code.text, until, out);
    secret_wipe(&code, sizeof code);
    return s;
}

/* Hashes of what in a ping may be the code: all of it, and each word. */
static char *hashes_of(struct work *w, const char *text)
{
    char hash[2 * SHA256_LEN + 1];
    struct sql_array array;
    char *rest = talloc_strdup(w->mem, text), *word;

    sql_array_begin(&array);
    code_hash(text, hash);
    sql_array_add(&array, hash);
    while (rest != NULL && (word = strsep(&rest, " \t\r\n")) != NULL) {
        if (*word == '\0')
            continue;
        code_hash(word, hash);
        sql_array_add(&array, hash);
    }
    return sql_array_end(&array, w->mem);
}

enum agora_status tmtp_account_pinged(struct work *w, const char *uid, const char *alias,
                                      const char *text, enum tmtp_ping_end *end)
{
    static const char *const ends[] = {[TMTP_PING_LINKED] = "linked",
                                       [TMTP_PING_REFUSED] = "refused",
                                       [TMTP_PING_IGNORED] = "ignored",
                                       [TMTP_PING_TAKEN] = "taken"};
    const char *hashes = hashes_of(w, text), *came;

    if (hashes == NULL)
        return work_out_of_memory(w);
    enum agora_status s = DB_JSON(w, QUERY_TMTP_PINGED, &came, uid, alias, hashes);
    for (size_t i = 0; s == AGORA_OK && i < sizeof ends / sizeof ends[0]; i++)
        if (strcmp(ends[i], came) == 0)
            *end = (enum tmtp_ping_end)i;
    return s;
}

enum agora_status tmtp_account_cursor(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_TMTP_CURSOR, &rows);

    if (s == AGORA_OK)
        *n = db_int64(rows, 0, 0);
    return s;
}

enum agora_status tmtp_account_take(struct work *w, int64_t after, int64_t next, const char *events,
                                    bool *taken)
{
    struct db_result *rows;
    char from[24], to[24];

    snprintf(from, sizeof from, "%" PRId64, after);
    snprintf(to, sizeof to, "%" PRId64, next);
    enum agora_status s =
        DB_RUN(w, QUERY_TMTP_TAKE, &rows, from, to, w->config->agora_base_url, events);
    if (s == AGORA_OK)
        *taken = db_bool(rows, 0, 0);
    return s;
}
