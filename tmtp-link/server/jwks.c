/*
 * Key sets. A key is made of its modulus and exponent by OpenSSL's general interface.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/base64url.h"
#include "tmtp-link/server/jwt.h"

enum { KEYS_MAX = 32, BITS_MIN = 2048, BITS_MAX = 8192 };

struct jwks {
    struct {
        char *kid;
        EVP_PKEY *key;
    } keys[KEYS_MAX];
    size_t count;
};

static BIGNUM *number(const json_t *jwk, const char *name)
{
    const char *text = jwt_text(jwk, name);
    size_t len = 0;
    uint8_t *octets = text == NULL ? NULL : base64url_decode(text, strlen(text), &len);
    BIGNUM *n = octets == NULL || len > BITS_MAX / 8 ? NULL : BN_bin2bn(octets, (int)len, NULL);

    free(octets);
    return n;
}

static EVP_PKEY *rsa_key(const BIGNUM *n, const BIGNUM *e)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *params = NULL;
    EVP_PKEY *key = NULL;

    if (build != NULL && context != NULL &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        params = OSSL_PARAM_BLD_to_param(build);
    }
    if (params == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* The key of a JWK, or NULL when it is not one for us. */
static EVP_PKEY *read_key(const json_t *jwk)
{
    const char *type = jwt_text(jwk, "kty");
    const char *algorithm = jwt_text(jwk, "alg");
    const char *use = jwt_text(jwk, "use");
    BIGNUM *n;
    BIGNUM *e;
    EVP_PKEY *key = NULL;

    if (type == NULL || strcmp(type, "RSA") != 0 || algorithm == NULL ||
        strcmp(algorithm, "RS256") != 0 || (use != NULL && strcmp(use, "sig") != 0)) {
        return NULL;
    }
    n = number(jwk, "n");
    e = number(jwk, "e");
    if (n != NULL && e != NULL && BN_num_bits(n) >= BITS_MIN && BN_num_bits(e) <= 64 &&
        BN_is_odd(e)) {
        key = rsa_key(n, e);
    }
    BN_free(n);
    BN_free(e);
    return key;
}

struct jwks *jwks_parse(const char *text, size_t len)
{
    json_t *set = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *list = json_object_get(set, "keys");
    struct jwks *jwks = json_is_array(list) ? calloc(1, sizeof *jwks) : NULL;
    size_t i;
    json_t *jwk;

    json_array_foreach(list, i, jwk)
    {
        const char *kid = jwt_text(jwk, "kid");
        EVP_PKEY *key;

        if (jwks == NULL || kid == NULL || jwks->count == KEYS_MAX ||
            (key = read_key(jwk)) == NULL) {
            continue;
        }
        jwks->keys[jwks->count].key = key;
        jwks->keys[jwks->count].kid = strdup(kid);
        jwks->count++;
    }
    json_decref(set);
    return jwks;
}

void jwks_free(struct jwks *jwks)
{
    if (jwks == NULL) {
        return;
    }
    for (size_t i = 0; i < jwks->count; i++) {
        free(jwks->keys[i].kid);
        EVP_PKEY_free(jwks->keys[i].key);
    }
    free(jwks);
}

size_t jwks_count(const struct jwks *jwks)
{
    return jwks == NULL ? 0 : jwks->count;
}

EVP_PKEY *jwks_find(const struct jwks *jwks, const char *kid)
{
    for (size_t i = 0; i < jwks_count(jwks); i++) {
        if (jwks->keys[i].kid != NULL && strcmp(jwks->keys[i].kid, kid) == 0) {
            return jwks->keys[i].key;
        }
    }
    return NULL;
}
