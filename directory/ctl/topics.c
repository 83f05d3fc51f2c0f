/* Import of topics, and what it tells: what is new, renamed, changed, gone, and what is wrong with
 * the file. What a dry run tells is what the import would do. */
#include "directory/ctl/topics.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/ctl/options.h"
#include "directory/ctl/topics_read.h"

enum { SHOWN = 20 };

#define USUAL_SCHEME "openalex"

/* A short name, from which the ids of concepts are made. */
static bool is_scheme(const char *name)
{
    static const char known[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    return name[0] >= 'a' && name[0] <= 'z' && strlen(name) <= 20 &&
           strspn(name, known) == strlen(name);
}

static bool take_option(struct command_call *call, int letter, void *to)
{
    struct topic_wish *wish = to;

    (void)call;
    switch (letter) {
    case 'd':
        wish->dry = true;
        return true;
    case 'r':
        wish->retire = true;
        return true;
    case 's':
        wish->scheme = optarg;
        return is_scheme(optarg);
    case 't':
        wish->title = optarg;
        return true;
    case 'o':
        wish->source = optarg;
        return true;
    case 'l':
        wish->lang = optarg;
        return strlen(optarg) <= 35 &&
               strspn(optarg, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(optarg);
    default:
        return false;
    }
}

/* @return the file, or NULL when the arguments are wrong */
static const char *read_arguments(struct command_call *call, struct topic_wish *wish)
{
    static const struct option known[] = {
        {"dry-run", no_argument, NULL, 'd'},
        {"retire", no_argument, NULL, 'r'},
        {"scheme", required_argument, NULL, 's'},
        {"title", required_argument, NULL, 't'},
        {"source", required_argument, NULL, 'o'},
        {"language", required_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    char *const *rest = NULL;

    return options_read(call, known, take_option, wish, &rest) == 1 ? rest[0] : NULL;
}

static bool ends_in(const char *path, const char *end)
{
    size_t len = strlen(path), end_len = strlen(end);

    return len > end_len && strcasecmp(path + len - end_len, end) == 0;
}

static long long number_of(const json_t *report, const char *name)
{
    return (long long)json_integer_value(json_object_get(report, name));
}

/* Some of a list of concepts, or of IRIs, under a heading; nothing for none. */
static void print_some(const json_t *report, const char *name, const char *heading)
{
    const json_t *list = json_object_get(report, name), *one;
    size_t n = json_array_size(list), i;

    if (n == 0)
        return;
    printf("%zu %s:\n", n, heading);
    json_array_foreach(list, i, one)
    {
        if (i == SHOWN)
            break;
        if (json_is_string(one))
            printf("  %s\n", json_string_value(one));
        else
            printf("  %s  %s\n", json_string_value(json_object_get(one, "id")),
                   json_string_value(json_object_get(one, "label")));
    }
    if (n > SHOWN)
        printf("  ... and %zu more\n", n - SHOWN);
}

static void print_count(const json_t *report, const char *name, const char *what)
{
    if (number_of(report, name) > 0)
        printf("%lld %s\n", number_of(report, name), what);
}

static void print_report(const char *text, bool dry)
{
    json_t *report = json_loads(text, 0, NULL);

    printf("%lld topics with %lld labels in %zu languages: %s%lld new, %lld with another name, "
           "%lld otherwise changed\n",
           number_of(report, "concepts"), number_of(report, "labels"),
           json_array_size(json_object_get(report, "languages")), dry ? "would be " : "",
           number_of(report, "new"), number_of(report, "renamed"),
           number_of(report, "changed") - number_of(report, "renamed"));
    print_count(report, "elsewhere", "belong to another scheme, or were merged: left as they are");
    print_count(report, "no_language", "labels do not tell their language (--language says it)");
    print_count(report, "left_out",
                "labels left out: empty, longer than 200 characters, or of no "
                "language that there is");
    print_count(report, "unknown_links", "links to concepts that are not here");
    print_some(report, "nameless", "concepts without a name, left out");
    print_some(report, "gone", "are no longer in the file");
    print_some(report, "orphans", "have no place: nothing is broader");
    print_some(report, "cycles", "lie within themselves; the file must be mended first");
    json_decref(report);
}

static enum agora_status read_file(struct work *w, const char *path, struct topic_import *import)
{
    if (ends_in(path, ".ttl"))
        return topics_read_skos(w, path, "turtle", import);
    if (ends_in(path, ".nt"))
        return topics_read_skos(w, path, "ntriples", import);
    return topics_read_csv(w, path, import);
}

enum agora_status ctl_topics_import(struct command_call *call)
{
    struct topic_wish wish = {.lang = ""};
    struct work *w = call->work;
    struct topic_import *import;
    const char *path = read_arguments(call, &wish), *report = NULL;

    if (path == NULL)
        return error_set(&w->error, AGORA_MALFORMED, NULL, NULL);
    bool skos = ends_in(path, ".ttl") || ends_in(path, ".nt");
    if (wish.scheme == NULL && skos)
        return error_set(&w->error, AGORA_INVALID_FIELD, NULL,
                         "Say which scheme this is: --scheme esco, for example.");
    if (wish.scheme == NULL)
        wish.scheme = USUAL_SCHEME;
    enum agora_status s = topic_import_begin(w, &wish, &import);
    if (s != AGORA_OK)
        return s;
    s = read_file(w, path, import);
    if (s != AGORA_OK) {
        topic_import_abandon(import);
        return s;
    }
    s = topic_import_end(import, &report);
    if (report != NULL)
        print_report(report, wish.dry || s != AGORA_OK);
    return s;
}
