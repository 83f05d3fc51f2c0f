/* vCard 4.0. A line is written whole and folded at its end: after at most 75 octets comes CR LF and
 * a space, never inside a character. */
#include <stdbool.h>
#include <string.h>

#include "directory/base/text.h"
#include "directory/domain/contact_card.h"

enum { LINE_MAX_OCTETS = 75 };

static const char *value_of(const json_t *profile, const char *name)
{
    return json_string_value(json_object_get(profile, name));
}

/* Escape a text (RFC 6350, 3.4): backslash, comma, semicolon, line feed; other control characters
 * are not allowed at all, and left out. */
static void add_text(struct text *line, const char *value)
{
    for (; *value != '\0'; value++) {
        if (strchr("\\,;", *value) != NULL)
            text_add_n(line, "\\", 1);
        if (*value == '\n')
            text_add(line, "\\n");
        else if (((unsigned char)*value >= 0x20 && *value != 0x7f) || *value == '\t')
            text_add_n(line, value, 1);
    }
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* Put a finished line at the end of the card. */
static void fold(struct text *card, const struct text *line)
{
    const char *at = line->at;
    size_t left = line->len, room = LINE_MAX_OCTETS;

    while (left > room) {
        size_t n = room;
        while (n > 0 && continues_character(at[n]))
            n--;
        if (n == 0) /* no UTF-8: cut anywhere rather than never */
            n = room;
        text_add_n(card, at, n);
        text_add(card, "\r\n ");
        at += n;
        left -= n;
        room = LINE_MAX_OCTETS - 1; /* the space counts */
    }
    text_add_n(card, at, left);
    text_add(card, "\r\n");
}

/* A property: its name with the colon, and a text; nothing without one. */
static void add_line(struct text *card, const char *name, const char *value)
{
    struct text line;

    if (value == NULL)
        return;
    text_begin(&line, card->mem);
    text_add(&line, name);
    add_text(&line, value);
    if (text_end(&line) == NULL)
        card->failed = true;
    else
        fold(card, &line);
}

/* An address of ours: nothing of it needs an escape (handles are letters, digits and hyphens). */
static void add_address(struct text *card, const char *name, const struct card_source *s,
                        const char *path, const char *handle, const char *rest)
{
    struct text line;

    text_begin(&line, card->mem);
    text_all(&line, name, s->base_url, path);
    text_url(&line, handle);
    text_add(&line, rest);
    if (text_end(&line) == NULL)
        card->failed = true;
    else
        fold(card, &line);
}

/* ADR: place and country; the code of the country is a parameter. */
static void add_place(struct text *card, const json_t *profile)
{
    const char *place = value_of(profile, "place"), *country = value_of(profile, "country_name");
    const char *code = value_of(profile, "country");
    struct text line;

    if (place == NULL && country == NULL)
        return;
    text_begin(&line, card->mem);
    text_add(&line, "ADR");
    if (code != NULL && strlen(code) == 2 && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2)
        text_all(&line, ";CC=", code);
    text_add(&line, ":;;;");
    add_text(&line, place != NULL ? place : "");
    text_add(&line, ";;;");
    add_text(&line, country != NULL ? country : "");
    if (text_end(&line) == NULL)
        card->failed = true;
    else
        fold(card, &line);
}

static void add_topics(struct text *card, const json_t *profile, const char *kind, const char *name)
{
    const json_t *topics = json_object_get(json_object_get(profile, "topics"), kind), *topic;
    size_t i;

    json_array_foreach(topics, i, topic)
    {
        add_line(card, name, value_of(topic, "label"));
    }
}

static void add_languages(struct text *card, const json_t *profile)
{
    const json_t *languages = json_object_get(profile, "languages"), *code;
    size_t i;

    json_array_foreach(languages, i, code)
    {
        add_line(card, "LANG:", json_string_value(code));
    }
}

char *vcard_of(const void *mem, const json_t *profile, const struct card_source *s)
{
    const char *handle = value_of(profile, "handle"), *name = value_of(profile, "shown_name");
    struct text card;

    text_begin(&card, mem);
    text_add(&card, "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\n");
    add_line(&card, "FN:", name != NULL ? name : "");
    if (handle != NULL) {
        add_address(&card, "UID:", s, "/m/", handle, "");
        add_address(&card, "URL:", s, "/m/", handle, "");
        add_address(&card, "SOURCE:", s, "/api/v1/members/", handle, "/card.vcf");
    }
    add_line(&card, "TITLE:", value_of(profile, "title"));
    add_line(&card, "ORG:", value_of(profile, "organisation"));
    add_place(&card, profile);
    add_languages(&card, profile);
    add_topics(&card, profile, "expertise", "EXPERTISE:");
    add_topics(&card, profile, "interest", "INTEREST:");
    add_line(&card, "NOTE:", value_of(profile, "headline"));
    add_line(&card, "NOTE:", value_of(profile, "about"));
    text_all(&card, "ORG-DIRECTORY:", s->base_url, "/\r\n");
    text_add(&card, "PRODID:-//Agora//EN\r\nEND:VCARD\r\n");
    return text_end(&card);
}
