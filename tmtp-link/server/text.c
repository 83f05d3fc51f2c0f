/*
 * Texts that come from clients.
 */
#include "tmtp-link/server/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tmtp-link/server/params.h"

/* UTF-16 units of UTF-8 text. */
static size_t utf16_units(const char *text, size_t len)
{
    size_t units = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        units += (c & 0xc0) == 0x80 ? 0 : c >= 0xf0 ? 2 : 1;
    }
    return units;
}

static bool is_utf8(const char *text, size_t len)
{
    json_t *value = json_stringn(text, len); /* refuses what is not */

    json_decref(value);
    return value != NULL;
}

const char *text_fault(const struct buffer *text)
{
    const char *at = text->at == NULL ? "" : text->at + text->begin;
    size_t len = buffer_len(text);

    if (!is_utf8(at, len)) {
        return "data not valid UTF8";
    }
    return utf16_units(at, len) > TMTP_PING_UNITS_MAX ? "data too long for request type" : NULL;
}

void text_refusal(const char *what, struct tmtp_text name, char answer[TEXT_REFUSAL_SIZE])
{
    size_t chars = 0;
    size_t len = 0;

    for (; len < name.len && name.at[len] != '\0'; len++) {
        chars += ((unsigned char)name.at[len] & 0xc0) != 0x80;
        if (chars > TMTP_ALIAS_CHARS_MAX) {
            break;
        }
    }
    snprintf(answer, TEXT_REFUSAL_SIZE, "%s %.*s", what, (int)len, name.at);
}

static size_t name_len(struct tmtp_text name)
{
    return name.len == 0 || memchr(name.at, '\0', name.len) != NULL ? 0 : name.len;
}

void text_name_item(struct params *params, struct tmtp_text name)
{
    params_item(params, name.at, name_len(name));
}

void text_name(struct params *params, struct tmtp_text name)
{
    params_octets(params, name.len == 0 ? NULL : name.at, name_len(name));
}
