/* Queries and form bodies against a table of fields: the same rules as for JSON, on name=value
 * pairs. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/http/check.h"
#include "directory/http/urlencoded.h"

struct pairs {
    const struct request_pair *pair;
    size_t n;
    enum agora_status unknown; /* kind of an unknown or repeated name */
};

static const struct input_field *find_field(const struct input_field fields[], size_t n,
                                            const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static const char *find_value(const struct pairs *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->pair[i].name, name) == 0)
            return p->pair[i].value;
    return NULL;
}

static enum agora_status invalid(struct request *rq, const char *name, const char *why)
{
    char pointer[128];

    snprintf(pointer, sizeof pointer, "/%s", name);
    return error_set(&rq->work.error, AGORA_INVALID_FIELD, pointer, "%s", why);
}

static enum agora_status check_names(struct request *rq, const struct input_field fields[],
                                     size_t n, const struct pairs *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const char *name = p->pair[i].name;
        const struct input_field *f = find_field(fields, n, name);
        bool repeated =
            f != NULL && f->type != INPUT_TEXT_LIST && find_value(p, name) != p->pair[i].value;
        if (f == NULL || repeated)
            return error_set(&rq->work.error, p->unknown, NULL, "Parameter “%.60s” %s.", name,
                             repeated ? "is there twice" : "is not known here");
    }
    return AGORA_OK;
}

/* A repeated parameter as a JSON array; NULL in @a out when it is not there at all. */
static enum agora_status collect(struct request *rq, const struct input_field *f,
                                 const struct pairs *p, const char **out)
{
    json_t *list = json_array();
    size_t most = (size_t)(f->items > 0 ? f->items : PAIRS_MAX);
    enum agora_status s = AGORA_OK;
    const char *why;

    for (size_t i = 0; s == AGORA_OK && i < p->n; i++) {
        if (strcmp(p->pair[i].name, f->name) != 0 || p->pair[i].value[0] == '\0')
            continue;
        const char *text = check_text(rq->work.mem, f, p->pair[i].value, &why);
        if (text == NULL)
            s = invalid(rq, f->name, why);
        else if (json_array_append_new(list, json_string(text)) != 0)
            s = work_out_of_memory(&rq->work);
    }
    if (s == AGORA_OK && json_array_size(list) > most)
        s = invalid(rq, f->name, "There are too many of these.");
    if (s == AGORA_OK && json_array_size(list) > 0) {
        char *made = json_dumps(list, JSON_COMPACT);
        *out = made != NULL ? talloc_strdup(rq->work.mem, made) : NULL;
        free(made);
        if (*out == NULL)
            s = work_out_of_memory(&rq->work);
    }
    json_decref(list);
    return s;
}

static enum agora_status check_field(struct request *rq, const struct input_field *f,
                                     const struct pairs *p)
{
    const char *value = find_value(p, f->name), *text = NULL, *why;
    enum agora_status s = AGORA_OK;

    if (f->type == INPUT_TEXT_LIST) {
        s = collect(rq, f, p, &text);
    } else if (value != NULL && value[0] != '\0') {
        text = check_text(rq->work.mem, f, value, &why);
        if (text == NULL)
            s = invalid(rq, f->name, why);
    }
    if (s == AGORA_OK && f->required && text == NULL)
        s = invalid(rq, f->name, "This is needed.");
    if (s == AGORA_OK && f->out != NULL)
        *f->out = text;
    if (s == AGORA_OK && f->given != NULL)
        *f->given = value != NULL;
    return s;
}

static enum agora_status check_pairs(struct request *rq, const struct input_field fields[],
                                     size_t n, const struct pairs *p)
{
    enum agora_status s = check_names(rq, fields, n, p);

    for (size_t i = 0; s == AGORA_OK && i < n; i++)
        s = check_field(rq, &fields[i], p);
    return s;
}

enum agora_status input_query(struct request *rq, const struct input_field fields[], size_t n)
{
    struct pairs p = {rq->query, rq->query_n, AGORA_MALFORMED};

    return check_pairs(rq, fields, n, &p);
}

enum agora_status input_form(struct request *rq, const struct input_field fields[], size_t n)
{
    struct request_pair *pair = NULL;
    struct pairs p = {.unknown = AGORA_INVALID_FIELD};
    size_t len;
    const char *body = request_body(rq, &len);

    enum agora_status s = pairs_parse(rq->work.mem, body, len, &pair, &p.n, &rq->work.error);
    p.pair = pair;
    return s == AGORA_OK ? check_pairs(rq, fields, n, &p) : s;
}
