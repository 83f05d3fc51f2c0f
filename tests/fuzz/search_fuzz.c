/* The query language on any text. It gives a query, or a plain sentence at /q. What comes out of a
 * query must be a tsquery in shape: between the marks \001 no mark of ours is missing, outside of
 * them stand only the signs that the composer writes. And nothing that was typed is dropped in
 * silence: every word stands in a term, but for the names of operators. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/search_compose.h"
#include "directory/domain/search_operator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Parentheses match, lexemes are closed, and nothing else than signs stands between them. */
static void check_shape(const char *query)
{
    int depth = 0;
    bool quoted = false;

    for (const char *c = query; *c != '\0'; c++) {
        if (*c == '\001')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (*c == '(')
            depth++;
        else if (*c == ')')
            depth--;
        else if (strchr(" &|!<->:*", *c) == NULL)
            abort();
        if (depth < 0)
            abort();
    }
    if (depth != 0 || quoted)
        abort();
}

static size_t count_words(const char *text)
{
    size_t n = 0, len;

    while (search_word(&text, &len) != NULL)
        n++;
    return n;
}

static size_t times(const char *text, const char *part)
{
    size_t n = 0;

    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        n++;
    return n;
}

/* Words that were typed are words of terms, names of operators, distances, or OR. */
static void check_kept(const char *typed, const struct search_query *query)
{
    size_t kept = 0, not_text = times(typed, "OR");

    for (size_t i = 0; i < query->n; i++) {
        kept += count_words(query->terms[i].text);
        not_text += search_operator_name(query->terms[i].field) != NULL;
        not_text += query->terms[i].field == SEARCH_NEAR ? 2 : 0;
        not_text += query->terms[i].field == SEARCH_OPEN ? 3 : 0;
    }
    if (count_words(typed) > kept + not_text)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct search_topic found[] = {
        {0, "T1", "One", false}, {0, "T2", "Two", true}, {1, "T3", "Three", false}};
    static const struct search_place nears[] = {{0, "p:new p:york"}, {1, "pl:12"}};
    static const char *const known[] = {"0123456789abcdef", "0123456789abcdee"};
    const struct search_filters filters = {.found = found,
                                           .found_n = 3,
                                           .nears = nears,
                                           .nears_n = 2,
                                           .known = known,
                                           .known_n = 2,
                                           .today = {.tm_year = 126, .tm_mon = 1, .tm_mday = 28}};
    void *mem = talloc_new(NULL);
    char *text = talloc_strndup(mem, (const char *)data, size);
    struct search_query query;
    struct search_statement st;
    struct error e = {0};

    if (search_parse(mem, text, &query, &e) == AGORA_OK) {
        if (search_compose(mem, &query, &filters, &st) != AGORA_OK)
            abort();
        check_shape(st.query);
        check_kept(text, &query);
    } else if (e.status != AGORA_INVALID_FIELD || strcmp(e.pointer, "/q") != 0 ||
               e.text[0] == '\0') {
        abort();
    }
    talloc_free(mem);
    return 0;
}
