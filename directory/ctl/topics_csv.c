/* Topics as OpenAlex gives them: each line is a topic within a subfield within a field within a
 * domain; the broader three get ids made of their names, the same at every import. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/crypto.h"
#include "directory/base/csv.h"
#include "directory/base/file.h"
#include "directory/base/utf8.h"
#include "directory/ctl/topics_read.h"

enum { COLUMNS = 5, FILE_MAX = 64 * 1024 * 1024, FAULTS_SHOWN = 20, LABEL_MAX = 200 };
enum { HASH_DIGITS = 10, ID_MAX = 41 };

static const char *const columns[COLUMNS] = {"id", "domain", "field", "subfield", "topic"};

struct reading {
    struct topic_import *import;
    const char *path;
    json_t *seen; /* ids, as the members of an object */
    size_t faults;
};

static void fault(struct reading *r, size_t line, const char *what)
{
    if (r->faults++ < FAULTS_SHOWN)
        fprintf(stderr, "%s:%zu: %s\n", r->path, line, what);
}

/* A concept: what it is called in English, its kind of step, and what is broader ("" at the top).
 */
static enum agora_status add(struct reading *r, const char *id, size_t column, const char *label,
                             const char *broader)
{
    char subject[ID_MAX + 1], object[ID_MAX + 1];

    snprintf(subject, sizeof subject, "#%s", id);
    snprintf(object, sizeof object, "#%s", broader);
    const struct topic_fact facts[] = {
        {'c', subject, "", "", ""},
        {'p', subject, "", "en", label},
        {'k', subject, "", "", columns[column]},
        {broader[0] != '\0' ? 'b' : 't', subject, broader[0] != '\0' ? object : "", "", ""},
    };
    json_object_set_new(r->seen, id, json_true());
    enum agora_status s = AGORA_OK;
    for (size_t i = 0; s == AGORA_OK && i < sizeof facts / sizeof facts[0]; i++)
        s = topic_import_add(r->import, &facts[i]);
    return s;
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

static enum agora_status take_record(struct reading *r, const struct csv *csv)
{
    const char *wrong = wrong_with(csv);
    char id[16], within[16] = "";
    enum agora_status s = AGORA_OK;

    if (wrong == NULL && json_object_get(r->seen, csv->fields[0]) != NULL)
        wrong = "this id is on an earlier line";
    if (wrong != NULL) {
        fault(r, csv->begun, wrong);
        return AGORA_OK;
    }
    for (size_t c = 1; s == AGORA_OK && c < COLUMNS - 1; c++) {
        broader_id(csv, c, id);
        if (json_object_get(r->seen, id) == NULL)
            s = add(r, id, c, csv->fields[c], within);
        memcpy(within, id, sizeof within);
    }
    return s == AGORA_OK ? add(r, csv->fields[0], COLUMNS - 1, csv->fields[COLUMNS - 1], within)
                         : s;
}

static enum agora_status read_records(struct work *w, struct reading *r, char *text)
{
    struct csv csv;
    enum agora_status s = AGORA_OK;

    csv_begin(&csv, text);
    bool good = csv_next(&csv) && csv.error == NULL && csv.n == COLUMNS;
    for (size_t c = 0; good && c < COLUMNS; c++)
        good = strcmp(csv.fields[c], columns[c]) == 0;
    if (!good)
        fault(r, 1, "the first line must be: id,domain,field,subfield,topic");
    while (good && s == AGORA_OK && csv_next(&csv))
        s = take_record(r, &csv);
    if (s == AGORA_OK && r->faults > 0)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                         "%zu lines are wrong; nothing was imported.", r->faults);
    return s;
}

enum agora_status topics_read_csv(struct work *w, const char *path, struct topic_import *import)
{
    struct reading r = {.import = import, .path = path, .seen = json_object()};
    char *text;
    enum agora_status s = file_read(w->mem, path, FILE_MAX, &text, NULL, &w->error);

    if (s == AGORA_OK)
        s = read_records(w, &r, text);
    json_decref(r.seen);
    return s;
}
