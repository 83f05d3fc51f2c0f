/* Fields are unquoted in place, so that a record costs no memory. */
#include "directory/ctl/csv.h"

#include <string.h>

void csv_begin(struct csv *csv, char *text)
{
    *csv = (struct csv){.at = text, .line = 1};
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
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
    char *field = csv->at, *end;

    if (*field == '"') {
        end = field + 1;
        field = quoted_field(csv, &end);
        if (csv->error == NULL && strchr(",\r\n", *end) == NULL) /* the NUL counts, too */
            csv->error = "something follows a closing quotation mark";
        end += strcspn(end, ",\r\n");
    } else {
        end = field + strcspn(field, ",\r\n");
    }
    *last = *end != ',';
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
