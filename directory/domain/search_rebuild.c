/* Each step is one statement of sql/directory/functions/search_rebuild.sql. */
#include "directory/domain/search_rebuild.h"

#include <inttypes.h>
#include <stdio.h>

#include "directory/db/db.h"
#include "directory/domain/portions.h"

/* Members who have changed are made again in portions of so many; when fewer are left than that,
 * the last step makes them, which keeps changes waiting. */
enum { AGAIN = 500 };
#define AGAIN_TEXT "500"

enum { NUMBER_MAX = 24 };

struct rebuild {
    const char *build; /* which one: UUID as text */
    const char *what;
    const struct search_rebuild_ear *ear;
};

static const char *number(char out[NUMBER_MAX], uint64_t n)
{
    snprintf(out, NUMBER_MAX, "%" PRIu64, n);
    return out;
}

static enum agora_status make_some(struct work *w, void *cls, uint64_t from, uint64_t to)
{
    const struct rebuild *r = cls;
    char lowest[NUMBER_MAX], beneath[NUMBER_MAX];

    return DB_RUN(w, QUERY_SEARCH_REBUILD_SOME, NULL, r->build, number(lowest, from),
                  number(beneath, to));
}

static enum agora_status index_one(struct work *w, void *cls, uint64_t from, uint64_t to)
{
    const struct rebuild *r = cls;
    char place[NUMBER_MAX];

    (void)to; /* one at a time */
    return DB_RUN(w, QUERY_SEARCH_REBUILD_INDEX, NULL, r->build, number(place, from + 1));
}

static void tell(void *cls, uint64_t done, uint64_t total)
{
    const struct rebuild *r = cls;

    if (r->ear != NULL)
        r->ear->tell(r->ear->cls, r->what, done, total);
}

static enum agora_status
in_portions(struct work *w, struct rebuild *r, const char *what, int64_t total,
            enum agora_status (*run)(struct work *, void *, uint64_t, uint64_t))
{
    const struct portions p = {.total = (uint64_t)total,
                               .size = 1,
                               .threads = portions_threads(),
                               .cls = r,
                               .run = run,
                               .tell = tell};

    r->what = what;
    return portions_run(w, &p);
}

/* Until few are left who have changed since their rows were made. */
static enum agora_status make_again(struct work *w, const struct rebuild *r)
{
    struct db_result *row;
    int64_t done = AGAIN;
    enum agora_status s = AGORA_OK;

    while (s == AGORA_OK && done == AGAIN) {
        s = DB_RUN(w, QUERY_SEARCH_REBUILD_AGAIN, &row, r->build, AGAIN_TEXT);
        if (s == AGORA_OK)
            done = db_int64(row, 0, 0);
    }
    return s;
}

static enum agora_status index_all(struct work *w, struct rebuild *r)
{
    struct db_result *row;
    enum agora_status s = DB_RUN0(w, QUERY_SEARCH_REBUILD_TABLES, &row);

    return s == AGORA_OK ? in_portions(w, r, "strata indexed", db_int64(row, 0, 0), index_one) : s;
}

enum agora_status search_rebuild(struct work *w, const struct search_rebuild_ear *ear,
                                 struct search_rebuilt *out)
{
    struct rebuild r = {.ear = ear};
    struct db_result *row;
    enum agora_status s = DB_RUN0(w, QUERY_SEARCH_REBUILD_BEGIN, &row);

    if (s != AGORA_OK)
        return s;
    r.build = db_text(row, 0, 0);
    s = in_portions(w, &r, "portions of members", db_int64(row, 0, 1), make_some);
    if (s == AGORA_OK)
        s = index_all(w, &r);
    if (s == AGORA_OK)
        s = make_again(w, &r);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_SEARCH_REBUILD_END, &row, r.build);
    if (s == AGORA_OK)
        *out =
            (struct search_rebuilt){.members = db_int64(row, 0, 0), .strata = db_int64(row, 0, 1)};
    if (s == AGORA_OK) /* apart, since searches wait for the end */
        s = DB_RUN0(w, QUERY_SEARCH_REBUILD_SAMPLE, &row);
    return s;
}
