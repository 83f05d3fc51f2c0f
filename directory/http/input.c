/* JSON bodies against a table of fields. Jansson parses (UTF-8, duplicates, no NUL); depth is
 * limited before it sees the text, since it would recurse to 2,048. */
#include "directory/http/input.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/http/check.h"

enum { DEPTH_MAX = 32, USUAL_ITEMS = 100 };

/* Jansson's own parsing limit is compiled in; counting brackets outside of strings is enough. */
static bool too_deep(const char *text, size_t len)
{
    int depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

static enum agora_status invalid(struct request *rq, const char *name, const char *why)
{
    char pointer[128];

    snprintf(pointer, sizeof pointer, "/%.120s", name);
    return error_set(&rq->work.error, AGORA_INVALID_FIELD, pointer, "%s", why);
}

/* Escape a member's name for a JSON pointer (RFC 6901): it is the client's, and may hold anything.
 */
static enum agora_status unknown(struct request *rq, const char *name)
{
    char escaped[100];
    size_t n = 0;

    for (; *name != '\0' && n < sizeof escaped - 3; name++) {
        if (*name == '~' || *name == '/')
            escaped[n++] = '~';
        escaped[n++] = *name == '~' ? '0' : *name == '/' ? '1' : *name;
    }
    escaped[n] = '\0';
    return invalid(rq, escaped, "There is no such field.");
}

static char *take_json(void *mem, const json_t *value)
{
    char *made = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    char *text = made != NULL ? talloc_strdup(mem, made) : NULL;

    free(made);
    return text;
}

/* The text that check_text() checks, for the JSON types that a field may come in. */
static const char *plain_text(const struct input_field *f, const json_t *value, char number[32])
{
    if (f->type == INPUT_BOOL)
        return json_is_boolean(value) ? (json_is_true(value) ? "true" : "false") : NULL;
    if (f->type == INPUT_INT) {
        if (!json_is_integer(value))
            return NULL;
        snprintf(number, 32, "%lld", (long long)json_integer_value(value));
        return number;
    }
    return json_string_value(value);
}

static enum agora_status check_list(struct request *rq, const struct input_field *f,
                                    const json_t *list, char **out)
{
    size_t most = (size_t)(f->items > 0 ? f->items : USUAL_ITEMS), i;
    json_t *item, *clean;
    char where[128];
    const char *why;

    if (!json_is_array(list))
        return invalid(rq, f->name, "This must be a list of texts.");
    if (json_array_size(list) > most)
        return invalid(rq, f->name,
                       talloc_asprintf(rq->work.mem, "Give at most %zu of these.", most));
    if ((clean = json_array()) == NULL)
        return work_out_of_memory(&rq->work);
    json_array_foreach(list, i, item)
    {
        const char *text = json_string_value(item);
        text = text != NULL ? check_text(rq->work.mem, f, text, &why)
                            : (why = "This must be a text.", NULL);
        if (text == NULL) {
            json_decref(clean);
            snprintf(where, sizeof where, "%.90s/%zu", f->name, i);
            return invalid(rq, where, why);
        }
        json_array_append_new(clean, json_string(text));
    }
    *out = take_json(rq->work.mem, clean);
    json_decref(clean);
    return *out != NULL ? AGORA_OK : work_out_of_memory(&rq->work);
}

static const char *expected(enum input_type type)
{
    return type == INPUT_BOOL  ? "This must be true or false."
           : type == INPUT_INT ? "This must be a whole number."
                               : "This must be a text.";
}

static enum agora_status check_value(struct request *rq, const struct input_field *f,
                                     const json_t *value, char **out)
{
    char number[32];
    const char *why;

    if (f->type == INPUT_JSON) {
        *out = take_json(rq->work.mem, value);
        return *out != NULL ? AGORA_OK : work_out_of_memory(&rq->work);
    }
    if (f->type == INPUT_TEXT_LIST)
        return check_list(rq, f, value, out);
    const char *text = plain_text(f, value, number);
    if (text == NULL)
        return invalid(rq, f->name, expected(f->type));
    *out = check_text(rq->work.mem, f, text, &why);
    return *out != NULL ? AGORA_OK : invalid(rq, f->name, why);
}

static enum agora_status check_field(struct request *rq, const struct input_field *f,
                                     const json_t *object)
{
    const json_t *value = json_object_get(object, f->name);
    enum agora_status s = AGORA_OK;
    char *text = NULL;

    if (value == NULL || (json_is_null(value) && !f->nullable)) {
        if (f->required)
            s = invalid(rq, f->name, "This is needed.");
        else if (value != NULL)
            s = invalid(rq, f->name, "This cannot be null.");
    } else if (!json_is_null(value)) {
        s = check_value(rq, f, value, &text);
    }
    if (s == AGORA_OK && f->out != NULL)
        *f->out = text;
    if (s == AGORA_OK && f->given != NULL)
        *f->given = value != NULL;
    return s;
}

static bool is_known(const struct input_field fields[], size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return true;
    return false;
}

static enum agora_status check_object(struct request *rq, const struct input_field fields[],
                                      size_t n, json_t *object)
{
    const char *name;
    json_t *value;
    enum agora_status s = AGORA_OK;

    if (!json_is_object(object))
        return error_set(&rq->work.error, AGORA_MALFORMED, NULL, "The body must be a JSON object.");
    json_object_foreach(object, name, value)
    {
        if (fields != NULL && !is_known(fields, n, name))
            return unknown(rq, name);
    }
    for (size_t i = 0; s == AGORA_OK && fields != NULL && i < n; i++)
        s = check_field(rq, &fields[i], object);
    return s;
}

static enum agora_status parse(struct request *rq, json_t **out)
{
    size_t len;
    const char *body = request_body(rq, &len);
    json_error_t why;

    if (len == 0)
        return error_set(&rq->work.error, AGORA_MALFORMED, NULL, "The body must be a JSON object.");
    if (too_deep(body, len))
        return error_set(&rq->work.error, AGORA_MALFORMED, NULL,
                         "The JSON is nested more than %d deep.", DEPTH_MAX);
    *out = json_loadb(body, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (*out == NULL)
        return error_set(&rq->work.error, AGORA_MALFORMED, NULL,
                         "The body is not JSON: %.120s (line %d, column %d).", why.text, why.line,
                         why.column);
    return AGORA_OK;
}

enum agora_status input_json_whole(struct request *rq, const struct input_field fields[], size_t n,
                                   const char **object)
{
    json_t *parsed = NULL;
    enum agora_status s = parse(rq, &parsed);

    if (s == AGORA_OK)
        s = check_object(rq, fields, n, parsed);
    if (s == AGORA_OK) {
        const char *text = take_json(rq->work.mem, parsed);
        if (text != NULL)
            *object = text;
        else
            s = work_out_of_memory(&rq->work);
    }
    json_decref(parsed);
    return s;
}

enum agora_status input_json(struct request *rq, const struct input_field fields[], size_t n)
{
    json_t *parsed = NULL;
    enum agora_status s = parse(rq, &parsed);

    if (s == AGORA_OK)
        s = check_object(rq, fields, n, parsed);
    json_decref(parsed);
    return s;
}
