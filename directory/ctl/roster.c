/* The same steps as on the page of lists: begin, read, apply; a dry run is discarded after it was
 * counted. */
#include "directory/ctl/roster.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/file.h"
#include "directory/domain/roster.h"

#define USUAL_LIST "Membership register"

struct wish {
    const char *list;
    const char *path;
    bool dry;
    json_t *mapping;
};

static void show_progress(size_t done, size_t all)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%zu of %zu octets %s", done, all, done >= all ? "\n" : "");
}

static long long number_of(const json_t *import, const char *name)
{
    return (long long)json_integer_value(json_object_get(import, name));
}

static const char *text_of(const json_t *import, const char *name)
{
    const char *text = json_string_value(json_object_get(import, name));

    return text != NULL ? text : "";
}

static void print_import(const json_t *import, bool dry)
{
    const json_t *faults = json_object_get(import, "faults");
    long long shown = (long long)json_array_size(faults);

    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *fault = json_array_get(faults, i);
        fprintf(stderr, "line %lld: %s\n", number_of(fault, "line"), text_of(fault, "reason"));
    }
    if (number_of(import, "refused") > shown)
        fprintf(stderr, "... and %lld more\n", number_of(import, "refused") - shown);
    printf("%lld records taken, %lld with a fault; %s%lld new, %lld changed, %lld gone\n",
           number_of(import, "accepted"), number_of(import, "refused"), dry ? "would be " : "",
           number_of(import, "added"), number_of(import, "changed"), number_of(import, "removed"));
}

/* FIELD=COLUMN of --map. */
static bool add_column(struct wish *wish, const char *text)
{
    const char *equals = strchr(text, '=');

    if (equals == NULL || equals == text || equals[1] == '\0')
        return false;
    char *field = talloc_strndup(NULL, text, (size_t)(equals - text));
    bool ok =
        field != NULL && json_object_set_new(wish->mapping, field, json_string(equals + 1)) == 0;
    talloc_free(field);
    return ok;
}

static bool read_wish(struct command_call *call, struct wish *wish)
{
    for (int i = 0; i < call->argc && call->argv[i] != NULL; i++) {
        const char *word = call->argv[i], *next = i + 1 < call->argc ? call->argv[i + 1] : NULL;
        if (strcmp(word, "--dry-run") == 0)
            wish->dry = true;
        else if (strcmp(word, "--list") == 0 && next != NULL) {
            wish->list = next;
            i++;
        } else if (strcmp(word, "--map") == 0 && next != NULL) {
            if (!add_column(wish, next))
                return false;
            i++;
        } else if (word[0] == '-' || wish->path != NULL)
            return false;
        else
            wish->path = word;
    }
    return wish->path != NULL;
}

/* The subject of a list; NULL when there is none of this name. */
static const char *subject_of(struct work *w, const char *list, enum agora_status *s)
{
    const char *body = NULL, *found = NULL;

    *s = roster_list(w, NULL, &body);
    if (*s != AGORA_OK)
        return NULL;
    json_t *all = json_loads(body, 0, NULL);
    const json_t *items = json_object_get(all, "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *one = json_array_get(items, i);
        if (strcmp(text_of(one, "name"), list) == 0)
            found = talloc_strdup(w->mem, text_of(one, "subject"));
    }
    json_decref(all);
    if (found == NULL)
        *s = error_set(&w->error, AGORA_NOT_FOUND, NULL, "There is no list \"%s\".", list);
    return found;
}

static enum agora_status begin(struct work *w, const struct wish *wish, size_t len, const char **id)
{
    const char *base = strrchr(wish->path, '/'), *body = NULL;
    char *mapping = json_dumps(wish->mapping, JSON_COMPACT);
    enum agora_status s =
        mapping == NULL ? work_out_of_memory(w)
                        : roster_begin(w, NULL, wish->list, base != NULL ? base + 1 : wish->path,
                                       mapping, NULL, len, &body);
    free(mapping);
    if (s != AGORA_OK)
        return s;
    json_t *import = json_loads(body, 0, NULL);
    *id = talloc_strdup(w->mem, text_of(import, "id"));
    json_decref(import);
    return AGORA_OK;
}

/* What is to be done with an import that was read. */
static enum agora_status finish(struct work *w, const struct wish *wish, const char *id,
                                const char *read)
{
    json_t *import = json_loads(read, 0, NULL);
    const char *body, *problem = text_of(import, "problem");
    enum agora_status s = AGORA_OK;

    if (*problem != '\0')
        s = error_set(&w->error, AGORA_INVALID_FIELD, NULL, "%s", problem);
    else
        print_import(import, wish->dry);
    json_decref(import);
    if (s != AGORA_OK)
        return s;
    s = roster_decide(w, NULL, id, wish->dry ? "discard" : "apply", &body);
    if (s == AGORA_OK)
        puts(wish->dry ? "Nothing was changed." : "The list is in force.");
    return s;
}

static enum agora_status import(struct work *w, const struct wish *wish)
{
    enum agora_status s;
    const char *id, *body, *subject = subject_of(w, wish->list, &s);
    char *text;
    size_t len;

    if (s == AGORA_OK)
        s = file_read(w->mem, wish->path, ROSTER_FILE_MAX, &text, &len, &w->error);
    if (s == AGORA_OK)
        s = begin(w, wish, len, &id);
    if (s != AGORA_OK)
        return s;
    char *mapping = json_dumps(wish->mapping, JSON_COMPACT);
    s = mapping == NULL ? work_out_of_memory(w)
                        : roster_read(w, id, subject, mapping, text, len, show_progress, &body);
    free(mapping);
    return s == AGORA_OK ? finish(w, wish, id, body) : s;
}

enum agora_status ctl_roster_import(struct command_call *call)
{
    struct wish wish = {.list = USUAL_LIST, .mapping = json_object()};
    enum agora_status s = read_wish(call, &wish)
                              ? import(call->work, &wish)
                              : error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);

    json_decref(wish.mapping);
    return s;
}

static void print_list(const json_t *list)
{
    const json_t *imports = json_object_get(list, "imports");

    printf("%s (%s): %lld entries\n", text_of(list, "name"), text_of(list, "subject"),
           number_of(list, "entries"));
    for (size_t i = 0; i < json_array_size(imports); i++) {
        const json_t *made = json_array_get(imports, i);
        printf("  %s  %s  %s%s, %lld records, %lld with a fault\n", text_of(made, "id"),
               text_of(made, "created_at"), text_of(made, "state"),
               json_is_true(json_object_get(made, "in_force")) ? " (in force)" : "",
               number_of(made, "accepted"), number_of(made, "refused"));
    }
}

enum agora_status ctl_roster_list(struct command_call *call)
{
    const char *body;

    if (call->argc != 0)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = roster_list(call->work, NULL, &body);
    if (s != AGORA_OK)
        return s;
    json_t *all = json_loads(body, 0, NULL);
    const json_t *items = json_object_get(all, "items");
    for (size_t i = 0; i < json_array_size(items); i++)
        print_list(json_array_get(items, i));
    json_decref(all);
    return AGORA_OK;
}

enum agora_status ctl_roster_undo(struct command_call *call)
{
    const char *body;

    if (call->argc != 1 || strlen(call->argv[0]) != 36)
        return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
    enum agora_status s = roster_decide(call->work, NULL, call->argv[0], "undo", &body);
    if (s == AGORA_OK)
        puts("The import before is in force again.");
    return s;
}
