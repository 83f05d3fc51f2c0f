/* The tree of the query is written as a tsquery: groups in parentheses, alternatives too. What each
 * lexeme is stands in search_lexeme.c. */
#include "directory/domain/search_compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "directory/domain/search_lexeme.h"
#include "directory/domain/sql_array.h"

/* Where free words were found, by the weight that agora.search_rows gives them. */
static const struct {
    char weight;
    const char *reason;
} places[] = {{'A', "Name"}, {'B', "Role"}, {'C', "Expertise"}};

struct composer {
    const void *mem;
    FILE *query;
    struct sql_array clues, reasons, words, asked;
    const struct search_query *asked_for;
    const struct search_filters *filters;
    size_t names; /* topic names in the query */
};

/* What search_put_term() wrote, as a clue with its reason. @param what NULL when the reason says
 * all */
static void add_clue(struct composer *c, const char *clue, const char *reason, const char *what)
{
    char *text = what != NULL ? talloc_asprintf(c->mem, "%s: %s", reason, what)
                              : talloc_strdup(c->mem, reason);

    if (text == NULL || clue == NULL)
        return;
    sql_array_add(&c->clues, clue);
    sql_array_add(&c->reasons, text);
}

/* One clue for a term, or for free words one a place. */
static void clue_of_term(struct composer *c, size_t n, const char *what)
{
    const struct search_term *term = &c->asked_for->terms[n];
    bool free_words = term->field == SEARCH_WORDS;
    size_t clues = free_words ? sizeof places / sizeof places[0] : 1;

    for (size_t i = 0; i < clues; i++) {
        char *text = NULL;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        if (out == NULL)
            return;
        search_put_term(out, c->asked_for, n, c->filters, free_words ? places[i].weight : '\0');
        if (fclose(out) == 0)
            add_clue(c, text, free_words ? places[i].reason : search_reason(term->field), what);
        free(text);
    }
}

/* The topics of the n-th name go to the front of cards; their label, when there is just one. */
static const char *ask_topics(struct composer *c, size_t name)
{
    const char *label = NULL;
    size_t n = 0;

    for (size_t i = 0; i < c->filters->found_n; i++) {
        if (c->filters->found[i].place != name)
            continue;
        sql_array_add(&c->asked, c->filters->found[i].id);
        label = c->filters->found[i].label;
        n++;
    }
    return n == 1 ? label : NULL;
}

static void ask_words(struct composer *c, const struct search_term *term)
{
    const char *at = term->text, *word;
    size_t len;

    while ((word = search_word(&at, &len)) != NULL) {
        char *one = talloc_strndup(c->mem, word, len);
        if (one != NULL)
            sql_array_add(&c->words, one);
    }
}

static void explain_term(struct composer *c, size_t n)
{
    const struct search_term *term = &c->asked_for->terms[n];
    char *typed = talloc_asprintf(c->mem, "“%s”", term->text);
    const char *label =
        search_names_topic(term) ? ask_topics(c, search_place_of(c->asked_for, n)) : NULL;

    if (term->field == SEARCH_WORDS)
        ask_words(c, term);
    if (typed == NULL || (term->field != SEARCH_WORDS && search_reason(term->field) == NULL))
        return;
    clue_of_term(c, n, term->field == SEARCH_KNOWS ? NULL : label != NULL ? label : typed);
}

/* A node as it stands within others. Recursion ends at SEARCH_DEPTH_MAX groups. */
static void put_node(const struct composer *c, const struct search_node *node)
{
    const char *join = node->join == SEARCH_ALL ? " & " : " | ";

    if (node->excluded)
        putc('!', c->query);
    if (node->join == SEARCH_TERM) {
        search_put_term(c->query, c->asked_for, node->term, c->filters, '\0');
        return;
    }
    putc('(', c->query);
    for (const struct search_node *one = node->first; one != NULL; one = one->next) {
        put_node(c, one);
        if (one->next != NULL)
            fputs(join, c->query);
    }
    putc(')', c->query);
}

/* Whether something must be there: a query of exclusions only would have to look at every member.
 */
