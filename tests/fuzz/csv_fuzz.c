/*
 * Files of any octets: every record moves on, its fields lie within the file, and its line does not
 * go back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "directory/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct csv csv;
    size_t line = 1;

    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    csv_begin(&csv, text);
    csv_guess(&csv);
    for (char *before = csv.at; csv_next(&csv); before = csv.at) {
        if (csv.at <= before || csv.begun < line || csv.n > CSV_FIELDS_MAX || csv.n == 0)
            abort();
        line = csv.begun;
        for (size_t i = 0; i < csv.n; i++)
            if (csv.fields[i] < text || csv.fields[i] + strlen(csv.fields[i]) > text + size)
                abort();
    }
    free(text);
    return 0;
}
