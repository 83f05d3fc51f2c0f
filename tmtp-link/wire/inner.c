/*
 * Inner headers: read as the stock client reads them, written as it needs them.
 */
#include "tmtp-link/wire/inner.h"

#include <stdlib.h>
#include <string.h>

#include "tmtp-link/wire/json.h"

static const char *text_of(json_t *object, const char *name)
{
    return json_string_value(json_get_nocase(object, name));
}

static json_t *array_of(json_t *object, const char *name)
{
    json_t *value = json_get_nocase(object, name);

    return json_is_array(value) ? value : NULL;
}

bool inner_parse(const char *text, size_t len, struct inner *inner)
{
    *inner = (struct inner){0};
    if (!json_depth_ok(text, len)) {
        return false;
    }
    inner->json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(inner->json)) {
        return false;
    }
    inner->threadid = text_of(inner->json, "threadid");
    inner->alias = text_of(inner->json, "alias");
    inner->subject = text_of(inner->json, "subject");
    inner->ref = text_of(inner->json, "ref");
    inner->cc = array_of(inner->json, "cc");
    inner->attach = array_of(inner->json, "attach");
    return true;
}

void inner_free(struct inner *inner)
{
    json_decref(inner->json);
    *inner = (struct inner){0};
}

bool inner_cc(const struct inner *inner, size_t index, struct inner_cc *cc)
{
    json_t *item = json_array_get(inner->cc, index);

    if (item == NULL) {
        return false;
    }
    *cc = (struct inner_cc){
        .who = text_of(item, "who"),
        .whouid = text_of(item, "whouid"),
        .by = text_of(item, "by"),
        .byuid = text_of(item, "byuid"),
        .subscribe = json_is_true(json_get_nocase(item, "subscribe")),
    };
    return true;
}

const char *inner_group(const struct inner *inner)
{
    struct inner_cc cc;

    for (size_t i = 0; inner_cc(inner, i, &cc); i++) {
        if (cc.who != NULL && cc.whouid != NULL && strcmp(cc.who, cc.whouid) == 0) {
            return cc.who;
        }
    }
    return NULL;
}

static json_t *cc_entry(const struct inner_person *who, const struct inner_person *by,
                        const char *note, const char *date)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "who", who->alias, "whouid", who->uid,
                     "by", by->alias, "byuid", by->uid, "date", date, "note", note, "subscribe", 1);
}

static char *dump(json_t *json)
{
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);

    json_decref(json);
    return text;
}

char *inner_thread(const struct inner_person *author, const struct inner_person *people,
                   size_t count, const char *subject, const char *date, const char *ref)
{
    json_t *cc = json_array();
    int failed = json_array_append_new(cc, cc_entry(author, author, "author", date));

    for (size_t i = 0; i < count; i++) {
        failed |= json_array_append_new(cc, cc_entry(&people[i], author, "", date));
    }
    if (failed != 0) {
        json_decref(cc);
        return NULL;
    }
    return dump(json_pack("{s:s, s:s, s:s, s:o, s:[], s:s*}", "threadid", "", "alias",
                          author->alias, "subject", subject, "cc", cc, "attach", "ref", ref));
}

char *inner_reply(const char *alias, const char *threadid)
{
    return dump(json_pack("{s:s, s:s, s:s, s:[]}", "threadid", threadid, "alias", alias, "subject",
                          "", "attach"));
}

char *inner_add_files(char *head, const struct inner_file *files, size_t count)
{
    json_t *json = head == NULL ? NULL : json_loads(head, 0, NULL);
    json_t *list = json_array();
    int failed = 0;

    free(head);
    for (size_t i = 0; i < count; i++) {
        failed |= json_array_append_new(list, json_pack("{s:s, s:I}", "name", files[i].name, "size",
                                                        (json_int_t)files[i].size));
    }
    if (json_object_set_new(json, "attach", list) != 0 || failed != 0) {
        json_decref(json);
        return NULL;
    }
    return dump(json);
}

bool inner_file(const struct inner *inner, size_t index, struct inner_file *file)
{
    json_t *item = json_array_get(inner->attach, index);
    const char *name = text_of(item, "name");
    json_t *size = json_get_nocase(item, "size");

    if (name == NULL || !json_is_integer(size) || json_integer_value(size) < 0) {
        return false;
    }
    *file = (struct inner_file){.name = name, .size = (uint64_t)json_integer_value(size)};
    return true;
}
