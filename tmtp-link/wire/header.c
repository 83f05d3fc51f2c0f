/*
 * Headers by a table: each key with its kind and its place in the struct. Jansson reads the text;
 * what it does not bound, the depth, is counted before it sees anything.
 */
#include "tmtp-link/wire/header.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tmtp-link/wire/crc32c.h"
#include "tmtp-link/wire/frame.h"
#include "tmtp-link/wire/json.h"
#include "tmtp-link/wire/limits.h"

enum kind {
    KIND_OP,
    KIND_TEXT,
    KIND_NUMBER,
    KIND_TYPE,
    KIND_BOOL,
    KIND_FOR,
    KIND_OIDC,
    KIND_ARRAY
};

struct key {
    const char *name;
    enum kind kind;
    size_t at; /* offset in the struct that is filled */
};

#define AT(name) offsetof(struct tmtp_header, name)

static const struct key header_keys[] = {
    {"op", KIND_OP, 0 /* fills two */},
    {"id", KIND_TEXT, AT(id)},
    {"uid", KIND_TEXT, AT(uid)},
    {"gid", KIND_TEXT, AT(gid)},
    {"node", KIND_TEXT, AT(node)},
    {"newnode", KIND_TEXT, AT(newnode)},
    {"newalias", KIND_TEXT, AT(newalias)},
    {"from", KIND_TEXT, AT(from)},
    {"to", KIND_TEXT, AT(to)},
    {"act", KIND_TEXT, AT(act)},
    {"type", KIND_TEXT, AT(type)},
    {"datalen", KIND_NUMBER, AT(datalen)},
    {"datahead", KIND_NUMBER, AT(datahead)},
    {"datasum", KIND_NUMBER, AT(datasum)},
    {"notelen", KIND_NUMBER, AT(notelen)},
    {"notehead", KIND_NUMBER, AT(notehead)},
    {"notesum", KIND_NUMBER, AT(notesum)},
    {"notefor", KIND_FOR, AT(notefor)},
    {"fornotself", KIND_BOOL, AT(fornotself)},
    {"oidc", KIND_OIDC, AT(oidc)},
    {"name", KIND_TEXT, AT(name)},
    {"nodeid", KIND_TEXT, AT(nodeid)},
    {"alias", KIND_TEXT, AT(alias)},
    {"info", KIND_TEXT, AT(info)},
    {"error", KIND_TEXT, AT(error)},
    {"msgid", KIND_TEXT, AT(msgid)},
    {"posted", KIND_TEXT, AT(posted)},
    {"postid", KIND_TEXT, AT(postid)},
    {"headsum", KIND_NUMBER, AT(headsum)},
    {"status", KIND_NUMBER, AT(status)},
    {"notify", KIND_NUMBER, AT(notify)},
    {"auth", KIND_NUMBER, AT(auth)},
    {"authby", KIND_ARRAY, AT(authby)},
    {"ohi", KIND_ARRAY, AT(ohi)},
    {"for", KIND_FOR, AT(for_)},
    {NULL, KIND_TEXT, 0},
};

static const struct key for_keys[] = {
    {"id", KIND_TEXT, offsetof(struct tmtp_for, id)},
    {"type", KIND_TYPE, offsetof(struct tmtp_for, type)},
    {NULL, KIND_TEXT, 0},
};

static const struct key oidc_keys[] = {
    {"token_type", KIND_TEXT, offsetof(struct tmtp_oidc, token_type)},
    {"scope", KIND_TEXT, offsetof(struct tmtp_oidc, scope)},
    {"access_token", KIND_TEXT, offsetof(struct tmtp_oidc, access_token)},
    {"id_token", KIND_TEXT, offsetof(struct tmtp_oidc, id_token)},
    {"refresh_token", KIND_TEXT, offsetof(struct tmtp_oidc, refresh_token)},
    {"expires_in", KIND_NUMBER, offsetof(struct tmtp_oidc, expires_in)},
    {NULL, KIND_TEXT, 0},
};

static bool read_object(const struct key *keys, json_t *object, char *into);

