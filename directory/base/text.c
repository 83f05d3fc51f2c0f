/* Room is doubled, so that a page of many pieces is copied a few times at most. */
#include "directory/base/text.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/url.h"

enum { FIRST_ROOM = 512 };

void text_begin(struct text *t, const void *mem)
{
    *t = (struct text){.mem = mem};
}

static bool make_room(struct text *t, size_t more)
{
    size_t room = t->room > 0 ? t->room : FIRST_ROOM;

    while (room <= t->len + more)
        room *= 2;
    if (room == t->room)
        return true;
    char *at = talloc_realloc_size(t->mem, t->at, room);
    if (at == NULL)
        return false;
    t->at = at;
    t->room = room;
    return true;
}

void text_add_n(struct text *t, const char *octets, size_t n)
{
    if (t->failed)
        return;
    if (!make_room(t, n)) {
        t->failed = true;
        return;
    }
    memcpy(t->at + t->len, octets, n);
    t->len += n;
    t->at[t->len] = '\0';
}

void text_add(struct text *t, const char *text)
{
    text_add_n(t, text, strlen(text));
}

void text_add_all(struct text *t, const char *const texts[])
{
    for (; *texts != NULL; texts++)
        text_add(t, *texts);
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void text_html(struct text *t, const char *text)
{
    for (size_t n = strcspn(text, "&<>\"'");; n = strcspn(text, "&<>\"'")) {
        text_add_n(t, text, n);
        text += n;
        if (*text == '\0')
            return;
        text_add(t, entity(*text++));
    }
}

void text_url(struct text *t, const char *text)
{
    char *encoded = url_encode(t->mem, text);

    if (encoded != NULL)
        text_add(t, encoded);
    else
        t->failed = true;
    talloc_free(encoded);
}

void text_json_in_html(struct text *t, const char *json)
{
    char code[8];

    for (size_t n = strcspn(json, "<>&");; n = strcspn(json, "<>&")) {
        text_add_n(t, json, n);
        json += n;
        if (*json == '\0')
            return;
        /* These stand only in strings of JSON. */
        snprintf(code, sizeof code, "\\u%04x", (unsigned char)*json++);
        text_add(t, code);
    }
}

char *text_end(struct text *t)
{
    text_add_n(t, "", 0);
    return t->failed ? NULL : t->at;
}
