/*
 * Bodies and query strings, checked at the door.
 */
#include "tmtp-link/server/admin_input.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/admin_call.h"

enum { TEXT_MAX = 1000 };

bool input_known(const json_t *value, const char *const names[])
{
    const char *name;
    json_t *member;
    bool known = json_is_object(value);

    json_object_foreach((json_t *)value, name, member)
    {
        size_t i = 0;

        while (names[i] != NULL && strcmp(names[i], name) != 0) {
            i++;
        }
        known = known && names[i] != NULL;
    }
    return known;
}

json_t *input_object(struct admin_call *call, const char *const names[])
{
    size_t len = buffer_len(&call->body);
    json_t *body =
        len == 0 ? json_object()
                 : json_loadb(call->body.at + call->body.begin, len, JSON_REJECT_DUPLICATES, NULL);

    if (!input_known(body, names)) {
        json_decref(body);
        admin_problem(call, MHD_HTTP_BAD_REQUEST,
                      "the body is not a JSON object, or has an unknown member");
        return NULL;
    }
    return body;
}

bool input_text(struct admin_call *call, const json_t *object, const char *where, const char *name,
                const char **text)
{
    const json_t *value = json_object_get(object, name);
    char detail[96];

    *text = json_string_value(value);
    if (value == NULL || json_is_null(value) ||
        (json_is_string(value) && json_string_length(value) <= TEXT_MAX)) {
        return true;
    }
    snprintf(detail, sizeof detail, "%s%s must be a text of 1,000 octets at most, or null", where,
             name);
    admin_problem(call, MHD_HTTP_BAD_REQUEST, detail);
    return false;
}

const char *input_query(const struct admin_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
}

bool input_number(struct admin_call *call, const char *name, int64_t least, int64_t most,
                  int64_t *number)
{
    const char *text = input_query(call, name);
    char *end = NULL;
    long long n;
    char detail[80];

    if (text == NULL) {
        return true;
    }
    errno = 0;
    n = strtoll(text, &end, 10);
    if (isdigit((unsigned char)*text) == 0 || *end != '\0' || errno != 0 || n < least || n > most) {
        snprintf(detail, sizeof detail, "%s must be a number from %lld to %lld", name,
                 (long long)least, (long long)most);
        admin_problem(call, MHD_HTTP_BAD_REQUEST, detail);
        return false;
    }
    *number = n;
    return true;
}

struct query_check {
    const struct admin_call *call;
    const char *names;
    bool ok;
};

static enum MHD_Result check_query(void *user, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct query_check *check = user;
    const char *at = strstr(check->names, name);
    size_t len = strlen(name);
    json_t *text = value == NULL ? NULL : json_string(value); /* NULL when it is not UTF-8 */

    (void)kind;
    check->ok = check->ok && text != NULL && len > 0 && at != NULL && at[len] == ' ' &&
                at[-1] == ' ' && input_query(check->call, name) == value; /* finds the first */
    json_decref(text);
    return MHD_YES;
}

bool input_query_fits(struct admin_call *call, const char *names)
{
    struct query_check check = {.call = call, .names = names, .ok = true};

    MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, check_query, &check);
    if (!check.ok) {
        admin_problem(call, MHD_HTTP_BAD_REQUEST,
                      "a query parameter is unknown, repeated, without a value, or not UTF-8");
    }
    return check.ok;
}
