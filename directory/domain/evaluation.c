/* The way of a case through the scorer. */
#include "directory/domain/evaluation.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "directory/db/db.h"
#include "directory/domain/score_facts.h"
#include "directory/domain/score_policy.h"
#include "directory/domain/score_words.h"

enum { MOST_TRIES = 3 };

static enum agora_status store(struct work *w, const char *id, struct db_result *rows, size_t row,
                               const struct score_told *t)
{
    json_t *found = score_words(t);
    char *text = found != NULL ? json_dumps(found, JSON_COMPACT) : NULL;
    char until[16];

    json_decref(found);
    if (text == NULL)
        return work_out_of_memory(w);
    snprintf(until, sizeof until, "%d", (int)t->r->holds_until);
    enum agora_status s =
        DB_RUN(w, QUERY_EVALUATION_STORE, NULL, id, db_text(rows, row, 2), db_text(rows, row, 0),
               text, t->r->holds_until == INT32_MAX ? NULL : until);
    free(text);
    return s;
}

/* Score by the policy of one row of evaluation_wanted. */
static enum agora_status score_row(struct work *w, const char *id, struct db_result *rows,
                                   size_t row, const struct score_told *given)
{
    struct score_policy *policy;
    struct score_case c;
    struct score_result r;
    enum agora_status s = score_policy_read(w, db_text(rows, row, 1), &policy);

    if (s != AGORA_OK)
        return error_detail(&w->error, AGORA_INTERNAL, "policy %s: %s", db_text(rows, row, 0),
                            w->error.pointer);
    score_facts_read(policy, given->snapshot, (int32_t)db_int64(rows, row, 4), &c);
    score_evaluate(policy, &c, &r);
    struct score_told t = {.policy = policy,
                           .c = &c,
                           .r = &r,
                           .snapshot = given->snapshot,
                           .words = given->words,
                           .number = (int)db_int64(rows, row, 0)};
    return store(w, id, rows, row, &t);
}

enum agora_status evaluation_ensure(struct work *w, const char *id, bool *anew)
{
    struct db_result *rows;
    enum agora_status s = DB_RUN(w, QUERY_EVALUATION_WANTED, &rows, id);
    size_t n = s == AGORA_OK ? db_rows(rows) : 0;

    if (anew != NULL)
        *anew = n > 0;
    if (n == 0)
        return s;
    json_t *snapshot = json_loads(db_text(rows, 0, 3), 0, NULL);
    json_t *words = json_loads(db_text(rows, 0, 5), 0, NULL);
    struct score_told t = {.snapshot = snapshot, .words = words};
    for (size_t row = 0; row < n && s == AGORA_OK; row++)
        s = score_row(w, id, rows, row, &t);
    json_decref(snapshot);
    json_decref(words);
    return s;
}

enum agora_status evaluation_get(struct work *w, const char *viewer, const char *id,
                                 const char **body)
{
    /* First, for who may not see the case has nothing scored. */
    enum agora_status s = DB_JSON(w, QUERY_CASE_LEVEL_GET, body, viewer, id);

    /* The case may change between the two: once more then. */
    for (int i = 0; i < MOST_TRIES && s == AGORA_NOT_SCORED; i++) {
        s = evaluation_ensure(w, id, NULL);
        if (s == AGORA_OK)
            s = DB_JSON(w, QUERY_CASE_LEVEL_GET, body, viewer, id);
    }
    return s;
}
