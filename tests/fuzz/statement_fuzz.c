/*
 * A key set and a signed statement, a line each, of any octets, as somebody may show them for a
 * receipt or a checkpoint: a statement that holds does so for its own type alone, and not with an
 * octet of its signature changed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/jose_verify.h"

#define TYP "agora-receipt+jwt"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum jose_fault found(const char *token, const char *typ, const json_t *jwks)
{
    json_t *claims = NULL;
    enum jose_fault fault = jose_verify(token, typ, jwks, &claims);

    if ((fault == JOSE_GOOD) != json_is_object(claims))
        abort();
    json_decref(claims);
    return fault;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t first = end != NULL ? (size_t)(end - data) : 0;
    json_t *jwks = json_loadb((const char *)data, first, 0, NULL);
    char *token = talloc_strndup(mem, (const char *)data + (end != NULL ? first + 1 : 0),
                                 end != NULL ? size - first - 1 : size);

    if (found(token, TYP, jwks) == JOSE_GOOD) {
        char *octet = strrchr(token, '.') + 20;
        if (found(token, "JWT", jwks) == JOSE_GOOD)
            abort();
        *octet = *octet == 'A' ? 'B' : 'A';
        if (found(token, TYP, jwks) == JOSE_GOOD)
            abort();
    }
    json_decref(jwks);
    talloc_free(mem);
    return 0;
}
