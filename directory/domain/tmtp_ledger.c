/* Asked contact by contact; the total shows whether the server has one that the ledger does not
 * know of. */
#include "directory/domain/tmtp_ledger.h"

#include "directory/db/db.h"
#include "directory/domain/tmtp_link.h"

enum { TIMEOUT_MS = 10000 };

static enum agora_status server_failed(struct work *w, struct tmtp_error *error)
{
    tmtp_link_hide_uids(error->text);
    return error_set(&w->error, AGORA_UNAVAILABLE, NULL, "The TMTP server cannot be asked: %s.",
                     error->text);
}

static enum agora_status look_at(struct work *w, struct ledger_walk *walk, struct admin *admin,
                                 const struct db_result *rows, size_t i)
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
    walk->on_server += there;
    if (pending || wanted != confirmed || there == wanted)
        return AGORA_OK;
    return walk->differs(w, walk->cls, db_text(rows, i, 0), there);
}

static enum agora_status count_all(struct work *w, struct ledger_walk *walk, struct admin *admin)
{
    struct tmtp_error error = {0};
    json_t *server;

    if (admin_server(admin, &server, &error) != TMTP_OK)
        return server_failed(w, &error);
    walk->total = json_integer_value(json_object_get(server, "contacts"));
    json_decref(server);
    return AGORA_OK;
}

enum agora_status tmtp_ledger_walk(struct work *w, struct ledger_walk *walk)
{
    struct tmtp_error error = {0};
    struct admin *admin;
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_CHECK_CONTACTS, &rows);
    bool stopped = false;

    walk->on_server = 0;
    walk->total = -1;
    if (s != AGORA_OK)
        return s;
    if (tmtp_link_open(w->config, TIMEOUT_MS, &admin, &error) != TMTP_OK)
        return server_failed(w, &error);
    for (size_t i = 0; s == AGORA_OK && !stopped && i < db_rows(rows); i++) {
        s = look_at(w, walk, admin, rows, i);
        stopped = walk->enough != NULL && walk->enough(walk->cls);
    }
    if (s == AGORA_OK && !stopped)
        s = count_all(w, walk, admin);
    admin_close(admin);
    return s;
}
