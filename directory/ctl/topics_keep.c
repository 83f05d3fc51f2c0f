/* What an operator does with topics by hand: merging, labels, the list of those without a place,
 * and everything as a file. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "directory/ctl/topics.h"
#include "directory/domain/topic.h"

static enum agora_status wrong_usage(struct command_call *call)
{
    return error_set(&call->work->error, AGORA_MALFORMED, NULL, NULL);
}

static void print_topic(const char *body)
{
    json_t *topic = json_loads(body, 0, NULL);
    const json_t *labels = json_object_get(topic, "labels"), *one;
    size_t i;

    printf("%s  %s, %lld members\n", json_string_value(json_object_get(topic, "id")),
           json_string_value(json_object_get(topic, "label")),
           (long long)json_integer_value(json_object_get(topic, "members")));
    json_array_foreach(labels, i, one)
    {
        printf("  %s %s  %s\n", json_string_value(json_object_get(one, "lang")),
               json_string_value(json_object_get(one, "kind")),
               json_string_value(json_object_get(one, "label")));
    }
    json_decref(topic);
}

enum agora_status ctl_topics_merge(struct command_call *call)
{
    const char *body;

    if (call->argc != 2)
        return wrong_usage(call);
    enum agora_status s = topic_merge(call->work, NULL, call->argv[0], call->argv[1], &body);
    if (s == AGORA_OK)
        print_topic(body);
    return s;
}

static bool is_kind(const char *word)
{
    static const char *const kinds[] = {"pref", "alt", "hidden", "none"};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(word, kinds[i]) == 0)
            return true;
    return false;
}

enum agora_status ctl_topics_label(struct command_call *call)
{
    const char *body;

    if (call->argc != 4 || !is_kind(call->argv[2]))
        return wrong_usage(call);
    enum agora_status s = topic_label(call->work, NULL, call->argv[0], call->argv[1], call->argv[3],
                                      call->argv[2], &body);
    if (s == AGORA_OK)
        print_topic(body);
    return s;
}

static void print_orphan(const char *id, const char *label)
{
    printf("%s  %s\n", id, label);
}

enum agora_status ctl_topics_orphans(struct command_call *call)
{
    if (call->argc > 1)
        return wrong_usage(call);
    return topic_orphans(call->work, call->argc == 1 ? call->argv[0] : NULL, print_orphan);
}

static void print_lines(const char *id, const char *lines)
{
    (void)id;
    fputs(lines, stdout);
}

enum agora_status ctl_topics_export(struct command_call *call)
{
    if (call->argc > 1)
        return wrong_usage(call);
    enum agora_status s =
        topic_export(call->work, call->argc == 1 ? call->argv[0] : NULL, print_lines);
    if (s == AGORA_OK && fflush(stdout) != 0)
        return error_set(&call->work->error, AGORA_UNAVAILABLE, NULL, "It could not be written.");
    return s;
}