static bool read_text(json_t *value, struct tmtp_text *text)
{
    if (!json_is_string(value)) {
        return false;
    }
    text->at = json_string_value(value);
    text->len = json_string_length(value);
    return true;
}

static bool read_number(json_t *value, int64_t max, int64_t *number)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > max) {
        return false;
    }
    *number = json_integer_value(value);
    return true;
}

/* `op` is a number from a client, one octet as in mnm, and a text from a server. */
static bool read_op(json_t *value, struct tmtp_header *header)
{
    int64_t number;

    if (json_is_string(value)) {
        return read_text(value, &header->op_name);
    }
    if (!read_number(value, UINT8_MAX, &number)) {
        return false;
    }
    header->op = (int)number;
    return true;
}

static bool read_for(json_t *value, struct tmtp_for_list *list)
{
    size_t count = json_array_size(value);
    struct tmtp_for *items;

    if (!json_is_array(value)) {
        return false;
    }
    items = calloc(count == 0 ? 1 : count, sizeof *items);
    if (items == NULL) {
        return false;
    }
    free(list->items); /* of an earlier key that matched too */
    *list = (struct tmtp_for_list){.items = items, .count = count, .given = true};
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array_get(value, i);

        if (!json_is_object(item) || !read_object(for_keys, item, (char *)&items[i])) {
            return false;
        }
    }
    return true;
}

static bool read_value(enum kind kind, json_t *value, void *into)
{
    switch (kind) {
    case KIND_OP:
        return read_op(value, into);
    case KIND_TEXT:
        return read_text(value, into);
    case KIND_NUMBER:
        return read_number(value, TMTP_NUMBER_MAX, into);
    case KIND_TYPE:
        return read_number(value, INT8_MAX, into);
    case KIND_BOOL:
        *(bool *)into = json_is_true(value);
        return json_is_boolean(value);
    case KIND_FOR:
        return read_for(value, into);
    case KIND_OIDC:
        ((struct tmtp_oidc *)into)->given = true;
        return json_is_object(value) && read_object(oidc_keys, value, into);
    case KIND_ARRAY:
        *(json_t **)into = value;
        return json_is_array(value);
    }
    return false;
}

static bool read_object(const struct key *keys, json_t *object, char *into)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        const struct key *key = keys;

        while (key->name != NULL && strcasecmp(key->name, name) != 0) {
            key++;
        }
        if (key->name != NULL && !json_is_null(value) &&
            !read_value(key->kind, value, into + key->at)) {
            return false;
        }
    }
    return true;
}

bool header_parse(const char *text, size_t len, struct tmtp_header *header)
{
    *header = (struct tmtp_header){.op = TMTP_NO_OP};
    if (!json_depth_ok(text, len)) {
        return false;
    }
    header->json = json_loadb(text, len, JSON_ALLOW_NUL, NULL);
    return json_is_object(header->json) && read_object(header_keys, header->json, (char *)header);
}

void header_free(struct tmtp_header *header)
{
    free(header->for_.items);
    free(header->notefor.items);
    json_decref(header->json);
    *header = (struct tmtp_header){.op = TMTP_NO_OP};
}

bool tmtp_text_is(struct tmtp_text text, const char *expected)
{
    return text.at != NULL && text.len == strlen(expected) &&
           memcmp(text.at, expected, text.len) == 0;
}

char *header_frame(json_t *message, enum header_sum sum, const void *data, size_t data_len,
                   size_t *len)
{
    const size_t flags = JSON_COMPACT | JSON_SORT_KEYS;
    char *json = json_dumps(message, flags);
    char *frame = NULL;

    if (json != NULL && sum == HEADER_WITH_SUM) {
        char digits[TMTP_LENGTH_DIGITS] = {0}; /* left so when it does not fit */
        bool fits = frame_length(strlen(json), digits);
        uint32_t crc = crc32c(0, digits, sizeof digits);

        crc = crc32c(crc, json, strlen(json));
        free(json);
        json = fits && json_object_set_new(message, "headsum", json_integer(crc)) == 0
                   ? json_dumps(message, flags)
                   : NULL;
    }
    if (json != NULL) {
        frame = frame_make(json, strlen(json), data, data_len, len);
    }
    free(json);
    return frame;
}
