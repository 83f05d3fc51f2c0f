/* The registry of errors.def as a table, and the filling of struct error. */
#include "directory/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "directory/base/utf8.h"

static const struct error_kind kinds[] = {
#define AGORA_ERROR(name, sqlstate, http, slug, title)                                             \
    [AGORA_##name] = {#name, sqlstate, http, slug, title},
#include "directory/base/errors.def"
#undef AGORA_ERROR
};

const struct error_kind *error_kind(enum agora_status status)
{
    if (status <= AGORA_OK || status >= AGORA_STATUSES)
        status = AGORA_INTERNAL;
    return &kinds[status];
}

enum agora_status error_of_sqlstate(const char *sqlstate)
{
    for (int s = AGORA_OK + 1; s < AGORA_STATUSES; s++)
        if (kinds[s].sqlstate[0] != '\0' && strcmp(kinds[s].sqlstate, sqlstate) == 0)
            return (enum agora_status)s;
    return AGORA_INTERNAL;
}

enum agora_status error_set(struct error *e, enum agora_status status, const char *pointer,
                            const char *fmt, ...)
{
    e->status = status;
    e->detail[0] = '\0';
    snprintf(e->pointer, sizeof e->pointer, "%s", pointer != NULL ? pointer : "");
    utf8_mend(e->pointer);
    if (fmt == NULL) {
        snprintf(e->text, sizeof e->text, "%s", error_kind(status)->title);
        return status;
    }
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    utf8_mend(e->text); /* a value that was cut may end in half a character */
    return status;
}

enum agora_status error_detail(struct error *e, enum agora_status status, const char *fmt, ...)
{
    error_set(e, status, NULL, NULL);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->detail, sizeof e->detail, fmt, ap);
    va_end(ap);
    return status;
}
