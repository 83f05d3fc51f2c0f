/*
 * Values of the configuration.
 */
#include "tmtp-link/server/config_value.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config.h"

/* A number with a suffix of the table, or without one when it allows "". */
static bool read_number(const char *text, const char *const suffixes[], const int64_t factors[],
                        int64_t *number)
{
    char *end;
    long long n;

    errno = 0;
    n = strtoll(text, &end, 10);
    if (end == text || errno != 0 || n <= 0) {
        return false;
    }
    for (size_t i = 0; suffixes[i] != NULL; i++) {
        if (strcmp(end, suffixes[i]) == 0) {
            return !__builtin_mul_overflow((int64_t)n, factors[i], number);
        }
    }
    return false;
}

static bool read_text(const char *text, char **into)
{
    char *copy = strdup(text);

    free(*into);
    *into = copy;
    return copy != NULL && *copy != '\0';
}

static bool read_policy(const char *text, bool *open)
{
    *open = strcmp(text, "open") == 0;
    return *open || strcmp(text, "introduced") == 0;
}

static bool read_flag(const char *text, enum config_flag *flag)
{
    *flag = strcmp(text, "yes") == 0 ? CONFIG_YES : CONFIG_NO;
    return *flag == CONFIG_YES || strcmp(text, "no") == 0;
}

/* A count, or `none`. */
static bool read_limit(const char *text, int64_t *most)
{
    static const char *const plain[] = {"", NULL};
    static const int64_t one[] = {1};

    if (strcmp(text, "none") == 0) {
        *most = INT64_MAX;
        return true;
    }
    return read_number(text, plain, one, most);
}

static bool read_span(const char *text, int64_t *us)
{
    static const char *const spans[] = {"ms", "s", "min", "h", "d", NULL};
    static const int64_t factors[] = {1000, 1000000, 60000000, 3600000000, 86400000000};

    return read_number(text, spans, factors, us);
}

bool config_value_read(enum config_kind kind, const char *text, void *into)
{
    static const char *const none[] = {"", NULL};
    static const char *const sizes[] = {"", "K", "M", NULL};
    static const int64_t size_factors[] = {1, 1024, 1048576};

    switch (kind) {
    case KIND_TEXT:
        return read_text(text, into);
    case KIND_OCTETS:
        return read_number(text, sizes, size_factors, into);
    case KIND_COUNT:
        return read_number(text, none, size_factors, into);
    case KIND_LIMIT:
        return read_limit(text, into);
    case KIND_DURATION:
        return read_span(text, into);
    case KIND_AGE:
        *(int64_t *)into = 0;
        return strcmp(text, "off") == 0 || read_span(text, into);
    case KIND_FLAG:
        return read_flag(text, into);
    case KIND_POLICY:
        return read_policy(text, into);
    }
    return false;
}

const char *config_value_form(enum config_kind kind)
{
    static const char *const forms[] = {
        [KIND_TEXT] = "needs a text",
        [KIND_OCTETS] = "needs a size above 0, such as 65536, 64K or 32M",
        [KIND_COUNT] = "needs a number above 0",
        [KIND_LIMIT] = "needs none, or a number above 0",
        [KIND_DURATION] = "needs a span of time, such as 500ms, 30s, 2min, 24h or 7d",
        [KIND_AGE] = "needs off, or a span of time such as 90d",
        [KIND_FLAG] = "needs yes or no",
        [KIND_POLICY] = "needs introduced or open",
    };

    return forms[kind];
}
