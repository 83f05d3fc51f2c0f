/* One small function a type: takes a private copy of the text, brings it into form in place, says
 * what is wrong. Lengths are counted in code points, as people and PostgreSQL count them. */
#include "directory/http/check.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/http/uuid.h"

enum { USUAL_MAX = 1000, EMAIL_MAX = 254 };

/* White space and format characters that nobody means at the end of a line. */
static void trim(char *text)
{
    size_t from = strspn(text, " \t\r\n"), len = strlen(text);

    while (len > from && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    memmove(text, text + from, len - from);
    text[len - from] = '\0';
}

/* Control characters, and those that turn the direction of text around (they can make one text look
 * like another). */
static bool is_unwanted(int32_t c, bool lines)
{
    if (lines && (c == '\n' || c == '\t'))
        return false;
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

static bool has_unwanted(const char *text, bool lines)
{
    const char *end = text + strlen(text);

    while (text < end)
        if (is_unwanted(utf8_next(&text, end), lines))
            return true;
    return false;
}

static void unify_line_ends(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++)
        if (*from != '\r' || from[1] != '\n')
            *to++ = *from == '\r' ? '\n' : *from;
    *to = '\0';
}

static const char *check_length(void *mem, const struct input_field *f, const char *text)
{
    long n = (long)utf8_length(text), max = f->max > 0 ? f->max : USUAL_MAX;

    if (n > max)
        return talloc_asprintf(mem, "Write at most %ld characters; these are %ld.", max, n);
    if (n < f->min)
        return f->min == 1 ? "Write something here."
                           : talloc_asprintf(mem, "Write at least %ld characters.", f->min);
    return f->required && n == 0 ? "Write something here." : NULL;
}

static const char *check_lines(void *mem, const struct input_field *f, char *text)
{
    bool lines = f->type == INPUT_MULTILINE;

    if (lines)
        unify_line_ends(text);
    if (f->type != INPUT_SECRET)
        trim(text);
    if (has_unwanted(text, lines))
        return lines ? "Control characters cannot be used here."
                     : "Write one line, without control characters.";
    return check_length(mem, f, text);
}

static const char *check_email(char *text)
{
    static const char *const wrong = "Write an e-mail address, such as name@example.org.";

    trim(text);
    char *at = strrchr(text, '@');
    if (at == NULL || at == text || at != strchr(text, '@') || strlen(text) > EMAIL_MAX ||
        at - text > 64)
        return wrong;
    if (strpbrk(text, " \t<>()[],;:\\\"") != NULL || has_unwanted(text, false))
        return wrong;
    if (at[1] == '\0' || at[1] == '.' || at[strlen(at) - 1] == '.' || strstr(at, "..") != NULL)
        return wrong;
    for (; *text != '\0'; text++)
        *text = (char)tolower((unsigned char)*text);
    return NULL;
}

static const char *check_int(void *mem, const struct input_field *f, char *text)
{
    char *end;
    bool bounded = f->max != 0 || f->min != 0;

    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (*end != '\0' || errno != 0 || strspn(text, "-0123456789") != strlen(text) || end == text)
        return "Write a whole number.";
    if (bounded && (n < f->min || n > f->max))
        return talloc_asprintf(mem, "Write a number from %ld to %ld.", f->min, f->max);
    snprintf(text, strlen(text) + 1, "%lld", n);
    return NULL;
}

/* BCP 47, the part people use: language, then subtags of 1 to 8 letters or digits. */
static const char *check_lang(const char *text)
{
    size_t len = strcspn(text, "-");
    bool first = true;

    for (;; len = strcspn(text, "-"), first = false) {
        if (len < (first ? 2u : 1u) || len > (first ? 3u : 8u))
            return "Write a language code, such as en or pt-BR.";
        for (size_t i = 0; i < len; i++)
            if (!isalnum((unsigned char)text[i]) || (first && !isalpha((unsigned char)text[i])))
                return "Write a language code, such as en or pt-BR.";
        text += len;
        if (*text++ == '\0')
            return NULL;
    }
}

static const char *check_country(char *text)
{
    if (strlen(text) != 2 || !isalpha((unsigned char)text[0]) || !isalpha((unsigned char)text[1]))
        return "Write a country code of two letters, such as PT.";
    text[0] = (char)toupper((unsigned char)text[0]);
    text[1] = (char)toupper((unsigned char)text[1]);
    return NULL;
}

static const char *check_date(const char *text)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char *const wrong = "Write a date as year-month-day, such as 2026-03-01.";

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return wrong;
    for (int i = 0; i < 10; i++)
        if (i != 4 && i != 7 && !isdigit((unsigned char)text[i]))
            return wrong;
    long year = strtol(text, NULL, 10), month = strtol(text + 5, NULL, 10);
    long day = strtol(text + 8, NULL, 10);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return wrong;
    return day <= days[month - 1] + (leap && month == 2 ? 1 : 0) ? NULL : wrong;
}

static const char *check_url(void *mem, const struct input_field *f, char *text)
{
    trim(text);
    size_t scheme = strncasecmp(text, "https://", 8) == 0  ? 8
                    : strncasecmp(text, "http://", 7) == 0 ? 7
                                                           : 0;
    if (scheme == 0 || text[scheme] == '\0' || text[scheme] == '/' ||
        strpbrk(text, " \"<>\\^`{|}") != NULL || has_unwanted(text, false))
        return "Write an address that begins with https://.";
    return check_length(mem, f, text);
}

static const char *check_choice(void *mem, const struct input_field *f, const char *text)
{
    size_t len = strlen(text);

    for (const char *at = f->choices; len > 0 && (at = strstr(at, text)) != NULL; at++)
        if ((at == f->choices || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0') &&
            strchr(text, ' ') == NULL)
            return NULL;
    return talloc_asprintf(mem, "Choose one of: %s.", f->choices);
}

static const char *check(void *mem, const struct input_field *f, char *text)
{
    switch (f->type) {
    case INPUT_TEXT:
    case INPUT_TEXT_LIST:
    case INPUT_MULTILINE:
    case INPUT_SECRET:
        return check_lines(mem, f, text);
    case INPUT_EMAIL:
        return check_email(text);
    case INPUT_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? NULL
                                                                       : "Write true or false.";
    case INPUT_INT:
        return check_int(mem, f, text);
    case INPUT_UUID:
        return uuid_normalise(text) ? NULL : "This is not an id.";
    case INPUT_LANG:
        return check_lang(text);
    case INPUT_COUNTRY:
        return check_country(text);
    case INPUT_DATE:
        return check_date(text);
    case INPUT_URL:
        return check_url(mem, f, text);
    case INPUT_CHOICE:
        return check_choice(mem, f, text);
    default:
        return "This type of field cannot be read here.";
    }
}

char *check_text(void *mem, const struct input_field *field, const char *text, const char **why)
{
    char *copy = talloc_strdup(mem, text);

    *why = copy != NULL ? check(mem, field, copy) : "Out of memory.";
    return *why == NULL ? copy : NULL;
}
