/*
 * Depth by counting brackets outside of strings, and look-up without regard to case.
 */
#include "tmtp-link/wire/json.h"

#include <strings.h>

#include "tmtp-link/wire/limits.h"

bool json_depth_ok(const char *text, size_t len)
{
    size_t depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (in_string) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > TMTP_JSON_DEPTH_MAX) {
                return false;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

json_t *json_get_nocase(json_t *object, const char *name)
{
    const char *key;
    json_t *value;
    json_t *found = NULL;

    json_object_foreach(object, key, value)
    {
        if (strcasecmp(key, name) == 0) {
            found = value;
        }
    }
    return found;
}
