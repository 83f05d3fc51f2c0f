/* What is destroyed is decided in SQL; here is the order in which it is done. */
#include "directory/domain/evidence_retention.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/evidence_journal.h"
#include "directory/domain/sql_array.h"

#define BATCH    "200"
#define FIRST_ID "00000000-0000-0000-0000-000000000000"

enum agora_status evidence_by_clock(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_EVIDENCE_BY_CLOCK, &rows);

    if (s == AGORA_OK)
        *n = db_int64(rows, 0, 0);
    return s;
}

/* Their ids go into the journal, then their keys go. @param ids @a n of them */
static enum agora_status destroy_files(struct work *w, const char *const *ids, size_t n)
{
    struct db_result *done;
    char *list = sql_array_of(w->mem, ids, n);

    if (list == NULL)
        return work_out_of_memory(w);
    enum agora_status s = evidence_journal_append(w, ids, n);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_EVIDENCE_DESTROY, &done, list);
    if (s == AGORA_OK)
        log_event(LOG_INFO, "evidence_destroyed", w, "files", LOG_NUMBER(db_int64(done, 0, 0)),
                  NULL);
    return s;
}

enum agora_status evidence_destroy(struct work *w, int64_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_LEAVING, &rows, BATCH);

    if (s != AGORA_OK || (*n = (int64_t)db_rows(rows)) == 0)
        return s;
    const char **ids = talloc_array(w->mem, const char *, (unsigned)*n);
    if (ids == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < (size_t)*n; i++)
        ids[i] = db_text(rows, i, 0);
    return destroy_files(w, ids, (size_t)*n);
}

enum agora_status evidence_noted(struct work *w, const char *viewer, const char *id,
                                 const char *note)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_NOTED, &rows, viewer, id, note);

    return s == AGORA_OK && db_bool(rows, 0, 0) ? destroy_files(w, &id, 1) : s;
}

static enum agora_status rewrap_one(struct work *w, const struct db_result *rows, size_t i)
{
    uint8_t key[EVIDENCE_KEY_LEN];
    char wrapped[2 * EVIDENCE_WRAPPED_LEN + 1];
    const char *before = db_text(rows, i, 1);
    struct evidence_binding b = {.key_id = db_text(rows, i, 0), .evidence = db_text(rows, i, 2)};

    snprintf(b.master, sizeof b.master, "%s", before);
    enum agora_status s = evidence_unwrap(w, &b, db_text(rows, i, 3), key);
    if (s == AGORA_OK)
        s = evidence_wrap(w, key, &b, wrapped);
    secret_wipe(key, sizeof key);
    return s == AGORA_OK
               ? DB_RUN(w, QUERY_EVIDENCE_REWRAP, NULL, b.key_id, before, b.master, wrapped)
               : s;
}

/* Keys after @a last, which moves on. @param[out] n how many */
static enum agora_status rewrap_some(struct work *w, const char *newest, char last[37], size_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_EVIDENCE_WRAPPED, &rows, newest, last);

    *n = s == AGORA_OK ? db_rows(rows) : 0;
    for (size_t i = 0; s == AGORA_OK && i < *n; i++)
        s = rewrap_one(w, rows, i);
    if (s == AGORA_OK && *n > 0)
        snprintf(last, 37, "%s", db_text(rows, *n - 1, 0));
    return s;
}

enum agora_status evidence_rewrap(struct work *w, const char *newest, int64_t *n)
{
    void *mem = w->mem;
    char last[37] = FIRST_ID;
    size_t some = 1;
    enum agora_status s = AGORA_OK;

    *n = 0;
    while (s == AGORA_OK && some > 0) {
        w->mem = talloc_new(mem);
        s = w->mem != NULL ? rewrap_some(w, newest, last, &some) : work_out_of_memory(w);
        talloc_free(w->mem);
        w->mem = mem;
        if (s == AGORA_OK)
            *n += (int64_t)some;
    }
    return s;
}
