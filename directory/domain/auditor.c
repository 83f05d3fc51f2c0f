/* The rules about our own tables are questions in sql/directory/functions/check_rules.sql. What the
 * TMTP server has is asked contact by contact, and its total shows whether it has one that we do
 * not know of. */
#include "directory/domain/auditor.h"

#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/tmtp_kind.h"
#include "directory/domain/tmtp_link.h"

enum { TIMEOUT_MS = 10000 };

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

static enum agora_status server_failed(struct work *w, struct tmtp_error *error)
{
    tmtp_link_hide_uids(error->text);
    return error_set(&w->error, AGORA_UNAVAILABLE, NULL, "The TMTP server cannot be asked: %s.",
                     error->text);
}

/* One row of the ledger against the server. */
static enum agora_status check_contact(struct work *w, struct auditor_report *r,
                                       struct admin *admin, const struct db_result *rows, size_t i)
{
    struct tmtp_error error = {0};
    json_t *contact = NULL;
    enum tmtp_result result =
        admin_contact_get(admin, db_text(rows, i, 1), db_text(rows, i, 2), &contact, &error);
    bool wanted = db_bool(rows, i, 3), confirmed = db_bool(rows, i, 4);
    bool pending = db_bool(rows, i, 5), there = result == TMTP_OK;

    json_decref(contact);
    if (result != TMTP_OK && result != TMTP_NONE)
        return server_failed(w, &error);
    r->on_server += there;
    if (pending || wanted != confirmed || there == wanted)
        return AGORA_OK;
    return note(w, r,
                wanted ? "granted, and missing on the TMTP server"
                       : "ended, and still granted on the TMTP server",
                db_text(rows, i, 0));
}

static enum agora_status check_total(struct work *w, struct auditor_report *r, struct admin *admin)
{
    struct tmtp_error error = {0};
    json_t *server;
    char counts[80];

    if (admin_server(admin, &server, &error) != TMTP_OK)
        return server_failed(w, &error);
    int64_t total = json_integer_value(json_object_get(server, "contacts"));
    json_decref(server);
    if (total == r->on_server)
        return AGORA_OK;
    snprintf(counts, sizeof counts, "%lld there, %lld of the ledger", (long long)total,
             (long long)r->on_server);
    return note(w, r, "contacts on the TMTP server that nobody granted here", counts);
}

static enum agora_status check_server(struct work *w, struct auditor_report *r)
{
    struct tmtp_error error = {0};
    struct admin *admin;
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_CHECK_CONTACTS, &rows);

    if (s != AGORA_OK)
        return s;
    if (tmtp_link_open(w->config, TIMEOUT_MS, &admin, &error) != TMTP_OK)
        return server_failed(w, &error);
    r->on_server = 0;
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++)
        s = check_contact(w, r, admin, rows, i);
    if (s == AGORA_OK)
        s = check_total(w, r, admin);
    admin_close(admin);
    return s;
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
