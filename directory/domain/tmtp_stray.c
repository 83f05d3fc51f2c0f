/* A contact is written into the ledger before the TMTP server hears of it, so one that is there and
 * not in the ledger was granted by somebody else. Which ones those are, the database says of each
 * page of the server's list. */
#include "directory/domain/tmtp_stray.h"

#include <stdlib.h>

#include "directory/base/log.h"
#include "directory/db/db.h"
#include "directory/domain/tmtp_link.h"

enum { TIMEOUT_MS = 10000, PAGE = 500 };

struct search {
    struct work *w;
    struct admin *admin;
    int64_t ended;
};

static enum agora_status server_failed(struct work *w, struct tmtp_error *error)
{
    tmtp_link_hide_uids(error->text);
    return error_set(&w->error, AGORA_UNAVAILABLE, NULL, "The TMTP server cannot be asked: %s.",
                     error->text);
}

static enum agora_status end(struct search *f, const char *account, const char *uid,
                             const char *other)
{
    struct tmtp_error error = {0};

    if (admin_contact_delete(f->admin, uid, other, &error) != TMTP_OK)
        return server_failed(f->w, &error);
    f->ended++;
    log_event(LOG_ERR, "contact_unknown_ended", f->w, "account", account, NULL);
    return AGORA_OK;
}

static enum agora_status look_at(struct search *f, const char *account, const char *uid,
                                 const json_t *page)
{
    struct db_result *rows;
    char *text = json_dumps(json_object_get(page, "contacts"), JSON_COMPACT);

    if (text == NULL)
        return work_out_of_memory(f->w);
    enum agora_status s = DB_RUN(f->w, QUERY_CONTACT_STRAY, &rows, uid, text);
    free(text);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++)
        s = end(f, account, uid, db_text(rows, i, 0));
    return s;
}

/* Page by page; the next one begins behind a uid, so that ends on this one do not matter. */
static enum agora_status look_through(struct search *f, const char *account, const char *uid)
{
    struct tmtp_error error = {0};
    json_t *page = NULL, *before = NULL;
    const char *after = NULL;
    enum agora_status s = AGORA_OK;

    do {
        enum tmtp_result result = admin_user_contacts(f->admin, uid, after, PAGE, &page, &error);
        json_decref(before);
        before = NULL;
        if (result == TMTP_NONE) /* the user is gone, and so are the contacts */
            return AGORA_OK;
        if (result != TMTP_OK)
            return server_failed(f->w, &error);
        s = look_at(f, account, uid, page);
        after = json_string_value(json_object_get(page, "next"));
        before = page;
    } while (s == AGORA_OK && after != NULL);
    json_decref(before);
    return s;
}

enum agora_status tmtp_stray_end(struct work *w, bool (*enough)(void *cls), void *cls,
                                 int64_t *ended)
{
    struct search f = {.w = w};
    struct tmtp_error error = {0};
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_TMTP_LINKED, &rows);

    if (s != AGORA_OK)
        return s;
    if (tmtp_link_open(w->config, TIMEOUT_MS, &f.admin, &error) != TMTP_OK)
        return server_failed(w, &error);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows) && !enough(cls); i++)
        s = look_through(&f, db_text(rows, i, 0), db_text(rows, i, 1));
    admin_close(f.admin);
    *ended = f.ended;
    return s;
}
