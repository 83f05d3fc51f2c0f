/*
 * Keys by a table for each place; and how long a text becomes with the stock client.
 */
#include "tmtp-link/server/inner_keys.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum kind { KIND_TEXT, KIND_FLAG, KIND_LIST, KIND_SIZE, KIND_SUM };

struct key {
    const char *name;
    enum kind kind;
};

static const struct key head_keys[] = {
    {"threadid", KIND_TEXT},      {"alias", KIND_TEXT},
    {"subject", KIND_TEXT},       {"cc", KIND_LIST},
    {"attach", KIND_LIST},        {"confirmid", KIND_TEXT},
    {"confirmposted", KIND_TEXT}, {NULL, KIND_TEXT},
};

static const struct key cc_keys[] = {
    {"who", KIND_TEXT},       {"whouid", KIND_TEXT},  {"by", KIND_TEXT},
    {"byuid", KIND_TEXT},     {"date", KIND_TEXT},    {"note", KIND_TEXT},
    {"subscribe", KIND_FLAG}, {"checksum", KIND_SUM}, {NULL, KIND_TEXT},
};

static const struct key attach_keys[] = {
    {"name", KIND_TEXT},  {"size", KIND_SIZE}, {"ffn", KIND_TEXT},
    {"ffkey", KIND_TEXT}, {NULL, KIND_TEXT},
};

static const struct key *const places[] = {
    [INNER_HEAD] = head_keys, [INNER_CC] = cc_keys, [INNER_ATTACH] = attach_keys};

static bool kind_ok(enum kind kind, const json_t *value)
{
    switch (kind) {
    case KIND_TEXT:
        return json_is_string(value);
    case KIND_FLAG:
        return json_is_boolean(value);
    case KIND_LIST:
        return json_is_array(value);
    case KIND_SIZE:
        return json_is_integer(value) && json_integer_value(value) >= 0;
    case KIND_SUM:
        return json_is_integer(value) && json_integer_value(value) >= 0 &&
               json_integer_value(value) <= UINT32_MAX;
    }
    return false;
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) {
            return false;
        }
    }
    return true;
}

const char *inner_keys_fault(json_t *object, enum inner_place place)
{
    const struct key *keys = places[place];
    unsigned seen = 0;
    const char *name;
    json_t *value;

    if (!json_is_object(object)) {
        return "must be an object";
    }
    json_object_foreach(object, name, value)
    {
        size_t i = 0;

        if (!is_ascii(name)) {
            return "has a key that is not plain ASCII";
        }
        while (keys[i].name != NULL && strcasecmp(keys[i].name, name) != 0) {
            i++;
        }
        if (keys[i].name == NULL) {
            continue;
        }
        if ((seen & 1U << i) != 0) {
            return "has a key twice";
        }
        seen |= 1U << i;
        if (!json_is_null(value) && !kind_ok(keys[i].kind, value)) {
            return "has a value of the wrong type";
        }
    }
    return NULL;
}

size_t inner_written(const char *text)
{
    size_t len = 0;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == '<' || c == '>' || c == '&') {
            len += 6;
        } else if (c == 0xe2 && memcmp(text, "\xe2\x80\xa8", 2) == 0 &&
                   ((unsigned char)text[2] & 0xfe) == 0xa8) {
            len += 6; /* the two line ends beyond ASCII, three octets each */
            text += 2;
        } else {
            len += c == '"' || c == '\\' ? 2 : 1;
        }
    }
    return len;
}

size_t inner_escaped(const char *text)
{
    size_t len = 0;

    for (; *text != '\0'; text++) {
        len += isalnum((unsigned char)*text) || strchr("-_.~ ", *text) != NULL ? 1 : 3;
    }
    return len;
}
