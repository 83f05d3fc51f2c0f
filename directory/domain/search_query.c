/* A hand-written scanner: one term at a time, no recursion (what is in parentheses stands on a
 * stack of SEARCH_DEPTH_MAX groups), every loop ends at the text's NUL. */
#include "directory/domain/search_query.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/domain/search_operator.h"

/* What is between two parentheses, or all of it. */
struct group {
    struct search_node *all;  /* SEARCH_ALL */
    struct search_node *last; /* its last node */
    const char *opened;       /* where the parenthesis stands */
    bool or_waits;            /* OR was read, its right side was not */
};

struct scanner {
    const void *mem;
    const char *text; /* all of it */
    const char *at;
    struct search_query *out;
    struct group groups[SEARCH_DEPTH_MAX + 1];
    size_t depth; /* groups that are open, without the first one */
    struct error *e;
};

static bool has_word(const char *text)
{
    size_t len;

    return search_word(&text, &len) != NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where something stands, as people count. */
static int place_of(const struct scanner *s, const char *at)
{
    const char *here = s->text;
    int n = 1;

    while (here < at && utf8_next(&here, at) >= 0)
        n++;
    return n;
}

static enum agora_status refuse_at(struct scanner *s, const char *at, const char *sentence)
{
    return error_set(s->e, AGORA_INVALID_FIELD, "/q", "At character %d: %s", place_of(s, at),
                     sentence);
}

static enum agora_status no_memory(struct scanner *s)
{
    return error_set(s->e, AGORA_INTERNAL, NULL, NULL);
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

static bool ends_value(const char *at, bool quoted)
{
    return quoted ? quote_at(at) > 0 : is_space(*at) || *at == '(' || *at == ')';
}

/* Take the value of a term: up to the closing quote, or to the next space or parenthesis. */
static enum agora_status take_value(struct scanner *s, struct search_term *term)
{
    size_t mark = quote_at(s->at);
    const char *begin = s->at + mark;

    term->quoted = mark > 0;
    s->at = begin;
    while (*s->at != '\0' && !ends_value(s->at, term->quoted))
        s->at++;
    term->text = talloc_strndup(s->mem, begin, (size_t)(s->at - begin));
    term->at = (size_t)(begin - s->text);
    if (term->quoted)
        s->at += quote_at(s->at);
    /* near:"New York",20km */
    if (term->quoted && term->field == SEARCH_NEAR && *s->at == ',' && term->text != NULL) {
        begin = s->at;
        while (*s->at != '\0' && !ends_value(s->at, false))
            s->at++;
        term->text = talloc_asprintf(s->mem, "%s%.*s", term->text, (int)(s->at - begin), begin);
    }
    return term->text != NULL ? AGORA_OK : no_memory(s);
}

/* Take "name:" when it stands here. */
static enum agora_status take_operator(struct scanner *s, struct search_term *term)
{
    size_t len = strspn(s->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    if (len == 0 || s->at[len] != ':')
        return AGORA_OK;
    enum agora_status status = search_operator(s->at, len, &term->field, s->e);
    if (status != AGORA_OK)
        return status;
    s->at += len + 1;
    if (*s->at == '=' && term->field <= SEARCH_OFFERING) {
        term->narrow = true;
        s->at++;
    }
    return AGORA_OK;
}

static struct search_node *new_node(struct scanner *s, enum search_join join)
{
    struct search_node *made = talloc_zero(s->mem, struct search_node);

    if (made != NULL)
        made->join = join;
    return made;
}

/* Put a node behind the last one of the group; behind an OR it is an alternative to that. */
static enum agora_status put_node(struct scanner *s, struct search_node *node)
{
    struct group *g = &s->groups[s->depth];
    struct search_node **end;

    if (g->or_waits) {
        if (g->last->join != SEARCH_ANY || g->last->excluded) {
            struct search_node *kept = talloc_memdup(s->mem, g->last, sizeof *kept);
            if (kept == NULL)
                return no_memory(s);
            *g->last = (struct search_node){.join = SEARCH_ANY, .first = kept};
        }
        for (end = &g->last->first; *end != NULL;)
            end = &(*end)->next;
        *end = node;
        g->or_waits = false;
        return AGORA_OK;
    }
    if (g->last != NULL)
        g->last->next = node;
    else
        g->all->first = node;
    g->last = node;
    return AGORA_OK;
}

/* Whether what is put now stands behind an odd number of minus signs, its own included. */
static bool is_excluded(const struct scanner *s, bool minus)
{
    for (size_t i = 1; i <= s->depth; i++)
        minus = minus != s->groups[i].all->excluded;
    return minus;
}

static enum agora_status put_term(struct scanner *s, struct search_term *term, bool minus)
{
    struct search_query *q = s->out;

    if (q->n == SEARCH_TERMS_MAX)
        return error_set(s->e, AGORA_INVALID_FIELD, "/q", "Search for at most %d things at once.",
                         SEARCH_TERMS_MAX);
    struct search_term *more =
        talloc_realloc(s->mem, q->terms, struct search_term, (unsigned)q->n + 1);
    struct search_node *node = new_node(s, SEARCH_TERM);
    if (more != NULL)
        q->terms = more;
    if (more == NULL || node == NULL)
        return no_memory(s);
    term->excluded = is_excluded(s, minus);
    q->terms[q->n] = *term;
    node->excluded = minus;
    node->term = q->n++;
    return put_node(s, node);
}

static enum agora_status take_or(struct scanner *s)
{
    struct group *g = &s->groups[s->depth];

    if (g->last == NULL || g->or_waits)
        return refuse_at(s, s->at, "write something on both sides of OR.");
    g->or_waits = true;
    s->at += 2;
    return AGORA_OK;
}

static enum agora_status open_group(struct scanner *s, bool minus)
{
    if (s->depth == SEARCH_DEPTH_MAX)
        return refuse_at(s, s->at, "these are too many parentheses within each other.");
    struct search_node *all = new_node(s, SEARCH_ALL);
    if (all == NULL)
        return no_memory(s);
    all->excluded = minus;
    s->groups[++s->depth] = (struct group){.all = all, .opened = s->at};
    s->at++;
    return AGORA_OK;
}

static enum agora_status close_group(struct scanner *s)
{
    struct search_node *all = s->groups[s->depth].all;

    if (s->depth == 0)
        return refuse_at(
            s, s->at, "this parenthesis closes nothing. Take it out, or put the words in quotes.");
    if (s->groups[s->depth].or_waits)
        return refuse_at(s, s->at, "write something on both sides of OR.");
    s->depth--;
    s->at++;
    return all->first != NULL ? put_node(s, all) : AGORA_OK; /* in () there is nothing */
}

static enum agora_status take_term(struct scanner *s)
{
    struct search_term term = {.field = SEARCH_WORDS};
    bool minus = *s->at == '-';

    if (strncmp(s->at, "OR", 2) == 0 && (s->at[2] == '\0' || is_space(s->at[2]) || s->at[2] == ')'))
        return take_or(s);
    if (*s->at == ')')
        return close_group(s);
    s->at += minus;
    if (*s->at == '(')
        return open_group(s, minus);
    enum agora_status status = take_operator(s, &term);
    if (status == AGORA_OK)
        status = take_value(s, &term);
    if (status != AGORA_OK)
        return status;
    if (term.field == SEARCH_WORDS && !has_word(term.text))
        return AGORA_OK; /* a sign alone says nothing */
    if (term.field != SEARCH_WORDS)
        status = search_operator_value(s->mem, &term, s->e);
    return status == AGORA_OK ? put_term(s, &term, minus) : status;
}

static enum agora_status at_end(struct scanner *s)
{
    if (s->depth > 0)
        return refuse_at(s, s->groups[s->depth].opened,
                         "this parenthesis is not closed. Close it, or put the words in quotes.");
    if (s->groups[0].or_waits)
        return refuse_at(s, s->at, "write something on both sides of OR.");
    s->out->root = s->groups[0].all->first != NULL ? s->groups[0].all : NULL;
    return AGORA_OK;
}

enum agora_status search_parse(const void *mem, const char *text, struct search_query *out,
                               struct error *e)
{
    struct search_query made = {0};
    struct scanner s = {.mem = mem, .text = text != NULL ? text : "", .out = &made, .e = e};
    enum agora_status status = AGORA_OK;

    s.at = s.text;
    if ((s.groups[0].all = new_node(&s, SEARCH_ALL)) == NULL)
        return no_memory(&s);
    while (status == AGORA_OK) {
        while (is_space(*s.at))
            s.at++;
        if (*s.at == '\0')
            break;
        status = take_term(&s);
    }
    if (status == AGORA_OK)
        status = at_end(&s);
    if (status == AGORA_OK)
        *out = made;
    return status;
}
