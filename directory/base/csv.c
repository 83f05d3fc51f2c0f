/* Fields are unquoted in place, so that a record costs no memory. */
#include "directory/base/csv.h"

#include <string.h>

void csv_begin(struct csv *csv, char *text)
{
    *csv = (struct csv){.at = text, .between = ',', .line = 1};
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
}

void csv_guess(struct csv *csv)
{
    static const char candidates[] = ",;\t";
    size_t most = 0, len = strcspn(csv->at, "\r\n");

    for (const char *c = candidates; *c != '\0'; c++) {
        size_t n = 0;
        for (size_t i = 0; i < len; i++)
            n += csv->at[i] == *c;
        if (n > most) {
            most = n;
            csv->between = *c;
        }
    }
}

/* A quoted field, *at behind its opening quote; left behind its closing one. */
static char *quoted_field(struct csv *csv, char **at)
{
    char *begin = *at, *to = *at;

    for (char *from = *at;; from++) {
        if (*from == '\0') {
            csv->error = "a quotation mark is not closed";
            *at = from;
            break;
        }
        if (*from == '"' && from[1] != '"') {
            *at = from + 1;
            break;
        }
        if (*from == '"')
            from++;
        csv->line += *from == '\n';
        *to++ = *from;
    }
    *to = '\0';
    return begin;
}

/* One field with what ends it. @param[out] last whether the record ends with it */
static char *take_field(struct csv *csv, bool *last)
{
    const char ends[] = {csv->between, '\r', '\n', '\0'};
    char *field = csv->at, *end;

    if (*field == '"') {
        end = field + 1;
        field = quoted_field(csv, &end);
        if (csv->error == NULL && strchr(ends, *end) == NULL) /* the NUL counts, too */
            csv->error = "something follows a closing quotation mark";
        end += strcspn(end, ends);
    } else {
        end = field + strcspn(field, ends);
    }
    *last = *end != csv->between;
    csv->at = *end == '\0' ? end : end + 1;
    if (*end == '\r' && end[1] == '\n')
        csv->at++;
    csv->line += *end == '\r' || *end == '\n';
    *end = '\0';
    return field;
}

bool csv_next(struct csv *csv)
{
    bool last = false;

    while (*csv->at == '\r' || *csv->at == '\n')
        csv->line += *csv->at++ == '\n';
    if (*csv->at == '\0')
        return false;
    csv->begun = csv->line;
    csv->error = NULL;
    for (csv->n = 0; !last;) {
        char *field = take_field(csv, &last);
        if (csv->n < CSV_FIELDS_MAX)
            csv->fields[csv->n++] = field;
        else
            csv->error = "it has too many fields";
    }
    return true;
}
