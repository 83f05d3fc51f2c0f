/*
 * Names of attachments, both ways.
 */
#include "tmtp-link/command/filename.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum {
    ESCAPED_MAX = 230,
    STEM_MAX = 180, /* with an ending and a number it stays below 255 */
    ENDING_MAX = 40,
};

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~' || c == ' ';
}

static size_t escaped_len(const char *name)
{
    size_t len = 0;

    for (; *name != '\0'; name++) {
        len += is_plain((unsigned char)*name) ? 1 : 3;
    }
    return len;
}

/* Jansson knows what UTF-8 is. */
static bool is_utf8(const char *text)
{
    json_t *json = json_string(text);
    bool is = json != NULL;

    json_decref(json);
    return is;
}

char *filename_to_send(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    char *name = NULL;

    if (*base == '\0' || !is_utf8(base) || asprintf(&name, "u:%s", base) < 0) {
        return NULL;
    }
    if (escaped_len(name) > ESCAPED_MAX) {
        free(name);
        return NULL;
    }
    return name;
}

/* What stands after the tag and the last folder, as either system writes it. */
static const char *base_of(const char *name)
{
    const char *base = name[0] != '\0' && name[1] == ':' ? name + 2 : name;

    for (const char *at = base; *at != '\0'; at++) {
        if (*at == '/' || *at == '\\') {
            base = at + 1;
        }
    }
    return base;
}

/* At most so many octets of a text, cut between characters. */
static size_t cut(const char *text, size_t len, size_t most)
{
    if (len <= most) {
        return len;
    }
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80) {
        most--;
    }
    return most;
}

/* Replace what a terminal obeys, and a dot or dash that begins the name. */
static void tame(char *stored)
{
    for (char *at = stored; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;

        if (c < ' ' || c == 0x7f || (c == 0xc2 && (unsigned char)at[1] < 0xa0)) {
            *at = '_';
            if (c == 0xc2 && at[1] != '\0') {
                at[1] = '_';
            }
        }
    }
    if (*stored == '.' || *stored == '-') {
        *stored = '_';
    }
}

void filename_to_store(const char *name, unsigned copy, char stored[FILENAME_SIZE])
{
    const char *base = base_of(name);
    const char *dot = strrchr(base, '.');
    const char *end = base + strlen(base);
    const char *ending = dot == NULL || dot == base || end - dot > ENDING_MAX ? end : dot;
    size_t stem = cut(base, (size_t)(ending - base), STEM_MAX);

    if (end == base) {
        base = "attachment";
        ending = "";
        stem = strlen(base);
    }
    if (copy == 0) {
        snprintf(stored, FILENAME_SIZE, "%.*s%s", (int)stem, base, ending);
    } else {
        snprintf(stored, FILENAME_SIZE, "%.*s (%u)%s", (int)stem, base, copy, ending);
    }
    tame(stored);
}
