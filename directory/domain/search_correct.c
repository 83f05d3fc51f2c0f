/* The words are corrected where they stand in what was typed, so that quotes, operators and
 * everything else stay as they were; the text that comes of it is searched like any other. */
#include "directory/domain/search_correct.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/db/db.h"
#include "directory/domain/sql_array.h"

/* So many found are few: the spelling is looked at. Words beyond so many are left as they are. */
enum { FEW = 3, WORDS_MAX = 8 };

struct words {
    const char *text[WORDS_MAX];
    size_t at[WORDS_MAX], len[WORDS_MAX]; /* where they stand in what was typed, octets */
    size_t n;
};

/* How many the page says it found. The marks cannot stand inside a text of JSON, whose quotes are
 * escaped. */
static long total_of(const char *body)
{
    static const char mark[] = "\"total\": {\"count\": ";
    const char *at = strstr(body, mark);

    return at != NULL ? strtol(at + sizeof mark - 1, NULL, 10) : 0;
}

/* Free words that are neither exact nor excluded. */
static bool collect(struct work *w, const struct search_query *query, struct words *out)
{
    out->n = 0;
    for (size_t i = 0; i < query->n; i++) {
        const struct search_term *term = &query->terms[i];
        const char *at = term->text, *word;
        size_t len;
        if (term->field != SEARCH_WORDS || term->quoted || term->excluded)
            continue;
        while (out->n < WORDS_MAX && (word = search_word(&at, &len)) != NULL) {
            out->at[out->n] = term->at + (size_t)(word - term->text);
            out->len[out->n] = len;
            out->text[out->n] = talloc_strndup(w->mem, word, len);
            if (out->text[out->n++] == NULL)
                return false;
        }
    }
    return true;
}

/* What was typed with the words corrected; NULL without memory. */
static const char *rewrite(struct work *w, const char *typed, const struct words *words,
                           const struct db_result *rows)
{
    char *text = NULL;
    size_t len, done = 0;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL)
        return NULL;
    for (size_t i = 0; i < words->n && i < db_rows(rows); i++) {
        const char *better = db_text(rows, i, 0);
        if (better == NULL)
            continue;
        fprintf(out, "%.*s%s", (int)(words->at[i] - done), typed + done, better);
        done = words->at[i] + words->len[i];
    }
    fputs(typed + done, out);
    const char *made = fclose(out) == 0 ? talloc_strndup(w->mem, text, len) : NULL;
    free(text);
    return made;
}

/* Put the corrected query into a page, behind its last member. */
static enum agora_status tell(struct work *w, const char *q, bool instead, const char **body)
{
    json_t *said = json_pack("{s:s, s:b}", "q", q, "instead", instead);
    char *text = said != NULL ? json_dumps(said, JSON_COMPACT) : NULL;
    size_t len = strlen(*body);
    const char *made = text != NULL && len > 0 ? talloc_asprintf(w->mem, "%.*s, \"corrected\": %s}",
                                                                 (int)(len - 1), *body, text)
                                               : NULL;

    free(text);
    json_decref(said);
    if (made == NULL)
        return work_out_of_memory(w);
    *body = made;
    return AGORA_OK;
}

static enum agora_status ask_again(struct work *w, const char *viewer, const struct search_ask *ask,
                                   const char *q, const char **body)
{
    struct search_ask again = *ask;
    const char *other;
    long found = total_of(*body);

    again.q = q;
    enum agora_status s = search_page_of(w, viewer, &again, found == 0, &other);
    if (s != AGORA_OK || total_of(other) <= found)
        return s;
    if (found == 0)
        *body = other;
    return tell(w, q, found == 0, body);
}

enum agora_status search_correct(struct work *w, const char *viewer, const struct search_ask *ask,
                                 const struct search_query *query, const char **body)
{
    struct words words;
    struct db_result *rows;

    /* Numbers are of the members whom a page shows: where one is found, of what was typed. */
    if (total_of(*body) >= (search_only_numbers(ask) ? 1 : FEW))
        return AGORA_OK;
    if (!collect(w, query, &words))
        return work_out_of_memory(w);
    if (words.n == 0)
        return AGORA_OK;
    const char *array = sql_array_of(w->mem, words.text, words.n);
    if (array == NULL)
        return work_out_of_memory(w);
    enum agora_status s = DB_RUN(w, QUERY_SEARCH_SPELLING, &rows, viewer, array);
    if (s != AGORA_OK)
        return s;
    const char *q = rewrite(w, ask->q, &words, rows);
    if (q == NULL)
        return work_out_of_memory(w);
    return strcmp(q, ask->q) != 0 ? ask_again(w, viewer, ask, q, body) : AGORA_OK;
}
