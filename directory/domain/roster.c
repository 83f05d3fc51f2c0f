/* One statement an act; the rules are in sql/directory/functions/checks_roster.sql. */
#include "directory/domain/roster.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/db/db.h"

#define LEASE_S "120" /* more than one batch takes */

enum agora_status roster_list(struct work *w, const char *viewer, const char **body)
{
    return DB_JSON(w, QUERY_ROSTER_LIST, body, viewer);
}

enum agora_status roster_begin(struct work *w, const char *viewer, const char *list,
                               const char *name, const char *mapping, const char *data, size_t len,
                               const char **body)
{
    char octets[24];
    char *hex = data != NULL ? talloc_size(w->mem, 2 * len + 1) : NULL;

    if (data != NULL && hex == NULL)
        return work_out_of_memory(w);
    if (data != NULL)
        hex_encode(data, len, hex);
    snprintf(octets, sizeof octets, "%zu", len);
    enum agora_status s =
        DB_JSON(w, QUERY_ROSTER_BEGIN, body, viewer, list, name, mapping, octets, hex);
    talloc_free(hex);
    return s;
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

enum agora_status roster_read_next(struct work *w, bool *found)
{
    struct db_result *rows;
    const char *body;
    enum agora_status s = DB_RUN(w, QUERY_ROSTER_CLAIM, &rows, LEASE_S);

    *found = s == AGORA_OK && db_rows(rows) > 0;
    if (!*found)
        return s;
    const char *hex = db_text(rows, 0, 3);
    size_t len = strlen(hex) / 2;
    char *text = talloc_size(w->mem, len + 1);
    if (text == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    text[len] = '\0';
    return roster_read(w, db_text(rows, 0, 0), db_text(rows, 0, 1), db_text(rows, 0, 2), text, len,
                       NULL, &body);
}

enum agora_status roster_decide(struct work *w, const char *viewer, const char *id,
                                const char *doing, const char **body)
{
    return DB_JSON(w, QUERY_ROSTER_DECIDE, body, viewer, id, doing);
}

enum agora_status roster_get(struct work *w, const char *viewer, const char *id, const char **body)
{
    return DB_JSON(w, QUERY_ROSTER_GET, body, viewer, id);
}

enum agora_status roster_faults(struct work *w, const char *viewer, const char *id,
                                const char **csv)
{
    return DB_JSON(w, QUERY_ROSTER_FAULTS_CSV, csv, viewer, id);
}
