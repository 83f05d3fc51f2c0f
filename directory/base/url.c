/* RFC 3986, section 2: what is not unreserved is encoded, whatever it is. */
#include "directory/base/url.h"

#include <stdbool.h>
#include <string.h>
#include <talloc.h>

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

char *url_encode(const void *mem, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = talloc_size(mem, 3 * strlen(text) + 1), *to = out;

    if (out == NULL)
        return NULL;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (is_unreserved(*text)) {
            *to++ = *text;
        } else {
            *to++ = '%';
            *to++ = digits[c >> 4];
            *to++ = digits[c & 15];
        }
    }
    *to = '\0';
    return out;
}