static bool node_needs(const struct search_node *node)
{
    bool any = false, all = true;

    if (node->excluded || node->join == SEARCH_TERM)
        return !node->excluded;
    for (const struct search_node *one = node->first; one != NULL; one = one->next) {
        bool one_needs = node_needs(one);
        any = any || one_needs;
        all = all && one_needs;
    }
    return node->join == SEARCH_ALL ? any : all;
}

/* What was written. @return whether it needs something */
static bool put_query(struct composer *c, const struct search_query *q)
{
    if (q->root == NULL)
        return false;
    put_node(c, q->root);
    for (size_t i = 0; i < q->n; i++) {
        if (!q->terms[i].excluded)
            explain_term(c, i);
        c->names += search_names_topic(&q->terms[i]);
    }
    return node_needs(q->root);
}

/* Topics asked for by id: any kind, but the reason says which. */
static void clue_of_topics(struct composer *c)
{
    const struct search_filters *f = c->filters;

    for (size_t i = 0; i < f->found_n; i++) {
        if (f->found[i].place < c->names)
            continue;
        sql_array_add(&c->asked, f->found[i].id);
        for (enum search_field k = SEARCH_EXPERTISE; k <= SEARCH_OFFERING; k++)
            add_clue(c, talloc_asprintf(c->mem, "\001%s%s\001", search_letters(k), f->found[i].id),
                     search_reason(k), f->found[i].label);
    }
}

/* The filters beside the query. @param and what joins the first of them to what was written */
static void put_filters(struct composer *c, const char *and)
{
    const struct search_filters *f = c->filters;

    if (f->topics_n > 0) {
        const char *join = "(";
        fputs(and, c->query);
        for (size_t i = 0; i < f->topics_n; i++, join = " | ") {
            fputs(join, c->query);
            search_put_topics(c->query, f, c->names + i, "t:");
        }
        fputs(")", c->query);
        and = " & ";
    }
    for (size_t i = 0; i < f->countries_n; i++)
        fprintf(c->query, "%s%s\001cc:%s\001", i == 0 ? and : " | ", i == 0 ? "(" : "",
                f->countries[i]);
    if (f->countries_n > 0) {
        putc(')', c->query);
        and = " & ";
    }
    for (size_t i = 0; i < f->places_n; i++)
        fprintf(c->query, "%s%s\001%s\001", i == 0 ? and : " | ", i == 0 ? "(" : "", f->places[i]);
    if (f->places_n > 0) {
        putc(')', c->query);
        and = " & ";
    }
    if (f->level != NULL)
        fprintf(c->query, "%s\001vf:%s\001", and, f->level);
}

enum agora_status search_compose(const void *mem, const struct search_query *query,
                                 const struct search_filters *filters, struct search_statement *out)
{
    struct composer c = {.mem = mem, .asked_for = query, .filters = filters};
    char *text = NULL;
    size_t len = 0;

    if ((c.query = open_memstream(&text, &len)) == NULL)
        return AGORA_INTERNAL;
    sql_array_begin(&c.clues);
    sql_array_begin(&c.reasons);
    sql_array_begin(&c.words);
    sql_array_begin(&c.asked);
    bool needs = put_query(&c, query) || filters->topics_n > 0 || filters->countries_n > 0 ||
                 filters->places_n > 0 || filters->level != NULL;
    put_filters(&c, query->n > 0 ? " & " : "");
    clue_of_topics(&c);
    if (!needs) /* every member has this one */
        fprintf(c.query, "%s\001vf:0\001", query->n > 0 ? " & " : "");
    bool whole = fclose(c.query) == 0;
    *out = (struct search_statement){
        .query = whole ? talloc_strndup(mem, text, len) : NULL,
        .clues = sql_array_end(&c.clues, mem),
        .reasons = sql_array_end(&c.reasons, mem),
        .words = sql_array_end(&c.words, mem),
        .asked = sql_array_end(&c.asked, mem),
    };
    free(text);
    return out->query != NULL && out->clues != NULL && out->reasons != NULL && out->words != NULL &&
                   out->asked != NULL
               ? AGORA_OK
               : AGORA_INTERNAL;
}
