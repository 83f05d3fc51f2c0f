/* OpenID Connect for Identity Assurance 1.0, "Requesting verified claims". */
#include "directory/domain/oidc_claims.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { CLAIMS_MAX = 8000 };

/* verified_claims is an object, or several of which the first counts. */
static const json_t *first_of(const json_t *asked)
{
    return json_is_array(asked) ? json_array_get(asked, 0) : asked;
}

/* {"value": x} or {"values": […]} as a list; NULL for any. */
static json_t *wanted_values(const json_t *constraint)
{
    json_t *one = json_object_get(constraint, "value"),
           *some = json_object_get(constraint, "values");

    if (json_is_string(one))
        return json_pack("[O]", one);
    return json_is_array(some) ? json_incref(some) : NULL;
}

/* One of id_token and userinfo; NULL when it asks for nothing verified. */
static json_t *read_part(const json_t *part)
{
    const json_t *asked = first_of(json_object_get(part, "verified_claims"));
    json_t *verification = json_object_get(asked, "verification");
    json_t *wanted = json_object_get(asked, "claims"), *names = json_array();

    for (void *at = json_object_iter(wanted); at != NULL; at = json_object_iter_next(wanted, at))
        json_array_append_new(names, json_string(json_object_iter_key(at)));
    if (json_array_size(names) == 0) {
        json_decref(names);
        return NULL;
    }
    json_t *age = json_object_get(json_object_get(verification, "time"), "max_age");
    json_t *read = json_pack("{s:o,s:b}", "claims", names, "evidence",
                             json_object_get(verification, "evidence") != NULL);
    json_t *frameworks = wanted_values(json_object_get(verification, "trust_framework"));
    if (read != NULL && frameworks != NULL)
        json_object_set(read, "trust_frameworks", frameworks);
    if (read != NULL && json_is_integer(age) && json_integer_value(age) >= 0)
        json_object_set(read, "max_age", age);
    json_decref(frameworks);
    return read;
}

enum agora_status oidc_claims_read(struct work *w, const char *text, const char **wanted)
{
    json_t *asked =
        strlen(text) <= CLAIMS_MAX ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

    if (!json_is_object(asked)) {
        json_decref(asked);
        return error_set(&w->error, AGORA_MALFORMED, NULL, NULL);
    }
    json_t *read =
        json_pack("{s:o*,s:o*}", "id_token", read_part(json_object_get(asked, "id_token")),
                  "userinfo", read_part(json_object_get(asked, "userinfo")));
    char *dumped = json_object_size(read) > 0 ? json_dumps(read, JSON_COMPACT) : NULL;
    *wanted = dumped != NULL ? talloc_strdup(w->mem, dumped) : NULL;
    free(dumped);
    json_decref(read);
    json_decref(asked);
    return AGORA_OK;
}
