/* A line of N-Triples (https://www.w3.org/TR/n-triples/) taken apart in place: what is unescaped is
 * never longer than it was. */
#include "directory/skos/skos.h"

#include <stdint.h>
#include <string.h>

#include "directory/base/utf8.h"

#define SKOS "http://www.w3.org/2004/02/skos/core#"

enum term_kind { TERM_IRI, TERM_BLANK, TERM_LITERAL };

struct term {
    enum term_kind kind;
    char *text; /* IRI or words, unescaped, ended by a NUL */
    size_t len; /* of it; more than strlen() when there is a NUL in it */
    char *lang; /* in lower case; "" without one */
};

/* What is read of a triple, by its predicate. */
enum value { VALUE_IRI, VALUE_REVERSED, VALUE_WORDS, VALUE_TRUE, VALUE_CLASS };

struct meaning {
    const char *predicate;
    char kind;
    enum value value;
};

static const struct meaning meanings[] = {
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#type", 'c', VALUE_CLASS},
    {SKOS "prefLabel", 'p', VALUE_WORDS},
    {SKOS "altLabel", 'a', VALUE_WORDS},
    {SKOS "hiddenLabel", 'h', VALUE_WORDS},
    {SKOS "broader", 'b', VALUE_IRI},
    {SKOS "narrower", 'b', VALUE_REVERSED},
    {SKOS "related", 'r', VALUE_IRI},
    {SKOS "exactMatch", 'e', VALUE_IRI},
    {SKOS "closeMatch", 'm', VALUE_IRI},
    {SKOS "topConceptOf", 't', VALUE_IRI},
    {SKOS "hasTopConcept", 't', VALUE_REVERSED},
    {SKOS "notation", 'k', VALUE_WORDS},
    {"http://purl.org/dc/terms/title", 's', VALUE_WORDS},
    {"http://purl.org/dc/elements/1.1/title", 's', VALUE_WORDS},
    {"http://www.w3.org/2002/07/owl#deprecated", 'd', VALUE_TRUE},
};

/* @return the code point of @a digits hexadecimal digits, or -1 */
static int32_t hex(const char *at, int digits)
{
    static const char known[] = "0123456789abcdef0123456789ABCDEF";
    uint32_t n = 0;

    for (int i = 0; i < digits; i++) {
        const char *digit = at[i] != '\0' ? strchr(known, at[i]) : NULL;
        if (digit == NULL)
            return -1;
        n = n << 4 | (uint32_t)((digit - known) & 15);
    }
    return n <= 0x10ffff && (n < 0xd800 || n > 0xdfff) ? (int32_t)n : -1;
}

static char *put_utf8(char *to, uint32_t n)
{
    if (n < 0x80) {
        *to++ = (char)n;
        return to;
    }
    int more = n < 0x800 ? 1 : n < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (char)(first[more] | n >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (n >> 6 * more & 0x3f));
    return to;
}

/* One escape; @a at stands behind the backslash. @return false when it is none */
static bool unescape(const char **at, char **to)
{
    static const char names[] = "tbnrf\"'\\", values[] = "\t\b\n\r\f\"'\\";
    char c = *(*at)++;

    if (c == 'u' || c == 'U') {
        int digits = c == 'u' ? 4 : 8;
        int32_t n = hex(*at, digits);
        if (n < 0)
            return false;
        *to = put_utf8(*to, (uint32_t)n);
        *at += digits;
        return true;
    }
    const char *name = c != '\0' ? strchr(names, c) : NULL;
    if (name == NULL)
        return false;
    *(*to)++ = values[name - names];
    return true;
}

/* What stands up to an end sign; *at is moved behind that. */
static bool take_until(char **at, char end, struct term *out)
{
    const char *from = *at;
    char *to = *at;

    out->text = to;
    while (*from != end) {
        if (*from == '\0')
            return false;
        if (*from != '\\')
            *to++ = *from++;
        else if (from++, !unescape(&from, &to))
            return false;
    }
    *at = (char *)(uintptr_t)from + 1;
    *to = '\0';
    out->len = (size_t)(to - out->text);
    return true;
}

/* Behind a literal's words: @language, ^^<datatype>, or nothing. The sign behind a language is
 * overwritten by its end: @a behind keeps it. */
