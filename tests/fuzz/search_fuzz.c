/* The query language on any text. What comes out must be a tsquery in shape: between the marks \001
 * no mark of ours is missing, outside of them stand only the signs that the composer writes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/search_compose.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct search_topic found[] = {
        {0, "T1", "One"}, {0, "T2", "Two"}, {1, "T3", "Three"}};
    const struct search_filters filters = {.found = found, .found_n = 3};
    void *mem = talloc_new(NULL);
    char *text = talloc_strndup(mem, (const char *)data, size);
    struct search_query query;
    struct search_statement st;
    struct error e = {0};

    if (search_parse(mem, text, &query, &e) == AGORA_OK) {
        if (search_compose(mem, &query, &filters, &st) != AGORA_OK)
            abort();
        check_shape(st.query);
    } else if (e.status != AGORA_INVALID_FIELD || strcmp(e.pointer, "/q") != 0) {
        abort();
    }
    talloc_free(mem);
    return 0;
}
