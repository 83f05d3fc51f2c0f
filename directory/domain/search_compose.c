/* Every lexeme is written between \001, which no word contains, as are the signs of a tsquery: what
 * was typed cannot change the shape of the query. The structured lexemes are those of
 * agora.search_rows (sql/directory/functions/search_row.sql). */
#include "directory/domain/search_compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/domain/sql_array.h"

/* A word of this many letters also finds longer ones that begin with it. Structured lexemes have
 * at most two letters before their sign, so that no word finds those. */
enum { PREFIX_LETTERS = 3, WORD_OCTETS = 240 };

static const struct {
    const char *letters; /* of the lexemes; of topics: with narrower ones */
    const char *narrow;  /* of the topics alone */
    const char *reason;
} fields[] = {
    [SEARCH_WORDS] = {"", NULL, NULL},
    [SEARCH_EXPERTISE] = {"x:", "x=", "Expertise"},
    [SEARCH_INTEREST] = {"i:", "i=", "Interested in"},
    [SEARCH_SEEKING] = {"s:", "s=", "Looks for"},
    [SEARCH_OFFERING] = {"o:", "o=", "Offers"},
    [SEARCH_ABOUT] = {"a:", NULL, "In their own words"},
    [SEARCH_ORGANISATION] = {"g:", NULL, "Organisation"},
    [SEARCH_PLACE] = {"p:", NULL, "Place"},
    [SEARCH_LANGUAGE] = {"l:", NULL, NULL},
    [SEARCH_LEVEL] = {"vf:", NULL, NULL},
};

/* Where free words were found, by the weight that agora.search_rows gives them. */
static const struct {
    char weight;
    const char *reason;
} places[] = {{'A', "Name"}, {'B', "Role"}, {'C', "Expertise"}};

struct composer {
    const void *mem;
    FILE *query;
    struct sql_array clues, reasons, words, asked;
    const struct search_filters *filters;
    size_t names; /* topic names met so far */
};

bool search_names_topic(const struct search_term *term)
{
    return term->field >= SEARCH_EXPERTISE && term->field <= SEARCH_OFFERING;
}

static size_t letters_of(const char *word, size_t len)
{
    const char *at = word;
    size_t n = 0;

    while (at < word + len && utf8_next(&at, word + len) >= 0)
        n++;
    return n;
}

/* Words of a term, all of them, or one after the other when quoted. @param weight 0 for any */
static void put_words(FILE *out, const struct search_term *term, char weight)
{
    const char *at = term->text, *word;
    bool free_words = term->field == SEARCH_WORDS;
    const char *join = "(";
    size_t len;

    while ((word = search_word(&at, &len)) != NULL) {
        bool prefix = free_words && !term->quoted && letters_of(word, len) >= PREFIX_LETTERS;
        int shown = (int)(len > WORD_OCTETS ? WORD_OCTETS : len);
        fprintf(out, "%s\001%s%.*s\001", join, fields[term->field].letters, shown, word);
        if (prefix || weight != '\0')
            fprintf(out, ":%s%.*s", prefix ? "*" : "", weight != '\0', &weight);
        join = free_words && term->quoted ? " <-> " : " & ";
    }
    putc(')', out);
}

/* Topics of the n-th name, any of them. */
static void put_topics(FILE *out, const struct search_filters *f, size_t name, const char *letters)
{
    const char *join = "(";

    for (size_t i = 0; i < f->found_n; i++) {
        if (f->found[i].place != name)
            continue;
        fprintf(out, "%s\001%s%s\001", join, letters, f->found[i].id);
        join = " | ";
    }
    /* A name that is no topic finds nobody; the caller has refused it before. */
    fputs(join[0] == '(' ? "(\001none\001)" : ")", out);
}

static void put_place(FILE *out, const struct search_term *term)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    if (!term->quoted && strlen(term->text) == 2 && strspn(term->text, letters) == 2)
        fprintf(out, "(\001cc:%s\001 | \001p:%s\001)", term->text, term->text);
    else
        put_words(out, term, '\0');
}

static void put_term(FILE *out, const struct composer *c, const struct search_term *term)
{
    const char *letters = term->narrow ? fields[term->field].narrow : fields[term->field].letters;

    if (search_names_topic(term))
        put_topics(out, c->filters, c->names, letters);
    else if (term->field == SEARCH_PLACE)
        put_place(out, term);
    else if (term->field == SEARCH_LANGUAGE || term->field == SEARCH_LEVEL)
        fprintf(out, "\001%s%s\001", letters, term->text);
    else
        put_words(out, term, '\0');
}

/* What put_x() wrote, as a clue with its reason. */
static void add_clue(struct composer *c, const char *clue, const char *reason, const char *what)
{
    char *text = talloc_asprintf(c->mem, "%s: %s", reason, what);

    if (text == NULL || clue == NULL)
        return;
    sql_array_add(&c->clues, clue);
    sql_array_add(&c->reasons, text);
}

/* One clue for a term, or for free words one a place. */
static void clue_of_term(struct composer *c, const struct search_term *term, const char *what)
{
    size_t n = term->field == SEARCH_WORDS ? sizeof places / sizeof places[0] : 1;

    for (size_t i = 0; i < n; i++) {
        char *text = NULL;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        if (out == NULL)
            return;
        if (term->field == SEARCH_WORDS)
            put_words(out, term, places[i].weight);
        else
            put_term(out, c, term);
        if (fclose(out) == 0)
            add_clue(c, text,
                     term->field == SEARCH_WORDS ? places[i].reason : fields[term->field].reason,
                     what);
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

static void explain_term(struct composer *c, const struct search_term *term)
{
    char *typed = talloc_asprintf(c->mem, "“%s”", term->text);
    const char *label = search_names_topic(term) ? ask_topics(c, c->names) : NULL;

    if (term->field == SEARCH_WORDS)
        ask_words(c, term);
    if (typed != NULL && (term->field == SEARCH_WORDS || fields[term->field].reason != NULL))
        clue_of_term(c, term, label != NULL ? label : typed);
}

/* All terms; alternatives stand in one pair of parentheses. @return whether one must be there:
 * a query of exclusions only would have to look at every member */
static bool put_terms(struct composer *c, const struct search_query *q)
{
    bool needs = false, all_needed = true;

    for (size_t i = 0; i < q->n; i++) {
        const struct search_term *t = &q->terms[i];
        if (!t->alternative) {
            needs = needs || (i > 0 && all_needed);
            all_needed = true;
        }
        all_needed = all_needed && !t->excluded;
        fputs(t->alternative ? " | " : i > 0 ? ") & (" : "(", c->query);
        if (t->excluded)
            putc('!', c->query);
        put_term(c->query, c, t);
        if (!t->excluded)
            explain_term(c, t);
        c->names += search_names_topic(t);
    }
    if (q->n > 0)
        putc(')', c->query);
    return needs || (q->n > 0 && all_needed);
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
            add_clue(c, talloc_asprintf(c->mem, "\001%s%s\001", fields[k].letters, f->found[i].id),
                     fields[k].reason, f->found[i].label);
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
            put_topics(c->query, f, c->names + i, "t:");
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
    struct composer c = {.mem = mem, .filters = filters};
    char *text = NULL;
    size_t len = 0;

    if ((c.query = open_memstream(&text, &len)) == NULL)
        return AGORA_INTERNAL;
    sql_array_begin(&c.clues);
    sql_array_begin(&c.reasons);
    sql_array_begin(&c.words);
    sql_array_begin(&c.asked);
    bool needs = put_terms(&c, query) || filters->topics_n > 0 || filters->countries_n > 0 ||
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
