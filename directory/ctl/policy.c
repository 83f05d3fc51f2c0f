/* What a policy would do to all members, for an operator: a version of the database, or a file
 * before it is one. */
#include "directory/ctl/policy.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "directory/base/file.h"
#include "directory/domain/simulation.h"

enum { FILE_MAX = 1024 * 1024, THREADS = 2 };

/* On a terminal, one line that counts up. */
static bool show(void *cls, int64_t done, int64_t total)
{
    (void)cls;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%lld of %lld members", (long long)done, (long long)total);
    return true;
}

static long long number(const json_t *from, const char *member)
{
    return (long long)json_integer_value(json_object_get(from, member));
}

static void print_sample(const json_t *sample)
{
    for (size_t i = 0; i < json_array_size(sample); i++) {
        const json_t *one = json_array_get(sample, i);
        const json_t *missing = json_object_get(one, "missing");

        printf("  %s (%s): level %lld instead of %lld\n",
               json_string_value(json_object_get(one, "shown_name")),
               json_string_value(json_object_get(one, "handle")), number(one, "after"),
               number(one, "before"));
        for (size_t k = 0; k < json_array_size(missing); k++)
            printf("    %s\n", json_string_value(json_array_get(missing, k)));
    }
}

static void print_found(const json_t *found)
{
    const json_t *levels = json_object_get(found, "levels");

    printf("%lld members scored, %lld imported without a case left out\n", number(found, "members"),
           number(found, "uncounted"));
    for (size_t i = 0; i < json_array_size(levels); i++) {
        const json_t *cell = json_array_get(levels, i);

        printf("level %lld -> %lld: %lld\n", number(cell, "before"), number(cell, "after"),
               number(cell, "count"));
    }
    printf("%lld would lose their level, %lld could reach a higher one\n", number(found, "lose"),
           number(found, "gain"));
    print_sample(json_object_get(found, "sample"));
}

enum agora_status ctl_policy_simulate(struct command_call *call)
{
    struct work *w = call->work;
    const struct simulation_ear ear = {show, NULL};
    const char *policy, *body;
    char *text;
    enum agora_status s;

    if (call->argc != 1)
        return error_set(&w->error, AGORA_MALFORMED, NULL, NULL);
    const char *which = call->argv[0];
    if (which[0] != '\0' && strlen(which) <= 6 && which[strspn(which, "0123456789")] == '\0') {
        s = simulation_policy(w, which, &policy);
    } else {
        s = file_read(w->mem, which, FILE_MAX, &text, NULL, &w->error);
        policy = text;
    }
    if (s == AGORA_OK)
        s = simulation_run(w, policy, THREADS, &ear, &body);
    if (s != AGORA_OK) {
        if (s == AGORA_INVALID_FIELD)
            fprintf(stderr, "agoractl: %s: %s\n", which, w->error.pointer);
        return s;
    }
    if (isatty(STDERR_FILENO))
        fputc('\n', stderr);
    json_t *found = json_loads(body, 0, NULL);
    print_found(found);
    json_decref(found);
    return AGORA_OK;
}
