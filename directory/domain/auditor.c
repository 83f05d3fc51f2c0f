/* The rules about our own tables are questions in sql/directory/functions/check_rules.sql; the TMTP
 * server is asked about every contact of the ledger. */
#include "directory/domain/auditor.h"

#include <stdio.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/tmtp_kind.h"
#include "directory/domain/tmtp_ledger.h"

static enum agora_status note(struct work *w, struct auditor_report *r, const char *rule,
                              const char *subject)
{
    r->violations = talloc_realloc(w->mem, r->violations, char *, (unsigned)r->n + 1);
    char *text = talloc_asprintf(w->mem, "%s: %s", rule, subject);

    if (r->violations == NULL || text == NULL)
        return work_out_of_memory(w);
    r->violations[r->n++] = text;
    return AGORA_OK;
}

static enum agora_status check_tables(struct work *w, struct auditor_report *r)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_CHECK_COUNTS, &rows);

    if (s != AGORA_OK)
        return s;
    r->introductions = db_int64(rows, 0, 0);
    r->contacts = db_int64(rows, 0, 1);
    r->outbox = db_int64(rows, 0, 2);
    s = DB_RUN0(w, QUERY_CHECK_RULES, &rows);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++)
        s = note(w, r, db_text(rows, i, 0), db_text(rows, i, 1));
    return s;
}

static enum agora_status note_difference(struct work *w, void *cls, const char *introduction,
                                         bool there)
{
    return note(w, cls,
                there ? "ended, and still granted on the TMTP server"
                      : "granted, and missing on the TMTP server",
                introduction);
}

static enum agora_status check_server(struct work *w, struct auditor_report *r)
{
    struct ledger_walk walk = {.differs = note_difference, .cls = r};
    char counts[80];
    enum agora_status s = tmtp_ledger_walk(w, &walk);

    if (s != AGORA_OK)
        return s;
    r->on_server = walk.on_server;
    if (walk.total == walk.on_server)
        return AGORA_OK;
    snprintf(counts, sizeof counts, "%lld there, %lld of the ledger", (long long)walk.total,
             (long long)walk.on_server);
    return note(w, r, "contacts on the TMTP server that nobody granted here", counts);
}

enum agora_status auditor_look(struct work *w, struct auditor_report *out)
{
    struct auditor_report r = {.on_server = -1};
    enum agora_status s = check_tables(w, &r);

    if (s == AGORA_OK && tmtp_wanted(w->config) && tmtp_capabilities(w->config)->lists_contacts)
        s = check_server(w, &r);
    if (s == AGORA_OK)
        *out = r;
    return s;
}
