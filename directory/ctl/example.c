/* Example members go in by batches, past the rules for single people (no application, no case), and
 * so as the database's owner. They cannot sign in. */
#include "directory/ctl/example.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/ctl/example_member.h"
#include "directory/ctl/progress.h"
#include "directory/ctl/search.h"
#include "directory/db/db.h"
#include "directory/domain/portions.h"

enum { BATCH = 500, MEMBERS_MAX = 2000000 };

struct load {
    struct work *work;
    uint64_t members, seed;
    struct example_topic *topics;
    size_t topics_n;
    struct example_set *set;
    struct progress progress;
    _Atomic uint64_t added;
};

static bool number(const char *text, uint64_t most, uint64_t *out)
{
    char *end;

    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    *out = n;
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && n <= most;
}

static bool read_arguments(const struct command_call *call, struct load *l)
{
    for (int i = 0; i < call->argc; i += 2) {
        bool members = strcmp(call->argv[i], "--members") == 0;
        bool known = members || strcmp(call->argv[i], "--seed") == 0;
        if (!known || i + 1 == call->argc ||
            !number(call->argv[i + 1], members ? MEMBERS_MAX : UINT32_MAX,
                    members ? &l->members : &l->seed))
            return false;
    }
    return l->members > 0;
}

static enum agora_status read_topics(struct load *l)
{
    struct work *w = l->work;
    struct db_result *rows;
    enum agora_status s = DB_RUN0(w, QUERY_EXAMPLE_TOPICS, &rows);

    if (s != AGORA_OK)
        return s;
    l->topics_n = db_rows(rows);
    if (l->topics_n == 0)
        return error_set(&w->error, AGORA_CONFLICT, NULL,
                         "There are no topics. Import some first: agoractl topics import");
    l->topics = talloc_array(w->mem, struct example_topic, (unsigned)l->topics_n);
    if (l->topics == NULL)
        return work_out_of_memory(w);
    for (size_t i = 0; i < l->topics_n; i++)
        l->topics[i] = (struct example_topic){.id = db_text(rows, i, 0),
                                              .label = db_text(rows, i, 1),
                                              .subfield = db_text(rows, i, 2)};
    return AGORA_OK;
}

/* Members of a portion, as the lines of agora.example_load. */
static enum agora_status load_some(struct work *w, void *cls, uint64_t from, uint64_t to)
{
    struct load *l = cls;
    struct db_result *row;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL)
        return work_out_of_memory(w);
    for (uint64_t n = from; n < to; n++)
        example_member(out, l->set, n + 1);
    enum agora_status s = fclose(out) == 0 ? AGORA_OK : work_out_of_memory(w);
    if (s == AGORA_OK)
        s = DB_RUN(w, QUERY_EXAMPLE_LOAD, &row, text);
    free(text);
    if (s == AGORA_OK)
        l->added += (uint64_t)db_int64(row, 0, 0);
    return s;
}

static void tell_loaded(void *cls, uint64_t done, uint64_t total)
{
    struct load *l = cls;

    progress_tell(&l->progress, "members", done, total);
}

/* @param[out] all all of them are there and can be found: there is nothing to do */
static enum agora_status look(struct load *l, bool *all)
{
    struct db_result *row;
    char seed[24], members[24];

    snprintf(seed, sizeof seed, "%llu", (unsigned long long)l->seed);
    snprintf(members, sizeof members, "%llu", (unsigned long long)l->members);
    enum agora_status s = DB_RUN(l->work, QUERY_EXAMPLE_COUNT, &row, seed, members);
    if (s == AGORA_OK)
        *all = (uint64_t)db_int64(row, 0, 0) == l->members && db_bool(row, 0, 1);
    return s;
}

static enum agora_status load_all(struct load *l)
{
    struct search_rebuilt r;
    const struct portions p = {.total = l->members,
                               .size = BATCH,
                               .threads = portions_threads(),
                               .cls = l,
                               .run = load_some,
                               .tell = tell_loaded};
    enum agora_status s;

    progress_begin(&l->progress);
    l->set = example_set_new(l->work->mem, l->seed, l->topics, l->topics_n);
    if (l->set == NULL)
        return work_out_of_memory(l->work);
    s = portions_run(l->work, &p);
    progress_end(&l->progress);
    if (s == AGORA_OK)
        s = ctl_search_rebuild_told(l->work, &r);
    if (s == AGORA_OK)
        printf("%llu example members added; %lld members can be found, in %lld strata\n",
               (unsigned long long)l->added, (long long)r.members, (long long)r.strata);
    return s;
}

enum agora_status ctl_example_load(struct command_call *call)
{
    struct load l = {.work = call->work, .seed = 1};

    if (!read_arguments(call, &l))
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    bool all = false;
    enum agora_status s = look(&l, &all);
    if (s == AGORA_OK && all)
        printf("0 example members added; all %llu are there\n", (unsigned long long)l.members);
    if (s != AGORA_OK || all)
        return s;
    s = read_topics(&l);
    return s == AGORA_OK ? load_all(&l) : s;
}
