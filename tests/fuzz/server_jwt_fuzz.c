/*
 * A key set and an id_token, a line each, of any octets: whatever they are, nothing that is not
 * there is read, and a token is believed only when its signature is that of a key of the set.
 */
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/jwt.h"

#define NOW_S INT64_C(1800000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

static void touch(const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        sink ^= (uint8_t)*text;
    }
}

/* A token whose signature holds must not hold with an octet of it changed. */
static void try_signature(const struct jwt *jwt, EVP_PKEY *key)
{
    if (key == NULL || !jwt_verify(jwt, key)) {
        return;
    }
    jwt->signature[jwt->signature_len / 2] ^= 1;
    if (jwt_verify(jwt, key)) {
        abort();
    }
}

static void try_token(const struct jwks *jwks, const char *text, size_t len)
{
    struct jwt jwt;

    if (jwt_parse(text, len, &jwt) == NULL) {
        const char *kid = jwt_text(jwt.header, "kid");
        const char *algorithm = jwt.algorithm == JWT_ES256 ? "ES256" : "RS256";

        if (kid == NULL || strcmp(jwt_text(jwt.header, "alg"), algorithm) != 0) {
            abort();
        }
        if (jwt_claims_fault(jwt.claims, "https://id.example", "tmtp", NOW_S) == NULL) {
            touch(jwt_text(jwt.claims, "sub"));
            if (jwt_text(jwt.claims, "sub") == NULL) {
                abort();
            }
        }
        try_signature(&jwt, jwks_find(jwks, kid, jwt.algorithm));
    }
    jwt_free(&jwt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *end = size == 0 ? NULL : memchr(text, '\n', size);
    size_t first = end == NULL ? size : (size_t)(end - text);
    struct jwks *jwks = jwks_parse(text, first);

    try_token(jwks, text, first);
    if (end != NULL) {
        try_token(jwks, end + 1, size - first - 1);
    }
    jwks_free(jwks);
    return 0;
}
