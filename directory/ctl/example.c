/* Example members go in by batches, past the rules for single people (no application, no case), and
 * so as the database's owner. They cannot sign in. */
#include "directory/ctl/example.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/ctl/example_member.h"
#include "directory/db/db.h"
#include "directory/domain/search.h"

enum { BATCH = 500, MEMBERS_MAX = 2000000 };

struct load {
    struct work *work;
    uint64_t members, seed;
    struct example_topic *topics;
    size_t topics_n;
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

static enum agora_status send_batch(struct load *l, uint64_t from, int64_t *added)
{
    json_t *batch = json_array();
    struct db_result *row;

    for (uint64_t n = from; n < from + BATCH && n <= l->members; n++)
        json_array_append_new(batch, example_member(l->seed, n, l->topics, l->topics_n));
    char *text = json_dumps(batch, JSON_COMPACT);
    json_decref(batch);
    if (text == NULL)
        return work_out_of_memory(l->work);
    enum agora_status s = DB_RUN(l->work, QUERY_EXAMPLE_LOAD, &row, text);
    free(text);
    if (s == AGORA_OK)
        *added += db_int64(row, 0, 0);
    return s;
}

static enum agora_status load_all(struct load *l)
{
    int64_t added = 0, found, strata;
    bool seen = isatty(STDERR_FILENO);
    enum agora_status s = AGORA_OK;

    for (uint64_t n = 1; s == AGORA_OK && n <= l->members; n += BATCH) {
        s = send_batch(l, n, &added);
        if (seen)
            fprintf(stderr, "\r%llu of %llu members ", (unsigned long long)n,
                    (unsigned long long)l->members);
    }
    if (seen)
        fputc('\n', stderr);
    if (s == AGORA_OK)
        s = search_rebuild(l->work, &found, &strata);
    if (s == AGORA_OK)
        printf("%lld example members added; %lld members can be found, in %lld strata\n",
               (long long)added, (long long)found, (long long)strata);
    return s;
}

enum agora_status ctl_example_load(struct command_call *call)
{
    struct load l = {.work = call->work, .seed = 1};

    if (!read_arguments(call, &l))
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = read_topics(&l);
    return s == AGORA_OK ? load_all(&l) : s;
}
