/*
 * Lines of any octets: a fact's texts are within the line, UTF-8, and can break neither a line nor
 * a field of what agora-skos writes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "directory/base/utf8.h"
#include "directory/skos/skos.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, size_t most)
{
    size_t len = strlen(text);

    if (len > most || !utf8_valid(text, len) || strpbrk(text, "\t\n\r") != NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct skos_fact f;
    char *line = malloc(size + 1);

    if (line == NULL)
        return 0;
    memcpy(line, data, size);
    line[size] = '\0';
    if (skos_line(line, size, &f) == SKOS_FACT) {
        if (strchr("ctdyskpahbrem", f.kind) == NULL || f.subject[0] == '\0')
            abort();
        check(f.subject, SKOS_IRI_MAX);
        check(f.object, SKOS_IRI_MAX);
        check(f.lang, 35);
        check(f.label, SKOS_LABEL_MAX);
    }
    free(line);
    return 0;
}
