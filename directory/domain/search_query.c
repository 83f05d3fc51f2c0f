/* A hand-written scanner: one term at a time, no recursion, every loop ends at the text's NUL. */
#include "directory/domain/search_query.h"

#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"

static const struct {
    const char *name;
    enum search_field field;
} operators[] = {
    {"skill", SEARCH_EXPERTISE}, {"interest", SEARCH_INTEREST}, {"seeks", SEARCH_SEEKING},
    {"offers", SEARCH_OFFERING}, {"about", SEARCH_ABOUT},       {"org", SEARCH_ORGANISATION},
    {"in", SEARCH_PLACE},        {"lang", SEARCH_LANGUAGE},     {"level", SEARCH_LEVEL},
};

struct scanner {
    const void *mem;
    const char *at;
    struct search_query *out;
    bool or_waits; /* OR was read, its right side was not */
    struct error *e;
};

/* Ranges of signs among the code points beyond ASCII; all others count as letters, as PostgreSQL's
 * folding takes out what is none. */
static bool is_sign(int32_t c)
{
    static const int32_t ranges[][2] = {
        {0x80, 0xa9},     {0xab, 0xb1},     {0xb4, 0xb4},     {0xb6, 0xb8},       {0xbb, 0xbb},
        {0xbf, 0xbf},     {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2000, 0x206f},   {0x20a0, 0x20cf},
        {0x2190, 0x2bff}, {0x3000, 0x303f}, {0xfe10, 0xfe6f}, {0xff00, 0xff0f},   {0xff1a, 0xff20},
        {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xfff0, 0xffff}, {0x1f000, 0x1ffff},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static bool is_letter(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return !is_sign(c);
}

const char *search_word(const char **at, size_t *len)
{
    const char *end = *at + strlen(*at), *begin = NULL, *here = *at, *before = *at;
    int32_t c;

    while ((c = utf8_next(&here, end)) >= 0) {
        if (is_letter(c) && begin == NULL)
            begin = before;
        if (!is_letter(c) && begin != NULL)
            break;
        before = here;
    }
    *at = before;
    *len = begin != NULL ? (size_t)(before - begin) : 0;
    return begin;
}

static bool has_word(const char *text)
{
    size_t len;

    return search_word(&text, &len) != NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Octets of the quotation mark at @a at: a straight one, or those that telephones put in. */
static size_t quote_at(const char *at)
{
    if (*at == '"')
        return 1;
    return strncmp(at, "\u201c", 3) == 0 || strncmp(at, "\u201d", 3) == 0 ||
                   strncmp(at, "\u201e", 3) == 0
               ? 3
               : 0;
}

/* Take the value of a term: up to the closing quote, or to the next space. NULL without memory. */
static const char *take_value(struct scanner *s, bool *quoted)
{
    size_t mark = quote_at(s->at);
    const char *begin = s->at + mark;

    *quoted = mark > 0;
    s->at = begin;
    while (*s->at != '\0' && (*quoted ? quote_at(s->at) == 0 : !is_space(*s->at)))
        s->at++;
    const char *value = talloc_strndup(s->mem, begin, (size_t)(s->at - begin));
    s->at += *quoted ? quote_at(s->at) : 0;
    return value;
}

/* Take "name:" when it stands here. */
static enum agora_status take_operator(struct scanner *s, struct search_term *term)
{
    size_t len = strspn(s->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    if (len == 0 || s->at[len] != ':')
        return AGORA_OK;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (strlen(operators[i].name) != len || strncasecmp(s->at, operators[i].name, len) != 0)
            continue;
        term->field = operators[i].field;
        s->at += len + 1;
        if (*s->at == '=' && term->field <= SEARCH_OFFERING) {
            term->narrow = true;
            s->at++;
        }
        return AGORA_OK;
    }
    return error_set(s->e, AGORA_INVALID_FIELD, "/q",
                     "“%.*s:” is not known. There are skill: interest: seeks: offers: about: org: "
                     "in: lang: and level:",
                     (int)(len > 30 ? 30 : len), s->at);
}

static enum agora_status check_value(struct scanner *s, const struct search_term *term)
{
    const char *v = term->text;

    if (!has_word(v))
        return error_set(s->e, AGORA_INVALID_FIELD, "/q",
                         "Write what you look for right behind the colon, without a space.");
    if (term->field == SEARCH_LEVEL && (v[0] < '0' || v[0] > '4' || v[1] != '\0'))
        return error_set(s->e, AGORA_INVALID_FIELD, "/q",
                         "A level is a number from 0 to 4: level:2");
    if (term->field == SEARCH_LANGUAGE &&
        (strlen(v) > 35 || strspn(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-") != strlen(v)))
        return error_set(s->e, AGORA_INVALID_FIELD, "/q",
                         "Write a language by its code, such as lang:de");
    return AGORA_OK;
}

static enum agora_status add_term(struct scanner *s, const struct search_term *term)
{
    struct search_query *q = s->out;

    if (q->n == SEARCH_TERMS_MAX)
        return error_set(s->e, AGORA_INVALID_FIELD, "/q", "Search for at most %d things at once.",
                         SEARCH_TERMS_MAX);
    struct search_term *more =
        talloc_realloc(s->mem, q->terms, struct search_term, (unsigned)q->n + 1);
    if (more == NULL)
        return error_set(s->e, AGORA_INTERNAL, NULL, NULL);
    q->terms = more;
    q->terms[q->n] = *term;
    q->terms[q->n].alternative = s->or_waits;
    q->n++;
    s->or_waits = false;
    return AGORA_OK;
}

static enum agora_status take_or(struct scanner *s)
{
    if (s->out->n == 0 || s->or_waits)
        return error_set(s->e, AGORA_INVALID_FIELD, "/q", "Write something on both sides of OR.");
    s->or_waits = true;
    s->at += 2;
    return AGORA_OK;
}

static enum agora_status take_term(struct scanner *s)
{
    struct search_term term = {.field = SEARCH_WORDS};

    if (strncmp(s->at, "OR", 2) == 0 && (s->at[2] == '\0' || is_space(s->at[2])))
        return take_or(s);
    if (*s->at == '-') {
        term.excluded = true;
        s->at++;
    }
    enum agora_status status = take_operator(s, &term);
    if (status != AGORA_OK)
        return status;
    if ((term.text = take_value(s, &term.quoted)) == NULL)
        return error_set(s->e, AGORA_INTERNAL, NULL, NULL);
    if (term.field == SEARCH_WORDS)
        return has_word(term.text) ? add_term(s, &term) : AGORA_OK; /* a sign alone says nothing */
    status = check_value(s, &term);
    return status == AGORA_OK ? add_term(s, &term) : status;
}

enum agora_status search_parse(const void *mem, const char *text, struct search_query *out,
                               struct error *e)
{
    struct search_query made = {0};
    struct scanner s = {.mem = mem, .at = text != NULL ? text : "", .out = &made, .e = e};
    enum agora_status status = AGORA_OK;

    while (status == AGORA_OK) {
        while (is_space(*s.at))
            s.at++;
        if (*s.at == '\0')
            break;
        status = take_term(&s);
    }
    if (status == AGORA_OK && s.or_waits)
        status = error_set(e, AGORA_INVALID_FIELD, "/q", "Write something on both sides of OR.");
    if (status == AGORA_OK)
        *out = made;
    return status;
}
