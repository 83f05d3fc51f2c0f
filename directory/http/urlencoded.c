/* The application/x-www-form-urlencoded parser of the WHATWG URL standard, but strict: what it
 * would replace or pass through is refused here. */
#include "directory/http/urlencoded.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_decode(char *text, bool plus)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '+' && plus) {
            *to++ = ' ';
        } else if (*from == '%') {
            int high = hex_value(from[1]), low = high < 0 ? -1 : hex_value(from[2]);
            if (low < 0 || high + low == 0)
                return false;
            *to++ = (char)(high << 4 | low);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return utf8_valid(text, (size_t)(to - text));
}

static enum agora_status broken(struct error *e)
{
    return error_set(e, AGORA_MALFORMED, NULL, "A name or value is not percent-encoded UTF-8.");
}

enum agora_status pairs_parse(void *mem, const char *text, size_t len, struct request_pair **out,
                              size_t *n, struct error *e)
{
    struct request_pair *pairs = NULL;
    size_t count = 0;
    char *rest = talloc_strndup(mem, text, len), *piece;

    if (rest == NULL)
        return error_detail(e, AGORA_INTERNAL, "out of memory");
    if (strlen(rest) != len)
        return broken(e);
    while ((piece = strsep(&rest, "&")) != NULL) {
        if (*piece == '\0')
            continue;
        if (count == PAIRS_MAX)
            return error_set(e, AGORA_MALFORMED, NULL, "More than %d parameters.", PAIRS_MAX);
        if (pairs == NULL && (pairs = talloc_array(mem, struct request_pair, PAIRS_MAX)) == NULL)
            return error_detail(e, AGORA_INTERNAL, "out of memory");
        char *value = strchr(piece, '=');
        if (value != NULL)
            *value++ = '\0';
        else
            value = piece + strlen(piece);
        if (!url_decode(piece, true) || !url_decode(value, true))
            return broken(e);
        pairs[count++] = (struct request_pair){piece, value};
    }
    *out = pairs;
    *n = count;
    return AGORA_OK;
}
