/* The chain is checked here a second time and in another language than it was made in
 * (agora.audit_seal), so that one who can change the database's functions does not change both. */
#include "directory/domain/audit.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/db/db.h"

#define PAGE "1000"

enum column { SEQ, HASHED, PREVIOUS_HASH, HASH };

static bool is_intact(struct work *w, const struct db_result *rows, size_t i)
{
    char hash[2 * SHA256_LEN + 1];
    const char *stored = db_text(rows, i, HASH);
    char *text = talloc_asprintf(w->mem, "[%s, \"%s\"]", db_text(rows, i, HASHED),
                                 db_text(rows, i, PREVIOUS_HASH));

    if (text == NULL || stored == NULL)
        return false;
    sha256_hex(text, strlen(text), hash);
    return strcmp(hash, stored) == 0;
}

static enum audit_fault fault_of(struct work *w, const struct db_result *rows, size_t i,
                                 const struct audit_report *so_far)
{
    const char *previous = db_text(rows, i, PREVIOUS_HASH);

    if (db_int64(rows, i, SEQ) != so_far->rows + 1)
        return AUDIT_MISSING;
    if (previous == NULL || strcmp(previous, so_far->head) != 0)
        return AUDIT_REORDERED;
    return is_intact(w, rows, i) ? AUDIT_WHOLE : AUDIT_CHANGED;
}

/* Whether the row that was just found good is the one that the checkpoint speaks of. */
static bool is_marked(const struct audit_report *report, const struct audit_mark *mark)
{
    return mark == NULL || report->rows != mark->height || strcmp(report->head, mark->head) == 0;
}

/* Check the rows after those already found good. @param[out] n rows read; 0 at the end */
static enum agora_status check_page(struct work *w, const struct audit_mark *mark,
                                    struct audit_report *report, size_t *n)
{
    char after[24];
    struct db_result *rows;

    snprintf(after, sizeof after, "%lld", (long long)report->rows);
    enum agora_status s = DB_RUN(w, QUERY_AUDIT_ROWS, &rows, after, PAGE);
    if (s != AGORA_OK)
        return s;
    *n = db_rows(rows);
    for (size_t i = 0; i < *n; i++) {
        report->fault = fault_of(w, rows, i, report);
        if (report->fault != AUDIT_WHOLE) {
            report->broken = db_int64(rows, i, SEQ);
            return AGORA_OK;
        }
        report->rows++;
        snprintf(report->head, sizeof report->head, "%s", db_text(rows, i, HASH));
        if (!is_marked(report, mark)) {
            report->fault = AUDIT_OTHER;
            report->broken = report->rows--;
            return AGORA_OK;
        }
    }
    return AGORA_OK;
}

/* The end was reached and every row was good: is it the true end? */
static enum agora_status check_end(struct work *w, const struct audit_mark *mark,
                                   struct audit_report *report)
{
    struct db_result *unsealed;
    enum agora_status s = DB_RUN0(w, QUERY_AUDIT_UNSEALED, &unsealed);

    if (s != AGORA_OK)
        return s;
    if (mark != NULL && report->rows < mark->height)
        report->fault = AUDIT_CUT;
    else if (db_int64(unsealed, 0, 0) > 0)
        report->fault = AUDIT_UNSEALED;
    if (report->fault != AUDIT_WHOLE)
        report->broken = report->rows + 1;
    return AGORA_OK;
}

enum agora_status audit_verify_part(struct work *w, const struct audit_mark *mark, int64_t most,
                                    struct audit_report *report, bool *done)
{
    void *mem = w->mem;
    enum agora_status s;
    int64_t first = report->rows;
    size_t n = 0;

    do {
        /* The log may be long: what a page takes goes with it. */
        w->mem = talloc_new(mem);
        s = w->mem != NULL ? check_page(w, mark, report, &n) : work_out_of_memory(w);
        talloc_free(w->mem);
        w->mem = mem;
    } while (s == AGORA_OK && report->fault == AUDIT_WHOLE && n > 0 && report->rows - first < most);
    if (s == AGORA_OK && report->fault == AUDIT_WHOLE && n == 0)
        s = check_end(w, mark, report);
    *done = report->fault != AUDIT_WHOLE || n == 0;
    return s;
}

enum agora_status audit_verify(struct work *w, const struct audit_mark *mark,
                               struct audit_report *out)
{
    struct audit_report report = {0};
    bool done;
    enum agora_status s = audit_verify_part(w, mark, INT64_MAX, &report, &done);

    if (s == AGORA_OK)
        *out = report;
    return s;
}

const char *audit_fault_words(enum audit_fault fault)
{
    static const char *const words[] = {
        [AUDIT_WHOLE] = "",
        [AUDIT_MISSING] = "rows before it are missing",
        [AUDIT_REORDERED] = "another row stands before it than when it was written",
        [AUDIT_CHANGED] = "it was changed",
        [AUDIT_UNSEALED] = "it has no place in the chain",
        [AUDIT_CUT] = "it is missing, and the checkpoint knows of it: the end was cut off",
        [AUDIT_OTHER] = "it is not the row that the checkpoint was made of",
    };

    return words[fault];
}

enum agora_status audit_print(struct work *w, const char *most, FILE *out)
{
    struct db_result *lines;
    enum agora_status s = DB_RUN(w, QUERY_AUDIT_LIST, &lines, most);

    for (size_t i = 0; s == AGORA_OK && i < db_rows(lines); i++)
        fprintf(out, "%s\n", db_text(lines, i, 0));
    return s;
}
