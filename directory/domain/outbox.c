/* The rules are in sql/directory/functions/outbox_acts.sql. */
#include "directory/domain/outbox.h"

#include <talloc.h>

#include "directory/db/db.h"

enum { LONGEST_WAIT_MS = 15000 };

struct action_holder {
    json_t *json;
};

static int free_action(struct action_holder *holder)
{
    json_decref(holder->json);
    return 0;
}

/* Parse what the action needs, to be freed with the work. */
static enum agora_status parse_action(struct work *w, const char *text, json_t **out)
{
    struct action_holder *holder = talloc_zero(w->mem, struct action_holder);

    if (holder == NULL)
        return work_out_of_memory(w);
    talloc_set_destructor(holder, free_action);
    holder->json = json_loads(text, 0, NULL);
    if (holder->json == NULL)
        return error_detail(&w->error, AGORA_INTERNAL, "an outbox row's action is no JSON object");
    *out = holder->json;
    return AGORA_OK;
}

enum agora_status outbox_claim(struct work *w, const char *kinds, const char *lease_s,
                               struct outbox_item *item)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_OUTBOX_CLAIM, &rows, kinds, lease_s);

    if (s != AGORA_OK)
        return s;
    *item = (struct outbox_item){0};
    if (db_rows(rows) == 0)
        return AGORA_OK;
    item->id = db_text(rows, 0, 0);
    item->kind = db_text(rows, 0, 1);
    item->attempts = db_int64(rows, 0, 2);
    return parse_action(w, db_text(rows, 0, 3), &item->action);
}

enum agora_status outbox_claim_more(struct work *w, const char *kind, const char *most,
                                    const char *lease_s, struct outbox_item **items, size_t *n)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_OUTBOX_CLAIM_MORE, &rows, kind, most, lease_s);

    if (s != AGORA_OK)
        return s;
    struct outbox_item *made = talloc_zero_array(w->mem, struct outbox_item,
                                                 (unsigned)db_rows(rows) + 1);
    if (made == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; s == AGORA_OK && i < db_rows(rows); i++) {
        made[i].id = db_text(rows, i, 0);
        s = parse_action(w, db_text(rows, i, 1), &made[i].action);
    }
    *items = made;
    *n = db_rows(rows);
    return s;
}

enum agora_status outbox_wait(struct work *w, const char *kinds, int *ms)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_OUTBOX_WAIT, &rows, kinds);

    if (s == AGORA_OK)
        *ms = db_text(rows, 0, 0) != NULL ? (int)db_int64(rows, 0, 0) : LONGEST_WAIT_MS;
    return s;
}

enum agora_status outbox_keep(struct work *w, const char *id, const char *lease_s, bool *ours)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_OUTBOX_KEEP, &rows, id, lease_s);

    if (s == AGORA_OK)
        *ours = db_bool(rows, 0, 0);
    return s;
}

enum agora_status outbox_settle(struct work *w, const char *id, const char *result)
{
    return DB_RUN(w, QUERY_OUTBOX_SETTLE, NULL, id, result);
}

enum agora_status outbox_settle_many(struct work *w, const char *ids, const char *result)
{
    return DB_RUN(w, QUERY_OUTBOX_SETTLE_MANY, NULL, ids, result);
}

enum agora_status outbox_fail_many(struct work *w, const char *ids, const char *problem)
{
    return DB_RUN(w, QUERY_OUTBOX_FAIL_MANY, NULL, ids, problem);
}

enum agora_status outbox_fail(struct work *w, const char *id, const char *problem, bool permanent)
{
    return DB_RUN(w, QUERY_OUTBOX_FAIL, NULL, id, problem, permanent ? "true" : "false");
}

enum agora_status outbox_wake(struct work *w)
{
    return DB_RUN0(w, QUERY_OUTBOX_WAKE, NULL);
}

enum agora_status outbox_list(struct work *w, const char *state, const char *limit,
                              const char *cursor, const char **out)
{
    return DB_JSON(w, QUERY_OUTBOX_LIST, out, state, limit, cursor);
}

enum agora_status outbox_retry(struct work *w, const char *viewer, const char *id)
{
    return DB_RUN(w, QUERY_OUTBOX_RETRY, NULL, viewer, id);
}

enum agora_status outbox_prune(struct work *w)
{
    return DB_RUN0(w, QUERY_OUTBOX_PRUNE, NULL);
}
