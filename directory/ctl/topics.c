/* Import of topics as OpenAlex gives them: id, domain, field, subfield, topic. Each line is a topic
 * within a subfield within a field within a domain; the broader three get ids made of their names,
 * the same at every import. The file is checked whole before the database hears of it, and goes in
 * by one transaction. */
#include "directory/ctl/topics.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/crypto.h"
#include "directory/base/csv.h"
#include "directory/base/file.h"
#include "directory/base/utf8.h"
#include "directory/db/db.h"
#include "directory/domain/topic.h"

enum { COLUMNS = 5, FILE_MAX = 64 * 1024 * 1024, BATCH = 500, FAULTS_SHOWN = 20, LABEL_MAX = 200 };
enum { HASH_DIGITS = 10 };

static const char *const columns[COLUMNS] = {"id", "domain", "field", "subfield", "topic"};

struct import {
    struct command_call *call;
    const char *path;
    bool dry;
    json_t *broader; /* domains, fields, subfields; each before what is within it */
    json_t *topics;
    json_t *seen; /* ids, as the members of an object */
    size_t faults;
};

static void fault(struct import *i, size_t line, const char *what)
{
    if (i->faults++ < FAULTS_SHOWN)
        fprintf(stderr, "%s:%zu: %s\n", i->path, line, what);
}

static void add(struct import *i, json_t *list, const char *id, const char *notation,
                const char *label, const char *broader)
{
    json_array_append_new(list, json_pack("{ss ss ss ss?}", "id", id, "notation", notation, "label",
                                          label, "broader", broader));
    json_object_set_new(i->seen, id, json_true());
}

/* A broader topic's id: its kind's letter and a hash of the names from the domain down to it. */
static void broader_id(const struct csv *csv, size_t column, char out[16])
{
    char hash[2 * SHA256_LEN + 1];
    char *path = talloc_strdup(NULL, "");

    for (size_t c = 1; path != NULL && c <= column; c++)
        path = talloc_asprintf_append(path, "%s\n", csv->fields[c]);
    sha256_hex(path != NULL ? path : "", path != NULL ? strlen(path) : 0, hash);
    snprintf(out, 16, "%c-%.*s", " DFS"[column], HASH_DIGITS, hash);
    talloc_free(path);
}

static const char *wrong_with(const struct csv *csv)
{
    if (csv->error != NULL)
        return csv->error;
    if (csv->n != COLUMNS)
        return "there must be five fields: id, domain, field, subfield, topic";
    size_t len = strspn(csv->fields[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    if (len == 0 || len > 40 || csv->fields[0][len] != '\0')
        return "an id is up to 40 capital letters and digits";
    for (size_t c = 1; c < COLUMNS; c++) {
        const char *text = csv->fields[c];
        if (text[0] == '\0')
            return "a field is empty";
        if (!utf8_valid(text, strlen(text)))
            return "a field is not UTF-8";
        if (utf8_length(text) > LABEL_MAX)
            return "a name is longer than 200 characters";
    }
    return NULL;
}

static void take_record(struct import *i, const struct csv *csv)
{
    const char *wrong = wrong_with(csv);
    char id[16], within[16] = "";

    if (wrong == NULL && json_object_get(i->seen, csv->fields[0]) != NULL)
        wrong = "this id is on an earlier line";
    if (wrong != NULL) {
        fault(i, csv->begun, wrong);
        return;
    }
    for (size_t c = 1; c < COLUMNS - 1; c++) {
        broader_id(csv, c, id);
        if (json_object_get(i->seen, id) == NULL)
            add(i, i->broader, id, columns[c], csv->fields[c], c > 1 ? within : NULL);
        memcpy(within, id, sizeof within);
    }
    add(i, i->topics, csv->fields[0], columns[COLUMNS - 1], csv->fields[COLUMNS - 1], within);
}

static enum agora_status read_all(struct import *i)
{
    struct work *w = i->call->work;
    struct csv csv;
    char *text;
    enum agora_status s = file_read(w->mem, i->path, FILE_MAX, &text, NULL, &w->error);

    if (s != AGORA_OK)
        return s;
    csv_begin(&csv, text);
    bool good = csv_next(&csv) && csv.error == NULL && csv.n == COLUMNS;
    for (size_t c = 0; good && c < COLUMNS; c++)
        good = strcmp(csv.fields[c], columns[c]) == 0;
    if (!good)
        fault(i, 1, "the first line must be: id,domain,field,subfield,topic");
    while (good && csv_next(&csv))
        take_record(i, &csv);
    if (i->faults > 0)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                         "%zu lines are wrong; nothing was imported.", i->faults);
    return AGORA_OK;
}

/* Part of a list as one batch. */
static enum agora_status send_batch(struct import *i, const json_t *list, size_t from,
                                    int64_t total[2])
{
    struct work *w = i->call->work;
    json_t *part = json_array();
    int64_t added = 0, changed = 0;

    for (size_t n = from; n < json_array_size(list) && n < from + BATCH; n++)
        json_array_append(part, json_array_get(list, n));
    char *text = json_dumps(part, JSON_COMPACT);
    json_decref(part);
    if (text == NULL)
        return work_out_of_memory(w);
    enum agora_status s = topic_import(w, "openalex", text, &added, &changed);
    free(text);
    total[0] += added;
    total[1] += changed;
    return s;
}

static enum agora_status send_list(struct import *i, const json_t *list, const char *what,
                                   int64_t total[2])
{
    size_t all = json_array_size(list);
    bool seen = isatty(STDERR_FILENO);
    enum agora_status s = AGORA_OK;

    for (size_t from = 0; s == AGORA_OK && from < all; from += BATCH) {
        s = send_batch(i, list, from, total);
        if (seen)
            fprintf(stderr, "\r%s: %zu of %zu ", what, from + BATCH < all ? from + BATCH : all,
                    all);
    }
    if (seen)
        fputc('\n', stderr);
    return s;
}

static enum agora_status send_all(struct import *i)
{
    struct work *w = i->call->work;
    int64_t total[2] = {0, 0};
    enum agora_status s = db_begin(w);

    if (s != AGORA_OK)
        return s;
    s = send_list(i, i->broader, "broader topics", total);
    if (s == AGORA_OK)
        s = send_list(i, i->topics, "topics", total);
    if (s == AGORA_OK)
        s = topic_close(w);
    if (s != AGORA_OK || i->dry)
        db_rollback(w);
    else
        s = db_commit(w);
    if (s == AGORA_OK)
        printf("%zu topics within %zu broader ones: %s%lld new, %lld with another name\n",
               json_array_size(i->topics), json_array_size(i->broader), i->dry ? "would be " : "",
               (long long)total[0], (long long)total[1]);
    return s;
}

enum agora_status ctl_topics_import(struct command_call *call)
{
    bool dry = call->argc == 2 && strcmp(call->argv[0], "--dry-run") == 0;
    struct import i = {.call = call, .dry = dry};

    if (call->argc != 1 + dry || call->argv[call->argc - 1][0] == '-')
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    i.path = call->argv[call->argc - 1];
    i.broader = json_array();
    i.topics = json_array();
    i.seen = json_object();
    enum agora_status s = read_all(&i);
    if (s == AGORA_OK)
        s = send_all(&i);
    json_decref(i.broader);
    json_decref(i.topics);
    json_decref(i.seen);
    return s;
}
