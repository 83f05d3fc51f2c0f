/* Ending a contact that is not there is no error, so a batch can be repeated as a single end can. A
 * server without batches gets the ends one by one. */
#include "directory/domain/tmtp_ender.h"

#include <talloc.h>

#include "directory/base/log.h"
#include "directory/domain/sql_array.h"
#include "directory/domain/tmtp_link.h"

#define MOST "299" /* beside the row itself; their settling is one statement, well within its time */

/* What is ended together: the row itself first. */
struct batch {
    struct admin_change *changes;
    enum tmtp_result *outcomes;
    size_t n;
};

static const char *uid_of(const struct outbox_item *item, const char *who)
{
    return json_string_value(json_object_get(json_object_get(item->action, who), "uid"));
}

static enum tmtp_result end_one(struct admin *admin, const struct outbox_item *item,
                                struct tmtp_error *error)
{
    return admin_contact_delete(admin, uid_of(item, "asker"), uid_of(item, "asked"), error);
}

static bool make_batch(struct work *w, const struct outbox_item *first,
                       const struct outbox_item *more, size_t n, struct batch *out)
{
    out->n = n + 1;
    out->changes = talloc_zero_array(w->mem, struct admin_change, (unsigned)out->n);
    out->outcomes = talloc_zero_array(w->mem, enum tmtp_result, (unsigned)out->n);
    if (out->changes == NULL || out->outcomes == NULL)
        return false;
    for (size_t i = 0; i < out->n; i++) {
        const struct outbox_item *item = i == 0 ? first : &more[i - 1];
        out->changes[i] = (struct admin_change){
            .uids = {uid_of(item, "asker"), uid_of(item, "asked")}, .ends = true};
    }
    return true;
}

static enum tmtp_result end_one_by_one(struct admin *admin, const struct outbox_item *first,
                                       const struct outbox_item *more, struct batch *b,
                                       struct tmtp_error *error)
{
    for (size_t i = 0; i < b->n; i++)
        b->outcomes[i] = end_one(admin, i == 0 ? first : &more[i - 1], error);
    return TMTP_OK;
}

/* Those of the others that came out, or did not, as an array of their ids. */
static char *ids_of(struct work *w, const struct outbox_item *more, const struct batch *b,
                    bool ended)
{
    struct sql_array array;

    sql_array_begin(&array);
    for (size_t i = 1; i < b->n; i++) {
        bool done = b->outcomes[i] == TMTP_OK || b->outcomes[i] == TMTP_ALREADY;
        if (done == ended)
            sql_array_add(&array, more[i - 1].id);
    }
    return sql_array_end(&array, w->mem);
}

static enum agora_status settle(struct work *w, const struct outbox_item *more,
                                const struct batch *b, const char *problem)
{
    char *ended = ids_of(w, more, b, true), *left = ids_of(w, more, b, false);

    if (ended == NULL || left == NULL)
        return work_out_of_memory(w);
    enum agora_status s = outbox_settle_many(w, ended, NULL);
    return s == AGORA_OK && left[1] != '}' ? outbox_fail_many(w, left, problem) : s;
}

enum tmtp_result tmtp_end(struct admin *admin, struct work *w, const struct outbox_item *item,
                          const char *lease_s, struct tmtp_error *error)
{
    struct outbox_item *more;
    struct batch b;
    size_t n = 0;

    if (outbox_claim_more(w, item->kind, MOST, lease_s, &more, &n) != AGORA_OK || n == 0 ||
        !make_batch(w, item, more, n, &b))
        return end_one(admin, item, error);
    enum tmtp_result result =
        admin_contacts_change(admin, b.changes, b.n, NULL, b.outcomes, error);
    if (result == TMTP_PROTOCOL)
        result = end_one_by_one(admin, item, more, &b, error);
    for (size_t i = 0; result != TMTP_OK && i < b.n; i++)
        b.outcomes[i] = result;
    tmtp_link_hide_uids(error->text);
    /* Not settled is not lost: the leases run out, and they are ended again. */
    if (settle(w, more, &b, error->text) != AGORA_OK)
        log_event(LOG_WARNING, "outbox_database", w, "text", w->error.text, "detail",
                  w->error.detail, NULL);
    log_event(LOG_INFO, "contacts_ended", w, "count", LOG_NUMBER((int64_t)b.n), NULL);
    return b.outcomes[0];
}
