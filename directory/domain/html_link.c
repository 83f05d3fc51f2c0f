/* The rules of a tag are those of the HTML standard's tokenizer as far as they matter to a link: a
 * tag begins with < and a letter, its attributes are names with values, the first of a name counts.
 * Everything is bounded by the page's end; nothing is allocated. */
#include "directory/domain/html_link.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Octets not read yet. */
struct rest {
    const char *at, *end;
};

/* A value that was read: too long ones are marked by their length. */
struct value {
    char text[HTML_LINK_MAX + 1];
    size_t len; /* HTML_LINK_MAX + 1 for too long */
    bool given;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void skip_space(struct rest *r)
{
    while (r->at < r->end && is_space(*r->at))
        r->at++;
}

static bool starts(const struct rest *r, const char *word)
{
    size_t len = strlen(word);

    return (size_t)(r->end - r->at) >= len && strncasecmp(r->at, word, len) == 0;
}

/* Behind the next occurrence of a text in any case, or at the end. */
static void skip_past(struct rest *r, const char *text)
{
    for (; r->at < r->end; r->at++) {
        if (starts(r, text)) {
            r->at += strlen(text);
            return;
        }
    }
}

/* The octet that &...; stands for, when it is one that addresses have; *at is left behind it. */
static char entity(const char **at, const char *end)
{
    static const struct {
        const char *name;
        char c;
    } known[] = {{"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}};
    const struct rest r = {*at, end};
    char digits[8] = "", *stop;
    size_t n = 0;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (starts(&r, known[i].name)) {
            *at += strlen(known[i].name);
            return known[i].c;
        }
    }
    if (!starts(&r, "&#"))
        return *(*at)++;
    bool hex = end - *at > 2 && ((*at)[2] == 'x' || (*at)[2] == 'X');
    const char *from = *at + (hex ? 3 : 2);
    while (n < sizeof digits - 1 && from + n < end && isxdigit((unsigned char)from[n])) {
        digits[n] = from[n];
        n++;
    }
    unsigned long code = strtoul(digits, &stop, hex ? 16 : 10);
    if (n == 0 || *stop != '\0' || code < 0x20 || code > 0x7e || from + n >= end || from[n] != ';')
        return *(*at)++;
    *at = from + n + 1;
    return (char)code;
}

static void keep_value(struct value *v, const char *at, const char *end)
{
    if (v == NULL || v->given)
        return;
    v->given = true;
    v->len = 0;
    while (at < end && v->len <= HTML_LINK_MAX) {
        char c = *at == '&' ? entity(&at, end) : *at++;
        if (v->len < HTML_LINK_MAX)
            v->text[v->len] = c == '\0' ? '?' : c;
        v->len++;
    }
    v->text[v->len <= HTML_LINK_MAX ? v->len : 0] = '\0';
}

/* The value behind an equals sign, if there is one. @param v where to keep it; NULL to skip it */
static void take_value(struct rest *r, struct value *v)
{
    skip_space(r);
    if (r->at == r->end || *r->at != '=') {
        keep_value(v, r->at, r->at);
        return;
    }
    r->at++;
    skip_space(r);
    if (r->at < r->end && (*r->at == '"' || *r->at == '\'')) {
        char quote = *r->at++;
        const char *close = memchr(r->at, quote, (size_t)(r->end - r->at));
        const char *end = close != NULL ? close : r->end;
        /* A quote that is never closed swallows the page: that is no tag any more. */
        if (close != NULL)
            keep_value(v, r->at, end);
        r->at = close != NULL ? close + 1 : r->end;
        return;
    }
    const char *from = r->at;
    while (r->at < r->end && !is_space(*r->at) && *r->at != '>')
        r->at++;
    keep_value(v, from, r->at);
}

/* The attributes up to the tag's end. @return whether it has one */
static bool take_attributes(struct rest *r, struct value *rel, struct value *href)
{
    for (;;) {
        while (r->at < r->end && (is_space(*r->at) || *r->at == '/'))
            r->at++;
        if (r->at == r->end)
            return false;
        if (*r->at == '>') {
            r->at++;
            return true;
        }
        const char *name = r->at++;
        while (r->at < r->end && !is_space(*r->at) && strchr("/>=", *r->at) == NULL)
            r->at++;
        size_t len = (size_t)(r->at - name);
        struct value *v = len == 3 && strncasecmp(name, "rel", 3) == 0    ? rel
                          : len == 4 && strncasecmp(name, "href", 4) == 0 ? href
                                                                          : NULL;
        take_value(r, v);
    }
}

/* Whether a list of words separated by white space has a word, in any case. */
static bool has_word(const struct value *list, const char *word)
{
    size_t len = strlen(word);

    if (!list->given || list->len > HTML_LINK_MAX)
        return false;
    for (const char *at = list->text; *at != '\0';) {
        size_t n = strcspn(at, " \t\n\r\f");
        if (n == len && strncasecmp(at, word, len) == 0)
            return true;
        at += n + strspn(at + n, " \t\n\r\f");
    }
    return false;
}

/* Elements whose text is not looked at, up to their end tag. */
static void skip_text_of(struct rest *r, const char *name, size_t len)
{
    static const char *const raw[] = {"script",   "style",    "template", "textarea", "title",
                                      "noscript", "noframes", "iframe",   "xmp",      "noembed"};
    char close[16];

    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        if (strlen(raw[i]) == len && strncasecmp(name, raw[i], len) == 0) {
            snprintf(close, sizeof close, "</%s", raw[i]);
            skip_past(r, close);
            return;
        }
    }
}

bool html_links_to(const char *html, size_t len, const char *rel,
                   bool (*same)(const char *href, const void *which), const void *which)
{
    struct rest r = {html, html + len};
    struct value rels, href;

    while (r.at < r.end && (r.at = memchr(r.at, '<', (size_t)(r.end - r.at))) != NULL) {
        if (starts(&r, "<!--")) {
            r.at += 4;
            skip_past(&r, "-->");
            continue;
        }
        const char *name = ++r.at;
        if (r.at == r.end || !isalpha((unsigned char)*r.at))
            continue;
        while (r.at < r.end && isalnum((unsigned char)*r.at))
            r.at++;
        size_t n = (size_t)(r.at - name);
        rels.given = href.given = false;
        if (!take_attributes(&r, &rels, &href))
            return false;
        bool link = (n == 1 && tolower((unsigned char)*name) == 'a') ||
                    (n == 4 && strncasecmp(name, "link", 4) == 0);
        if (link && has_word(&rels, rel) && href.given && href.len <= HTML_LINK_MAX &&
            same(href.text, which))
            return true;
        skip_text_of(&r, name, n);
    }
    return false;
}
