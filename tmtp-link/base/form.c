/*
 * Forms. A space may come as '+'; it is written as %20.
 */
#include "tmtp-link/base/form.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)((at - digits) % 16);
}

/* Find where the value of a name begins, and its length; NULL when there is none. */
static const char *find(const char *form, const char *name, size_t *len)
{
    size_t name_len = strlen(name);

    while (*form != '\0') {
        size_t part = strcspn(form, "&");

        if (part > name_len && form[name_len] == '=' && strncmp(form, name, name_len) == 0) {
            *len = part - name_len - 1;
            return form + name_len + 1;
        }
        form += part;
        form += *form == '&';
    }
    return NULL;
}

char *form_value(const char *form, const char *name)
{
    size_t len = 0;
    const char *at = find(form, name, &len);
    char *value = at == NULL ? NULL : malloc(len + 1);
    size_t out = 0;

    if (value == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        int c = (unsigned char)at[i];

        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < len ? hex_value(at[i + 1]) : -1;
            int low = i + 2 < len ? hex_value(at[i + 2]) : -1;

            c = high < 0 || low < 0 ? 0 : high << 4 | low;
            i += 2;
        }
        if (c == 0) {
            free(value);
            return NULL;
        }
        value[out++] = (char)c;
    }
    value[out] = '\0';
    return value;
}

char *form_escape(const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *at;
    char *escaped = malloc(3 * strlen(text) + 1);

    if (escaped == NULL) {
        return NULL;
    }
    at = escaped;
    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL) {
            *at++ = *text;
        } else {
            at += snprintf(at, 4, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
    *at = '\0';
    return escaped;
}

char *form_replace(const char *form, const char *name, const char *value)
{
    size_t len = 0;
    const char *at = find(form, name, &len);
    char *escaped = form_escape(value);
    char *replaced = NULL;

    if (at == NULL) {
        free(escaped);
        return strdup(form);
    }
    if (escaped != NULL &&
        asprintf(&replaced, "%.*s%s%s", (int)(at - form), form, escaped, at + len) < 0) {
        replaced = NULL;
    }
    free(escaped);
    return replaced;
}