static bool take_suffix(char **at, struct term *out)
{
    struct term datatype;

    if (**at == '^')
        return strncmp(*at, "^^<", 3) == 0 && (*at += 3, take_until(at, '>', &datatype));
    if (**at != '@')
        return true;
    /* One to the left, over the @, so that there is room for the NUL. */
    size_t len = strspn(*at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (len == 0)
        return false;
    out->lang = *at;
    for (size_t i = 0; i < len; i++) {
        char c = (*at)[i + 1];
        (*at)[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    (*at)[len] = '\0';
    *at += len + 1;
    return true;
}

static bool take_term(char **at, struct term *out)
{
    static char none[] = "";

    *at += strspn(*at, " \t");
    *out = (struct term){.text = none, .lang = none};
    char first = *(*at)++;
    if (first == '<')
        return take_until(at, '>', out);
    if (first == '"') {
        out->kind = TERM_LITERAL;
        return take_until(at, '"', out) && take_suffix(at, out);
    }
    out->kind = TERM_BLANK;
    if (first != '_' || **at != ':')
        return false;
    *at += strcspn(*at, " \t");
    return true;
}

static bool is_iri(const struct term *t)
{
    if (t->kind != TERM_IRI || t->len == 0 || t->len > SKOS_IRI_MAX || !utf8_valid(t->text, t->len))
        return false;
    for (size_t i = 0; i < t->len; i++)
        if ((unsigned char)t->text[i] <= ' ' || strchr("<>\"{}|\\^`\x7f", t->text[i]) != NULL)
            return false;
    return true;
}

/* Words of a literal, made one line. */
static bool are_words(struct term *t)
{
    if (t->kind != TERM_LITERAL || t->len == 0 || t->len > SKOS_LABEL_MAX ||
        memchr(t->text, '\0', t->len) != NULL || !utf8_valid(t->text, t->len))
        return false;
    for (size_t i = 0; i < t->len; i++)
        if ((unsigned char)t->text[i] < ' ' || t->text[i] == 0x7f)
            t->text[i] = ' ';
    return strlen(t->lang) <= 35;
}

/* rdf:type says what a thing is; no other class is of interest. */
static enum skos_line classify(const struct term *class, struct skos_fact *f)
{
    if (strcmp(class->text, SKOS "ConceptScheme") == 0)
        f->kind = 'y';
    else if (strcmp(class->text, SKOS "Concept") != 0)
        return SKOS_NOTHING;
    return SKOS_FACT;
}

static enum skos_line make_fact(const struct meaning *m, const struct term *subject,
                                struct term *object, struct skos_fact *f)
{
    *f = (struct skos_fact){m->kind, subject->text, "", "", ""};
    if (m->value == VALUE_CLASS)
        return is_iri(subject) ? classify(object, f) : SKOS_NOTHING;
    if (!is_iri(subject))
        return SKOS_LEFT_OUT;
    if (m->value == VALUE_WORDS || m->value == VALUE_TRUE) {
        if (!are_words(object))
            return SKOS_LEFT_OUT;
        f->label = object->text;
        f->lang = object->lang;
        bool is_false = strcmp(object->text, "true") != 0 && strcmp(object->text, "1") != 0;
        return m->value == VALUE_TRUE && is_false ? SKOS_NOTHING : SKOS_FACT;
    }
    if (!is_iri(object))
        return SKOS_LEFT_OUT;
    f->subject = m->value == VALUE_REVERSED ? object->text : subject->text;
    f->object = m->value == VALUE_REVERSED ? subject->text : object->text;
    return SKOS_FACT;
}

enum skos_line skos_line(char *line, size_t len, struct skos_fact *fact)
{
    struct term subject, predicate, object;
    char *at = line + strspn(line, " \t");

    if (strlen(line) != len)
        return SKOS_BROKEN;
    if (*at == '\0' || *at == '#')
        return SKOS_NOTHING;
    if (!take_term(&at, &subject) || !take_term(&at, &predicate) || !take_term(&at, &object) ||
        predicate.kind != TERM_IRI)
        return SKOS_BROKEN;
    at += strspn(at, " \t");
    if (*at != '.')
        return SKOS_BROKEN;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (strcmp(predicate.text, meanings[i].predicate) == 0)
            return make_fact(&meanings[i], &subject, &object, fact);
    return SKOS_NOTHING;
}
